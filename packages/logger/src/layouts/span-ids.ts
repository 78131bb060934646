import type { SpanContext } from '@opentelemetry/api';

/** The span, if its ids are such (W3C Trace Context, section 3.2.2): a tracer may be anybody's, and "all zeroes" is none. */
export function validSpan(span: SpanContext | undefined): SpanContext | undefined {
  return span !== undefined && isId(span.traceId, 32) && isId(span.spanId, 16) ? span : undefined;
}

export function flagsOf({ traceFlags }: SpanContext): number {
  return Number.isInteger(traceFlags) ? traceFlags & 0xff : 0;
}

// A loop and no expression: it is done for every span, and takes a quarter of the time.
function isId(text: unknown, length: number): boolean {
  if (typeof text !== 'string' || text.length !== length) return false;
  let isZero = true;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (!((code >= 48 && code <= 57) || (code >= 97 && code <= 102))) return false;
    if (code !== 48) isZero = false;
  }
  return !isZero;
}
