import { context as otelContext, type SpanContext, trace } from '@opentelemetry/api';
import { type Context, currentContext } from '@sightline/context';
import type { KeyBook } from './json/key-book.js';
import type { ResolvedLimits } from './json/limits.js';
import { longestShortText, quoted } from './json/quoted.js';
import { ValueWriter } from './json/value-writer.js';
import { validSpan } from './layouts/span-ids.js';

/** What surrounds a call: the fields of `@sightline/context` and the active span, ready to be written. */
export interface Ambient {
  readonly context: Context | undefined;
  /** The context's fields as lines call them; those that lines show first come first. */
  readonly keys: readonly string[];
  /** Their values as JSON, in the same order. */
  readonly values: readonly string[];
  /** `undefined` where there is none, or one that is not valid. */
  readonly span: SpanContext | undefined;
  /** As the tracer gave it. */
  readonly spanContext: SpanContext | undefined;
}

/**
 * Returns a function that gives what surrounds the call now: mostly the same object for the same context and span, so that what
 * is made from it can be kept too. Contexts are frozen and span contexts do not change.
 *
 * The last 256 are kept, each at the place that its id gives it. A WeakMap would keep all, but an entry of it costs more than what
 * it saves: 1000 ns and as much again in garbage collection, against 500 ns to make the object (bench/cases/logging.mjs).
 *
 * @param nameOf what the layout calls a field of the context
 */
export function ambientReader(keys: KeyBook, limits: ResolvedLimits, nameOf: (key: string) => string): () => Ambient {
  const nothing: Ambient = { context: undefined, keys: [], values: [], spanContext: undefined, span: undefined };
  const kept: Ambient[] = new Array<Ambient>(places).fill(nothing);
  let last = nothing;

  return () => {
    const context = currentContext();
    const span = trace.getSpanContext(otelContext.active());
    if (context === last.context && span === last.spanContext) return last;
    if (context === undefined && span === undefined) return nothing;
    const place = placeOf(span === undefined ? context?.correlation_id : span.spanId);
    let ambient = kept[place] ?? nothing;
    if (ambient.context !== context || ambient.spanContext !== span) {
      ambient = ambientOf(context, span, keys, limits, nameOf);
      kept[place] = ambient;
    }
    last = ambient;
    return ambient;
  };
}

const places = 256;

/** From the end of an id, which is its random part. */
function placeOf(id: unknown): number {
  if (typeof id !== 'string' || id.length < 2) return 0;
  return (id.charCodeAt(id.length - 1) * 31 + id.charCodeAt(id.length - 2)) & (places - 1);
}

function ambientOf(
  context: Context | undefined,
  span: SpanContext | undefined,
  book: KeyBook,
  limits: ResolvedLimits,
  nameOf: (key: string) => string,
): Ambient {
  const ambient = {
    context,
    keys: [] as string[],
    values: [] as string[],
    spanContext: span,
    span: validSpan(span),
  };
  if (context === undefined) return ambient;
  const { keys, values } = ambient;
  const fields = context as unknown as Readonly<Record<string, unknown>>;
  for (const key of first) {
    const value = fields[key];
    if (value !== undefined) {
      keys.push(key);
      values.push(jsonOf(key, value, book, limits));
    }
  }
  for (const key in fields) {
    if (key === 'request_id' || key === 'user_id' || key === 'run_id' || fields[key] === undefined) continue;
    if (keys.length >= limits.items) break;
    let name = nameOf(book.note(key).text);
    while (keys.includes(name)) name += '_';
    keys.push(name);
    values.push(jsonOf(key, fields[key], book, limits));
  }
  return ambient;
}

// Everything that lines show in a fixed order.
const first = ['request_id', 'user_id', 'run_id'];

function jsonOf(key: string, value: unknown, book: KeyBook, limits: ResolvedLimits): string {
  const { redaction } = book;
  const isPlain = redaction.paths === undefined && typeof value === 'string' && value.length <= longestShortText;
  if (isPlain && book.note(key).secrecy === false) return quoted(value, redaction);
  return new ValueWriter(book, limits).member(key, value, redaction.paths);
}
