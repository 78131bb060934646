/** Whether the pattern is found in the text: each time anew, while one with the flags `g` or `y` goes on where it last was. */
export function matchesPattern(pattern: RegExp, text: string): boolean {
  return new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/g, '')).test(text);
}
