import type { Metrics, MetricsOptions } from '@sightline/core';
import { discoverMetric, type FamilySnapshot } from '@sightline/core/backend';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { rounds } from '../../../../scripts/rounds.js';
import type { StatsdOptions } from '../src/index.js';
import { ownLines, service } from './service.js';
import { udpServer } from './test-server.js';

/** The lines of one push of what is recorded. */
async function linesOf(
  options: StatsdOptions,
  record: (metrics: Metrics) => void,
  metricsOptions: Omit<MetricsOptions, 'backends'> = {},
): Promise<string[]> {
  const server = await udpServer();
  onTestFinished(() => server.shutdown());
  const { metrics, flush } = service({ host: '127.0.0.1', port: server.port, ...options }, metricsOptions);
  record(metrics);
  expect(await flush()).toBeUndefined();
  await server.settled();
  return ownLines(server.lines());
}

function jobs(metrics: Metrics): void {
  const counter = metrics.counter('jobs', { help: 'h', labelNames: ['queue', 'outcome'] });
  counter.inc({ queue: 'mail', outcome: 'ok' }, 3);
  counter.inc({ queue: 'a|b,c:d', outcome: '' }, 1.5);
}

describe('a type that states milliseconds', () => {
  const observe = (metrics: Metrics): void => {
    metrics.histogram('request_duration_seconds', { help: 'h' }).observe(0.25);
    metrics.histogram('publish_latency_ms', { help: 'h' }).observe(12.5);
    metrics.histogram('wait', { help: 'h', unit: 'minutes' }).observe(2);
    metrics.histogram('gc_pause', { help: 'h', unit: 'nanoseconds' }).observe(1500);
    metrics.histogram('tick_s', { help: 'h' }).observe(0.1);
    metrics.histogram('body_size_bytes', { help: 'h' }).observe(512);
    metrics.histogram('batch', { help: 'h' }).observe(7);
    metrics.histogram('orders_per_day', { help: 'h' }).observe(3);
    metrics.histogram('msgs.per.second', { help: 'h' }).observe(4);
  };
  const durations = [
    'request_duration_seconds:250|ms',
    'publish_latency_ms:12.5|ms',
    'wait:120000|ms',
    'gc_pause:0.0015|ms',
    'tick_s:100|ms',
  ];

  test('has durations in milliseconds, and the rest as histograms', async () => {
    const lines = await linesOf({ dialect: 'dogstatsd', histogramType: 'ms' }, observe);
    expect(lines).toEqual([
      ...durations,
      'body_size_bytes:512|h',
      'batch:7|h',
      'orders_per_day:3|h',
      'msgs.per.second:4|h',
    ]);
  });

  test.each(['statsd', 'graphite'] as const)('has the rest as it is where %s has no other type', async (dialect) => {
    expect(await linesOf({ dialect }, observe)).toEqual([
      ...durations,
      'body_size_bytes:512|ms',
      'batch:7|ms',
      'orders_per_day:3|ms',
      'msgs.per.second:4|ms',
    ]);
  });

  test.each(['d', 'h'] as const)('is not %s, with which values are as they are recorded', async (histogramType) => {
    const lines = await linesOf({ histogramType }, observe);
    expect(lines.slice(0, 3)).toEqual([
      `request_duration_seconds:0.25|${histogramType}`,
      `publish_latency_ms:12.5|${histogramType}`,
      `wait:2|${histogramType}`,
    ]);
  });
});

describe('DogStatsD', () => {
  test('has labels as tags', async () => {
    expect(await linesOf({}, jobs)).toEqual([
      'jobs:3|c|#queue:mail,outcome:ok',
      'jobs:1.5|c|#queue:a--7Cb--2Cc:d,outcome:--',
    ]);
  });

  test('leaves out the tag of an optional label that a series lacks', async () => {
    const lines = await linesOf({}, (metrics) => {
      const logins = metrics.counter('logins', { help: 'h', labelNames: ['user', 'plan'], optionalLabels: ['plan'] });
      logins.inc({ user: 'a' });
      logins.inc({ user: 'a', plan: 'pro' });
    });
    expect(lines).toEqual(['logins:1|c|#user:a', 'logins:1|c|#user:a,plan:pro']);
  });

  test("adds the backend's tags and default labels, of which a label of the same name wins", async () => {
    const options = {
      tags: { team: 'sales', queue: 'none' },
      env: 'prod',
      service: 'shop',
      version: '1',
      entityId: 'pod',
    };
    const [line] = await linesOf(options, jobs, { defaultLabels: { env: 'test' } });
    expect(line).toBe(
      'jobs:3|c|#env:test,service:shop,version:1,dd.internal.entity_id:pod,team:sales,queue:mail,outcome:ok',
    );
  });

  test('packs observations into one line, and says how many each stands for', async () => {
    const lines = await linesOf({ histogramValues: 10 }, (metrics) => {
      const latency = metrics.histogram('latency', { help: 'h', labelNames: ['route'] });
      for (let i = 0; i < 3; i++) latency.observe({ route: '/few' }, 0.25);
      for (let i = 0; i < 26; i++) latency.observe({ route: '/many' }, 2);
    });
    expect(lines).toEqual([
      'latency:0.25:0.25:0.25|d|#route:/few',
      'latency:2:2|d|#route:/many',
      'latency:2:2:2:2:2:2|d|@0.25|#route:/many',
    ]);
  });

  test('has other types and one value a line on request', async () => {
    const observe = (metrics: Metrics): void => {
      const sizes = metrics.histogram('sizes', { help: 'h' });
      sizes.observe(1);
      sizes.observe(1);
    };
    expect(await linesOf({ histogramType: 'h' }, observe)).toEqual(['sizes:1:1|h']);
    expect(await linesOf({ histogramType: 'ms', packValues: false }, observe)).toEqual(['sizes:1|h', 'sizes:1|h']);
  });

  test('tells its origin', async () => {
    const gauge = (metrics: Metrics): void => metrics.gauge('depth', { help: 'h' }).set(1);
    expect(await linesOf({ externalData: 'it-false,cn-web,pu-1' }, gauge)).toEqual([
      'depth:1|g|e:it-false,cn-web,pu-1',
    ]);
  });

  test('takes names and tags of external sources apart where the protocol could not', async () => {
    const [line] = await linesOf({}, (metrics) => {
      metrics.include({ name: 'theirs', collect: () => [external('gauge', 'node:load', ['a:b'], ['x'], [1])] });
    });
    expect(line).toBe('node--3Aload:1|g|#a--3Ab:x');
  });
});

describe('plain StatsD', () => {
  const dialect = 'statsd';

  test('has label values in the name', async () => {
    expect(await linesOf({ dialect, prefix: 'shop.' }, jobs)).toEqual([
      'shop.jobs.mail.ok:3|c',
      'shop.jobs.a--7Cb--2Cc--3Ad.--:1.5|c',
    ]);
  });

  test('escapes a value that would make the name of another metric', async () => {
    const lines = await linesOf({ dialect }, (metrics) => {
      const queues = metrics.counter('jobs', { help: 'h', labelNames: ['queue'] });
      for (const queue of ['mail', 'push', 'mail.sent']) queues.inc({ queue });
      metrics.counter('jobs.mail', { help: 'h' }).inc(2);
      metrics.counter('jobs.mail.sent', { help: 'h', labelNames: ['to'] }).inc({ to: 'a' }, 3);
    });
    expect(lines).toEqual([
      'jobs.--6Dail:1|c',
      'jobs.push:1|c',
      'jobs.mail--2Esent:1|c',
      'jobs.mail:2|c',
      'jobs.mail.sent.a:3|c',
    ]);
  });

  test('sets a negative gauge by way of 0, in the same datagram', async () => {
    expect(await linesOf({ dialect }, (metrics) => metrics.gauge('celsius', { help: 'h' }).set(-5.5))).toEqual([
      'celsius:0|g',
      'celsius:-5.5|g',
    ]);
  });

  test('has a timer line for each value', async () => {
    const lines = await linesOf({ dialect, histogramValues: 10 }, (metrics) => {
      const latency = metrics.histogram('latency', { help: 'h' });
      for (let i = 0; i < 26; i++) latency.observe(2);
    });
    expect(lines).toEqual(['latency:2|ms', 'latency:2|ms', ...new Array(6).fill('latency:2|ms|@0.25')]);
  });

  test('without sample rates sends as many values as it may', async () => {
    const lines = await linesOf({ dialect, histogramValues: 10, sampleRates: false }, (metrics) => {
      const latency = metrics.histogram('latency', { help: 'h' });
      for (let i = 0; i < 26; i++) latency.observe(2);
    });
    expect(lines).toEqual(new Array(10).fill('latency:2|ms'));
  });

  test('writes facts as a gauge of 1', async () => {
    const lines = await linesOf({ dialect }, (metrics) => {
      metrics.info('build_info', { help: 'h', labels: { version: '1.2' } });
    });
    expect(lines).toEqual(['build_info.1--2E2:1|g']);
  });
});

describe('Graphite', () => {
  test('has labels as tags, with characters that pass its servers', async () => {
    const lines = await linesOf({ dialect: 'graphite', tags: { team: 'sales' } }, (metrics) => {
      metrics.counter('jobs', { help: 'h', labelNames: ['name', 'path'] }).inc({ name: 'n', path: '~/v1' }, 2);
    });
    expect(lines).toEqual(['jobs;team=sales;--6Eame=n;path=--7E--2Fv1:2|c']);
  });
});

describe('every dialect', () => {
  test('makes a counter known with a 0, once', async () => {
    const server = await udpServer();
    onTestFinished(() => server.shutdown());
    const { metrics, flush } = service({ host: '127.0.0.1', port: server.port });
    const counter = metrics.counter('errors', { help: 'h', labelNames: ['type'], labelValues: { type: ['a', 'b'] } });
    await flush();
    await flush();
    counter.inc({ type: 'a' });
    await flush();
    await flush();
    await server.settled();
    expect(ownLines(server.lines())).toEqual(['errors:0|c|#type:a', 'errors:0|c|#type:b', 'errors:1|c|#type:a']);
  });

  test('sends only what changed, and gauges always', async () => {
    const server = await udpServer();
    onTestFinished(() => server.shutdown());
    const { metrics, flush } = service({ host: '127.0.0.1', port: server.port });
    const sent = metrics.counter('sent', { help: 'h' });
    metrics.gauge('depth', { help: 'h' }).set(7);
    sent.inc(2);
    await flush();
    await flush();
    sent.inc(3);
    await flush();
    await server.settled();
    expect(ownLines(server.lines())).toEqual(['sent:2|c', 'depth:7|g', 'depth:7|g', 'sent:3|c', 'depth:7|g']);
  });

  test('leaves out what is no number, and counts it', async () => {
    const server = await udpServer();
    onTestFinished(() => server.shutdown());
    const { metrics, flush, counted } = service({ host: '127.0.0.1', port: server.port, dialect: 'statsd' });
    const values = [Number.NaN, Number.POSITIVE_INFINITY, 3];
    metrics.include({ name: 'theirs', collect: () => [external('gauge', 'load', ['cpu'], ['a', 'b', 'c'], values)] });
    const drift = metrics.histogram('drift', { help: 'h' });
    for (const value of [-2, -1]) drift.observe(value);
    await flush();
    await server.settled();
    expect(ownLines(server.lines())).toEqual(['load.c:3|g']);
    expect(counted('sightline_statsd_dropped_total', { reason: 'not_finite' })).toBe(2);
    expect(counted('sightline_statsd_dropped_total', { reason: 'negative_timer' })).toBe(2);
  });

  test('writes an external summary as counters and gauges', async () => {
    const lines = await linesOf({ dialect: 'statsd' }, (metrics) => {
      metrics.include({
        name: 'theirs',
        collect: () => [
          {
            ...external('gauge', 'gc', ['kind'], ['minor'], [0]),
            ...{ kind: 'summary', quantiles: [0.5, 0.999], quantileValues: Float64Array.of(2, 9) },
            ...{ sums: Float64Array.of(30), counts: Float64Array.of(10) },
          } as FamilySnapshot,
        ],
      });
    });
    expect(lines).toEqual(['gc.count.minor:10|c', 'gc.sum.minor:30|c', 'gc.p50.minor:2|g', 'gc.p99_9.minor:9|g']);
  });
});

describe('datagrams', () => {
  test('are never above their limit, whatever is in the labels', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.string({ unit: 'binary', maxLength: 200 }),
    );
    const program = fc.array(fc.tuple(text, text, fc.integer({ min: -1000, max: 1000 })), { maxLength: 40 });
    const dialects = fc.constantFrom('dogstatsd' as const, 'statsd' as const, 'graphite' as const);
    await fc.assert(
      fc.asyncProperty(
        dialects,
        program,
        fc.integer({ min: 64, max: 2000 }),
        async (dialect, points, maxPayloadBytes) => {
          const server = await udpServer();
          const { metrics, flush, counted } = service({
            host: '127.0.0.1',
            port: server.port,
            dialect,
            maxPayloadBytes,
          });
          const level = metrics.gauge('level', { help: 'h', labelNames: ['a', 'b'] });
          const spread = metrics.histogram('spread', { help: 'h', labelNames: ['a'] });
          for (const [a, b, value] of points) {
            level.set({ a, b }, value);
            spread.observe({ a }, Math.abs(value));
          }
          await flush();
          await server.settled();
          const lengths = server.messages.map(({ length }) => length);
          const lines = server.lines();
          await metrics.shutdown();
          await server.shutdown();
          expect(Math.max(0, ...lengths)).toBeLessThanOrEqual(maxPayloadBytes);
          for (const line of lines) expect(line).toMatch(/^[^\n]+:-?\d[^\n]*\|(c|g|ms|d)(\||$)/);
          const last = new Map(points.map(([a, b, value]) => [JSON.stringify([a, b].map(wellFormed)), value]));
          // A negative one takes two lines.
          const expected = [...last.values()].reduce((all, value) => all + (value < 0 ? 2 : 1), 0);
          const arrived = lines.filter((line) => /^level[.;:]/.test(line)).length;
          const dropped = counted('sightline_statsd_dropped_total', { reason: 'oversize' });
          expect(arrived).toBeLessThanOrEqual(expected);
          expect(arrived).toBeGreaterThanOrEqual(expected - 2 * dropped);
        },
      ),
      { numRuns: rounds(60) },
    );
  }, 60_000);

  test('leave out a line that is longer than any of them, and count it', async () => {
    const server = await udpServer();
    onTestFinished(() => server.shutdown());
    const { metrics, flush, counted } = service({ host: '127.0.0.1', port: server.port });
    const paths = metrics.counter('paths', { help: 'h', labelNames: ['path'] });
    paths.inc({ path: 'é'.repeat(720) });
    paths.inc({ path: 'short' });
    await flush();
    paths.inc({ path: 'short' });
    await flush();
    await server.settled();
    expect(ownLines(server.lines())).toEqual(['paths:1|c|#path:short', 'paths:1|c|#path:short']);
    expect(counted('sightline_statsd_dropped_total', { reason: 'oversize' })).toBe(1);
  });

  test('hold as many lines as fit, however often a service records', async () => {
    const server = await udpServer();
    onTestFinished(() => server.shutdown());
    const { metrics, flush } = service({ host: '127.0.0.1', port: server.port });
    const sent = metrics.counter('sent', { help: 'h', labelNames: ['peer'] });
    for (let i = 0; i < 20_000; i++) sent.inc({ peer: i % 100 });
    await flush();
    await server.settled();
    expect(server.messages.length).toBeLessThanOrEqual(2);
    expect(Math.max(...server.messages.map(({ length }) => length))).toBeLessThanOrEqual(1432);
    expect(ownLines(server.lines())).toHaveLength(100);
  });
});

/** As core takes labels. */
function wellFormed(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '\ufffd');
}

function external(
  kind: 'gauge',
  name: string,
  labelNames: string[],
  labelValues: string[],
  values: number[],
): FamilySnapshot {
  return {
    ...{ kind, name, help: '', unit: undefined, labelNames, constantLabels: {}, origin: 'external', isAdditive: false },
    ...{ size: values.length, rows: Uint32Array.from(values, (_, i) => i), labelValues },
    ...{ startTimesMs: new Float64Array(values.length), values: Float64Array.from(values) },
  };
}

describe('a metric whose labels are discovered', () => {
  const record = (metrics: Metrics): void => {
    const discovered = discoverMetric(metrics, {
      kind: 'counter',
      name: 'jobs/done',
      help: '',
      unit: undefined,
      instrumentation: { scopeName: 'm', scopeVersion: '', unit: '' },
    });
    discovered?.addLabels(['queue'], []);
    discovered?.add({ queue: 'mail' }, 1);
    discovered?.addLabels(['outcome'], []);
    discovered?.add({ outcome: 'ok' }, 2);
  };

  test('keeps the names of its series where labels have no name', async () => {
    expect(await linesOf({ dialect: 'statsd' }, record)).toEqual(['jobs--2Fdone.mail:1|c', 'jobs--2Fdone.--.ok:2|c']);
  });

  test('has tags where labels have names', async () => {
    expect(await linesOf({}, record)).toEqual(['jobs--2Fdone:1|c|#queue:mail', 'jobs--2Fdone:2|c|#outcome:ok']);
  });
});
