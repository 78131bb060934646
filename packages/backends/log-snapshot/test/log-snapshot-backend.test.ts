import type { Log } from '@sightline/base';
import { createMetrics, type Metrics } from '@sightline/core';
import { discoverMetric } from '@sightline/core/backend';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rounds } from '../../../../scripts/rounds.js';
import { type LogSnapshotOptions, logSnapshotBackend } from '../src/index.js';
import { ManualClock } from './manual-clock.js';

interface Line {
  readonly metrics: Record<string, unknown> & { readonly window_seconds: number };
}

/** A collector whose lines are kept, as a JSON parser sees them. */
function observed(options: LogSnapshotOptions = {}) {
  const clock = new ManualClock();
  const lines: Line['metrics'][] = [];
  const messages: string[] = [];
  const reports: string[] = [];
  const report = (_: object, message: string): void => void reports.push(message);
  const log: Log = { info: report, warn: report, error: report };
  let failure: Error | undefined;
  const logger = {
    info(fields: object, message: string): void {
      if (failure !== undefined) throw failure;
      lines.push((JSON.parse(JSON.stringify(fields)) as Line).metrics);
      messages.push(message);
    },
  };
  const metrics: Metrics = createMetrics({ backends: [logSnapshotBackend({ logger, ...options })], clock, log });
  return {
    ...{ clock, lines, messages, reports, metrics },
    failWith(error: Error | undefined): void {
      failure = error;
    },
    /** The line of the next window. */
    async window(): Promise<Line['metrics']> {
      const before = lines.length;
      await clock.advance(10_000);
      expect(lines.length).toBe(before + 1);
      return lines.at(-1) ?? { window_seconds: Number.NaN };
    },
  };
}

describe('a line', () => {
  test('keeps the keys of series when a label is discovered', async () => {
    const { metrics, window } = observed();
    const discovered = discoverMetric(metrics, {
      kind: 'counter',
      name: 'Jobs/done',
      help: '',
      unit: undefined,
      instrumentation: { scopeName: 'm', scopeVersion: '', unit: '' },
    });
    discovered?.addLabels(['queue'], []);
    discovered?.add({ queue: 'mail' }, 1);
    expect(await window()).toMatchObject({ 'Jobs/done': { mail: 1 } });
    discovered?.addLabels(['outcome'], []);
    discovered?.add({ queue: 'mail' }, 1);
    discovered?.add({ outcome: 'ok' }, 2);
    expect(await window()).toMatchObject({ 'Jobs/done': { mail: 1, ':ok': 2 } });
  });

  test('has the shape that the collector needs', async () => {
    const { metrics, window, messages } = observed({
      keys: {
        collector_messages_received_total: 'received',
        collector_messages_published_total: 'published',
        collector_errors_total: 'errors',
        collector_reconnects_total: 'reconnects',
      },
    });
    const received = metrics.counter('collector_messages_received_total', {
      help: 'Messages received.',
      labelNames: ['channel', 'symbol'],
    });
    const published = metrics.counter('collector_messages_published_total', {
      help: 'Messages published.',
      labelNames: ['stream', 'symbol'],
    });
    metrics.counter('collector_errors_total', {
      help: 'Errors.',
      labelNames: ['error_type'],
      labelValues: { error_type: ['parse_error', 'publish_error', 'api_error'] },
    });
    metrics.counter('collector_reconnects_total', { help: 'Reconnects.' });
    received.inc({ channel: 'ticker', symbol: 'BTC_JPY' }, 150);
    published.inc({ stream: 'md:ticker', symbol: 'BTC_JPY' }, 150);
    expect(await window()).toEqual({
      received: { 'ticker:BTC_JPY': 150 },
      published: { 'md:ticker:BTC_JPY': 150 },
      errors: { parse_error: 0, publish_error: 0, api_error: 0 },
      reconnects: 0,
      window_seconds: 10,
    });
    expect(messages).toEqual(['metrics']);
  });

  test('starts afresh with each window; what was declared is there as 0, gauges stay', async () => {
    const { metrics, window } = observed();
    metrics.counter('quiet', { help: 'h', labelNames: ['queue'] });
    const jobs = metrics.counter('jobs', { help: 'h', labelNames: ['queue'] });
    const depth = metrics.gauge('depth', { help: 'h' });
    jobs.inc({ queue: 'mail' }, 2);
    depth.set(7.5);
    expect(await window()).toEqual({ quiet: {}, jobs: { mail: 2 }, depth: 7.5, window_seconds: 10 });
    expect(await window()).toEqual({ quiet: {}, jobs: { mail: 0 }, depth: 7.5, window_seconds: 10 });
    jobs.inc({ queue: 'mail' }, 3);
    expect((await window())['jobs']).toEqual({ mail: 3 });
  });

  test('adds counters whose labels join to one key', async () => {
    const { metrics, window } = observed();
    const counter = metrics.counter('hits', { help: 'h', labelNames: ['a', 'b'] });
    counter.inc({ a: 'x:y', b: 'z' }, 1);
    counter.inc({ a: 'x', b: 'y:z' }, 2);
    expect((await window())['hits']).toEqual({ 'x:y:z': 3 });
  });

  test('keeps gauges and histograms whose labels join to one key apart', async () => {
    const { metrics, window } = observed();
    const gauge = metrics.gauge('depth', { help: 'h', labelNames: ['a', 'b'] });
    gauge.set({ a: 'x:y', b: 'z' }, 1);
    gauge.set({ a: 'x', b: 'y:z' }, 2);
    gauge.set({ a: 'p', b: 'q' }, 3);
    const sizes = metrics.histogram('sizes', { help: 'h', labelNames: ['a', 'b'] });
    sizes.observe({ a: 'x:y', b: 'z' }, 1);
    sizes.observe({ a: 'x', b: 'y:z' }, 2);
    const line = await window();
    expect(line['depth']).toEqual({ 'p:q': 3, '["x:y","z"]': 1, '["x","y:z"]': 2 });
    expect(Object.keys(line['sizes'] as object)).toEqual(['["x:y","z"]', '["x","y:z"]']);
  });

  test('summarises the observations of its window only', async () => {
    const { metrics, window } = observed();
    const latency = metrics.histogram('latency_seconds', { help: 'h', unit: 'seconds' });
    for (let i = 1; i <= 1000; i++) latency.observe(i);
    const first = (await window())['latency_seconds'] as Record<string, number>;
    expect(first).toMatchObject({ count: 1000, mean: 500.5, max: 1000 });
    for (let i = 1; i <= 100; i++) latency.observe(i / 1000);
    const second = (await window())['latency_seconds'] as Record<string, number>;
    expect(second['count']).toBe(100);
    expect(second['mean']).toBeCloseTo(0.0505, 9);
    for (const [key, exact] of Object.entries({ p50: 0.05, p95: 0.095, p99: 0.099, max: 0.1 })) {
      expect(Math.abs((second[key] ?? 0) / exact - 1), key).toBeLessThan(0.1);
    }
    expect((await window())['latency_seconds']).toEqual({ count: 0 });
  });

  test('never says more than the largest value ever', async () => {
    const { metrics, window } = observed();
    const sizes = metrics.histogram('sizes', { help: 'h' });
    sizes.observe(1e-6);
    await window();
    sizes.observe(0.3);
    await window();
    sizes.observe(0.3);
    expect((await window())['sizes']).toMatchObject({ count: 1, max: 0.3, p99: 0.3 });
  });

  test('says how long its window really was', async () => {
    const { metrics, clock, lines } = observed({ intervalMs: 4_000 });
    metrics.counter('jobs', { help: 'h' });
    await clock.advance(1_234.5678);
    await metrics.flush();
    await clock.advance(4_000);
    expect(lines.map(({ window_seconds }) => window_seconds)).toEqual([1.235, 2.765]);
  });

  test('takes any label value as a key', async () => {
    const { metrics, window } = observed();
    const counter = metrics.counter('hits', { help: 'h', labelNames: ['path'] });
    fc.assert(
      fc.property(fc.string(), (path) => counter.inc({ path })),
      { numRuns: rounds(50) },
    );
    for (const path of ['__proto__', 'constructor', '', 'é"\\\n']) counter.inc({ path }, 1000);
    const hits = (await window())['hits'] as Record<string, number>;
    const own = (path: string): unknown => Object.getOwnPropertyDescriptor(hits, path)?.value;
    for (const path of ['__proto__', 'constructor', '', 'é"\\\n']) expect(own(path), path).toBeGreaterThanOrEqual(1000);
    expect(Object.values(hits).reduce((sum, count) => sum + count, 0)).toBe(4000 + rounds(50));
  });

  test('holds what was counted before a series was removed', async () => {
    const { metrics, window } = observed();
    const jobs = metrics.counter('jobs', { help: 'h', labelNames: ['queue'] });
    jobs.inc({ queue: 'mail' }, 2);
    jobs.remove({ queue: 'mail' });
    jobs.inc({ queue: 'mail' }, 3);
    expect((await window())['jobs']).toEqual({ mail: 5 });
    jobs.clear();
    expect((await window())['jobs']).toEqual({});
  });

  test('writes null for what JSON has no number for', async () => {
    const { metrics, window } = observed();
    metrics.include({
      name: 'external',
      collect: () => [
        {
          ...{ kind: 'gauge', name: 'theirs', help: '', unit: undefined, labelNames: [], constantLabels: {} },
          ...{ size: 1, rows: new Uint32Array(1), labelValues: [], startTimesMs: new Float64Array(1) },
          ...{ origin: 'external', values: Float64Array.of(Number.NaN), isAdditive: false },
        },
      ],
    });
    expect((await window())['theirs']).toBeNull();
  });
});

describe('names', () => {
  test("a metric's own name gives way to another one's key and to window_seconds", async () => {
    const { metrics, window } = observed({ keys: { requests_total: 'received', retries_total: 'received_' } });
    for (const [by, name] of ['received', 'window_seconds', 'retries_total', 'requests_total'].entries()) {
      metrics.counter(name, { help: 'h' }).inc(by + 1);
    }
    expect(await window()).toEqual({
      received__: 1,
      window_seconds_: 2,
      received_: 3,
      received: 4,
      window_seconds: 10,
    });
  });

  test('process metrics are left out unless asked for', async () => {
    const declare = (metrics: Metrics): void => {
      metrics.gauge('process_open_fds', { help: 'h' });
      metrics.gauge('nodejs_external_memory_bytes', { help: 'h' });
      metrics.gauge('depth', { help: 'h' });
    };
    const namesWith = async (options: LogSnapshotOptions): Promise<string[]> => {
      const { metrics, window } = observed(options);
      declare(metrics);
      return Object.keys(await window());
    };
    expect(await namesWith({})).toEqual(['depth', 'window_seconds']);
    expect(await namesWith({ exclude: [] })).toHaveLength(4);
    expect(await namesWith({ include: ['process_*'] })).toEqual(['process_open_fds', 'window_seconds']);
    expect(await namesWith({ exclude: [/^depth$/g, 'nodejs_*_bytes'] })).toEqual([
      'process_open_fds',
      'window_seconds',
    ]);
  });

  test("Sightline's own counters appear when they count something", async () => {
    const { metrics, window } = observed();
    const jobs = metrics.counter('jobs', { help: 'h' });
    expect(await window()).toEqual({ jobs: 0, window_seconds: 10 });
    jobs.inc(Number.NaN);
    const line = await window();
    expect(Object.keys(line)).toContain('sightline_dropped_total');
  });
});

describe('the end', () => {
  test('shutdown writes the last partial window, once, and nothing comes after it', async () => {
    const { metrics, clock, lines } = observed();
    const jobs = metrics.counter('jobs', { help: 'h' });
    await clock.advance(10_000);
    jobs.inc(4);
    await clock.advance(2_500);
    await metrics.shutdown();
    jobs.inc(5);
    await clock.advance(60_000);
    await metrics.flush().catch(() => {});
    expect(lines).toEqual([
      { jobs: 0, window_seconds: 10 },
      { jobs: 4, window_seconds: 2.5 },
    ]);
  });

  test('a backend that was never started shuts down without a line', async () => {
    const backend = logSnapshotBackend({ logger: { info: () => expect.unreachable() } });
    await backend.flush({ timeoutMs: 100 });
    await backend.shutdown({ timeoutMs: 100, lingerMs: 0 });
  });

  test('a collection that outlasts the deadline writes nothing afterwards', async () => {
    const { metrics, clock, lines } = observed();
    let finish = (): void => {};
    metrics.onCollect(
      () =>
        new Promise<void>((resolve) => {
          finish = resolve;
        }),
      { timeoutMs: 60_000 },
    );
    const shutdown = metrics.shutdown({ timeoutMs: 500 });
    await clock.advance(1_000);
    await shutdown;
    finish();
    await clock.advance(60_000);
    expect(lines).toEqual([]);
  });
});

describe('a logger that throws', () => {
  test('is reported once, does not reach the service, and loses nothing', async () => {
    const { metrics, clock, lines, reports, failWith } = observed();
    const jobs = metrics.counter('jobs', { help: 'h' });
    failWith(new Error('disk full'));
    jobs.inc(1);
    await clock.advance(10_000);
    jobs.inc(2);
    await clock.advance(10_000);
    expect(reports).toHaveLength(1);
    failWith(undefined);
    jobs.inc(4);
    await clock.advance(10_000);
    expect(lines).toEqual([{ jobs: 7, sightline_log_failures_total: 2, window_seconds: 30 }]);
    expect(reports).toHaveLength(2);
  });

  test('makes flush reject and shutdown resolve', async () => {
    const { metrics, failWith } = observed();
    await metrics.ready;
    failWith(new Error('disk full'));
    await expect(metrics.flush()).rejects.toThrow();
    await metrics.shutdown();
  });
});

describe('quantiles and the maximum', () => {
  const buckets = [0.05, 0.1, 1];
  test.each([
    ['with default buckets', {}],
    ['with coarse buckets', { buckets }],
    ['without buckets', { buckets: [] }],
    ['that no backend may export as exponential', { buckets, exponential: false }],
    ['with an exponential histogram of its own', { buckets, exponential: true }],
  ])('of a histogram %s are those of its values, in every window', async (_, options) => {
    const { metrics, window } = observed();
    const seconds = metrics.histogram('job_seconds', { help: 'h', ...options });
    for (let each = 0; each < 2; each++) {
      seconds.observe(0.01);
      seconds.observe(0.058);
      const { p50, p95, max } = (await window())['job_seconds'] as Record<string, number>;
      expect(Math.abs((p50 ?? 0) / 0.01 - 1)).toBeLessThan(0.05);
      expect(Math.abs((p95 ?? 0) / 0.058 - 1)).toBeLessThan(0.05);
      expect(max).toBe(0.058);
    }
    seconds.observe(0.02);
    const last = (await window())['job_seconds'] as Record<string, number>;
    for (const key of ['p50', 'p99', 'max']) expect(Math.abs((last[key] ?? 0) / 0.02 - 1)).toBeLessThan(0.05);
  });
});

test('the key of a series keeps the place of an optional label that it lacks', async () => {
  const { metrics, window } = observed();
  const logins = metrics.counter('logins', {
    help: 'h',
    labelNames: ['user', 'plan', 'zone'],
    optionalLabels: ['plan', 'zone'],
  });
  logins.inc({ user: 'a' });
  logins.inc({ user: 'a', zone: 'eu' }, 2);
  logins.inc({ user: 'a', plan: 'pro' }, 3);
  expect((await window())['logins']).toEqual({ 'a::': 1, 'a::eu': 2, 'a:pro:': 3 });
});
