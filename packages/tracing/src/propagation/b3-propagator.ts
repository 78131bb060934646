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
  /** The headers to write: one `b3` header, the `X-B3-` headers, or both. Default `single`. */
  readonly encoding?: 'single' | 'multi' | 'both' | undefined;
}

/**
 * B3 (https://github.com/openzipkin/b3-propagation) for any OpenTelemetry set-up. Reads the single header, or the `X-B3-`
 * headers if that is absent or malformed, independent of the encoding it writes.
 *
 * Sends on unchanged: debug, a deferred decision, a decision without ids (samplers see them through `incomingSampling`), and ids
 * of 64 bits. Never sends the parent id. Its methods never throw, and fields that cannot be read leave the context unchanged.
 * @throws TypeError for an unknown `encoding`
 */
export function b3Propagator({ encoding = 'single' }: B3Options = {}): TextMapPropagator {
  if (!encodings.includes(encoding)) {
    throw new TypeError(
      `[tracing] b3Propagator takes the encodings ${encodings.map((each) => `"${each}"`).join(', ')}, but got ${JSON.stringify(encoding)}.`,
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
        // A carrier that cannot be written to: the message is sent without context.
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
