import { type Context as OtelContext, context as otelContext, type SpanContext, trace } from '@opentelemetry/api';
import type { Context } from '@sightline/context';
import { currentFrame } from '@sightline/context/frame';
import { type ContextFormat, type ContextKeys, first, IdWriter, isFirst, isPlain, jsonOf } from './context-ids.js';
import { quotedString, shownString } from './json/quoted-string.js';
import { ValueWriter } from './json/value-writer.js';
import { validSpan } from './layouts/span-ids.js';

/** What surrounds a call: the fields of `@sightline/context` and the active span, ready to be written. */
export interface LogContext {
  readonly context: Context | undefined;
  /** As the tracer gave it. */
  readonly spanContext: SpanContext | undefined;
  /** `undefined` if there is none, or one that is not valid. */
  readonly span: SpanContext | undefined;
  /** What lines call the context's fields. */
  readonly keys: readonly string[];
  /** The fields but `correlation_id` as JSON, joined by commas. */
  readonly fields: string;
  /** `correlation_id` as JSON. */
  readonly correlation: string | undefined;
  /** The fields one by one in the order of lines, under names that no two of them have; for when joining strings is not enough. */
  readonly all: readonly ContextField[];
}

/** One field of a context; `value` is what was written, if values are kept. */
export type ContextField = readonly [name: string, json: string, value?: unknown];

/**
 * Returns a function that gives what surrounds the call now: mostly the same object for the same context and span, so that what
 * is made from it can be kept too. Contexts are frozen and span contexts do not change.
 *
 * The last 256 are kept, each at the place that its id gives it. A WeakMap would keep all, but an entry of it costs more than what
 * it saves: about 1000 ns with the garbage collector's share, against 500 to make the object again (bench/cases/logging.mjs).
 */
export function logContextReader(format: ContextFormat): () => LogContext {
  const ids = new IdWriter(format);
  const outside = new WrittenContext(undefined, undefined, format, ids);
  const kept = new Array<WrittenContext>(PLACES).fill(outside);
  let last = outside;

  return () => {
    const frame = currentFrame();
    const context = frame?.fields;
    // A context that is in the frame is the active one; asking the API for it would cost 50 ns.
    const active = (frame?.trace as OtelContext | undefined) ?? otelContext.active();
    // Both never change, so that the span needs no look-up either.
    if (context === last.context && active === last.active) return last;
    const span = trace.getSpanContext(active);
    if (context === last.context && span === last.spanContext) return last.under(active);
    if (context === undefined && span === undefined) {
      last = outside.under(active);
      return last;
    }
    const place = placeOf(span === undefined ? context?.correlation_id : span.spanId);
    let logContext = kept[place] ?? outside;
    if (logContext.context !== context || logContext.spanContext !== span) {
      logContext = new WrittenContext(context, span, format, ids);
      if (logContext.fields.length <= MAX_KEPT_CHARACTERS) kept[place] = logContext;
    }
    last = logContext.under(active);
    return last;
  };
}

const PLACES = 256;
/** Of the fields of a context that is kept: others are made again when the logger comes back to them. */
const MAX_KEPT_CHARACTERS = 8192;

/** From the end of an id, which is its random part. */
function placeOf(id: unknown): number {
  if (typeof id !== 'string' || id.length < 2) return 0;
  return (id.charCodeAt(id.length - 1) * 31 + id.charCodeAt(id.length - 2)) & (PLACES - 1);
}

class WrittenContext implements LogContext {
  readonly context: Context | undefined;
  readonly spanContext: SpanContext | undefined;
  readonly span: SpanContext | undefined;
  keys: readonly string[] = [];
  fields = '';
  correlation: string | undefined = undefined;
  /** OpenTelemetry's context that was active when it was last asked for. */
  active: unknown = undefined;
  readonly #format: ContextFormat;
  #all: readonly ContextField[] | undefined = undefined;

  constructor(
    context: Context | undefined,
    spanContext: SpanContext | undefined,
    format: ContextFormat,
    ids: IdWriter,
  ) {
    this.context = context;
    this.spanContext = spanContext;
    this.span = validSpan(spanContext);
    this.#format = format;
    if (context !== undefined && !this.#join(context, ids)) this.#joinAll();
  }

  under(active: unknown): this {
    this.active = active;
    return this;
  }

  get all(): readonly ContextField[] {
    this.#all ??= allFields(this.context, this.#format);
    return this.#all;
  }

  /** @returns whether that was enough: no field has a name of the line's own or is not written as it is, and there are not too many */
  #join(context: Context, ids: IdWriter): boolean {
    const { request_id, user_id, run_id, correlation_id } = context;
    let fields = '';
    if (request_id !== undefined) fields = `"request_id":${ids.json('request_id', request_id)}`;
    if (user_id !== undefined) {
      fields += (fields === '' ? '"user_id":' : ',"user_id":') + ids.json('user_id', user_id);
    }
    if (run_id !== undefined) {
      fields += (fields === '' ? '"run_id":' : ',"run_id":') + ids.json('run_id', run_id);
    }
    const keys = ids.keysOf(context);
    if (keys.others.length > 0) {
      const more = this.#joinOthers(context, keys, fields);
      if (more === undefined) return false;
      fields = more;
    }
    this.keys = keys.all;
    this.fields = fields;
    if (correlation_id !== undefined) this.correlation = ids.json('correlation_id', correlation_id);
    return true;
  }

  /** The fields that a service declares itself. */
  #joinOthers(context: Context, { all, others }: ContextKeys, before: string): string | undefined {
    const { keys, limits, nameOf } = this.#format;
    let fields = before;
    for (const key of others) {
      const info = keys.info(key);
      if (nameOf(key) !== key || info.text !== key) return undefined;
      if (all.length > limits.items || fields.length > limits.lineBytes) return undefined;
      const value = (context as Readonly<Record<string, unknown>>)[key];
      fields += (fields === '' ? info.json.slice(1) : info.json) + jsonOf(key, value, this.#format);
    }
    return fields;
  }

  #joinAll(): void {
    const shown = this.all.filter(([name]) => name !== 'correlation_id');
    this.keys = this.all.map(([name]) => name);
    this.fields = shown.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join();
    this.correlation = this.all.find(([name]) => name === 'correlation_id')?.[1];
  }
}

function allFields(context: Context | undefined, format: ContextFormat): readonly ContextField[] {
  if (context === undefined) return [];
  const given = context as unknown as Readonly<Record<string, unknown>>;
  const { keys, limits, keepsValues } = format;
  const { redaction } = keys;
  const names = new Set<string>();
  const fields: ContextField[] = [];
  let left = 0;
  let charactersLeft = limits.lineBytes;
  for (const key of [...first, ...Object.keys(given).filter((each) => !isFirst(each))]) {
    const value = given[key];
    if (value === undefined) continue;
    if (fields.length >= limits.items || charactersLeft <= 0) {
      left++;
      continue;
    }
    let name = format.nameOf(keys.info(key).text);
    while (names.has(name)) name += '_';
    names.add(name);
    const writer = isPlain(key, value, format) ? undefined : new ValueWriter(keys, limits, keepsValues);
    const json = writer?.member(key, value, redaction.paths) ?? quotedString(String(value), redaction);
    charactersLeft -= json.length;
    if (!keepsValues) fields.push([name, json]);
    else fields.push([name, json, writer === undefined ? shownString(String(value), json, redaction) : writer.kept]);
  }
  if (left > 0 && !names.has('…')) fields.push(['…', String(left), left]);
  return fields;
}
