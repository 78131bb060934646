import type { Attributes, Meter } from '@opentelemetry/api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rounds } from '../../../../../scripts/rounds.js';
import { type Measured, official, ours } from './measured.js';

const attributes = fc.dictionary(
  fc.constantFrom('a', 'b.c', 'http.method', 'd_e', 'toString'),
  fc.oneof(fc.constantFrom('x', 'y'), fc.integer({ min: 0, max: 2 }), fc.boolean()),
  { maxKeys: 3, noNullPrototype: true },
) as fc.Arbitrary<Attributes>;
// Halves add up without rounding, in any order.
const amount = fc.integer({ min: -40, max: 40_000 }).map((halves) => halves / 2);
const step = fc.record({
  instrument: fc.constantFrom('counter', 'up_down', 'gauge', 'histogram', 'advised', 'o_counter', 'o_up_down'),
  value: amount,
  attributes,
});

test('random programs measure the same as on sdk-metrics', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(step, { maxLength: 30 }), { minLength: 1, maxLength: 3 }), async (parts) => {
      const subjects = [ours(), official()].map((subject) => ({
        ...subject,
        program: program(subject.provider.getMeter('m')),
      }));
      for (const part of parts) {
        const measured: unknown[] = [];
        for (const { program: run, read } of subjects) {
          for (const { instrument, value, attributes: given } of part) run(instrument, value, given);
          measured.push(byName(await read()));
        }
        expect(measured[0]).toEqual(measured[1]);
      }
    }),
    { numRuns: rounds(1000) },
  );
});

function program(meter: Meter): (instrument: string, value: number, attributes: Attributes) => void {
  const counter = meter.createCounter('counter');
  const upDown = meter.createUpDownCounter('up_down');
  const gauge = meter.createGauge('gauge');
  const histogram = meter.createHistogram('histogram');
  const advised = meter.createHistogram('advised', { advice: { explicitBucketBoundaries: [-1, 0, 10.5, 1000] } });
  const totals = new Map<string, { total: number; attributes: Attributes }>();
  const sums = new Map<string, { total: number; attributes: Attributes }>();
  const observeAll =
    (all: typeof totals) =>
    (result: { observe(value: number, attributes: Attributes): void }): void => {
      for (const { total, attributes } of all.values()) result.observe(total, attributes);
    };
  meter.createObservableCounter('o_counter').addCallback(observeAll(totals));
  meter.createObservableUpDownCounter('o_up_down').addCallback(observeAll(sums));
  const addTo = (all: typeof totals, value: number, attributes: Attributes): void => {
    const key = JSON.stringify(
      Object.entries(attributes)
        .map(([name, each]) => [name, String(each)])
        .sort(),
    );
    const known = all.get(key) ?? { total: 0, attributes };
    all.set(key, { ...known, total: known.total + value });
  };
  return (instrument, value, attributes) => {
    if (instrument === 'counter') counter.add(value, attributes);
    else if (instrument === 'up_down') upDown.add(value, attributes);
    else if (instrument === 'gauge') gauge.record(value, attributes);
    else if (instrument === 'histogram') histogram.record(value, attributes);
    else if (instrument === 'advised') advised.record(value, attributes);
    else if (instrument === 'o_counter') addTo(totals, Math.abs(value), attributes);
    else addTo(sums, value, attributes);
  };
}

function byName(metrics: readonly Measured[]): Readonly<Record<string, Measured>> {
  const measured = metrics.filter(({ points }) => Object.keys(points).length > 0);
  return Object.fromEntries(measured.map((metric) => [metric.name, metric]));
}
