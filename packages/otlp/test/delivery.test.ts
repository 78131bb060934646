import { systemClock } from '@sightline/base';
import { createMetrics } from '@sightline/core';
import { fakeClock } from '@sightline/testing';
import { describe, expect, test } from 'vitest';
import { type Answer, attributesSize, type DeliveryOptions, delivery } from '../src/index.js';

const accepted: Answer = { kind: 'accepted', rejected: 0, message: '' };
const down: Answer = { kind: 'retryable', reason: 'connect ECONNREFUSED' };

/** A delivery of numbers to a collector that answers as a test wants. */
function setting(options: Partial<DeliveryOptions<number, readonly number[]>> = {}) {
  const clock = fakeClock();
  const lines: string[] = [];
  const write = (_fields: object, message: string): void => void lines.push(message);
  const requests: Array<readonly number[]> = [];
  const received: number[] = [];
  let answer: (items: readonly number[]) => Answer | Promise<Answer> = () => accepted;
  let endRequest: (() => void) | undefined;
  const numbers = delivery<number, readonly number[]>({
    signal: 'traces',
    subject: 'tracing',
    maxQueueSize: 10,
    maxBatchSize: 4,
    intervalMs: 1000,
    timeoutMs: 500,
    encode: (items) => items,
    transport: {
      async send(items) {
        requests.push(items);
        const ended = new Promise<Answer>((resolve) => {
          endRequest = () => resolve({ kind: 'unknown', reason: 'the connection was ended' });
        });
        const given = await Promise.race([answer(items), ended]);
        if (given.kind === 'accepted') received.push(...items);
        return given;
      },
      releaseIdleConnections() {},
      shutdown: () => endRequest?.(),
    },
    clock,
    log: { info: write, warn: write, error: write },
    ...options,
  });
  const settle = async <T>(promise: Promise<T>, ms = 60_000): Promise<T> => {
    let isDone = false;
    void promise.finally(() => {
      isDone = true;
    });
    for (let passed = 0; passed < ms && !isDone; passed += 50) await clock.advanceAsync(50);
    return promise;
  };
  return {
    clock,
    lines,
    numbers,
    requests,
    received,
    settle,
    answers(next: typeof answer) {
      answer = next;
    },
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('sends a full batch at once and a part of one when the interval is over', async () => {
  const { numbers, requests, clock } = setting();
  for (let i = 0; i < 5; i++) numbers.add(i);
  await turn();
  expect(requests).toEqual([[0, 1, 2, 3]]);
  await clock.advanceAsync(1000);
  await turn();
  expect(requests).toEqual([[0, 1, 2, 3], [4]]);
});

test('flush waits for a request that is under way, and for what is behind it', async () => {
  const { numbers, received, answers, settle } = setting();
  let answerNow: (answer: Answer) => void = () => {};
  answers(
    () =>
      new Promise((resolve) => {
        answerNow = resolve;
      }),
  );
  for (let i = 0; i < 6; i++) numbers.add(i);
  await turn();
  const flushed = numbers.flush({ timeoutMs: 400 });
  answers(() => accepted);
  answerNow(accepted);
  expect(await settle(flushed)).toEqual({ exported: 6, dropped: 0, pending: 0 });
  expect(received).toEqual([0, 1, 2, 3, 4, 5]);
});

test('flush of nothing is done at once', async () => {
  const { numbers, requests } = setting();
  expect(await numbers.flush({ timeoutMs: 1000 })).toEqual({ exported: 0, dropped: 0, pending: 0 });
  expect(requests).toEqual([]);
});

test('flush says what is still pending when its time is over', async () => {
  const { numbers, answers, settle } = setting();
  answers(() => new Promise(() => {}));
  for (let i = 0; i < 6; i++) numbers.add(i);
  expect(await settle(numbers.flush({ timeoutMs: 100 }))).toEqual({ exported: 0, dropped: 0, pending: 6 });
});

describe('A collector that is down', () => {
  test('gets the oldest items when it is back; what did not fit is counted; two lines are logged', async () => {
    const { numbers, received, answers, lines, clock } = setting();
    answers(() => down);
    for (let i = 0; i < 30; i++) {
      numbers.add(i);
      await clock.advanceAsync(1000);
      await turn();
    }
    answers(() => accepted);
    await clock.advanceAsync(6000);
    await turn();
    await clock.advanceAsync(1000);
    await turn();
    expect(received).toEqual(Array.from({ length: received.length }, (_, i) => i));
    const stats = numbers.stats();
    expect(stats.exported + stats.dropped).toBe(30);
    expect(stats.lost.queue_full).toBe(stats.dropped);
    expect(received.length).toBeGreaterThanOrEqual(10);
    expect(received.length).toBeLessThanOrEqual(14);
    expect(lines).toEqual([
      '[tracing] Sending spans failed: The collector cannot be reached: connect ECONNREFUSED. Further failures are not logged until it works again.',
      expect.stringMatching(
        `^\\[tracing\\] Sending spans works again after \\d+ s. Lost spans: ${stats.dropped} queue_full.$`,
      ),
    ]);
  });

  test('is asked after growing waits, not at every span', async () => {
    const { numbers, answers, requests, clock } = setting();
    answers(() => down);
    for (let i = 0; i < 10; i++) numbers.add(i);
    for (let ms = 0; ms < 20_000; ms += 100) await clock.advanceAsync(100);
    expect(requests.length).toBeGreaterThan(4);
    expect(requests.length).toBeLessThan(12);
  });

  test('is asked again after the time that it asked for, however long, and not before a flush ends', async () => {
    const { numbers, answers, requests, received, clock } = setting();
    answers(() => (requests.length === 1 ? { ...down, retryAfterMs: 150_000 } : accepted));
    numbers.add(1);
    await clock.advanceAsync(2000);
    const flushed = numbers.flush({ timeoutMs: 5000 });
    await clock.advanceAsync(5000);
    expect(await flushed).toEqual({ exported: 0, dropped: 0, pending: 1 });
    await clock.advanceAsync(140_000);
    expect(requests.length).toBe(1);
    await clock.advanceAsync(10_000);
    expect(received).toEqual([1]);
  });

  test('and asks to wait beyond the end costs shutdown no time', async () => {
    const { numbers, answers, requests, clock } = setting();
    answers(() => ({ ...down, retryAfterMs: 150_000 }));
    for (let i = 0; i < 6; i++) numbers.add(i);
    await clock.advanceAsync(2000);
    const startMs = clock.monotonicMs();
    expect(await numbers.shutdown({ timeoutMs: 5000 })).toEqual({ exported: 0, dropped: 6, pending: 0 });
    expect(clock.monotonicMs()).toBe(startMs);
    expect(requests.length).toBe(1);
  });

  test('costs shutdown one request, not the whole deadline', async () => {
    const { numbers, answers, requests, clock, lines } = setting();
    answers(() => down);
    for (let i = 0; i < 6; i++) numbers.add(i);
    await clock.advanceAsync(3000);
    const before = requests.length;
    const startMs = clock.monotonicMs();
    expect(await numbers.shutdown({ timeoutMs: 5000 })).toEqual({ exported: 0, dropped: 6, pending: 0 });
    expect(clock.monotonicMs()).toBe(startMs);
    expect(requests.length).toBe(before + 1);
    expect(lines.at(-1)).toBe('[tracing] 6 spans could not be delivered before shutdown.');
  });

  test('is waited for at shutdown when it was up until then', async () => {
    const { numbers, answers, received, settle } = setting();
    let failures = 1;
    answers(() => (failures-- > 0 ? down : accepted));
    numbers.add(1);
    expect(await settle(numbers.shutdown({ timeoutMs: 5000 }))).toEqual({ exported: 1, dropped: 0, pending: 0 });
    expect(received).toEqual([1]);
  });
});

test('a collector that hangs holds shutdown for its deadline at most', async () => {
  const { numbers, answers, settle, clock } = setting();
  answers(() => new Promise(() => {}));
  for (let i = 0; i < 6; i++) numbers.add(i);
  const startMs = clock.monotonicMs();
  expect(await settle(numbers.shutdown({ timeoutMs: 300 }))).toEqual({ exported: 0, dropped: 6, pending: 0 });
  expect(clock.monotonicMs() - startMs).toBe(300);
  expect(numbers.stats().lost).toMatchObject({ unconfirmed: 4, unsent: 2 });
});

test('what is refused for good is lost and not sent again', async () => {
  const { numbers, answers, requests, settle } = setting();
  answers((items) =>
    items.includes(0) ? { kind: 'refused', reason: 'the answer was 400', isTooLarge: false } : accepted,
  );
  for (let i = 0; i < 8; i++) numbers.add(i);
  expect(await settle(numbers.flush({ timeoutMs: 100 }))).toEqual({ exported: 4, dropped: 4, pending: 0 });
  expect(requests).toHaveLength(2);
});

test('a request that is too large is sent in parts', async () => {
  const { numbers, answers, received, settle } = setting();
  answers((items) =>
    items.length > 1 ? { kind: 'refused', reason: 'the answer was 413', isTooLarge: true } : accepted,
  );
  for (let i = 0; i < 4; i++) numbers.add(i);
  expect(await settle(numbers.flush({ timeoutMs: 100 }))).toEqual({ exported: 4, dropped: 0, pending: 0 });
  expect(received).toEqual([0, 1, 2, 3]);
});

test('what the collector rejects of a request is counted, and the rest is exported', async () => {
  const { numbers, answers, lines, settle } = setting();
  answers(() => ({ kind: 'accepted', rejected: 3, message: 'too old' }));
  for (let i = 0; i < 4; i++) numbers.add(i);
  expect(await settle(numbers.flush({ timeoutMs: 100 }))).toEqual({ exported: 1, dropped: 3, pending: 0 });
  expect(lines[0]).toContain('The collector rejected 3 of 4 spans: too old.');
});

test('what cannot be encoded is counted and warned about once, and costs nothing else of its batch', async () => {
  const { numbers, received, requests, lines, settle } = setting({
    encode: (items) => {
      if (items.some((item) => item % 3 === 0)) throw new Error('no such attribute');
      return items;
    },
  });
  for (let i = 0; i < 9; i++) numbers.add(i);
  expect(await settle(numbers.flush({ timeoutMs: 100 }))).toEqual({ exported: 6, dropped: 3, pending: 0 });
  expect(received).toEqual([1, 2, 4, 5, 7, 8]);
  expect(requests).toEqual([[1, 2], [4, 5, 7], [8]]);
  expect(numbers.stats().lost.unencodable).toBe(3);
  expect(lines).toEqual([
    '[tracing] Some spans cannot be encoded: no such attribute. Further ones are counted, not logged.',
  ]);
});

test('what can be encoded in parts only is sent in parts', async () => {
  const { numbers, requests, settle } = setting({
    encode: (items) => {
      if (items.length > 2) throw new RangeError('Invalid string length');
      return items;
    },
  });
  for (let i = 0; i < 4; i++) numbers.add(i);
  expect(await settle(numbers.flush({ timeoutMs: 100 }))).toEqual({ exported: 4, dropped: 0, pending: 0 });
  expect(requests).toEqual([
    [0, 1],
    [2, 3],
  ]);
});

test('counts into metrics what became of every item', async () => {
  const metrics = createMetrics();
  const { numbers, answers, settle } = setting({ metrics });
  answers((items) => (items.includes(0) ? { kind: 'unknown', reason: 'no answer' } : accepted));
  for (let i = 0; i < 12; i++) numbers.add(i);
  await settle(numbers.flush({ timeoutMs: 100 }));
  const exported = metrics.counter('sightline_otlp_exported_total', {
    help: 'Spans and log records that the OpenTelemetry collector accepted.',
    labelNames: ['signal'],
  });
  const lost = metrics.counter('sightline_otlp_lost_total', {
    help: 'Spans and log records that were not delivered, by reason.',
    labelNames: ['signal', 'reason'],
  });
  expect(exported.value({ signal: 'traces' })).toBe(6);
  expect(lost.value({ signal: 'traces', reason: 'unconfirmed' })).toBe(4);
  expect(lost.value({ signal: 'traces', reason: 'queue_full' })).toBe(2);
});

test('a timer that waits for a batch does not keep the process alive', () => {
  let unrefs = 0;
  const clock = {
    ...systemClock,
    setTimer: () => ({ cancel() {}, ref() {}, unref: () => void unrefs++ }),
  };
  setting({ clock }).numbers.add(1);
  expect(unrefs).toBe(1);
});

test('items added after the end are counted as lost', async () => {
  const { numbers } = setting();
  await numbers.shutdown({ timeoutMs: 10 });
  numbers.add(1);
  expect(numbers.stats()).toMatchObject({ dropped: 1, pending: 0 });
});

describe('the bytes of what waits', () => {
  const sized = { sizeOf: (size: number) => size, maxQueueBytes: 1000, maxQueueSize: 100 };

  test('are bounded, together with those under way, and what does not fit is counted', async () => {
    const { numbers, answers, received, clock } = setting(sized);
    answers(() => down);
    for (let i = 0; i < 8; i++) numbers.add(300);
    expect(numbers.stats()).toMatchObject({ pending: 3, lost: { queue_full: 5 } });
    await clock.advanceAsync(1000); // the batch is under way
    numbers.add(300);
    numbers.add(100);
    expect(numbers.stats()).toMatchObject({ pending: 4, lost: { queue_full: 6 } });
    answers(() => accepted);
    await clock.advanceAsync(60_000);
    numbers.add(1000);
    numbers.add(1);
    await clock.advanceAsync(60_000);
    expect(received).toEqual([300, 300, 300, 100, 1000]);
    numbers.add(1001);
    expect(numbers.stats()).toMatchObject({ exported: 5, pending: 0, lost: { queue_full: 8 } });
  });

  test('are free again when what waited was given up', async () => {
    const { numbers, answers, settle } = setting(sized);
    answers(() => down);
    for (let i = 0; i < 3; i++) numbers.add(300);
    await settle(numbers.shutdown({ timeoutMs: 100 }));
    expect(numbers.stats()).toMatchObject({ pending: 0, lost: { unsent: 3 } });
  });
});

test('the size of attributes is about that of their texts, and a sparse array takes no time', () => {
  const sparse: unknown[] = [];
  sparse.length = 4_000_000_000;
  expect(
    attributesSize({ text: 'x'.repeat(1000), list: ['y'.repeat(500), 1], nested: { more: 'z'.repeat(100) } }),
  ).toBeGreaterThan(1600);
  expect(attributesSize({ sparse })).toBeLessThan(100_000);
  expect(attributesSize(undefined)).toBe(0);
});

test('what cannot be prepared is counted as lost and logged once', async () => {
  const metrics = createMetrics({ backends: [] });
  const reasons = ['the trace id is none', 'again'];
  const prepare = (given: number): number => {
    const reason = reasons.shift();
    if (reason !== undefined) throw new Error(reason);
    return given;
  };
  const { numbers, lines, settle } = setting({ metrics, prepare });
  numbers.add(1);
  numbers.add(1);
  numbers.add(1);
  expect(await settle(numbers.flush({ timeoutMs: 1000 }))).toEqual({ exported: 1, dropped: 0, pending: 0 });
  expect(numbers.stats()).toMatchObject({ exported: 1, dropped: 2, lost: { unencodable: 2 } });
  expect(lines).toEqual([
    '[tracing] Some spans cannot be encoded: the trace id is none. Further ones are counted, not logged.',
  ]);
});

test('a request whose encoding never ends holds up a shutdown for no longer than its time, and its items count as unsent', async () => {
  const { numbers, settle, received } = setting({ encode: () => new Promise(() => {}) });
  numbers.add(1);
  expect(await settle(numbers.shutdown({ timeoutMs: 100 }), 1000)).toEqual({ exported: 0, dropped: 1, pending: 0 });
  expect(numbers.stats()).toMatchObject({ pending: 0, lost: { unsent: 1 } });
  expect(received).toEqual([]);
});
