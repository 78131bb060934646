import type { Counter, Gauge, Histogram } from '@sightline/core';
import type * as FastCheck from 'fast-check';
import { ConformanceFailure, expectThat, reasonOf } from '../../conformance-failure.js';
import { loadFastCheck } from '../../load-fast-check.js';
import type { CaseGroup } from '../conformance-case.js';
import type { Rig } from '../rig.js';

const SEED = 20_250_101;

export const randomPrograms: CaseGroup = {
  title: 'Random programs',
  cases: [
    {
      name: 'has the right numbers after random programs',
      why: 'For unexpected sequences: recordings, removals, flushes and the passing of time in any order.',
      timeoutMs: 120_000,
      async run(rig) {
        const fc = await loadFastCheck();
        await checkPrograms(fc, rig, { runs: rig.randomPrograms, labelTexts: fc.constant(['a', 'b', 'c']) });
      },
    },
    {
      name: 'has the right numbers after random programs with any text as label',
      why: 'Label values come from outside.',
      timeoutMs: 60_000,
      async run(rig) {
        const fc = await loadFastCheck();
        const text = fc.oneof(
          fc.string({ unit: 'grapheme', maxLength: 12 }),
          fc.string({ unit: 'binary-ascii', maxLength: 6 }),
        );
        const labelTexts = fc.uniqueArray(text, { minLength: 3, maxLength: 3 });
        // Fewer, because most of them repeat.
        await checkPrograms(fc, rig, { runs: Math.ceil(rig.randomPrograms / 10), labelTexts });
      },
    },
  ],
};

type Fc = typeof FastCheck;

type Step =
  | { readonly do: 'inc' | 'set' | 'observe'; readonly series: number; readonly quarters: number }
  | { readonly do: 'remove'; readonly series: number }
  | { readonly do: 'clear' | 'read' | 'flush' }
  | { readonly do: 'pass'; readonly ms: number };

async function checkPrograms(
  fc: Fc,
  rig: Rig,
  { runs, labelTexts }: { runs: number; labelTexts: FastCheck.Arbitrary<string[]> },
): Promise<void> {
  const series = fc.nat({ max: 2 });
  // Quarters add up without rounding, so that totals can be compared exactly.
  const recorded = fc.record({
    do: fc.constantFrom('inc', 'set', 'observe'),
    series,
    quarters: fc.integer({ min: 1, max: 400 }),
  });
  const step: FastCheck.Arbitrary<Step> = fc.oneof(
    { weight: 8, arbitrary: recorded },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('remove'), series }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('clear', 'read', 'flush') }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('pass'), ms: fc.integer({ min: 1, max: 15_000 }) }) },
  );
  const program = fc.asyncProperty(labelTexts, fc.array(step, { maxLength: 15 }), async (texts, steps) => {
    const fresh = await rig.another();
    try {
      await runProgram(fresh, texts, steps);
    } finally {
      await fresh.close();
    }
  });
  const { failed, counterexample, errorInstance } = await fc.check(program, {
    numRuns: runs,
    seed: SEED,
    endOnFailure: false,
  });
  if (!failed) return;
  if (!(errorInstance instanceof ConformanceFailure)) throw errorInstance;
  throw new ConformanceFailure(`${reasonOf(errorInstance)} Smallest program: ${JSON.stringify(counterexample)}`, {
    cause: errorInstance,
  });
}

async function runProgram(
  { metrics, read, flush, pass, profile }: Rig,
  texts: readonly string[],
  steps: readonly Step[],
): Promise<void> {
  const jobs: Counter<'text'> = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['text'] });
  const level: Gauge<'text'> = metrics.gauge('level', { help: 'Level.', labelNames: ['text'] });
  const latency: Histogram<'text'> = metrics.histogram('latency_seconds', {
    help: 'Latency.',
    labelNames: ['text'],
    buckets: [1, 10],
  });
  const expected = new Expected(profile.temporality === 'cumulative');
  const flushes: Promise<void>[] = [];
  const textOf = (series: number): string => texts[series] ?? '';
  for (const step of steps) {
    switch (step.do) {
      case 'inc':
        jobs.inc({ text: textOf(step.series) }, step.quarters / 4);
        expected.add('jobs', textOf(step.series), step.quarters / 4);
        break;
      case 'set':
        level.set({ text: textOf(step.series) }, step.quarters / 4 - 50);
        expected.set('level', textOf(step.series), step.quarters / 4 - 50);
        break;
      case 'observe':
        latency.observe({ text: textOf(step.series) }, step.quarters / 4);
        expected.add('count', textOf(step.series), 1);
        expected.add('sum', textOf(step.series), step.quarters / 4);
        break;
      case 'remove':
        for (const instrument of [jobs, level, latency]) instrument.remove({ text: textOf(step.series) });
        expected.end(textOf(step.series));
        break;
      case 'clear':
        for (const instrument of [jobs, level, latency]) instrument.clear();
        for (const text of texts) expected.end(text);
        break;
      case 'read':
        await read();
        break;
      case 'flush':
        flushes.push(flush());
        break;
      case 'pass':
        await pass(step.ms);
    }
  }
  await Promise.all(flushes);
  const seen = await read();
  for (const [text, value] of expected.of('jobs')) seen.expectValue('jobs_total', { text }, value);
  for (const [text, value] of expected.of('level')) seen.expectValue('level', { text }, value);
  for (const [text, count] of expected.of('count')) {
    // Some wires have no sums, which a case of its own is about.
    const hasSum = seen.point('latency_seconds', { text })?.sum !== undefined;
    seen.expectHistogram(
      'latency_seconds',
      { text },
      { count, sum: hasSum ? expected.of('sum').get(text) : undefined },
    );
  }
  expectNoOther(seen.pointsOf('jobs_total').length, expected.of('jobs').size, 'jobs_total');
  expectNoOther(seen.pointsOf('latency_seconds').length, expected.of('count').size, 'latency_seconds');
}

/** What the peer must have, kept by hand. */
class Expected {
  readonly #isForgotten: boolean;
  readonly #values = new Map<string, Map<string, number>>();

  /** @param isForgotten whether the totals of an ended series are gone, or stay in the sum of all windows */
  constructor(isForgotten: boolean) {
    this.#isForgotten = isForgotten;
  }

  of(what: string): Map<string, number> {
    const values = this.#values.get(what) ?? new Map<string, number>();
    this.#values.set(what, values);
    return values;
  }

  add(what: string, text: string, by: number): void {
    this.of(what).set(text, (this.of(what).get(text) ?? 0) + by);
  }

  set(what: string, text: string, value: number): void {
    this.of(what).set(text, value);
  }

  end(text: string): void {
    this.of('level').delete(text); // whether a peer keeps the last state of what ended is its own business
    if (this.#isForgotten) for (const values of this.#values.values()) values.delete(text);
  }
}

function expectNoOther(actual: number, expected: number, name: string): void {
  expectThat(actual <= expected, () => `The peer has ${actual} series of ${name}, of which ${expected} were recorded.`);
}
