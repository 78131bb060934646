import type { SpanContext } from '@opentelemetry/api';

/** The ids of a span, if they are such (W3C Trace Context, section 3.2.2); `undefined` for those of no span. */
export function validSpan(span: SpanContext | undefined): SpanContext | undefined {
  if (span === undefined) return undefined;
  const { traceId, spanId } = span;
  const areIds = isHex.test(traceId) && traceId.length === 32 && isHex.test(spanId) && spanId.length === 16;
  return areIds && !/^0+$/.test(traceId) && !/^0+$/.test(spanId) ? span : undefined;
}

const isHex = /^[0-9a-f]+$/;

export function flagsOf({ traceFlags }: SpanContext): number {
  return Number.isInteger(traceFlags) ? traceFlags & 0xff : 0;
}
