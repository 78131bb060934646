import { createMetrics } from '@sightline/core';
import { describe, expect, test } from 'vitest';
import { heldBytes } from '../../../../scripts/held-memory.js';
import { embeddedLimits, viewerLimits } from '../../src/store/index.js';
import { type TestStore, testStore } from './test-store.js';

interface Held {
  readonly estimated: number;
  readonly real: number;
}

/** What a store holds in fact. */
async function heldBy(fill: (own: TestStore) => void): Promise<Held> {
  const own = testStore();
  fill(own);
  const estimated = own.store.bytes;
  const before = await heldBytes();
  forget(own);
  const real = before - (await heldBytes());
  return { estimated, real };
}

/** The clock and the API of a test store are small; the store is what is let go. */
function forget(own: TestStore): void {
  for (const name of Object.keys(own)) Reflect.set(own, name, undefined);
}

describe('the estimate is on the safe side of the real heap, and not far from it', () => {
  test.each([
    ['spans with five attributes', manySpans(20_000, (i) => ({ attributes: usual(i) }))],
    [
      'spans with long and unusual texts',
      manySpans(3000, (i) => ({ attributes: { url: `https://example.com/ä/${i}/`.padEnd(1500, `${i} `) } })),
    ],
    [
      'spans with many numbers',
      manySpans(5000, (i) => ({
        attributes: Object.fromEntries(Array.from({ length: 30 }, (_, k) => [`n${k}`, i + k / 7])),
      })),
    ],
    [
      'traces of a single span',
      (own: TestStore) => {
        for (let i = 1; i <= 20_000; i++) own.span({ trace: i, id: i });
      },
    ],
    [
      'spans with nested values',
      manySpans(3000, (i) => ({ attributes: { a: { b: [{ c: `${i}` }, [i, i + 1]], d: { e: `${i}-x` } } } })),
    ],
    [
      'log lines',
      (own: TestStore) => {
        for (let i = 0; i < 10_000; i++)
          own.log({ body: `Line ${i} `.padEnd(300, 'x'), attributes: Object.entries(usual(i)).flat() });
      },
    ],
  ])('%s', async (_, fill) => {
    const { estimated, real } = await heldBy(fill);
    expect(estimated).toBeGreaterThan(real);
    expect(estimated).toBeLessThan(3 * real);
  });

  test('histories of metrics', async () => {
    const { estimated, real } = await heldBy((own) => {
      const metrics = createMetrics({ clock: own.clock });
      const counter = metrics.counter('c_total', { help: 'C.', labelNames: ['n'] });
      const histogram = metrics.histogram('h', { help: 'H.', labelNames: ['n'] });
      for (let read = 0; read < 5; read++) {
        for (let n = 0; n < 500; n++) {
          counter.inc({ n: `number ${n}` });
          histogram.observe({ n: `number ${n}` }, n);
        }
        own.clock.advance(1000);
        own.store.intake.families(metrics.snapshot().families, own.clock.now(), own.source('a'));
      }
    });
    expect(estimated).toBeGreaterThan(real);
    expect(estimated).toBeLessThan(3 * real);
  });

  test('statistics of many operations over an hour', async () => {
    const { estimated, real } = await heldBy((own) => {
      for (let minute = 0; minute < 60; minute++) {
        own.clock.advance(60_000);
        for (let i = 0; i < 100; i++) {
          const atMs = minute * 60_000 + i;
          own.span({
            trace: 1 + i,
            name: `operation ${i}`,
            kind: 'server',
            atMs,
            durationMs: 1 + ((i * minute) % 500),
          });
        }
      }
      while (own.store.spans.dropOldest());
    });
    expect(estimated).toBeGreaterThan(real);
  });
});

test.each([
  ['embedded', embeddedLimits],
  ['viewer', viewerLimits],
])('the total of an %s store is bounded: the oldest of the largest goes first', (_, { maxBytes }) => {
  const scale = maxBytes / embeddedLimits.maxBytes;
  const own = testStore({ ...viewerLimits, maxSpans: 1e6, maxLogLines: 1e6, maxBytes: maxBytes / 8 });
  const lines = 200 * scale;
  for (let i = 0; i < lines; i++) own.log({ body: `small ${i}` });
  for (let i = 1; i <= 600 * scale; i++) own.span({ trace: i, id: i, attributes: { text: `${i}`.padEnd(4000, 'ä') } });
  const { store } = own;
  expect(store.bytes).toBeLessThanOrEqual(maxBytes / 8);
  expect(store.spans.overwritten).toBeGreaterThan(0);
  expect(store.logs.overwritten).toBe(0);
  expect(store.spans.size + store.spans.overwritten).toBe(600 * scale);
});

test('a flood of names, services, labels and metrics stays in bounds', () => {
  const own = testStore({ ...embeddedLimits, maxBytes: 8 * 1024 * 1024 });
  const long = 'x'.repeat(300);
  for (let i = 0; i < 5000; i++) {
    own.span({
      trace: i + 1,
      service: `${i}${long}`,
      name: `${i}${long}`,
      kind: 'client',
      attributes: { [`${i}${long}`]: 1, 'server.address': `${i}.example` },
    });
    const point = {
      attributes: [`${i}${long}`, `${i}${long}`],
      startSeconds: 0,
      startNanos: 0,
      seconds: 1 + i,
      nanos: 0,
      flags: 0,
      value: i,
      exemplars: [],
    };
    own.store.intake.metric(
      { name: `${i}${long}`, description: long, unit: '', metadata: [], kind: 'gauge', points: [point] },
      own.source('a', `${i}`),
    );
  }
  const { store } = own;
  expect(store.bytes).toBeLessThanOrEqual(8 * 1024 * 1024);
  expect(store.services.services.size).toBeLessThanOrEqual(embeddedLimits.maxServices + 1);
  expect(store.services.refused).toBeGreaterThan(0);
  expect(store.spans.overwritten).toBeGreaterThan(0);
});

test('a limit that is none throws at once', () => {
  for (const maxSpans of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => testStore({ maxSpans })).toThrow(
      `[live] maxSpans must be a whole number of at least 1, but got ${maxSpans}.`,
    );
  }
  expect(() => testStore({ maxBytes: 1000 })).toThrow(
    '[live] maxBytes must be a whole number of at least 1048576, but got 1000.',
  );
});

test('a value that cannot be read costs its record only', () => {
  const own = testStore();
  const hostile = Object.defineProperty({}, 'x', {
    enumerable: true,
    get: () => {
      throw new Error('No.');
    },
  });
  own.span({ attributes: { hostile } });
  own.log({ body: hostile });
  own.span({ id: 2 });
  expect(own.store.unreadable).toBe(2);
  expect(own.store.spans.size).toBe(1);
});

function usual(i: number): Record<string, unknown> {
  return {
    'http.request.method': 'GET',
    'url.path': `/orders/${i}`,
    'http.route': '/orders/:id',
    'http.response.status_code': 200,
    'server.address': 'orders.internal.example.com',
  };
}

function manySpans(count: number, given: (i: number) => Parameters<TestStore['span']>[0]) {
  return (own: TestStore): void => {
    for (let i = 1; i <= count; i++) own.span({ trace: Math.ceil(i / 10), id: i, ...given(i) });
  };
}
