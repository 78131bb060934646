import { createContext, runInContext } from 'node:vm';
import { context, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { runInSpan } from '@sightline/tracing';
import { describe, expect, test } from 'vitest';
import { recordedSpans } from '../fixtures/recorded-spans.js';

describe('a span ends', () => {
  test('when its function returns, with what that returned', () => {
    const { spans, only } = recordedSpans();
    expect(spans.span('work', () => 42)).toBe(42);
    expect(only()).toMatchObject({ name: 'work', status: { code: SpanStatusCode.UNSET } });
  });

  test('when its function throws, with the very error', () => {
    const { spans, only } = recordedSpans();
    const error = new TypeError('no');
    const failing = (): never => {
      throw error;
    };
    expect(() => spans.span('work', failing)).toThrow(error);
    expect(only()).toMatchObject({
      status: { code: SpanStatusCode.ERROR, message: 'no' },
      attributes: { 'error.type': 'TypeError' },
      events: [{ name: 'exception', attributes: { 'exception.type': 'TypeError', 'exception.message': 'no' } }],
    });
  });

  test('when its promise is fulfilled, not before', async () => {
    const { spans, ended } = recordedSpans();
    const { promise, resolve } = withResolvers<number>();
    const returned = spans.span('work', () => promise);
    expect(ended()).toEqual([]);
    resolve(1);
    await expect(returned).resolves.toBe(1);
    expect(ended()).toHaveLength(1);
  });

  test('when its promise is rejected, which the caller still sees', async () => {
    const { spans, only } = recordedSpans();
    const promise = Promise.reject(new RangeError('too far'));
    const returned = spans.span('work', () => promise);
    await expect(returned).rejects.toThrow('too far');
    expect(only()).toMatchObject({
      status: { code: SpanStatusCode.ERROR, message: 'too far' },
      attributes: { 'error.type': 'RangeError' },
    });
  });

  test('never, if its promise never settles', async () => {
    const { spans, ended } = recordedSpans();
    spans.span('work', () => new Promise(() => {}));
    await new Promise(setImmediate);
    expect(ended()).toEqual([]);
  });

  test('once, if the function ends it too', async () => {
    const { spans, ended } = recordedSpans();
    spans.span('sync', (span) => span.end());
    await spans.span('async', async (span) => span.end());
    const failing = spans.span('failing', async (span) => {
      span.end();
      throw new Error('late');
    });
    await expect(failing).rejects.toThrow('late');
    expect(ended().map(({ name, status }) => [name, status.code])).toEqual([
      ['sync', SpanStatusCode.UNSET],
      ['async', SpanStatusCode.UNSET],
      ['failing', SpanStatusCode.UNSET],
    ]);
  });

  test('with the promise of a subclass, or of another realm', async () => {
    class Cancelable<T> extends Promise<T> {}
    const { spans, ended } = recordedSpans();
    const subclassed = Cancelable.resolve(1);
    const external: Promise<number> = runInContext('Promise.reject(new Error("elsewhere"))', createContext());
    expect(spans.span('subclass', () => subclassed)).toBe(subclassed);
    await spans.span('realm', () => external).catch(() => {});
    await subclassed;
    expect(ended().map(({ name, status }) => [name, status.message])).toEqual(
      expect.arrayContaining([
        ['subclass', undefined],
        ['realm', 'elsewhere'],
      ]),
    );
  });
});

describe('a promise', () => {
  test('keeps what was added to it', async () => {
    const { spans } = recordedSpans();
    let isCancelled = false;
    const request = Object.assign(Promise.resolve('got'), {
      isDone: false,
      cancel: () => {
        isCancelled = true;
      },
    });
    const returned = spans.span('request', () => request);
    request.isDone = true;
    returned.cancel();
    expect([await returned, returned.isDone, isCancelled]).toEqual(['got', true, true]);
  });

  test('shows in the stack of its error who awaited it', async () => {
    const { spans } = recordedSpans();
    const failing = async (): Promise<never> => {
      await new Promise(setImmediate);
      throw new Error('deep');
    };
    async function whoAwaits(): Promise<void> {
      await spans.span('work', () => failing());
    }
    const error = await whoAwaits().catch((caught: unknown) => caught);
    expect((error as Error).stack).toContain('whoAwaits');
  });

  test('of a subclass ends every span around it, and has its own `then` back once it is awaited', async () => {
    class Cancelable<T> extends Promise<T> {}
    const { spans, ended } = recordedSpans();
    const promise = Cancelable.reject(new Error('no'));
    const outer = spans.span('outer', () => spans.span('inner', () => promise));
    expect(outer).toBe(promise);
    await expect(outer).rejects.toThrow('no');
    expect(ended().map(({ name, status }) => [name, status.message])).toEqual([
      ['inner', 'no'],
      ['outer', 'no'],
    ]);
    expect(Object.getOwnPropertyNames(promise)).toEqual([]);
  });

  test('of a subclass that refuses to be constructed again is left to its consumer', async () => {
    class Once extends Promise<number> {
      static hasOne = false;
      constructor(executor: ConstructorParameters<typeof Promise<number>>[0]) {
        if (Once.hasOne) throw new Error('only one');
        super(executor);
      }
    }
    const { spans } = recordedSpans();
    const only = new Once((resolve) => resolve(1));
    Once.hasOne = true;
    const returned = spans.span('work', () => only);
    expect(returned).toBe(only);
    expect(() => returned.then()).toThrow('only one');
  });
});

describe('a thenable that is no promise', () => {
  /** Runs its query when it is subscribed to, as query builders do. */
  function lazyQuery(outcome: () => unknown) {
    const query = {
      runs: 0,
      activeAtRun: undefined as string | undefined,
      // biome-ignore lint/suspicious/noThenProperty: that is what is tested
      then(onValue?: (value: unknown) => unknown, onError?: (error: unknown) => unknown): Promise<unknown> {
        query.runs++;
        query.activeAtRun = trace.getActiveSpan()?.spanContext().spanId;
        return new Promise((resolve) => resolve(outcome())).then(onValue, onError);
      },
    };
    return query;
  }

  test('stays the same object and is not run by the span', async () => {
    const { spans, ended } = recordedSpans();
    const query = lazyQuery(() => 'rows');
    const returned = spans.span('query', () => query);
    expect(returned).toBe(query);
    await new Promise(setImmediate);
    expect([query.runs, ended()]).toEqual([0, []]);
    expect(await returned).toBe('rows');
    expect(query.runs).toBe(1);
    expect(ended()).toHaveLength(1);
  });

  test('runs in the span, and its consumer where it was', async () => {
    const { spans, ended } = recordedSpans();
    const query = lazyQuery(() => 'rows');
    spans.span('query', () => query);
    let activeInConsumer: unknown = 'not called';
    await query.then(() => {
      activeInConsumer = trace.getActiveSpan();
    });
    expect(query.activeAtRun).toBe(ended()[0]?.spanContext().spanId);
    expect(activeInConsumer).toBeUndefined();
  });

  test('records its failure, and passes it on', async () => {
    const { spans, only } = recordedSpans();
    const query = lazyQuery(() => {
      throw new Error('syntax');
    });
    await expect(spans.span('query', () => query)).rejects.toThrow('syntax');
    expect(only().status).toEqual({ code: SpanStatusCode.ERROR, message: 'syntax' });
  });

  test('has its own `then` back after the first subscription', async () => {
    const { spans } = recordedSpans();
    class Query {
      // biome-ignore lint/suspicious/noThenProperty: that is what is tested
      then(onValue: (value: string) => unknown): void {
        onValue('rows');
      }
    }
    const query = new Query();
    expect(await spans.span('query', () => query)).toBe('rows');
    expect(Object.getOwnPropertyNames(query)).toEqual([]);
  });

  test('that is frozen ends its span at once', async () => {
    const { spans, ended } = recordedSpans();
    const query = Object.freeze(lazyQuery(() => 'rows'));
    expect(spans.span('query', () => query)).toBe(query);
    expect(ended()).toHaveLength(1);
  });

  test('that throws when it is subscribed to, or looked at, is the consumer’s matter', () => {
    const { spans, ended } = recordedSpans();
    const hostile = {
      // biome-ignore lint/suspicious/noThenProperty: that is what is tested
      get then(): never {
        throw new Error('do not look');
      },
    };
    expect(spans.span('hostile', () => hostile)).toBe(hostile);
    const broken = {
      // biome-ignore lint/suspicious/noThenProperty: that is what is tested
      then(): never {
        throw new Error('broken');
      },
    };
    const returned = spans.span('broken', () => broken);
    expect(() => returned.then()).toThrow('broken');
    expect(ended().map(({ status }) => status.message)).toEqual([undefined, 'broken']);
  });
});

describe('the span is active', () => {
  test('for the function and what it awaits, and is the object that the function gets', async () => {
    const { spans, ended } = recordedSpans();
    await spans.span('outer', async (outer) => {
      expect(trace.getActiveSpan()).toBe(outer);
      await new Promise(setImmediate);
      expect(trace.getActiveSpan()).toBe(outer);
      spans.span('inner', () => {});
      expect(trace.getActiveSpan()).toBe(outer);
    });
    expect(trace.getActiveSpan()).toBeUndefined();
    const [inner, outer] = ended();
    expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
    expect(inner?.spanContext().traceId).toBe(outer?.spanContext().traceId);
  });

  test('beside other values of the context, which stay', () => {
    const { spans } = recordedSpans();
    const key = Symbol('value');
    context.with(context.active().setValue(key, 'kept'), () => {
      spans.span('work', (span) => {
        const inside = context.active().setValue(Symbol('more'), 1);
        expect(inside.getValue(key)).toBe('kept');
        expect(trace.getSpan(inside)).toBe(span);
        expect(trace.getSpan(trace.deleteSpan(inside))).toBeUndefined();
        expect(trace.deleteSpan(inside).getValue(key)).toBe('kept');
        expect(inside.deleteValue(key).getValue(key)).toBeUndefined();
        expect(trace.getSpan(inside.deleteValue(key))).toBe(span);
      });
    });
  });

  test('for spans of any code', () => {
    const { provider, ended } = recordedSpans();
    const span = provider.getTracer('other').startSpan('raw');
    runInSpan(span, () => provider.getTracer('another').startSpan('child').end());
    expect(ended().map(({ name }) => name)).toEqual(['child', 'raw']);
    expect(ended()[0]?.parentSpanContext?.spanId).toBe(span.spanContext().spanId);
  });
});

test('a span processor that throws does not fail the work', async () => {
  const broken = {
    onStart: () => {},
    onEnd: () => {
      throw new Error('exporter');
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const { spans } = recordedSpans({ processors: [broken] });
  expect(spans.span('work', () => 1)).toBe(1);
  await expect(spans.span('work', async () => 2)).resolves.toBe(2);
});

test('a span that cannot be started does not fail the work', () => {
  const broken = {
    onStart: () => {
      throw new Error('exporter');
    },
    onEnd: () => {},
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const { spans } = recordedSpans({ processors: [broken] });
  expect(spans.span('work', () => 1)).toBe(1);
});

test('a span with a parent context is its child, not that of the active span', () => {
  const { spans } = recordedSpans();
  const caller = spans.startSpan('caller');
  spans.span('active', () => {
    const child = spans.startSpan('child', { parent: trace.setSpan(ROOT_CONTEXT, caller) });
    expect(child.spanContext().traceId).toBe(caller.spanContext().traceId);
    const inner = spans.span('inner', { parent: trace.setSpan(ROOT_CONTEXT, caller) }, (span) => span.spanContext());
    expect(inner.traceId).toBe(caller.spanContext().traceId);
    const wrong = spans.startSpan('wrong', { parent: {} as never });
    expect(wrong.spanContext().traceId).toBe(trace.getActiveSpan()?.spanContext().traceId);
  });
});

/** `Promise.withResolvers` of newer Node.js. */
function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
