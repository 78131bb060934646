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
  /** As the tracer gave it. */
  readonly spanContext: SpanContext | undefined;
  /** `undefined` where there is none, or one that is not valid. */
  readonly span: SpanContext | undefined;
  /** What lines call the context's fields. */
  readonly keys: readonly string[];
  /** The fields but `correlation_id` as JSON, joined by commas. */
  readonly fields: string;
  /** `correlation_id` as JSON. */
  readonly correlation: string | undefined;
}

/** The context's fields one by one, with their values as JSON, in the order of lines. */
export type AmbientEntries = ReadonlyArray<readonly [name: string, json: string]>;

/**
 * Returns a function that gives what surrounds the call now: mostly the same object for the same context and span, so that what
 * is made from it can be kept too. Contexts are frozen and span contexts do not change.
 *
 * The last 256 are kept, each at the place that its id gives it. A WeakMap would keep all, but an entry of it costs more than what
 * it saves: about 1000 ns with the garbage collector's share, against 500 to make the object again (bench/cases/logging.mjs).
 *
 * @param nameOf what the layout calls a field of the context
 */
export function ambientReader(keys: KeyBook, limits: ResolvedLimits, nameOf: (key: string) => string): () => Ambient {
  const nothing = noAmbient;
  const kept: Ambient[] = new Array<Ambient>(places).fill(nothing);
  let last = nothing;
  let lastActive: unknown;

  return () => {
    const context = currentContext();
    const active = otelContext.active();
    // Both never change, so that the span needs no look-up either.
    if (context === last.context && active === lastActive) return last;
    const span = trace.getSpanContext(active);
    lastActive = active;
    if (context === last.context && span === last.spanContext) return last;
    if (context === undefined && span === undefined) {
      last = nothing;
      return nothing;
    }
    const place = placeOf(span === undefined ? context?.correlation_id : span.spanId);
    let ambient = kept[place] ?? nothing;
    if (ambient.context !== context || ambient.spanContext !== span) {
      ambient = ambientOf(context, span, keys, limits, nameOf);
      if (ambient.fields.length <= MAX_KEPT_CHARACTERS) kept[place] = ambient;
    }
    last = ambient;
    return ambient;
  };
}

const places = 256;
/** Of the fields of a context that is kept: others are made anew when the logger comes back to them. */
const MAX_KEPT_CHARACTERS = 8192;

/** From the end of an id, which is its random part. */
function placeOf(id: unknown): number {
  if (typeof id !== 'string' || id.length < 2) return 0;
  return (id.charCodeAt(id.length - 1) * 31 + id.charCodeAt(id.length - 2)) & (places - 1);
}

/** Outside of any context and span. */
export const noAmbient: Ambient = {
  context: undefined,
  spanContext: undefined,
  span: undefined,
  keys: [],
  fields: '',
  correlation: undefined,
};

function ambientOf(
  context: Context | undefined,
  spanContext: SpanContext | undefined,
  book: KeyBook,
  limits: ResolvedLimits,
  nameOf: (key: string) => string,
): Ambient {
  const span = validSpan(spanContext);
  if (context === undefined) return { ...noAmbient, spanContext, span };
  const given = context as unknown as Readonly<Record<string, unknown>>;
  const keys = Object.keys(given);
  const { request_id, user_id, run_id } = given;
  let fields = '';
  if (request_id !== undefined) fields = `"request_id":${jsonOf('request_id', request_id, book, limits)}`;
  if (user_id !== undefined) {
    fields += `${fields === '' ? '"user_id":' : ',"user_id":'}${jsonOf('user_id', user_id, book, limits)}`;
  }
  if (run_id !== undefined) {
    fields += `${fields === '' ? '"run_id":' : ',"run_id":'}${jsonOf('run_id', run_id, book, limits)}`;
  }
  for (const key of keys) {
    if (isFirst(key) || key === 'correlation_id') continue;
    const note = book.note(key);
    // A name of the line's own, or one that is not written as it is: all of them are looked at.
    if (nameOf(key) !== key || note.text !== key || keys.length > limits.items || fields.length > limits.lineBytes) {
      return renamed(ambientEntries(context, book, limits, nameOf), context, spanContext, span);
    }
    fields += (fields === '' ? note.json.slice(1) : note.json) + jsonOf(key, given[key], book, limits);
  }
  const correlation = given['correlation_id'];
  return {
    context,
    spanContext,
    span,
    keys,
    fields,
    correlation: correlation === undefined ? undefined : jsonOf('correlation_id', correlation, book, limits),
  };
}

/** The fields under names that no two of them have. */
export function ambientEntries(
  context: Context | undefined,
  book: KeyBook,
  limits: ResolvedLimits,
  nameOf: (key: string) => string,
): AmbientEntries {
  if (context === undefined) return [];
  const given = context as unknown as Readonly<Record<string, unknown>>;
  const names = new Set<string>();
  const entries: Array<readonly [string, string]> = [];
  let left = 0;
  let charactersLeft = limits.lineBytes;
  for (const key of [...first, ...Object.keys(given).filter((each) => !isFirst(each))]) {
    if (given[key] === undefined) continue;
    if (entries.length >= limits.items || charactersLeft <= 0) {
      left++;
      continue;
    }
    let name = nameOf(book.note(key).text);
    while (names.has(name)) name += '_';
    names.add(name);
    const json = jsonOf(key, given[key], book, limits);
    charactersLeft -= json.length;
    entries.push([name, json]);
  }
  if (left > 0 && !names.has('…')) entries.push(['…', String(left)]);
  return entries;
}

function renamed(
  entries: AmbientEntries,
  context: Context,
  spanContext: SpanContext | undefined,
  span: SpanContext | undefined,
): Ambient {
  const shown = entries.filter(([name]) => name !== 'correlation_id');
  const fields = shown.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join();
  const correlation = entries.find(([name]) => name === 'correlation_id')?.[1];
  return { context, spanContext, span, keys: entries.map(([name]) => name), fields, correlation };
}

// What lines show first, in this order.
const first = ['request_id', 'user_id', 'run_id'];

function isFirst(key: string): boolean {
  return key === 'request_id' || key === 'user_id' || key === 'run_id';
}

function jsonOf(key: string, value: unknown, book: KeyBook, limits: ResolvedLimits): string {
  const { redaction } = book;
  const isPlain = redaction.paths === undefined && typeof value === 'string' && value.length <= longestShortText;
  if (isPlain && book.note(key).secrecy === false) return quoted(value, redaction);
  return new ValueWriter(book, limits).member(key, value, redaction.paths);
}
