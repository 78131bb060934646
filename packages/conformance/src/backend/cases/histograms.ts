import { timeUnitsPerSecond } from '@sightline/core/backend';
import { ConformanceFailure, expectExactly, expectThat } from '../../conformance-failure.js';
import type { CaseGroup } from '../conformance-case.js';
import { quantile } from '../exact-quantile.js';
import { bucketsOf } from '../exponential-sum.js';
import type { ReceivedNumbers } from '../received-numbers.js';

const buckets = [0.1, 1, 10];

export const histograms: CaseGroup = {
  title: 'Histograms',
  cases: [
    {
      name: 'counts observations',
      why: 'The rate of a latency histogram is the rate of requests.',
      async run({ metrics, read }) {
        const latency = metrics.histogram('latency_seconds', { help: 'Latency.', buckets });
        for (const value of [0.05, 0.5, 5, 50]) latency.observe(value);
        (await read()).expectHistogram('latency_seconds', {}, { count: 4 });
        latency.observe(0.7);
        (await read()).expectHistogram('latency_seconds', {}, { count: 5 });
      },
    },
    {
      name: 'adds up observations',
      why: 'Sum by count is the mean.',
      async run({ metrics, read }) {
        const latency = metrics.histogram('latency_seconds', { help: 'Latency.', buckets });
        for (const value of [0.05, 0.5, 5, 50]) latency.observe(value);
        (await read()).expectHistogram('latency_seconds', {}, { sum: 55.55 });
        latency.observe(0.25);
        (await read()).expectHistogram('latency_seconds', {}, { sum: 55.8 });
      },
    },
    {
      name: 'adds up negative observations',
      why: 'Differences and temperatures go below zero.',
      async run({ metrics, read }) {
        const drift = metrics.histogram('clock_drift_seconds', { help: 'Drift.', buckets: [-1, 0, 1] });
        for (const value of [-2.5, -0.5, 0, 0.5]) drift.observe(value);
        (await read()).expectHistogram('clock_drift_seconds', {}, { count: 4, sum: -2.5 });
      },
    },
    {
      name: 'observes each series by itself',
      why: 'A slow route must not hide behind a fast one.',
      async run({ metrics, read }) {
        const latency = metrics.histogram('latency_seconds', { help: 'Latency.', labelNames: ['route'], buckets });
        const slow = latency.labels({ route: '/slow' });
        for (const value of [5, 7]) slow.observe(value);
        latency.observe({ route: '/fast' }, 0.05);
        const seen = await read();
        seen.expectHistogram('latency_seconds', { route: '/slow' }, { count: 2 });
        seen.expectHistogram('latency_seconds', { route: '/fast' }, { count: 1 });
      },
    },
    {
      name: 'shows a declared histogram as empty before it observes',
      why: 'As with counters: what is declared is there.',
      async run({ metrics, read }) {
        metrics.histogram('latency_seconds', { help: 'Latency.', buckets });
        (await read()).expectHistogram('latency_seconds', {}, { count: 0 });
      },
    },
    {
      name: 'counts many observations',
      why: 'Nothing is sampled or cut off.',
      async run({ metrics, read }) {
        const sizes = metrics.histogram('size_bytes', { help: 'Sizes.', buckets: [10, 100, 1000] });
        for (let i = 1; i <= 5000; i++) sizes.observe(i);
        (await read()).expectHistogram('size_bytes', {}, { count: 5000 });
      },
    },
    {
      name: 'counts into buckets, upper bounds included',
      only: 'explicit',
      why: 'Whether 100 ms meets a limit of 100 ms decides over an objective.',
      async run({ metrics, read }) {
        const latency = metrics.histogram('latency_seconds', { help: 'Latency.', buckets });
        for (const value of [0.1, 0.100_001, 1, 10]) latency.observe(value);
        (await read()).expectHistogram('latency_seconds', {}, { bucketCounts: [1, 2, 1, 0] });
      },
    },
    {
      name: 'counts what lies above and below all bounds',
      only: 'explicit',
      why: 'The slowest requests are those that one looks for.',
      async run({ metrics, read }) {
        const latency = metrics.histogram('latency_seconds', { help: 'Latency.', buckets });
        for (const value of [-3, 11, 1e9]) latency.observe(value);
        (await read()).expectHistogram('latency_seconds', {}, { bucketCounts: [1, 0, 0, 2] });
      },
    },
    {
      name: 'writes upper bounds as they were declared',
      only: 'explicit',
      why: 'Quantiles are computed from the bounds; counts beside other bounds are another latency.',
      async run({ metrics, read }) {
        const bounds = [-2.5, 1e-7, 0.1, 0.3, 1, 1e21];
        metrics.histogram('latency_seconds', { help: 'Latency.', unit: 'seconds', buckets: bounds }).observe(0.2);
        (await read()).expectHistogram('latency_seconds', {}, { bounds, bucketCounts: [0, 0, 0, 1, 0, 0, 0] });
      },
    },
    {
      name: 'adds up buckets over several reads',
      only: 'explicit',
      why: 'Quantiles are computed from the growth of each bucket.',
      async run({ metrics, read }) {
        const latency = metrics.histogram('latency_seconds', { help: 'Latency.', labelNames: ['route'], buckets });
        for (const [value, bucketCounts] of [
          [0.5, [0, 1, 0, 0]],
          [0.05, [1, 1, 0, 0]],
          [20, [1, 1, 0, 1]],
        ] as const) {
          latency.observe({ route: '/' }, value);
          (await read()).expectHistogram('latency_seconds', { route: '/' }, { bucketCounts });
        }
      },
    },
    {
      name: 'shows quantiles within the stated error',
      only: 'quantiles',
      why: 'Explicit buckets can be wrong by tens of percent; what says p99 must be one.',
      async run({ metrics, read, profile }) {
        const latency = metrics.histogram('latency_seconds', { help: 'Latency.' });
        const values = Array.from({ length: 1000 }, (_, i) => 0.001 * 1.01 ** i);
        for (const value of values) latency.observe(value);
        expectQuantiles(await read(), 'latency_seconds', values, profile.quantileError);
      },
    },
    {
      name: 'writes durations in the unit that the wire states',
      why: 'A wire typed in milliseconds makes 0.25 of a histogram in seconds a quarter of a millisecond.',
      async run({ metrics, read }) {
        const declared: Array<[name: string, unit: string | undefined, value: number]> = [
          ['wait_seconds', undefined, 0.25],
          ['wait_ms', undefined, 250],
          ['wait.length', 'seconds', 0.25],
          ['wait.long', 'minutes', 2],
          ['wait.short', 'microseconds', 250],
        ];
        for (const [name, unit, value] of declared) metrics.histogram(name, { help: 'Wait.', unit }).observe(value);
        const seen = await read();
        for (const [name, , value] of declared) seen.expectHistogram(name, {}, { count: 1, sum: value });
      },
    },
    {
      name: 'does not state a duration for other histograms',
      why: 'A size of 512 bytes is not 512 milliseconds, which is what a dashboard would show.',
      async run({ metrics, read }) {
        metrics.histogram('body_size_bytes', { help: 'Size.' }).observe(512);
        metrics.histogram('batch', { help: 'Batch.', unit: 'rows' }).observe(512);
        const seen = await read();
        for (const name of ['body_size_bytes', 'batch']) {
          seen.expectHistogram(name, {}, { count: 1, sum: 512 });
          const stated = seen.point(name)?.unit;
          expectThat(
            stated === undefined || timeUnitsPerSecond({ name, unit: stated }) === undefined,
            () => `The peer takes ${name} for ${stated}.`,
          );
        }
      },
    },
    {
      name: "shows a window's quantiles without those of earlier windows",
      only: 'quantiles',
      why: 'A slow start must not colour the numbers of the whole day.',
      async run({ metrics, read, profile }) {
        const latency = metrics.histogram('latency_seconds', { help: 'Latency.' });
        for (let i = 0; i < 500; i++) latency.observe(60 + i);
        await read();
        const values = Array.from({ length: 200 }, (_, i) => 0.01 + i / 1000);
        for (const value of values) latency.observe(value);
        if (profile.temporality === 'delta')
          expectQuantiles(await read(), 'latency_seconds', values, profile.quantileError);
        else (await read()).expectHistogram('latency_seconds', {}, { count: 700 });
      },
    },
    {
      name: 'shows exponential buckets that hold the observations',
      only: 'native',
      why: 'A peer that computes quantiles itself needs every observation in its bucket.',
      async run({ metrics, read }) {
        const drift = metrics.histogram('drift_seconds', { help: 'Drift.' });
        const values = [-8, -0.3, 0, 0, 1e-6, 0.5, 0.5, 3, 1024.5];
        for (const value of values) drift.observe(value);
        expectExponential(await read(), 'drift_seconds', values);
      },
    },
    {
      name: 'adds up exponential buckets of different scales',
      only: 'native',
      why: 'The scale becomes coarser as values spread, also between two reads.',
      async run({ metrics, read }) {
        const latency = metrics.histogram('latency_seconds', { help: 'Latency.' });
        const values: number[] = [];
        for (const spread of [1.001, 1.1, 2]) {
          for (let i = 0; i < 60; i++) {
            values.push(0.5 * spread ** i);
            latency.observe(0.5 * spread ** i);
          }
          expectExponential(await read(), 'latency_seconds', values);
        }
      },
    },
  ],
};

function expectQuantiles(seen: ReceivedNumbers, name: string, values: readonly number[], error = 0.05): void {
  const quantiles = seen.point(name)?.quantiles ?? [];
  expectThat(quantiles.length > 0, () => `The peer has no quantiles of ${name}.`);
  for (const { quantile: q, value } of quantiles) {
    const exact = quantile(values, q);
    expectThat(
      Math.abs(value - exact) <= error * exact,
      () => `The peer has ${value} for the ${q} quantile of ${name}, which is ${exact}.`,
    );
  }
}

function expectExponential(seen: ReceivedNumbers, name: string, values: readonly number[]): void {
  const exponential = seen.point(name)?.exponential;
  if (exponential === undefined) throw new ConformanceFailure(`The peer has no exponential buckets of ${name}.`);
  expectExactly(exponential.zeroCount, values.filter((value) => value === 0).length);
  for (const [side, sign] of [
    ['positive', 1],
    ['negative', -1],
  ] as const) {
    const absolute = values.filter((value) => value * sign > 0).map(Math.abs);
    let counted = 0;
    for (const { lower, upper, count } of bucketsOf(exponential[side], exponential.scale)) {
      // A value on a bound may fall to either side of it: the data model allows that much of floating point.
      const inside = absolute.filter((value) => value > lower * (1 - 1e-9) && value <= upper * (1 + 1e-9)).length;
      expectThat(
        count <= inside,
        () => `The ${side} bucket (${lower}, ${upper}] of ${name} has ${count}, but only ${inside} fit.`,
      );
      counted += count;
    }
    expectThat(
      counted === absolute.length,
      () => `The ${side} buckets of ${name} hold ${counted} of ${absolute.length} observations.`,
    );
  }
}
