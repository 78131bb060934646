import type { SpanContext } from '@opentelemetry/api';

/** The span, if its ids are such (W3C Trace Context, section 3.2.2): any tracer may be installed, and "all zeroes" is no id. */
export function validSpan(span: SpanContext | undefined): SpanContext | undefined {
  return span !== undefined && isId(span.traceId, 32) && isId(span.spanId, 16) ? span : undefined;
}

export function flagsOf({ traceFlags }: SpanContext): number {
  return Number.isInteger(traceFlags) ? traceFlags & 0xff : 0;
}

function isId(text: unknown, length: number): boolean {
  if (typeof text !== 'string' || text.length !== length || text === zeroes[length]) return false;
  // To look for one that is no digit takes 40 ns of 32, a loop with a table 60, to match all digits 70.
  return !notHex.test(text);
}

const notHex = /[^0-9a-f]/;

const zeroes: Readonly<Record<number, string>> = { 16: '0'.repeat(16), 32: '0'.repeat(32) };
