import { EventEmitter } from 'node:events';
import { context, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { bindContext, currentContext, runWithContext, runWithoutContext } from '@sightline/context';
import { afterAll, describe, expect, test } from 'vitest';
import { ContextManager } from '../../src/tracer/index.js';

const key = createContextKey('test');
const withValue = (value: unknown) => ROOT_CONTEXT.setValue(key, value);

describe.each([
  ['our context manager', () => new ContextManager()],
  ['that of OpenTelemetry', () => new AsyncLocalStorageContextManager()],
])('%s', (_name, create) => {
  const manager = create();
  const value = (): unknown => manager.active().getValue(key);

  test('has the root context outside of any', () => {
    expect(manager.active()).toBe(ROOT_CONTEXT);
  });

  test('passes this, arguments and the result, and throws what the function throws', () => {
    const self = { factor: 2 };
    const double = function (this: typeof self, n: number): number {
      return this.factor * n;
    };
    expect(manager.with(ROOT_CONTEXT, double as () => number, self, ...([21] as unknown as []))).toBe(42);
    const fail = (): never => {
      throw new Error('no');
    };
    expect(() => manager.with(ROOT_CONTEXT, fail)).toThrow('no');
  });

  test('follows asynchronous code, and is the one before again after it', async () => {
    await manager.with(withValue(1), async () => {
      await new Promise((resolve) => setImmediate(resolve));
      expect(value()).toBe(1);
      manager.with(withValue(2), () => expect(value()).toBe(2));
      expect(value()).toBe(1);
    });
    expect(value()).toBeUndefined();
  });

  test('is the very object that was given', () => {
    const given = withValue(1);
    manager.with(given, () => expect(manager.active()).toBe(given));
  });

  test('binds functions with their number of parameters and this', () => {
    const bound = manager.bind(withValue(1), function (this: unknown, _a: number, _b: number) {
      return [this, value()];
    });
    expect(bound).toHaveLength(2);
    const self = {};
    expect(bound.call(self, 1, 2)).toEqual([self, 1]);
    expect(manager.bind(ROOT_CONTEXT, 7)).toBe(7);
  });

  test('binds emitters: the same object, whose listeners can be removed', () => {
    const emitter = new EventEmitter();
    expect(manager.bind(withValue(1), emitter)).toBe(emitter);
    const seen: unknown[] = [];
    const listener = (): void => void seen.push(value());
    for (const add of ['on', 'addListener', 'once', 'prependListener', 'prependOnceListener'] as const) {
      emitter[add]('event', listener);
      emitter.emit('event');
      emitter.off('event', listener);
      emitter.removeListener('event', listener);
      expect(emitter.listenerCount('event')).toBe(0);
    }
    expect(seen).toEqual([1, 1, 1, 1, 1]);
  });

  test('removes all listeners of an emitter, of one event or of all', () => {
    const emitter = manager.bind(withValue(1), new EventEmitter());
    const listener = (): void => {};
    emitter.on('a', listener).on('b', listener);
    emitter.removeAllListeners('a');
    expect([emitter.listenerCount('a'), emitter.listenerCount('b')]).toEqual([0, 1]);
    emitter.removeAllListeners();
    expect(emitter.listenerCount('b')).toBe(0);
    emitter.on('a', listener);
    emitter.off('a', listener);
    expect(emitter.listenerCount('a')).toBe(0);
  });

  test('an emitter that is bound again does not wrap its listeners twice', () => {
    const emitter = manager.bind(withValue(2), manager.bind(withValue(1), new EventEmitter()));
    const seen: unknown[] = [];
    emitter.on('event', () => seen.push(value()));
    emitter.emit('event');
    expect(seen).toEqual([1]);
  });

  test('runs a function without a context if it is given none', () => {
    const none = undefined as unknown as typeof ROOT_CONTEXT;
    expect(manager.with(withValue(1), () => manager.with(none, value))).toBe(undefined);
  });

  test('attaches a context until it is disposed of', () => {
    manager.with(withValue(1), () => {
      const token = manager.attach(withValue(2));
      expect(value()).toBe(2);
      token.dispose();
      token.dispose();
      expect(value()).toBe(1);
    });
  });

  test('is without context after it is disabled', () => {
    manager.with(withValue(1), () => {
      manager.disable();
      expect(manager.active()).toBe(ROOT_CONTEXT);
    });
    manager.enable();
  });
});

test('a listener that is added by a listener of newListener is bound, too', () => {
  const manager = new ContextManager();
  const emitter = manager.bind(withValue(1), new EventEmitter());
  const values: unknown[] = [];
  const push = (): void => void values.push(manager.active().getValue(key));
  emitter.once('newListener', () => emitter.on('x', push));
  emitter.on('x', push);
  emitter.emit('x');
  expect(values).toEqual([1, 1]);
});

test('an emitter whose methods call each other binds a listener once, so that it can be removed', () => {
  class Forwarding extends EventEmitter {
    override on(event: string, listener: (...args: unknown[]) => void): this {
      return this.addListener(event, listener);
    }
    override addListener(event: string, listener: (...args: unknown[]) => void): this {
      return super.prependListener(event, listener);
    }
  }
  const emitter = new ContextManager().bind(withValue(1), new Forwarding());
  const listener = (): void => {};
  emitter.on('x', listener);
  emitter.off('x', listener);
  expect(emitter.listenerCount('x')).toBe(0);
});

test('a listener that is added in three ways is called three times, and removed with those that are left', () => {
  const manager = new ContextManager();
  const emitter = manager.bind(withValue(1), new EventEmitter());
  const values: unknown[] = [];
  const listener = (): void => void values.push(manager.active().getValue(key));
  emitter.prependListener('x', listener);
  emitter.once('x', listener);
  emitter.prependOnceListener('x', listener);
  emitter.emit('x');
  emitter.off('x', listener);
  expect([values, emitter.listenerCount('x')]).toEqual([[1, 1, 1], 0]);
});

test('a listener that is added twice to an emitter is called twice, and removed one by one', () => {
  const emitter = new ContextManager().bind(withValue(1), new EventEmitter());
  let calls = 0;
  const listener = (): void => void calls++;
  emitter.on('event', listener).on('event', listener);
  emitter.emit('event');
  emitter.off('event', listener);
  emitter.emit('event');
  emitter.off('event', listener);
  emitter.emit('event');
  expect(calls).toBe(3);
});

describe('fields in the storage of the context', () => {
  context.setGlobalContextManager(new ContextManager());
  afterAll(() => context.disable());
  const user = (): string | undefined => currentContext()?.user_id;
  const inRequest = <T>(id: string, fn: () => T): T => runWithContext({ user_id: id }, fn);

  test('follow the context that a function is bound to', () => {
    const bound = inRequest('anna', () => context.bind(context.active(), user));
    expect(bound()).toBe('anna');
    expect(inRequest('ben', bound)).toBe('anna');
  });

  test('follow the context that a span or a value was added to', () => {
    const active = inRequest('anna', () => context.active().setValue(key, 1));
    expect(inRequest('ben', () => context.with(active, user))).toBe('anna');
  });

  test('follow the listeners of an emitter', () => {
    const emitter = inRequest('anna', () => context.bind(context.active(), new EventEmitter()));
    const seen: unknown[] = [];
    emitter.on('event', () => seen.push(user()));
    inRequest('ben', () => emitter.emit('event'));
    expect(seen).toEqual(['anna']);
  });

  test('of the caller stay under ROOT_CONTEXT and under any context without fields', () => {
    inRequest('anna', () => {
      expect(context.with(ROOT_CONTEXT, user)).toBe('anna');
      expect(context.with(withValue(1), user)).toBe('anna');
    });
  });

  test('that change within a span do not change the span’s context', () => {
    context.with(withValue('span'), () => {
      inRequest('anna', () => {
        expect(context.active().getValue(key)).toBe('span');
        const outer = context.active();
        inRequest('ben', () => {
          expect(context.with(outer, user)).toBe('anna');
          expect(context.active().getValue(key)).toBe('span');
        });
      });
    });
  });

  test('are gone in runWithoutContext, also within a context that has them', () => {
    inRequest('anna', () => {
      expect(runWithoutContext(user)).toBeUndefined();
      context.with(context.active(), () => expect(runWithoutContext(user)).toBeUndefined());
    });
  });

  test('bound by bindContext leave the active context of the caller', () => {
    const bound = inRequest('anna', () => bindContext(() => [user(), context.active().getValue(key)]));
    expect(context.with(withValue('caller'), bound)).toEqual(['anna', 'caller']);
  });

  test('cross timers and promises with the context', async () => {
    await inRequest('anna', () =>
      context.with(withValue(1), async () => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        expect([user(), context.active().getValue(key)]).toEqual(['anna', 1]);
      }),
    );
  });
});
