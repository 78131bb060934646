import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rounds } from '../../../scripts/rounds.js';
import { type DiscoveredOptions, deltas, discoverMetric, pointsOf, presentLabels } from '../src/backend.js';
import { noopMetrics } from '../src/index.js';
import { lintMetrics } from '../src/lint/index.js';
import { testSetting } from './setting.js';

const counter: DiscoveredOptions = {
  kind: 'counter',
  name: 'Jobs/Done',
  help: '',
  unit: undefined,
  instrumentation: { scopeName: 'm', scopeVersion: '', unit: '{job}' },
};

test('a label that a recording first has is a label of all later reads, and series without it lack it', () => {
  const { metrics, exported } = testSetting({ defaultLabels: { region: 'eu', queue: 'x' } });
  const jobs = discoverMetric(metrics, counter);
  jobs?.add({}, 1);
  const [before] = metrics.snapshot().families;
  jobs?.addLabels(['queue'], []);
  jobs?.add({ queue: 'mail' }, 2);
  jobs?.addLabels(['size', 'queue'], ['size']);
  jobs?.add({ queue: 'mail', size: 3 }, 4);
  expect(exported('Jobs/Done')).toEqual([
    { labels: {}, value: 1 },
    { labels: { queue: 'mail' }, value: 2 },
    { labels: { queue: 'mail', size: '3' }, value: 4 },
  ]);
  const [after] = metrics.snapshot().families;
  expect(after).toMatchObject({
    constantLabels: { region: 'eu' },
    integerLabels: ['size'],
    instrumentation: { unit: '{job}' },
  });
  expect([0, 1, 2].map((i) => presentLabels(after as never, i))).toEqual([0, 1, 2]);
  // A snapshot does not change.
  expect(before && [...pointsOf(before)].map(({ labels }) => ({ ...labels }))).toEqual([{}]);
  expect(before).toMatchObject({ labelNames: [], constantLabels: { region: 'eu', queue: 'x' } });
});

test('labels that would be written alike are refused', () => {
  const jobs = discoverMetric(testSetting().metrics, counter);
  jobs?.addLabels(['a.b'], []);
  expect(() => jobs?.addLabels(['a_b'], [])).toThrow('which Prometheus writes alike');
});

test('labels that one of two metrics of a name adds are labels of the other, too', () => {
  const { metrics, exported, warnings } = testSetting();
  const [one, other] = [discoverMetric(metrics, counter), discoverMetric(metrics, counter)];
  for (const jobs of [one, other]) jobs?.addLabels(['queue'], []);
  other?.add({ queue: 'mail' }, 1);
  one?.addLabels(['size'], []);
  for (const jobs of [one, other]) jobs?.add({ queue: 'mail' }, 1);
  other?.add({ size: '3' }, 1);
  expect(exported('Jobs/Done')).toEqual([
    { labels: { queue: 'mail' }, value: 3 },
    { labels: { size: '3' }, value: 1 },
  ]);
  expect(warnings).toEqual([]);
});

test('the overflow series has all labels', () => {
  const { metrics, exported } = testSetting({ maxSeries: 1 });
  const jobs = discoverMetric(metrics, counter);
  jobs?.addLabels(['a'], []);
  jobs?.add({ a: '1' }, 1);
  jobs?.add({ a: '2' }, 1);
  jobs?.addLabels(['b'], []);
  jobs?.add({ b: '3' }, 1);
  expect(exported('Jobs/Done')).toEqual([
    { labels: { a: '1' }, value: 1 },
    { labels: { a: '__overflow__', b: '__overflow__' }, value: 2 },
  ]);
});

test('what the service declares later replaces it, and its last numbers still reach readers of differences', () => {
  const { metrics } = testSetting();
  const reader = deltas(metrics);
  const jobs = discoverMetric(metrics, { ...counter, name: 'jobs' });
  jobs?.add({}, 3);
  expect(jobs?.isReplaced).toBe(false);
  metrics.info('jobs', { help: 'Own.', labels: { a: 'x' } });
  expect(jobs?.isReplaced).toBe(true);
  expect(metrics.snapshot().families).toMatchObject([{ kind: 'info' }]);
  expect(() => discoverMetric(metrics, { ...counter, name: 'jobs' })).toThrow('is declared already as another metric');
  expect(() => discoverMetric(metrics, { ...counter, name: 'sightline_dropped_total' })).toThrow('is reserved');
  reader.shutdown();
});

test('a collector that keeps nothing has none, and the linter does not look at them', () => {
  expect(discoverMetric(noopMetrics, counter)).toBeUndefined();
  const { metrics } = testSetting();
  discoverMetric(metrics, counter)?.add({}, 1);
  expect(lintMetrics(metrics.snapshot())).toEqual([]);
});

test('filters keep labels by name in declared metrics, too', () => {
  const { metrics, exported } = testSetting({ filters: [{ match: 'jobs_*', keepLabels: ['queue'] }] });
  const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue', 'user'] });
  jobs.inc({ queue: 'mail', user: '1' });
  jobs.inc({ queue: 'mail', user: '2' });
  expect(exported('jobs_total')).toEqual([{ labels: { queue: 'mail' }, value: 2 }]);
  expect(() => testSetting({ filters: [{ match: '*', keepLabels: ['1st'] }] })).toThrow('a label named "1st"');
});

test('differences add up to the totals, whatever labels appear, series end and reads fail', () => {
  const labels = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom('x', 'y'), {
    noNullPrototype: true,
  });
  const step = fc.oneof(
    fc.record({ do: fc.constant('add' as const), labels, by: fc.nat(9) }),
    fc.record({ do: fc.constant('remove' as const), labels, by: fc.constant(0) }),
    fc.record({
      do: fc.constantFrom('read' as const, 'read and commit' as const),
      labels: fc.constant({}),
      by: fc.constant(0),
    }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { metrics } = testSetting();
      const jobs = discoverMetric(metrics, counter);
      const reader = deltas(metrics);
      const known = new Set<string>();
      const [added, read] = [new Map<string, number>(), new Map<string, number>()];
      const addTo = (all: Map<string, number>, key: object, by: number): void => {
        const text = JSON.stringify(Object.entries(key).sort());
        if (by !== 0) all.set(text, (all.get(text) ?? 0) + by);
      };
      const commit = (): void => {
        const batch = reader.read();
        for (const family of batch.families)
          for (const point of pointsOf(family)) addTo(read, point.labels, 'value' in point ? point.value : 0);
        batch.commit();
      };
      for (const each of steps) {
        const names = Object.keys(each.labels).filter((name) => !known.has(name));
        if (each.do === 'add') {
          if (names.length > 0) jobs?.addLabels(names, []);
          for (const name of names) known.add(name);
          jobs?.add(each.labels, each.by);
          addTo(added, each.labels, each.by);
        } else if (each.do === 'remove') {
          if (names.length === 0) jobs?.remove(each.labels);
        } else if (each.do === 'read') reader.read();
        else commit();
      }
      commit();
      expect(read).toEqual(added);
    }),
    { numRuns: rounds(2000) },
  );
});
