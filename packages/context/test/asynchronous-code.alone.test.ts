import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter, on, once } from 'node:events';
import { Readable, Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay, setImmediate as immediate } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, test, vi } from 'vitest';
import { bindContext, currentContext, runWithContext } from '../src/index.js';

const user = (): string | undefined => currentContext()?.user_id;
const asUser = <T>(user_id: string, fn: () => T): T => runWithContext({ user_id }, fn);

describe('a context survives', () => {
  test.each<[string, (done: () => void) => void]>([
    ['setTimeout', (done) => setTimeout(done, 0)],
    ['setImmediate', (done) => setImmediate(done)],
    ['process.nextTick', (done) => process.nextTick(done)],
    ['queueMicrotask', (done) => queueMicrotask(done)],
    ['a promise', (done) => void Promise.resolve().then(done)],
  ])('%s', async (_, schedule) => {
    const seen = await asUser('u', () => new Promise((resolve) => schedule(() => resolve(user()))));
    expect(seen).toBe('u');
  });

  test('awaits, in requests that interleave', async () => {
    const request = (id: string) =>
      asUser(id, async () => {
        const seen = [user()];
        await delay(1);
        seen.push(user());
        await Promise.all([immediate(), asUser(`${id}-child`, () => delay(1))]);
        seen.push(user());
        return seen;
      });
    const ids = ['a', 'b', 'c', 'd'];
    expect(await Promise.all(ids.map(request))).toEqual(ids.map((id) => [id, id, id]));
  });

  test('a rejected promise', async () => {
    await asUser('u', async () => {
      await Promise.reject(new Error('x')).catch(() => expect(user()).toBe('u'));
      expect(user()).toBe('u');
    });
  });

  test('the consumer of an async iterator', async () => {
    async function* produce(): AsyncGenerator<number> {
      for (let i = 0; i < 3; i++) {
        await immediate();
        yield i;
      }
    }
    const produced = produce();
    const seen: unknown[] = [];
    await asUser('u', async () => {
      for await (const item of produced) seen.push([item, user()]);
    });
    expect(seen).toEqual([0, 1, 2].map((item) => [item, 'u']));
  });

  test('a pipeline of streams and generators', async () => {
    const seen = new Set<string | undefined>();
    const note = (): void => void seen.add(user());
    await asUser('u', async () => {
      await pipeline(
        Readable.from(
          (async function* () {
            for (const text of ['a', 'b', 'c']) {
              await immediate();
              note();
              yield text;
            }
          })(),
        ),
        new Transform({
          transform(chunk, _, done) {
            note();
            setImmediate(done, null, chunk);
          },
        }),
        async function* (source: AsyncIterable<unknown>) {
          for await (const chunk of source) {
            note();
            yield chunk;
          }
        },
        new Writable({
          write(_, __, done) {
            note();
            done();
          },
        }),
      );
      note();
    });
    expect([...seen]).toEqual(['u']);
  });

  test('events.on and events.once', async () => {
    const emitter = new EventEmitter();
    const seen = asUser('u', async () => {
      await once(emitter, 'ready');
      const first = user();
      for await (const _ of on(emitter, 'item')) return [first, user()];
      return [];
    });
    emitter.emit('ready');
    await immediate();
    emitter.emit('item');
    expect(await seen).toEqual(['u', 'u']);
  });
});

describe('a context does not follow', () => {
  test("an emitter's listener, which runs in the context of the emitter, unless it is bound", () => {
    const emitter = new EventEmitter();
    const seen: unknown[] = [];
    asUser('listener', () => {
      emitter.on('message', () => seen.push(['plain', user()]));
      emitter.on(
        'message',
        bindContext(() => seen.push(['bound', user()])),
      );
    });
    asUser('emitter', () => emitter.emit('message'));
    emitter.emit('message');
    expect(seen).toEqual([
      ['plain', 'emitter'],
      ['bound', 'listener'],
      ['plain', undefined],
      ['bound', 'listener'],
    ]);
  });

  test('a message to another thread or port: its receiver starts a run from what the message says', async () => {
    const { port1, port2 } = new MessageChannel();
    const received = new Promise((resolve) => {
      port2.on('message', (message: { user_id: string }) => {
        resolve([user(), asUser(message.user_id, user)]);
      });
    });
    asUser('sender', () => port1.postMessage({ user_id: 'sender' }));
    expect(await received).toEqual([undefined, 'sender']);
    port1.close();
  });
});

describe('bindContext', () => {
  test('passes this, arguments, result and exceptions through', () => {
    class Handler {
      readonly offset = 10;
      add(by: number): number {
        if (by < 0) throw new RangeError('negative');
        return this.offset + by;
      }
    }
    const bound = asUser('u', () => bindContext(Handler.prototype.add));
    expect(bound.call(new Handler(), 5)).toBe(15);
    expect(() => bound.call(new Handler(), -1)).toThrow(RangeError);
    expect(currentContext()).toBeUndefined();
  });

  test('keeps name and number of parameters, by which frameworks distinguish handlers', () => {
    const bound = bindContext(function onError(_error: Error, _request: object, _response: object, _next: object) {});
    expect([bound.name, bound.length]).toEqual(['onError', 4]);
  });

  test('bound outside of any context the function runs without one', () => {
    const bound = bindContext(user);
    expect(asUser('u', () => bound())).toBeUndefined();
  });

  test("leaves other libraries' stores alone", () => {
    const other = new AsyncLocalStorage<string>();
    const bound = asUser('u', () => bindContext(() => [user(), other.getStore()]));
    expect(other.run('theirs', bound)).toEqual(['u', 'theirs']);
  });
});

test('two copies of the package share contexts', async () => {
  vi.resetModules();
  const copy = await import('../src/index.js');
  expect(copy.runWithContext).not.toBe(runWithContext);
  asUser('u', () => {
    expect(copy.currentContext()).toBe(currentContext());
    copy.runWithContext({ run_id: 'r' }, () => expect(currentContext()).toMatchObject({ user_id: 'u', run_id: 'r' }));
  });
});
