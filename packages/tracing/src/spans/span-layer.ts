import { type Context, type Span, trace } from '@opentelemetry/api';

/**
 * `context` with `span` as its active span, as `trace.setSpan`, but without a copy of a Map for each span.
 * A span within a span replaces the layer, so a look-up passes one layer at most.
 */
export function contextWithSpan(context: Context, span: Span): Context {
  return new SpanLayer(context instanceof SpanLayer ? context.base : context, span);
}

class SpanLayer implements Context {
  readonly base: Context;
  readonly #span: Span;

  constructor(base: Context, span: Span) {
    this.base = base;
    this.#span = span;
  }

  getValue(key: symbol): unknown {
    return key === spanKey ? this.#span : this.base.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    if (key === spanKey) return new SpanLayer(this.base, value as Span);
    return new SpanLayer(this.base.setValue(key, value), this.#span);
  }

  deleteValue(key: symbol): Context {
    if (key === spanKey) return this.base.deleteValue(key);
    return new SpanLayer(this.base.deleteValue(key), this.#span);
  }
}

// The API does not export its key, so it is read from a call of `setSpan`.
const spanKey = keyUsedBySetSpan();

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
