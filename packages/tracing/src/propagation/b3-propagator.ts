import type { Context, TextMapGetter, TextMapPropagator, TextMapSetter } from '@opentelemetry/api';
import { b3FieldsOf, withB3Fields } from './b3-fields.js';
import {
  FLAGS,
  PARENT_SPAN_ID,
  readMultiHeaders,
  SAMPLED,
  SPAN_ID,
  TRACE_ID,
  writeMultiHeaders,
} from './b3-multi-header.js';
import { B3, readSingleHeader, writeSingleHeader } from './b3-single-header.js';
import { isTracingSuppressed } from './suppressed-tracing.js';

export interface B3Options {
  /** How contexts are written: one `b3` header, the `X-B3-` headers, or both. Default `single`. */
  readonly encoding?: 'single' | 'multi' | 'both' | undefined;
}

/**
 * B3 (https://github.com/openzipkin/b3-propagation) for any OpenTelemetry set-up. Reads the single header, or the `X-B3-`
 * headers where that is absent or malformed, whatever the encoding it writes.
 *
 * Debug, a decision left open, and a decision without ids are sent on as they came (samplers see them through
 * `incomingSampling`), ids of 64 bits as such, the parent id never. The calls never throw, and what cannot be read leaves
 * the context as it was.
 * @throws TypeError where `encoding` is something else
 */
export function b3Propagator({ encoding = 'single' }: B3Options = {}): TextMapPropagator {
  if (!encodings.includes(encoding)) {
    throw new TypeError(
      `[tracing] b3Propagator has the encodings ${encodings.map((each) => `"${each}"`).join(', ')}, but got ${JSON.stringify(encoding)}.`,
    );
  }
  return {
    inject<C>(context: Context, carrier: C, setter: TextMapSetter<C>): void {
      try {
        const fields = isTracingSuppressed(context) ? undefined : b3FieldsOf(context);
        if (fields === undefined) return;
        if (encoding !== 'multi') writeSingleHeader(fields, carrier, setter);
        if (encoding !== 'single') writeMultiHeaders(fields, carrier, setter);
      } catch {
        // A carrier that cannot be written to: the message goes without context.
      }
    },

    extract<C>(context: Context, carrier: C, getter: TextMapGetter<C>): Context {
      try {
        const fields = readSingleHeader(carrier, getter) ?? readMultiHeaders(carrier, getter);
        return fields === undefined ? context : withB3Fields(context, fields);
      } catch {
        return context;
      }
    },

    fields: (): string[] => [
      ...(encoding === 'multi' ? [] : [B3]),
      ...(encoding === 'single' ? [] : [TRACE_ID, SPAN_ID, PARENT_SPAN_ID, SAMPLED, FLAGS]),
    ],
  };
}

const encodings: ReadonlyArray<NonNullable<B3Options['encoding']>> = ['single', 'multi', 'both'];
