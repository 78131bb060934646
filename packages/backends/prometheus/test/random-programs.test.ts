import { createMetrics, type LabelValue, type MetricsCollector } from '@sightline/core';
import fc from 'fast-check';
import { test } from 'vitest';
import { rounds } from '../../../../scripts/rounds.js';
import { expositionText } from '../src/index.js';
import { parseExposition } from './parse-exposition.js';

/**
 * A program is what a service might do, right and wrong: it declares metrics, records in them and is scraped now and then.
 * What a scrape must say is kept beside it by hand, in plain objects.
 */
test('random programs: nothing throws, and every exposition in both formats reads back as what was recorded', {
  timeout: 3_600_000,
}, () => {
  fc.assert(
    fc.property(
      fc.array(definition, { minLength: 1, maxLength: 4 }),
      fc.array(operation, { maxLength: 25 }),
      runProgram,
    ),
    {
      numRuns: rounds(100_000),
    },
  );
});

function runProgram(definitions: readonly Definition[], operations: readonly Operation[]): void {
  const metrics = createMetrics({ log: { info() {}, warn() {}, error() {} } });
  const programs = definitions.map((given, i) => declare(metrics, given, i));
  for (const step of operations) {
    if (step.verb === 'scrape') {
      expectPages(metrics, programs);
      continue;
    }
    const target = programs[step.metric % programs.length];
    if (target !== undefined) perform(target, step);
  }
  expectPages(metrics, programs);
  expectPages(metrics, programs);
}

interface Program {
  readonly definition: Definition;
  readonly instrument: AnyInstrument;
  /** What the page must say: sample name without labels, then label texts in order, to the value. */
  readonly expected: Map<string, Expected>;
  readonly writtenName: string;
}

interface Expected {
  values: readonly string[];
  total: number;
  counts: number[];
}

interface AnyInstrument {
  inc?(...args: unknown[]): void;
  dec?(...args: unknown[]): void;
  set?(...args: unknown[]): void;
  observe?(...args: unknown[]): void;
  labels(labels: unknown): AnyInstrument;
  remove(...args: unknown[]): void;
  clear(): void;
}

const buckets = [-1, 0.5, 1, 1e6];

function declare(metrics: MetricsCollector, definition: Definition, i: number): Program {
  const name = `${definition.name}_${i}x`;
  const options = { help: definition.help, labelNames: definition.labelNames };
  const instrument = {
    counter: () => metrics.counter(name, options),
    gauge: () => metrics.gauge(name, options),
    histogram: () => metrics.histogram(name, { ...options, buckets, exponential: i % 2 === 0 }),
  }[definition.kind]() as unknown as AnyInstrument;
  const expected = new Map<string, Expected>();
  if (definition.labelNames.length === 0) expectedAt(expected, []);
  return {
    definition,
    instrument,
    expected,
    writtenName: name.replaceAll('.', '_') + (definition.kind === 'counter' ? '_total' : ''),
  };
}

function perform({ definition, instrument, expected }: Program, step: Exclude<Operation, { verb: 'scrape' }>): void {
  const { kind, labelNames } = definition;
  const values = labelNames.map((_, k) => textOf(step.labels[k] ?? ''));
  const labels = Object.fromEntries(labelNames.map((name, k) => [name, step.labels[k] ?? '']));
  const args = labelNames.length === 0 ? [] : [labels];
  if (step.verb === 'remove' || step.verb === 'clear') {
    if (step.verb === 'clear') {
      instrument.clear();
      expected.clear();
    } else {
      instrument.remove(...args);
      expected.delete(JSON.stringify(values));
    }
    return;
  }
  const bound = step.verb === 'bound' ? instrument.labels(labels) : undefined;
  if (bound !== undefined) expectedAt(expected, values);
  const record = (verb: 'inc' | 'dec' | 'set' | 'observe'): void => {
    if (bound === undefined) instrument[verb]?.(...args, step.value);
    else bound[verb]?.(step.value);
  };
  const { value } = step;
  const isNumber = typeof value === 'number' && Number.isFinite(value);
  if (kind === 'counter') {
    record('inc');
    if (isNumber && value >= 0) addTo(expected, values, value);
  } else if (kind === 'gauge') {
    record(step.setsGauge ? 'set' : 'dec');
    if (isNumber && step.setsGauge) expectedAt(expected, values).total = value;
    else if (isNumber) addTo(expected, values, -value);
  } else {
    record('observe');
    if (isNumber && addTo(expected, values, value)) {
      const bucket = buckets.findIndex((bound_) => value <= bound_);
      const { counts } = expectedAt(expected, values);
      const at = bucket < 0 ? buckets.length : bucket;
      counts[at] = (counts[at] ?? 0) + 1;
    }
  }
}

/** False where the sum could not hold it, in which case the series exists but is unchanged. */
function addTo(expected: Map<string, Expected>, values: readonly string[], by: number): boolean {
  const series = expectedAt(expected, values);
  if (!Number.isFinite(series.total + by)) return false;
  series.total += by;
  return true;
}

function expectedAt(expected: Map<string, Expected>, values: readonly string[]): Expected {
  const key = JSON.stringify(values);
  const known = expected.get(key);
  if (known !== undefined) return known;
  const series: Expected = { values, total: 0, counts: buckets.map(() => 0).concat(0) };
  expected.set(key, series);
  return series;
}

function expectPages(metrics: ReturnType<typeof createMetrics>, programs: readonly Program[]): void {
  const snapshot = metrics.snapshot();
  for (const format of ['text', 'openmetrics'] as const) {
    const families = parseExposition(expositionText(snapshot, { format }), format);
    const samples = new Map(
      families.flatMap((family) =>
        family.samples.map((sample) => [JSON.stringify([sample.name, ...sample.labels.values()]), sample.value]),
      ),
    );
    for (const program of programs) expectSamples(program, samples, format);
    const ours = [...samples.keys()].filter((key) => !key.startsWith('["sightline_'));
    const wanted = programs.reduce((total, program) => total + sampleCount(program, format), 0);
    if (ours.length !== wanted)
      throw new Error(`${ours.length} samples instead of ${wanted} in ${format}: ${ours.join(' ')}`);
  }
}

function sampleCount({ definition, expected }: Program, format: string): number {
  if (definition.kind !== 'histogram') return expected.size;
  // With a negative bound, OpenMetrics has neither sum nor count.
  return expected.size * (buckets.length + 1 + (format === 'text' ? 2 : 0));
}

function expectSamples(
  { definition, expected, writtenName }: Program,
  samples: ReadonlyMap<string, number>,
  format: string,
): void {
  for (const { values, total, counts } of expected.values()) {
    if (definition.kind !== 'histogram') {
      expectSample(samples, [writtenName, ...values], total);
      continue;
    }
    let cumulated = 0;
    counts.forEach((count, k) => {
      cumulated += count;
      const le = ['-1.0', '0.5', '1.0', '1e+06', '+Inf'][k] ?? '';
      expectSample(samples, [`${writtenName}_bucket`, ...values, le], cumulated);
    });
    if (format === 'openmetrics') continue;
    expectSample(samples, [`${writtenName}_sum`, ...values], total);
    expectSample(samples, [`${writtenName}_count`, ...values], cumulated);
  }
}

function expectSample(samples: ReadonlyMap<string, number>, key: readonly string[], value: number): void {
  const found = samples.get(JSON.stringify(key));
  if (found !== value) throw new Error(`${JSON.stringify(key)} is ${found} instead of ${value}`);
}

function textOf(value: LabelValue): string {
  return String(value).replace(/\p{Surrogate}/gu, '\ufffd');
}

const labelValue: fc.Arbitrary<LabelValue> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('a', 'b') },
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom(
    '__proto__',
    'constructor',
    '"',
    '\\',
    '\n',
    '\r',
    '\\n',
    'é',
    '😀',
    '\ud800',
    '\udc00',
    '',
    ' ',
    '}',
    ',',
    '=',
    '\u0000',
  ),
  fc.integer(),
  fc.double(),
  fc.boolean(),
);

const value: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  { weight: 4, arbitrary: fc.integer({ min: -5, max: 100 }) },
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0, 5e-324, 1e308, '5', 1n, null, {}, Symbol('s'), new Date()),
);

const definition = fc.record({
  kind: fc.constantFrom('counter' as const, 'gauge' as const, 'histogram' as const),
  name: fc.constantFrom('jobs', 'http.server', 'a_b.c', 'x9'),
  help: fc.string({ unit: 'binary', minLength: 1 }).filter((help) => help.trim() !== ''),
  labelNames: fc.uniqueArray(fc.constantFrom('queue', 'errorType', 'http.route', 'constructor', '_x'), {
    maxLength: 3,
  }),
});
type Definition = typeof definition extends fc.Arbitrary<infer T> ? T : never;

const operation = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({
      verb: fc.constantFrom(
        'record' as const,
        'record' as const,
        'bound' as const,
        'remove' as const,
        'clear' as const,
      ),
      metric: fc.nat(3),
      labels: fc.array(labelValue, { minLength: 3, maxLength: 3 }),
      value,
      setsGauge: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ verb: 'scrape' as const }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;
