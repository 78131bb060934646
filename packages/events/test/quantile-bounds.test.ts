import { createMetrics, type MetricsBackend } from '@sightline/core';
import { expect, test } from 'vitest';
import { createEvents, distribution, type MetricDefinition, recordEvents, summary } from '../src/index.js';

/** A collector of a process of its own, which records `values` of one definition. */
function boundsOf(definition: () => MetricDefinition, values: readonly number[], backends: MetricsBackend[] = []) {
  const metrics = createMetrics({ backends });
  const events = createEvents();
  recordEvents(events, metrics, [definition()]);
  for (const duration of values) events.execute('job.processing', { duration });
  const family = metrics.snapshot().families.find(({ name }) => name === 'job.processing.duration');
  if (family?.kind !== 'histogram') throw new Error('no histogram');
  return { bounds: family.bounds, hasQuantiles: family.exponential !== undefined };
}

const inMilliseconds = () => summary('job.processing.duration', { unit: ['native', 'millisecond'] });

test('the same summary has the same bounds in every process, whatever it saw', () => {
  const { bounds } = boundsOf(inMilliseconds, []);
  expect(boundsOf(inMilliseconds, [1, 5e9, 7e12]).bounds).toEqual(bounds);
  expect([bounds[0], bounds.at(-1)]).toEqual([0.1, 60_000]);
  const seconds = boundsOf(() => summary('job.processing.duration', { unit: ['native', 'second'] }), []);
  expect(seconds.bounds).toEqual(bounds.map((bound) => Number((bound / 1000).toPrecision(12))));
});

test('bounds of a summary may be chosen', () => {
  const chosen = () => summary('job.processing.duration', { unit: 'second', buckets: [1, 2] });
  expect(boundsOf(chosen, []).bounds).toEqual([1, 2]);
});

test.each([
  ['summary', inMilliseconds],
  ['distribution', () => distribution('job.processing.duration', { buckets: [0.05, 0.1] })],
] as const)('a %s keeps what a backend needs that computes quantiles, and nothing more', (_, definition) => {
  const quantiles: MetricsBackend = {
    name: 'x',
    histogramNeed: 'quantiles',
    start() {},
    flush: async () => {},
    shutdown: async () => {},
  };
  expect(boundsOf(definition, []).hasQuantiles).toBe(false);
  expect(boundsOf(definition, [], [quantiles]).hasQuantiles).toBe(true);
});
