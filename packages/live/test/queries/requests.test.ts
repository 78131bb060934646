import { expect, test } from 'vitest';
import type { OverviewAnswer } from '../../src/model/answers.js';
import { ownMetrics } from '../store/own-metrics.js';
import { START_MS, splitMs, testStore } from '../store/test-store.js';

test('services with and without HTTP metrics are all counted, each of their requests once', () => {
  const own = ownMetrics();
  const duration = own.metrics.histogram('http.server.request.duration', {
    help: 'Time.',
    unit: 'seconds',
    labelNames: ['http.response.status_code'],
    buckets: [0.05, 0.1, 1],
  });
  own.read();
  for (let second = 0; second < 10; second++) {
    duration.observe({ 'http.response.status_code': 200 }, 0.08);
    // The same request is a span as well.
    own.span({ service: 'shop', kind: 'server', atMs: second * 1000, durationMs: 80 });
    own.span({ service: 'mail', kind: 'consumer', atMs: second * 1000, durationMs: 20, isError: second === 0 });
    own.span({ service: 'mail', kind: 'consumer', atMs: second * 1000 + 500, durationMs: 20 });
    own.read(1);
  }
  const overview = (query: string) => own.get<OverviewAnswer>(`overview?last=10s${query}`);
  expect(overview('')).toMatchObject({
    requestsFrom: 'metrics and spans',
    requests: { total: 30, perSecond: 3 },
    errors: { total: 1 },
    duration: { meanMs: expect.closeTo(40) },
  });
  expect(overview('').series.values['requests']?.at(-2)).toBeCloseTo(3, 0);
  expect(overview('&service=shop')).toMatchObject({ requestsFrom: 'metrics', requests: { total: 10 } });
  expect(overview('&service=mail')).toMatchObject({ requestsFrom: 'spans', requests: { total: 20 } });
});

test('a process that ended within an interval counted nothing in the rest of it', () => {
  const { store, get, source, clock } = testStore();
  const report = (atMs: number, count: number): void => {
    const time = splitMs(START_MS + atMs);
    const start = splitMs(START_MS);
    store.intake.metric(
      {
        ...{ name: 'http.server.request.duration', description: '', unit: 's', metadata: [], kind: 'histogram' },
        temporality: 2,
        points: [
          {
            ...{ attributes: [], startSeconds: start.seconds, startNanos: start.nanos },
            ...{
              seconds: time.seconds,
              nanos: time.nanos,
              flags: 0,
              count,
              sum: count,
              min: undefined,
              max: undefined,
            },
            ...{ bucketCounts: [count, 0], explicitBounds: [1], exemplars: [] },
          },
        ],
      },
      source('shop', 'a'),
    );
  };
  clock.advance(3000);
  for (const [i, atMs] of [1000, 2000, 3000].entries()) report(atMs, 10 * (i + 1));
  const requests = (): readonly (number | null)[] =>
    (get<OverviewAnswer>('overview?last=15m').series.values['requests'] ?? []).filter((value) => value !== null);
  expect(requests()).toEqual([10]);
  clock.advance(600_000);
  expect(requests()).toEqual([2]); // 30 in a cell of 15 s
});
