import { describe, expect, test } from 'vitest';
import { createMetrics, DeclarationError, type MetricsOptions } from '../src/index.js';

const help = 'Jobs.';

test.each([
  ['', 'Counter "" has a bad name.'],
  ['Jobs', 'Use "jobs".'],
  ['jobsFinished', 'Use "jobs_finished".'],
  ['jobs finished', 'Use "jobs_finished".'],
  ['jobs-finished', 'Use "jobs_finished".'],
  ['9jobs', 'Use "jobs".'],
  ['jobs__total', 'Use "jobs_total".'],
  ['jobs_', 'Use "jobs".'],
  ['jobs..done', 'Use "jobs.done".'],
  ['jöbs', 'has a bad name.'],
  ['__proto__', 'Use "proto".'],
  [undefined, 'Counter undefined has a bad name.'],
  [{}, 'Counter an object has a bad name.'],
])('refuses the name %s', (name, message) => {
  expect(() => createMetrics().counter(name as string, { help })).toThrow(message);
});

test.each([
  [undefined, 'needs options, such as'],
  [{}, 'needs help'],
  [{ help: ' ' }, 'needs help'],
  [{ help, labelnames: [] }, 'has an unknown option "labelnames". Did you mean "labelNames"?'],
  [{ help, labelNames: 'queue' }, 'has labelNames: "queue". Pass an array of names.'],
  [{ help, labelNames: ['le'] }, 'has a label named "le", which Prometheus reserves'],
  [{ help, labelNames: ['quantile'] }, 'has a label named "quantile", which Prometheus reserves'],
  [{ help, labelNames: ['__name'] }, 'has a label named "__name".'],
  [{ help, labelNames: ['a b'] }, 'has a label named "a b".'],
  [{ help, labelNames: [1] }, 'has a label named 1.'],
  [{ help, labelNames: ['a', 'a'] }, 'has label "a" twice.'],
  [{ help, labelNames: ['a.b', 'a_b'] }, 'has labels "a.b" and "a_b", which Prometheus writes alike.'],
  [{ help, unit: 'ms' }, 'has unit "ms". Write "milliseconds".'],
  [{ help, unit: 's' }, 'Write "seconds".'],
  [{ help, unit: 'By' }, 'Write "bytes".'],
  [{ help, unit: 'Bytes' }, 'has unit "Bytes". Write "bytes".'],
  [{ help, unit: 'Work items' }, 'has unit "Work items". A unit is a lower-case word'],
  [{ help, unit: 'total' }, '"total", which Prometheus reserves'],
  [
    { help, labelNames: ['queue'], labelValues: { queu: ['mail'] } },
    'which is not one of its labels. Did you mean "queue"?',
  ],
  [{ help, labelNames: ['queue'], labelValues: { queue: [] } }, 'Pass a non-empty array.'],
  [
    { help, labelNames: ['queue'], labelValues: { queue: [null] } },
    'has label "queue" with null. Pass a string, a number or a boolean.',
  ],
  [{ help, maxSeries: 0 }, 'has maxSeries: 0. Pass a number above 0.'],
  [{ help, maxSeries: '5' }, 'has maxSeries: "5".'],
  [{ help, collect: 5 }, 'has collect: 5. Pass a function.'],
  [{ help, buckets: [1] }, 'has an unknown option "buckets".'],
])('refuses the options %o', (options, message) => {
  const declare = (): unknown => createMetrics().counter('jobs_total', options as never);
  expect(declare).toThrow(DeclarationError);
  expect(declare).toThrow(`[core] Counter "jobs_total" `);
  expect(declare).toThrow(message);
});

test.each([
  [[2, 1], 'has bucket 1 after 2. List bounds in ascending order, each once.'],
  [[1, 1], 'has bucket 1 after 1.'],
  [[Number.NaN], 'has bucket NaN.'],
  [['1'], 'has bucket "1".'],
  [[Number.NEGATIVE_INFINITY], 'has bucket -Infinity.'],
  [5, 'has buckets: 5.'],
])('refuses the buckets %o', (buckets, message) => {
  expect(() => createMetrics().histogram('sizes', { help, buckets: buckets as number[] })).toThrow(message);
});

test('takes +Inf as last bucket for what it is', () => {
  const sizes = createMetrics().histogram('sizes', { help, buckets: [1, Number.POSITIVE_INFINITY] });
  expect(sizes.value()?.bounds).toEqual([1]);
});

describe('declaring again', () => {
  test('the same gives the same instrument', () => {
    const metrics = createMetrics();
    const declare = () =>
      metrics.counter('jobs_total', { help, labelNames: ['queue'], labelValues: { queue: ['mail'] } });
    expect(declare()).toBe(declare());
  });

  test.each([
    ['help', { help: 'Other.', labelNames: ['queue'] }],
    ['labels', { help, labelNames: ['topic'] }],
    ['the order of labels', { help, labelNames: ['outcome', 'queue'] }],
    ['label values', { help, labelNames: ['queue', 'outcome'], labelValues: { queue: ['mail'] } }],
    ['the unit', { help, labelNames: ['queue', 'outcome'], unit: 'jobs' }],
  ])('with a difference in %s throws, and shows both', (_, options) => {
    const metrics = createMetrics();
    metrics.counter('jobs_total', { help, labelNames: ['queue', 'outcome'] });
    expect(() => metrics.counter('jobs_total', options as never)).toThrow(
      /"jobs_total" is already declared with other options: \{.*"labelNames":\["queue","outcome"\].*\}, now \{/,
    );
  });

  test('as another kind throws', () => {
    const metrics = createMetrics();
    metrics.counter('jobs', { help });
    expect(() => metrics.gauge('jobs', { help })).toThrow('is already declared with other options');
    expect(() => metrics.info('jobs', { help, labels: {} })).toThrow('is already declared with other options');
  });
});

test.each([
  ['counter', 'jobs', 'gauge', 'jobs_total', 'jobs_total'],
  ['counter', 'jobs_total', 'counter', 'jobs', 'jobs'],
  ['counter', 'jobs.count', 'counter', 'jobs', 'jobs'],
  ['gauge', 'queue.length', 'gauge', 'queue_length', 'queue_length'],
  ['histogram', 'latency', 'gauge', 'latency_count', 'latency_count'],
  ['gauge', 'latency_bucket', 'histogram', 'latency', 'latency_bucket'],
  ['histogram', 'latency', 'counter', 'latency_created', 'latency_created'],
] as const)('a %s "%s" and a %s "%s" would meet on the wire, so the second is refused', (kindA, a, kindB, b, met) => {
  const metrics = createMetrics();
  const declare = {
    counter: (name: string) => metrics.counter(name, { help }),
    gauge: (name: string) => metrics.gauge(name, { help }),
    histogram: (name: string) => metrics.histogram(name, { help }),
  };
  declare[kindA](a);
  expect(() => declare[kindB](b)).toThrow(`"${b}" and "${a}" are both written as "${met}" by a backend.`);
});

test.each([
  [{ maxSerie: 5 }, 'createMetrics has an unknown option "maxSerie". Did you mean "maxSeries"?'],
  [{ maxSeries: -1 }, 'createMetrics has maxSeries: -1.'],
  [null, 'createMetrics got null.'],
  [{ backends: {} }, 'createMetrics has backends: an object. Pass an array of backends.'],
  [{ filters: {} }, 'createMetrics has filters: an object. Pass an array of filters.'],
  [{ backends: [{}] }, 'backends has an entry that is not a backend.'],
  [{ defaultLabels: { 'a b': 1 } }, 'defaultLabels has a label named "a b".'],
  [{ defaultLabels: { a: null } }, 'defaultLabels has label "a" with null.'],
  [{ filters: [{ match: 5 }] }, 'filters[0] has match: 5.'],
  [{ filters: [{ match: 'x', rename: 'X' }] }, 'Use "x".'],
])('refuses the collector options %o', (options, message) => {
  expect(() => createMetrics(options as unknown as MetricsOptions)).toThrow(message);
});
