import { describeBackend } from '@sightline/conformance/backend';
import type { Metrics } from '@sightline/core';
import { assertCounted, type Changes, createTestMetrics, type FakeClock, type TestMetrics } from '@sightline/testing';
import { assertSpan, createTestSpans, type SpanReading } from '@sightline/testing/spans';
import '@sightline/testing/jest';
import '@sightline/testing/vitest';
import { expect as jestExpect } from '@jest/globals';
import { expect, expectTypeOf, test } from 'vitest';

test('test metrics are metrics, with queries', () => {
  const metrics = createTestMetrics();
  expectTypeOf(metrics).toExtend<Metrics>();
  expectTypeOf(metrics.value('jobs_total', { queue: 'mail', status: 200 })).toEqualTypeOf<number | undefined>();
  expectTypeOf(metrics.delta('jobs_total')).toEqualTypeOf<number>();
  expectTypeOf(metrics.observations('latency_seconds')).toEqualTypeOf<readonly number[]>();
  expectTypeOf(metrics.clock).toEqualTypeOf<FakeClock>();
});

test('instruments keep their exact labels', () => {
  const jobs = createTestMetrics().counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] });
  jobs.inc({ queue: 'mail' });
  // @ts-expect-error misspelt
  jobs.inc({ que: 'mail' });
  // @ts-expect-error missing
  jobs.inc();
});

test('deltaOf waits for what is asynchronous', () => {
  const metrics = createTestMetrics();
  expectTypeOf(metrics.deltaOf(() => 1)).toEqualTypeOf<Changes>();
  expectTypeOf(metrics.deltaOf(async () => 1)).toEqualTypeOf<Promise<Changes>>();
});

test('the clock is a fake one', () => {
  // @ts-expect-error the system's clock cannot be advanced
  createTestMetrics({ clock: { now: Date.now, monotonicMs: Date.now, setTimer: () => {} } });
});

test('matchers are typed in vitest', () => {
  const metrics = createTestMetrics();
  expect(metrics).toHaveCounted('jobs_total', { queue: 'mail' }, 3);
  expect(metrics).not.toHaveCounted('jobs_total', 3);
  expect(metrics).toHaveObserved('latency_seconds', { labels: { route: '/' }, values: [1] });
  expect(metrics).toHaveGauge('queued', 3);
  expect(metrics).toMatchExposition('queued 3');
  void expect(Promise.resolve(metrics)).resolves.toHaveCounted('jobs_total', 3);
  void expect.poll(() => metrics).toHaveGauge('queued', 3);
  // @ts-expect-error a gauge is compared with a number
  expect(metrics).toHaveGauge('queued');
  // @ts-expect-error the count comes after the labels
  expect(metrics).toHaveCounted('jobs_total', 3, { queue: 'mail' });
  // @ts-expect-error not something that can be compared
  expect(metrics).toHaveObserved('latency_seconds', { total: 3 });
});

test('the matcher for spans is typed in vitest and in jest', () => {
  const spans = createTestSpans();
  expectTypeOf(spans.named('x')).toEqualTypeOf<SpanReading>();
  expect(spans).toHaveSpan({ name: /^a/, status: 'error', attributes: { size: expect.any(Number) }, parent: null });
  jestExpect(spans).not.toHaveSpan({ kind: 'client', parent: spans.named('x') });
  assertSpan(spans, { events: ['exception'] });
  // @ts-expect-error not a status
  expect(spans).toHaveSpan({ status: 'failed' });
  // @ts-expect-error not a part of a span
  jestExpect(spans).toHaveSpan({ nmae: 'x' });
  // @ts-expect-error no spans
  assertSpan({}, {});
});

test('matchers are typed in jest', () => {
  const metrics = createTestMetrics();
  jestExpect(metrics).toHaveCounted('jobs_total', { queue: 'mail' }, 3);
  jestExpect(metrics).not.toHaveGauge('queued', 3);
  // @ts-expect-error a gauge is compared with a number
  jestExpect(metrics).toHaveGauge('queued');
});

test('assertions take metrics and changes', () => {
  expectTypeOf(assertCounted).toBeCallableWith({} as TestMetrics, 'jobs_total', { queue: 'mail' }, 3);
  expectTypeOf(assertCounted).parameter(0).extract<Changes>().toEqualTypeOf<Changes>();
  // @ts-expect-error no metrics
  assertCounted({}, 'jobs_total');
});

test('received gets what create made', () => {
  describeBackend({
    name: 'acme',
    delivery: 'push',
    temporality: 'delta',
    histogramNeed: 'explicit',
    deviations: [],
    create: () => ({
      backend: { name: 'acme', histogramNeed: 'explicit', start() {}, flush: async () => {}, shutdown: async () => {} },
      messages: ['[]'],
    }),
    received: (created) => {
      expectTypeOf(created.messages).toEqualTypeOf<string[]>();
      return [];
    },
  });
});
