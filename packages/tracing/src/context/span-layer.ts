import { type Context, createContextKey, type Span, trace } from '@opentelemetry/api';
import type { Context as Fields } from '@sightline/context';

/**
 * `context` with `span` as its active span, as `trace.setSpan`, but without a copy of a Map for each span.
 * A span within a span replaces the layer, so a look-up passes one layer at most.
 */
export function contextWithSpan(context: Context, span: Span): Context {
  return context instanceof ContextLayer
    ? new ContextLayer(context.base, span, context.fields)
    : new ContextLayer(context, span, undefined);
}

/** `context` for code that runs with these fields of ours; `undefined` for none, whatever fields `context` was made with. */
export function contextWithFields(context: Context, fields: Fields | undefined): Context {
  const given = fields ?? null;
  return context instanceof ContextLayer
    ? new ContextLayer(context.base, context.span, given)
    : new ContextLayer(context, undefined, given);
}

/** The fields that a context was made with; `null` for none, `undefined` if it leaves those of its user as they are. */
export function fieldsOf(context: Context): Fields | null | undefined {
  return context instanceof ContextLayer && context.fields !== undefined
    ? context.fields
    : (context.getValue(fieldsKey) as Fields | null | undefined);
}

class ContextLayer implements Context {
  readonly base: Context;
  readonly span: Span | undefined;
  readonly fields: Fields | null | undefined;

  constructor(base: Context, span: Span | undefined, fields: Fields | null | undefined) {
    this.base = base;
    this.span = span;
    this.fields = fields;
  }

  getValue(key: symbol): unknown {
    if (key === spanKey && this.span !== undefined) return this.span;
    if (key === fieldsKey && this.fields !== undefined) return this.fields;
    return this.base.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    if (key === spanKey && value !== undefined) return new ContextLayer(this.base, value as Span, this.fields);
    return new ContextLayer(this.base.setValue(key, value), key === spanKey ? undefined : this.span, this.fields);
  }

  deleteValue(key: symbol): Context {
    return new ContextLayer(this.base.deleteValue(key), key === spanKey ? undefined : this.span, this.fields);
  }
}

/** Under which a context has our fields. Equal in every copy of this package: the API uses Symbol.for. */
export const fieldsKey: symbol = createContextKey('sightline.tracing.fields.v1');

/** Under which a context has its span. The API does not export its key, so it is read from a call of `setSpan`. */
export const spanKey: symbol = keyUsedBySetSpan();

function keyUsedBySetSpan(): symbol {
  let used: symbol | undefined;
  const listening: Context = {
    getValue: () => undefined,
    setValue(key) {
      used = key;
      return listening;
    },
    deleteValue: () => listening,
  };
  trace.setSpan(listening, trace.wrapSpanContext({ traceId: '', spanId: '', traceFlags: 0 }));
  if (used === undefined)
    throw new Error('[tracing] This version of @opentelemetry/api keeps the active span elsewhere.');
  return used;
}
