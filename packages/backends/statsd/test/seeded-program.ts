import type { Metrics } from '@sightline/core';

/** What a server must have after all rounds; `series` is a label value as both plain dialects write it. */
export interface Expected {
  readonly counters: Array<{ series: readonly string[]; value: number }>;
  readonly gauges: Array<{ series: readonly string[]; value: number }>;
  readonly histograms: Array<{ series: readonly string[]; count: number; sum: number; max: number }>;
}

/** Label values, and how they are written. */
const texts: ReadonlyArray<readonly [text: string, written: string]> = [
  ['plain', 'plain'],
  ['BTC_JPY', 'BTC_JPY'],
  ['eu-west-1', 'eu-west-1'],
  ['a|b:c', 'a--7Cb--3Ac'],
  ['a b', 'a--20b'],
  ['a/b', 'a--2Fb'],
  ['a%b', 'a--25b'],
  ['zażółć', 'za--C5--BC--C3--B3--C5--82--C4--87'],
  ['', '--'],
  ...Array.from({ length: 300 }, (_, i): [string, string] => [`id${i}`, `id${i}`]),
];

/** Records the same numbers in each round, from a seed; call `record` once a round and three times in all. */
export function recordProgram(metrics: Metrics): { expected: Expected; record: () => void } {
  const jobs = metrics.counter('jobs', { help: 'h', labelNames: ['text'] });
  const level = metrics.gauge('level', { help: 'h', labelNames: ['text'] });
  const wait = metrics.histogram('wait', { help: 'h', unit: 'milliseconds', labelNames: ['text'] });
  const done = metrics.counter('done', { help: 'h' });
  const observed = texts.slice(0, 9);
  const expected: Expected = { counters: [], gauges: [], histograms: [] };
  texts.forEach(([, written], i) => {
    expected.counters.push({ series: [written], value: 3 * (i + 1.25) });
    expected.gauges.push({ series: [written], value: 2.5 - i });
  });
  observed.forEach(([, written], i) => {
    const values = observations(i);
    const sum = values.reduce((a, b) => a + b, 0);
    expected.histograms.push({ series: [written], count: 3 * values.length, sum: 3 * sum, max: Math.max(...values) });
  });
  return {
    expected,
    record() {
      texts.forEach(([text], i) => {
        jobs.inc({ text }, i + 1.25);
        level.set({ text }, 2.5 - i);
      });
      observed.forEach(([text], i) => {
        for (const value of observations(i)) wait.observe({ text }, value);
      });
      done.inc();
    },
  };
}

/** 7, 107, 207 … numbers from 10 on: collectd cuts off fractions, and does not count a timer of 0. */
function observations(series: number): number[] {
  let seed = 12_345 + series;
  return Array.from({ length: 7 + 100 * series }, () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return 10 + (seed % 5000);
  });
}
