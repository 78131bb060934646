import type { Context, TextMapGetter, TextMapPropagator } from '@opentelemetry/api';
import { withB3Fields } from './b3-fields.js';
import { singleValue, trimmed } from './header-value.js';
import { isLowerHex, isSpanId, isTraceId } from './hex.js';
import type { IncomingSampling } from './incoming-trace.js';

const AMZN_TRACE_ID = 'x-amzn-trace-id';

/**
 * Reads AWS X-Ray's `X-Amzn-Trace-Id: Root=1-{time}-{id};Parent={span};Sampled={0|1|?}`, which load balancers and
 * gateways add. Writes nothing. A header without `Parent` names no span and is not read.
 */
export const xrayExtractor: TextMapPropagator = {
  inject(): void {},

  extract<C>(context: Context, carrier: C, getter: TextMapGetter<C>): Context {
    try {
      const header = singleValue(carrier, getter, AMZN_TRACE_ID);
      if (header === undefined || header.length > 512) return context;
      const fields = new Map(header.split(';').map(pairOf));
      const traceId = traceIdOf(fields.get('root') ?? '');
      const spanId = fields.get('parent');
      const sampling = samplingStates.get(fields.get('sampled') ?? '?');
      if (traceId === undefined || !isSpanId(spanId) || sampling === undefined) return context;
      return withB3Fields(context, { traceId, spanId, sampling });
    } catch {
      return context;
    }
  },

  fields: (): string[] => [AMZN_TRACE_ID],
};

function pairOf(text: string): [name: string, value: string] {
  const equals = text.indexOf('=');
  return [trimmed(text.slice(0, Math.max(equals, 0))).toLowerCase(), trimmed(text.slice(equals + 1))];
}

function traceIdOf(root: string): string | undefined {
  const isRoot = root.length === 35 && root.startsWith('1-') && root[10] === '-' && isLowerHex(root, 2, 10);
  const id = root.slice(2, 10) + root.slice(11);
  return isRoot && isTraceId(id) ? id : undefined;
}

const samplingStates: ReadonlyMap<string, IncomingSampling> = new Map([
  ['0', 'deny'],
  ['1', 'accept'],
  ['?', 'defer'],
]);
