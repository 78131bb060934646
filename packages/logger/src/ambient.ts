import { context as otelContext, type SpanContext, trace } from '@opentelemetry/api';
import { type Context, currentContext } from '@sightline/context';
import type { KeyBook } from './json/key-book.js';
import type { ResolvedLimits } from './json/limits.js';
import { ValueWriter } from './json/value-writer.js';

/** What surrounds a call: the fields of `@sightline/context` and the active span, ready to be written. */
export interface Ambient {
  readonly context: Context | undefined;
  readonly span: SpanContext | undefined;
  /** The context's fields, with their values as JSON. */
  readonly fields: ReadonlyArray<readonly [key: string, json: string]>;
  /** What lines may be called that come from here. */
  readonly keys: readonly string[];
}

/**
 * Returns a function that gives what surrounds the call now: the same object for the same context and span, so that what
 * is made from it can be kept too. Contexts are frozen and span contexts do not change.
 */
export function ambientReader(keys: KeyBook, limits: ResolvedLimits): () => Ambient {
  const nothing: Ambient = { context: undefined, span: undefined, fields: [], keys: [] };
  const known = new WeakMap<object, Ambient>();
  let last = nothing;

  return () => {
    const context = currentContext();
    const span = trace.getSpanContext(otelContext.active());
    if (context === last.context && span === last.span) return last;
    const holder = span ?? context;
    if (holder === undefined) return nothing;
    let ambient = known.get(holder);
    if (ambient === undefined || ambient.context !== context || ambient.span !== span) {
      const fields = fieldsOf(context, keys, limits);
      const names = fields.map(([key]) => key);
      ambient = { context, span, fields, keys: span === undefined ? names : [...names, ...spanKeys] };
      known.set(holder, ambient);
    }
    last = ambient;
    return ambient;
  };
}

const spanKeys = ['trace_id', 'span_id', 'trace_flags'];

// All fields that lines show at a fixed place come first, in this order.
const first = ['request_id', 'user_id', 'run_id'];

function fieldsOf(context: Context | undefined, keys: KeyBook, limits: ResolvedLimits): Ambient['fields'] {
  if (context === undefined) return [];
  const values = context as unknown as Readonly<Record<string, unknown>>;
  const writer = new ValueWriter(keys, limits);
  const fields: Array<readonly [string, string]> = [];
  for (const key of first) {
    if (values[key] !== undefined) fields.push([key, writer.member(key, values[key], keys.redaction.paths)]);
  }
  for (const key in values) {
    if (first.includes(key) || values[key] === undefined) continue;
    if (fields.length >= limits.items) break;
    fields.push([key, writer.member(key, values[key], keys.redaction.paths)]);
  }
  return fields;
}
