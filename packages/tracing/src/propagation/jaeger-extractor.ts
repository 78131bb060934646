import type { Context, TextMapGetter, TextMapPropagator } from '@opentelemetry/api';
import { withB3Fields } from './b3-fields.js';
import { singleValue } from './header-value.js';
import { isAllZero, isLowerHex } from './hex.js';

const UBER_TRACE_ID = 'uber-trace-id';

/**
 * Reads Jaeger's `uber-trace-id: {trace}:{span}:{parent}:{flags}`, for services whose callers still send it. Writes
 * nothing: Jaeger's own clients are retired and understand W3C headers. Its baggage headers are not read.
 */
export const jaegerExtractor: TextMapPropagator = {
  inject(): void {},

  extract<C>(context: Context, carrier: C, getter: TextMapGetter<C>): Context {
    try {
      const header = singleValue(carrier, getter, UBER_TRACE_ID);
      if (header === undefined || header.length > 200) return context;
      const parts = header.replaceAll(/%3a/gi, ':').split(':');
      const [traceId = '', spanId = '', , flags = ''] = parts;
      if (parts.length !== 4 || !isId(traceId, 32) || !isId(spanId, 16) || !/^[0-9a-f]{1,2}$/i.test(flags))
        return context;
      const bits = Number.parseInt(flags, 16);
      return withB3Fields(context, {
        // Leading zeros may be missing.
        traceId: traceId.padStart(traceId.length > 16 ? 32 : 16, '0'),
        spanId: spanId.padStart(16, '0'),
        sampling: (bits & 2) !== 0 ? 'debug' : (bits & 1) !== 0 ? 'accept' : 'deny',
      });
    } catch {
      return context;
    }
  },

  fields: (): string[] => [UBER_TRACE_ID],
};

function isId(id: string, maxDigits: number): boolean {
  const { length } = id;
  return length > 0 && length <= maxDigits && isLowerHex(id, 0, length) && !isAllZero(id, 0, length);
}
