import { createTestMetrics, type TestMetrics } from '@sightline/testing/metrics';
import { describe, expect, test } from 'vitest';
import { randomUuid } from '../src/random-uuid.js';
import { serverMetrics } from '../src/server-metrics.js';
import { type RequestLabelParts, ServerSeries } from '../src/server-series.js';

const parts: RequestLabelParts = {
  method: 'GET',
  route: '/items/:id',
  status: 200,
  scheme: 'http',
  errorType: undefined,
  protocolVersion: '1.1',
};

function recording(): { metrics: TestMetrics; series: ServerSeries } {
  const metrics = createTestMetrics();
  return { metrics, series: new ServerSeries(serverMetrics(metrics)) };
}

const countOf = (metrics: TestMetrics, labels: Record<string, string | number>): number =>
  metrics.observations('http.server.request.duration', labels).length;

test('a request is recorded in the series of all of its labels', () => {
  const { metrics, series } = recording();
  const others: Array<Partial<RequestLabelParts>> = [
    {},
    { method: 'POST' },
    { route: '/' },
    { status: 404 },
    { status: undefined },
    { scheme: 'https' },
    { errorType: 'aborted' },
    { protocolVersion: '2' },
  ];
  for (let i = 0; i < 2; i++) for (const each of others) series.record({ ...parts, ...each }, 0.1, undefined, 5);
  const recorded = metrics.series('http.server.request.duration');
  expect(recorded).toHaveLength(others.length);
  expect(countOf(metrics, { 'http.response.status_code': 404 })).toBe(2);
});

test('requests without a body make no series of the sizes of request bodies', () => {
  const { metrics, series } = recording();
  series.record(parts, 0.1, undefined, 5);
  expect(metrics.series('http.server.request.body.size')).toEqual([]);
  series.record(parts, 0.1, 7, 5);
  expect(metrics.observations('http.server.request.body.size', {})).toEqual([7]);
});

test('a series that was removed begins anew', () => {
  const { metrics, series } = recording();
  series.record(parts, 0.1, undefined, 5);
  metrics.reset();
  series.record(parts, 0.2, undefined, 5);
  expect(metrics.observations('http.server.request.duration', { 'http.route': '/items/:id' })).toEqual([0.2]);
});

test.each([
  ['routes', 1100, (i: number) => ({ route: `/${i}` })],
  ['errors of a route', 60, (i: number) => ({ errorType: `E${i}`, status: 500 })],
])('more %s than are kept are recorded alike', { timeout: 60_000 }, (_what, count, other) => {
  const { metrics, series } = recording();
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < count; i++) series.record({ ...parts, ...other(i) }, 0.1, 1, 1);
  }
  expect(metrics.observations('http.server.request.duration', {})).toHaveLength(2 * count);
  expect(metrics.observations('http.server.request.body.size', {})).toHaveLength(2 * count);
});

test('ids are different UUIDs of version 4', () => {
  const ids = Array.from({ length: 5000 }, randomUuid);
  for (const id of ids) expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  expect(new Set(ids).size).toBe(ids.length);
});

describe('the buckets of durations', () => {
  const boundsOf = (options?: { durationBuckets: readonly number[] }): readonly number[] | undefined => {
    const metrics = createTestMetrics();
    serverMetrics(metrics, options);
    const duration = metrics.snapshot().families.find(({ name }) => name === 'http.server.request.duration');
    return duration?.kind === 'histogram' ? duration.bounds : undefined;
  };

  test('are OpenTelemetry’s and the usual objective of 200 ms', () => {
    expect(boundsOf()).toEqual([0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.2, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]);
  });

  test('are those of the option', () => {
    expect(boundsOf({ durationBuckets: [0.1, 0.3] })).toEqual([0.1, 0.3]);
  });
});
