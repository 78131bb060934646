import type { TextMapGetter, TextMapSetter } from '@opentelemetry/api';
import { type B3Fields, isB3TraceId } from './b3-fields.js';
import { singleValue } from './header-value.js';
import { isLowerHex, isSpanId } from './hex.js';
import type { IncomingSampling } from './incoming-trace.js';

export const B3 = 'b3';

/**
 * Reads `b3: {TraceId}-{SpanId}-{SamplingState}-{ParentSpanId}`, the last two optional, or a sampling state alone.
 * `undefined` if any part is malformed.
 */
export function readSingleHeader<C>(carrier: C, getter: TextMapGetter<C>): B3Fields | undefined {
  const header = singleValue(carrier, getter, B3);
  if (header === undefined || header.length > longest) return undefined;
  const parts = header.split('-');
  const [traceId = '', spanId = '', state, parentId] = parts;
  if (parts.length === 1) {
    const sampling = samplingStates.get(traceId);
    return sampling === undefined ? undefined : { sampling };
  }
  if (parts.length > 4 || !isB3TraceId(traceId) || !isSpanId(spanId)) return undefined;
  const sampling = state === undefined ? 'defer' : samplingStates.get(state);
  if (sampling === undefined || (parentId !== undefined && !isParentId(parentId))) return undefined;
  return { traceId, spanId, sampling };
}

/** Never writes the parent id: OpenTelemetry forbids it, and B3 advises against it for messages. */
export function writeSingleHeader<C>(fields: B3Fields, carrier: C, setter: TextMapSetter<C>): void {
  const { traceId, spanId, sampling } = fields;
  const state = writtenStates[sampling];
  if (traceId !== undefined && spanId !== undefined) {
    setter.set(carrier, B3, state === undefined ? `${traceId}-${spanId}` : `${traceId}-${spanId}-${state}`);
  } else if (state !== undefined) setter.set(carrier, B3, state);
}

/** 16 lower-case hexadecimal digits. All zero, which some peers write for a root, is accepted as no parent. */
export function isParentId(id: string): boolean {
  return id.length === 16 && isLowerHex(id, 0, 16);
}

const longest = 32 + 1 + 16 + 1 + 1 + 1 + 16;

const samplingStates: ReadonlyMap<string, IncomingSampling> = new Map([
  ['0', 'deny'],
  ['1', 'accept'],
  ['d', 'debug'],
]);

const writtenStates: Readonly<Record<IncomingSampling, string | undefined>> = {
  deny: '0',
  accept: '1',
  debug: 'd',
  defer: undefined,
};
