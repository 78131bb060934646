import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rounds } from '../../../../scripts/rounds.js';
import type { DeliveredMessage } from '../../src/model/message.js';
import { available, broadcasting } from './broadcasting.js';

const payloads = (messages: readonly DeliveredMessage[]): readonly unknown[] => messages.map(({ payload }) => payload);

test('a subscriber gets the messages from now on', async () => {
  const { broadcaster } = broadcasting();
  broadcaster.publish('events', { type: 'Test', payload: 'before' });
  const messages = broadcaster.subscribe('events');
  const first = messages.next();
  broadcaster.publish('commands', { type: 'Test', payload: 'elsewhere' });
  broadcaster.publish('events', { type: 'Test', payload: 'after' });
  expect((await first).value).toMatchObject({ payload: 'after', droppedBefore: 0 });
});

test('each of several subscribers gets all', async () => {
  const { broadcaster } = broadcasting();
  const subscribers = [1, 2, 3].map(() => broadcaster.subscribe('events'));
  for (let i = 0; i < 3; i++) broadcaster.publish('events', { type: 'Test', payload: i });
  for (const messages of subscribers) expect(payloads(await available(messages))).toEqual([0, 1, 2]);
  expect(broadcaster.statistics()[0]?.subscribers).toBe(3);
});

test('several requests for the next message are answered in order', async () => {
  const { broadcaster } = broadcasting();
  const messages = broadcaster.subscribe('events');
  const requests = [messages.next(), messages.next(), messages.next()];
  for (let i = 0; i < 3; i++) broadcaster.publish('events', { type: 'Test', payload: i });
  expect((await Promise.all(requests)).map(({ value }) => value?.payload)).toEqual([0, 1, 2]);
});

test('a subscriber of a type gets only that', async () => {
  const { broadcaster } = broadcasting();
  const messages = broadcaster.subscribe('events', { type: 'B' });
  for (const type of ['A', 'B', 'A', 'B', 'C']) broadcaster.publish('events', { type });
  const got = await available(messages);
  expect(got.map(({ type, droppedBefore }) => [type, droppedBefore])).toEqual([
    ['B', 0],
    ['B', 0],
  ]);
});

test('a slow subscriber loses the oldest and learns how many of its type', async () => {
  const { broadcaster } = broadcasting({ maxMessages: 4 });
  const messages = broadcaster.subscribe('events', { type: 'B' });
  for (let i = 0; i < 12; i++) broadcaster.publish('events', { type: i % 2 === 0 ? 'A' : 'B', payload: i });
  const [first, second] = await available(messages);
  expect(first).toMatchObject({ payload: 9, droppedBefore: 4 });
  expect(second).toMatchObject({ payload: 11, droppedBefore: 0 });
});

test('of more than it may get in a second a subscriber gets the newest in the next one, and learns how many not', async () => {
  const { broadcaster, clock } = broadcasting();
  const messages = broadcaster.subscribe('events', { maxPerSecond: 5 });
  const first = messages.next();
  for (let i = 0; i < 100; i++) broadcaster.publish('events', { type: 'Test', payload: i });
  expect((await first).value?.payload).toBe(0);
  expect(payloads(await available(messages, 4))).toEqual([1, 2, 3, 4]);
  const next = messages.next();
  expect(clock.timers).toEqual([{ dueInMs: 1000, isRef: false }]);
  clock.advance(1000);
  expect((await next).value).toMatchObject({ payload: 95, droppedBefore: 90 });
  expect(payloads(await available(messages, 4))).toEqual([96, 97, 98, 99]);
  expect(clock.timers).toEqual([]);
});

test('a burst within the rate is delivered in full', async () => {
  const { broadcaster, clock } = broadcasting();
  const messages = broadcaster.subscribe('events', { maxPerSecond: 5 });
  const requests = Array.from({ length: 9 }, () => messages.next());
  for (let i = 0; i < 9; i++) broadcaster.publish('events', { type: 'Test', payload: i });
  clock.advance(1000);
  const got = await Promise.all(requests);
  expect(got.map(({ value }) => value?.payload)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

test('a subscriber resumes after the last message it got, without loss or repeat', async () => {
  const { broadcaster } = broadcasting();
  const before = broadcaster.subscribe('events');
  for (let i = 0; i < 10; i++) broadcaster.publish('events', { type: 'Test', payload: i });
  const got = await available(before, 4);
  await before.return?.();
  const after = broadcaster.subscribe('events', { after: got.at(-1)?.id });
  broadcaster.publish('events', { type: 'Test', payload: 10 });
  expect(payloads([...got, ...(await available(after))])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('all that is kept is delivered to a subscriber that resumes, even if that takes seconds', async () => {
  const { broadcaster, clock } = broadcasting();
  for (let i = 0; i < 1000; i++) broadcaster.publish('events', { type: 'Test', payload: i });
  const messages = broadcaster.subscribe('events', { after: 'boot:100', maxPerSecond: 300 });
  const got: DeliveredMessage[] = [];
  for (let next = messages.next(); got.length < 999; next = messages.next()) {
    if (got.length % 300 === 0) clock.advance(1000);
    const { value } = await next;
    if (value !== undefined) got.push(value);
  }
  expect(payloads(got)).toEqual(Array.from({ length: 999 }, (_, i) => i + 1));
  expect(got.every(({ droppedBefore }) => droppedBefore === 0)).toBe(true);
});

test('a subscriber that resumes too late learns how many are lost', async () => {
  const { broadcaster } = broadcasting({ maxMessages: 3 });
  for (let i = 0; i < 10; i++) broadcaster.publish('events', { type: 'Test', payload: i });
  const [first] = await available(broadcaster.subscribe('events', { after: 'boot:200' }));
  expect(first).toMatchObject({ payload: 7, droppedBefore: 5 });
  expect(first).not.toHaveProperty('isLossUnknown');
});

test.each([
  ['of another boot', 'earlier:200', undefined],
  ['of another topic', 'boot:201', undefined],
  ['that does not exist yet', 'boot:99900', undefined],
  ['that is none', 'constructor', undefined],
  ['no longer kept, for a type', 'boot:100', 'Test'],
])('an id %s resumes at the oldest message, with an unknown loss', async (_what, after, type) => {
  const { broadcaster } = broadcasting({ maxMessages: 3 });
  for (let i = 0; i < 5; i++) broadcaster.publish('events', { type: 'Test', payload: i });
  const got = await available(broadcaster.subscribe('events', { after, type }));
  expect(payloads(got)).toEqual([2, 3, 4]);
  expect(got.map(({ isLossUnknown }) => isLossUnknown)).toEqual([true, undefined, undefined]);
});

test('an iterator ends when it is returned, aborted, or the broadcaster shuts down', async () => {
  const { broadcaster, clock } = broadcasting();
  const abort = new AbortController();
  const returned = broadcaster.subscribe('events');
  const aborted = broadcaster.subscribe('events', { signal: abort.signal, maxPerSecond: 1 });
  const shutDown = broadcaster.subscribe('events');
  for (const payload of [1, 2]) broadcaster.publish('events', { type: 'Test', payload });
  await aborted.next();
  const waiting = aborted.next();
  expect(clock.timers).toHaveLength(1);
  await returned.return?.();
  abort.abort();
  broadcaster.shutdown();
  expect(await waiting).toEqual({ value: undefined, done: true });
  for (const messages of [returned, aborted, shutDown]) expect((await messages.next()).done).toBe(true);
  expect(broadcaster.statistics()[0]?.subscribers).toBe(0);
  expect(clock.timers).toEqual([]);
});

test('a subscription with an aborted signal has ended', async () => {
  const { broadcaster } = broadcasting();
  const messages = broadcaster.subscribe('own', { signal: AbortSignal.abort() });
  expect((await messages.next()).done).toBe(true);
  broadcaster.publish('own', { type: 'Test' });
  expect(broadcaster.statistics()[4]?.subscribers).toBe(0);
});

const step = fc.oneof(
  fc.record({
    kind: fc.constant('publish' as const),
    type: fc.constantFrom('A', 'B', 'C'),
    count: fc.integer({ min: 1, max: 12 }),
  }),
  fc.record({ kind: fc.constant('read' as const), subscriber: fc.nat(3), count: fc.integer({ min: 1, max: 8 }) }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 1500 }) }),
);

test('received + dropped = published, for each of several subscribers with types and rates, however slow', {
  timeout: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 10 }), async (steps, maxMessages) => {
      const { broadcaster, clock } = broadcasting({ maxMessages });
      const subscribers = [
        { type: undefined, maxPerSecond: 500 },
        { type: 'A', maxPerSecond: 500 },
        { type: 'B', maxPerSecond: 2 },
        { type: undefined, maxPerSecond: 3 },
      ].map((options) => ({
        options,
        messages: broadcaster.subscribe('events', options),
        got: [] as DeliveredMessage[],
      }));
      const published: string[] = [];
      /** Requests that are not answered yet. */
      const requests: Array<Promise<void>> = [];
      const read = ({ messages, got }: (typeof subscribers)[number], count: number): void => {
        for (let i = 0; i < count; i++) {
          requests.push(
            messages.next().then(({ value }) => {
              if (value !== undefined) got.push(value);
            }),
          );
        }
      };
      for (const each of steps) {
        if (each.kind === 'wait') clock.advance(each.ms);
        else if (each.kind === 'read')
          for (const subscriber of subscribers.slice(each.subscriber, each.subscriber + 1))
            read(subscriber, each.count);
        else
          for (let i = 0; i < each.count; i++) {
            published.push(each.type);
            broadcaster.publish('events', { type: each.type, payload: published.length });
          }
      }
      const lasts: number[] = [];
      for (const subscriber of subscribers) {
        // A message says what was dropped before it, so each subscriber needs a last one.
        const type = subscriber.options.type ?? 'C';
        const last = published.push(type);
        lasts.push(last);
        broadcaster.publish('events', { type, payload: last });
        read(subscriber, 200);
        while (subscriber.got.at(-1)?.payload !== last) await clock.advanceAsync(500);
      }
      for (const [i, { options, got: all }] of subscribers.entries()) {
        const got = all.filter(({ payload }) => Number(payload) <= (lasts[i] ?? 0));
        const matching = published
          .slice(0, lasts[i])
          .filter((type) => options.type === undefined || type === options.type).length;
        const dropped = got.reduce((sum, { droppedBefore }) => sum + droppedBefore, 0);
        expect(got.length + dropped).toBe(matching);
        const numbers = got.map(({ payload }) => Number(payload));
        expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
      }
      broadcaster.shutdown();
      await Promise.all(requests);
    }),
    { numRuns: rounds(500) },
  );
});
