/** Text of others as it is, within a paragraph of Markdown: no markup, no HTML, no line breaks. */
export function plainText(text: string): string {
  return text
    .replaceAll(/[\\`*_[\]<>|#~!$]/g, '\\$&')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

export function codeSpan(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  const fence = fenceAround(line, 1);
  const isPadded = line.startsWith('`') || line.endsWith('`') || line === '';
  return isPadded ? `${fence} ${line} ${fence}` : `${fence}${line}${fence}`;
}

/** A code span in a cell: there a bar ends the cell, also in code, unless it has a backslash. */
export function tableCode(text: string): string {
  return codeSpan(text).replaceAll('|', '\\|');
}

export function codeBlock(language: string, text: string): string {
  const fence = fenceAround(text, 3);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** Longer than any run of backticks in `text`. */
function fenceAround(text: string, shortest: number): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  return '`'.repeat(Math.max(shortest, longest + 1));
}

export function link(text: string, url: string): string {
  return `[${plainText(text)}](<${url.replaceAll(/[<>\s\\]/g, encodeURIComponent)}>)`;
}

/** A table; cells are Markdown. */
export function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Items to tick off; each is Markdown. Those that are `undefined` do not apply. */
export function checklist(items: ReadonlyArray<string | undefined>): string {
  return items
    .filter((item) => item !== undefined)
    .map((item) => `- [ ] ${item}`)
    .join('\n');
}

/** Paragraphs, each apart from the next, with a line break at the end. */
export function page(...blocks: ReadonlyArray<string | undefined>): string {
  return `${blocks.filter((block) => block !== undefined && block !== '').join('\n\n')}\n`;
}
