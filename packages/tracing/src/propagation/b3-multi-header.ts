import type { TextMapGetter, TextMapSetter } from '@opentelemetry/api';
import { type B3Fields, isB3TraceId } from './b3-fields.js';
import { isParentId } from './b3-single-header.js';
import { firstValue, isAbsent } from './header-value.js';
import { isSpanId } from './hex.js';
import type { IncomingSampling } from './incoming-trace.js';

export const TRACE_ID = 'x-b3-traceid';
export const SPAN_ID = 'x-b3-spanid';
export const PARENT_SPAN_ID = 'x-b3-parentspanid';
export const SAMPLED = 'x-b3-sampled';
export const FLAGS = 'x-b3-flags';

/** Reads the `X-B3-` headers, the first of repeated ones; `undefined` if one is malformed or one of both ids is missing. */
export function readMultiHeaders<C>(carrier: C, getter: TextMapGetter<C>): B3Fields | undefined {
  const sampling = readSampling(carrier, getter);
  if (sampling === undefined) return undefined;
  if (isAbsent(carrier, getter, TRACE_ID) && isAbsent(carrier, getter, SPAN_ID)) {
    return sampling === 'defer' ? undefined : { sampling };
  }
  const traceId = firstValue(carrier, getter, TRACE_ID);
  const spanId = firstValue(carrier, getter, SPAN_ID);
  if (traceId === undefined || spanId === undefined || !isB3TraceId(traceId) || !isSpanId(spanId)) return undefined;
  if (!isAbsent(carrier, getter, PARENT_SPAN_ID) && !isParentId(firstValue(carrier, getter, PARENT_SPAN_ID) ?? ''))
    return undefined;
  return { traceId, spanId, sampling };
}

/** Never writes the parent id. With debug it writes no sampling decision, because debug implies one. */
export function writeMultiHeaders<C>(fields: B3Fields, carrier: C, setter: TextMapSetter<C>): void {
  const { traceId, spanId, sampling } = fields;
  if (traceId !== undefined && spanId !== undefined) {
    setter.set(carrier, TRACE_ID, traceId);
    setter.set(carrier, SPAN_ID, spanId);
  }
  if (sampling === 'debug') setter.set(carrier, FLAGS, '1');
  else if (sampling !== 'defer') setter.set(carrier, SAMPLED, sampling === 'accept' ? '1' : '0');
}

function readSampling<C>(carrier: C, getter: TextMapGetter<C>): IncomingSampling | undefined {
  // Any other value of the flags means nothing.
  if (firstValue(carrier, getter, FLAGS) === '1') return 'debug';
  if (isAbsent(carrier, getter, SAMPLED)) return 'defer';
  switch (firstValue(carrier, getter, SAMPLED)?.toLowerCase()) {
    case '1':
    case 'true': // written before there was a specification
      return 'accept';
    case '0':
    case 'false':
      return 'deny';
    default:
      return undefined;
  }
}
