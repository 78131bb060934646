import { type ConformanceCase, conformanceCases, describeBackend, runCase } from '@sightline/conformance/backend';
import { prometheusLabelName } from '@sightline/core/backend';
import { describe, expect, test } from 'vitest';
import { rounds } from '../../../scripts/rounds.js';
import { type Fault, type MemoryBackendOptions, memoryBackend } from './fixtures/memory-backend.js';

const runner = { describe, test };
const randomPrograms = rounds(1000);

describe('a right backend passes', () => {
  describeBackend({
    ...memoryBackend({
      name: 'pull, native histograms',
      delivery: 'pull',
      temporality: 'cumulative',
      histogramNeed: 'native',
    }),
    randomPrograms,
    runner,
  });
  describeBackend({ ...memoryBackend({ name: 'push of totals', temporality: 'cumulative' }), randomPrograms, runner });
  describeBackend({
    ...memoryBackend({ name: 'push of windows with quantiles', histogramNeed: 'quantiles' }),
    randomPrograms,
    runner,
  });
  describeBackend({
    ...memoryBackend({ name: 'push of windows with native histograms', histogramNeed: 'native' }),
    randomPrograms,
    runner,
  });
});

describe('a wrong backend is caught', () => {
  const pull: MemoryBackendOptions = { delivery: 'pull', temporality: 'cumulative' };
  const caught: ReadonlyArray<[fault: Fault, name: string, profile?: MemoryBackendOptions]> = [
    ['sends twice', 'counts nothing twice over several reads'],
    ['repeats what was sent', 'counts nothing twice over several reads'],
    ['commits what it did not send', 'loses nothing and repeats nothing over an outage'],
    ['swallows failures', 'rejects a flush to an unreachable peer'],
    ['does not wait', 'resolves a flush only when the peer has what was recorded before it'],
    ['ignores flush', 'counts up'],
    ['joins labels', 'keeps series apart that a joined key would merge'],
    ['forgets default labels', 'puts default labels on every series'],
    ['writes line breaks as they are', 'keeps label values with line breaks'],
    ['trims labels', 'keeps label values with spaces'],
    ['lower-cases labels', 'keeps label values with capital letters'],
    ['leaves out zeroes', 'shows a declared counter as 0 before it counts'],
    ['leaves out empty histograms', 'shows a declared histogram as empty before it observes'],
    ['writes whole numbers', 'adds fractional steps'],
    ['reads a minus sign as a step', 'shows negative gauges'],
    ['sends a gauge once', 'keeps showing a gauge that does not change'],
    ['adds up gauges', 'shows what a gauge was set to'],
    ['adds up gauges', 'moves a gauge up and down'],
    ['leaves out gauges at 0', 'shows a gauge that returns to 0'],
    ['leaves out gauges at 0', 'shows a label-less gauge before it is set'],
    ['leaves out infos', 'shows facts as labels of a series that is 1'],
    ['looks names up in an object', 'keeps names that are names of object members'],
    ['keeps eight labels', 'keeps ten labels'],
    ['cannot start', 'becomes ready'],
    ['hides that it cannot start', 'leaves recording and shutdown working when it cannot start'],
    ['cumulates buckets', 'counts into buckets, upper bounds included'],
    ['forgets the last bucket', 'counts what lies above and below all bounds'],
    ['leaves out sums', 'adds up observations'],
    ['guesses quantiles', 'shows quantiles within the stated error', { histogramNeed: 'quantiles' }],
    ['shifts exponential buckets', 'shows exponential buckets that hold the observations', { histogramNeed: 'native' }],
    ['runs no callbacks', 'shows what a collect callback reports'],
    ['runs no callbacks', 'shows an included source'],
    ['cuts long messages', 'shows many series whole'],
    ['forgets the last window', 'hands over the last window at shutdown'],
    ['holds the process', 'keeps no process alive while it waits'],
    ['leaves a timer', 'leaves no timer behind after shutdown'],
    ['logs each failure', 'logs an outage once and its end once'],
    ['rejects its shutdown', 'shuts down within its deadline although the peer is unreachable'],
    ['waits for ever', 'rejects a flush at its deadline'],
    ['waits for ever', 'shuts down within its deadline although the peer does not answer'],
    ['sends after shutdown', 'sends nothing after shutdown'],
    ['never sends by itself', 'sends by itself as time goes by'],
    ['takes a restart for a decrease', 'starts anew after a series was removed between two reads'],
    ['takes a restart for a decrease', 'has the right numbers after random programs'],
    ['keeps ended series', 'shows a removed series no more', pull],
    ['writes declared names', 'writes names with dots by the table'],
    ['writes declared names', 'writes units by the table'],
    ['writes bounds in milliseconds', 'writes upper bounds as they were declared'],
    ['converts seconds', 'converts no values, whatever their unit'],
    ['calls gauges counters', 'says of a counter and of a gauge which it is'],
    ['keeps sending removed gauges', 'sends a removed gauge no more'],
    ['commits what ended', 'hands over what ended during an outage, once'],
  ];

  test.concurrent.each(caught)('one that %s, by "%s"', { timeout: 60_000 }, async (fault, name, profile) => {
    await expect(runCase(memoryBackend({ ...profile, fault }), caseNamed(name))).rejects.toThrow(
      /^\[conformance\] memory: /,
    );
    await runCase(memoryBackend(profile), caseNamed(name));
  });
});

describe('deviations', () => {
  const fractions = 'adds fractional steps';

  test('excuse the case they name', async () => {
    const deviations = [{ case: fractions, reason: 'The wire has whole numbers only.' }];
    await runCase(memoryBackend({ fault: 'writes whole numbers', deviations }), caseNamed(fractions));
  });

  test('are reported when they are no longer needed', async () => {
    const deviations = [{ case: fractions, reason: 'The wire has whole numbers only.' }];
    await expect(runCase(memoryBackend({ deviations }), caseNamed(fractions))).rejects.toThrow(
      '[conformance] memory passes "adds fractional steps", so its deviation is no longer needed. Remove it: "The wire has whole numbers only."',
    );
  });

  test('do not excuse a set-up that fails', async () => {
    const backend = memoryBackend({ deviations: [{ case: fractions, reason: 'The wire has whole numbers only.' }] });
    const broken = { ...backend, received: () => Promise.reject(new Error('no peer')) };
    await expect(runCase(broken, caseNamed(fractions))).rejects.toThrow(
      'the case "adds fractional steps" could not be run: no peer',
    );
  });

  test.each([
    ['adds fractional step', 'which is not a case. Did you mean "adds fractional steps"?'],
    ['shows quantiles within the stated error', 'which is only for quantiles backends. Remove it.'],
  ])('must name a case that applies: "%s"', (name, complaint) => {
    const backend = memoryBackend({ deviations: [{ case: name, reason: 'Because.' }] });
    expect(() => describeBackend({ ...backend, runner: silent })).toThrow(complaint);
  });

  test('need a reason, and name a case once', () => {
    const without = memoryBackend({ deviations: [{ case: fractions, reason: ' ' }] });
    expect(() => describeBackend({ ...without, runner: silent })).toThrow('without a reason');
    const twice = { case: fractions, reason: 'Because.' };
    expect(() => describeBackend({ ...memoryBackend({ deviations: [twice, twice] }), runner: silent })).toThrow(
      'twice. Remove one.',
    );
  });
});

test('as many random programs run as are asked for', async () => {
  const backend = memoryBackend();
  let created = 0;
  const counting = {
    ...backend,
    randomPrograms: 7,
    create: (context: Parameters<typeof backend.create>[0]) => {
      created++;
      return backend.create(context);
    },
  };
  await runCase(counting, caseNamed('has the right numbers after random programs'));
  expect(created).toBe(1 + 7);
});

test.each([0, 1.5, Number.NaN])('%s random programs are refused', (randomPrograms) => {
  expect(() => describeBackend({ ...memoryBackend(), randomPrograms, runner: silent })).toThrow(
    `[testing] randomPrograms of memory is ${randomPrograms}. Give a whole number above 0, or leave it out.`,
  );
});

test('every case has a name of its own and says why', () => {
  const cases = conformanceCases.flatMap((group) => group.cases);
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  for (const { name, why } of cases) {
    expect(name).toMatch(/^[a-z]/);
    expect(why).toMatch(/^[A-Z].*\.$/s);
  }
});

test('a push backend whose peer cannot be held or cut must say so as a deviation', async () => {
  const backend = memoryBackend();
  const create: typeof backend.create = async (context) => {
    const { hold: _, cut: __, ...rest } = await backend.create(context);
    return rest;
  };
  await expect(runCase({ ...backend, create }, caseNamed('rejects a flush at its deadline'))).rejects.toThrow(
    'create() returned no hold(): add it, or list this case as a deviation.',
  );
});

test('label names are compared as the wire writes them', async () => {
  const name = 'writes dotted label names by the table';
  await runCase(memoryBackend({ labelNameOf: prometheusLabelName }), caseNamed(name));
  await expect(runCase(memoryBackend({ labelNameOf: (label) => label }), caseNamed(name))).rejects.toThrow(
    'error.type',
  );
});

const silent = { describe: () => {}, test: () => {} };

function caseNamed(name: string): ConformanceCase {
  const found = conformanceCases.flatMap(({ cases }) => cases).find((each) => each.name === name);
  if (found === undefined) throw new Error(`No case is named "${name}".`);
  return found;
}
