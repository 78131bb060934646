import { DeclarationError, didYouMean, valueText } from '@sightline/base';
import type { Instrumentation } from '../store/family-snapshot.js';
import { defaultBuckets } from './default-buckets.js';
import type { CounterOptions, GaugeOptions, HistogramOptions } from './instruments.js';
import { labelText, MAX_LABEL_LENGTH, wellFormed } from './label-text.js';
import { unitForAbbreviation, unitInName } from './units.js';
import { prometheusLabelName } from './written-names.js';

/** A checked declaration, without callbacks. */
export interface Declaration {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly name: string;
  readonly help: string;
  readonly unit: string | undefined;
  readonly labelNames: readonly string[];
  /** Those of `labelNames` that a series may lack, in their order. */
  readonly optionalLabels: readonly string[];
  /** Those of `labelNames` whose values are whole numbers, in their order. */
  readonly integerLabels: readonly string[];
  readonly labelValues: ReadonlyMap<string, ReadonlySet<string>>;
  /** Labels that a filter drops: declared, but not stored. */
  readonly droppedLabels: readonly string[];
  readonly maxSeries: number | undefined;
  readonly isAdditive: boolean;
  /** When what a counter counts began, if that is declared. */
  readonly startTimeMs: number | undefined;
  /** Empty unless it is a histogram. */
  readonly buckets: readonly number[];
  /** `undefined`: kept if a backend asks for it. */
  readonly exponential: boolean | undefined;
  /** Set for a metric whose labels are discovered in its recordings. */
  readonly instrumentation?: Instrumentation | undefined;
}

type AnyOptions = CounterOptions<string> | GaugeOptions<string> | HistogramOptions<string>;

/** Checks what a service declared. Throws a `DeclarationError` that says what to change. */
export function checkDeclaration(kind: Declaration['kind'], name: string, options: AnyOptions): Declaration {
  const subject = `${kindWord[kind]} ${valueText(name)}`;
  checkName(subject, name);
  if (options === null || typeof options !== 'object') {
    throw new DeclarationError(
      `[core] ${subject} needs options, such as { help: 'Jobs finished.' }, but got ${valueText(options)}.`,
    );
  }
  checkOptionNames(subject, kind, options);
  if (typeof options.help !== 'string' || options.help.trim() === '') {
    throw new DeclarationError(`[core] ${subject} needs help: one sentence for people who see it on a dashboard.`);
  }
  const labelNames = checkLabelNames(subject, options.labelNames);
  const unit = checkUnit(subject, options.unit, unitInName(name, kind));
  checkPositive(subject, 'maxSeries', options.maxSeries);
  checkPositive(subject, 'intervalMs', options.intervalMs);
  if (options.collect !== undefined && typeof options.collect !== 'function') {
    throw new DeclarationError(`[core] ${subject} has collect: ${valueText(options.collect)}. Pass a function.`);
  }
  const { startTimeMs } = options as CounterOptions<string>;
  checkPositive(subject, 'startTimeMs', startTimeMs);
  const histogram = kind === 'histogram' ? (options as HistogramOptions<string>) : undefined;
  return {
    kind,
    name,
    help: options.help,
    unit,
    labelNames,
    optionalLabels: checkSomeOf(subject, 'optionalLabels', options.optionalLabels, labelNames),
    integerLabels: checkSomeOf(subject, 'integerLabels', options.integerLabels, labelNames),
    labelValues: checkLabelValues(subject, labelNames, options.labelValues),
    droppedLabels: [],
    maxSeries: options.maxSeries,
    startTimeMs,
    isAdditive: kind === 'gauge' && (options as GaugeOptions<string>).isAdditive === true,
    buckets: histogram === undefined ? [] : checkBuckets(subject, histogram.buckets ?? defaultBuckets(unit)),
    exponential: histogram?.exponential,
  };
}

/** The declaration as JSON, for the error about two declarations of one name. */
export function describeDeclaration(declaration: Declaration): string {
  const { kind, help, unit, labelNames, labelValues, maxSeries, isAdditive, buckets, exponential } = declaration;
  const { optionalLabels, integerLabels } = declaration;
  const values = [...labelValues].map(([name, allowed]) => [name, [...allowed]]);
  return JSON.stringify({
    kind,
    help,
    unit,
    labelNames,
    ...(optionalLabels.length > 0 ? { optionalLabels } : {}),
    ...(integerLabels.length > 0 ? { integerLabels } : {}),
    ...(values.length > 0 ? { labelValues: Object.fromEntries(values) } : {}),
    maxSeries,
    ...(isAdditive ? { isAdditive } : {}),
    ...(kind === 'histogram' ? { buckets, exponential } : {}),
  });
}

const kindWord = { counter: 'Counter', gauge: 'Gauge', histogram: 'Histogram' } as const;

export function checkName(subject: string, name: unknown): asserts name is string {
  if (typeof name === 'string' && /^[a-z][a-z0-9]*([._][a-z0-9]+)*$/.test(name) && name.length <= 200) return;
  const suggestion = typeof name === 'string' ? suggestedName(name) : undefined;
  throw new DeclarationError(
    `[core] ${subject} has a bad name. Names are lower-case words of letters and digits, joined by single "." or "_", and start with a letter.` +
      (suggestion === undefined ? '' : ` Use "${suggestion}".`),
  );
}

function suggestedName(name: string): string | undefined {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .slice(0, 200)
    .split(/[^a-z0-9.]+/)
    .filter((word) => word !== '');
  const suggestion = words
    .join('_')
    .replaceAll(/[._]*\.[._]*/g, '.')
    .replace(/^[^a-z]+|[._]+$/g, '');
  return suggestion === '' ? undefined : suggestion;
}

function checkLabelNames(subject: string, given: unknown): readonly string[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) {
    throw new DeclarationError(`[core] ${subject} has labelNames: ${valueText(given)}. Pass an array of names.`);
  }
  for (const name of given as unknown[]) checkLabelName(subject, name);
  checkWrittenApart(subject, given as string[]);
  return Object.freeze([...(given as string[])]);
}

/** Checks a list of declared labels. Returns it in the order of declaration. */
function checkSomeOf(
  subject: string,
  option: 'optionalLabels' | 'integerLabels',
  given: unknown,
  labelNames: readonly string[],
): readonly string[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) {
    throw new DeclarationError(
      `[core] ${subject} has ${option}: ${valueText(given)}. Pass an array of its label names.`,
    );
  }
  for (const name of given as unknown[]) {
    if (labelNames.includes(name as string)) continue;
    const hint = didYouMean(String(name), labelNames) || ' Add it to labelNames.';
    throw new DeclarationError(
      `[core] ${subject} has ${valueText(name)} in ${option}, which is not one of its labels.${hint}`,
    );
  }
  return labelNames.filter((name) => (given as unknown[]).includes(name));
}

/** Throws if Prometheus writes two labels of one series alike: it would refuse the whole exposition. */
export function checkWrittenApart(subject: string, names: Iterable<string>): void {
  const written = new Map<string, string>();
  for (const name of names) {
    const clash = written.get(prometheusLabelName(name));
    if (clash !== undefined) {
      throw new DeclarationError(
        clash === name
          ? `[core] ${subject} has label "${name}" twice. Name each label once.`
          : `[core] ${subject} has labels "${clash}" and "${name}", which Prometheus writes alike. Rename one.`,
      );
    }
    written.set(prometheusLabelName(name), name);
  }
}

export function checkLabelName(subject: string, name: unknown): asserts name is string {
  if (
    typeof name !== 'string' ||
    !/^[a-zA-Z_][a-zA-Z0-9_]*(\.[a-zA-Z_][a-zA-Z0-9_]*)*$/.test(name) ||
    name.startsWith('__')
  ) {
    throw new DeclarationError(
      `[core] ${subject} has a label named ${valueText(name)}. Label names are letters, digits and "_", in segments joined by ".", and do not start with a digit or "__".`,
    );
  }
  if (name === 'le' || name === 'quantile') {
    throw new DeclarationError(
      `[core] ${subject} has a label named "${name}", which is reserved for histogram and summary samples. Rename it.`,
    );
  }
}

/**
 * Checks a declared label value. Returns it as a string.
 * @param sentence makes the sentence of the error from the value
 */
export function checkLabelValue(value: unknown, sentence: (given: string) => string): string {
  const text = labelText(value);
  if (text === undefined) {
    throw new DeclarationError(`[core] ${sentence(valueText(value))}. Label values are strings, numbers or booleans.`);
  }
  if (text.length > MAX_LABEL_LENGTH) {
    throw new DeclarationError(
      `[core] ${sentence(`${valueText(text)} of ${text.length} characters`)}. Label values have at most ${MAX_LABEL_LENGTH}.`,
    );
  }
  return wellFormed(text);
}

/** @returns the declared unit, else the unit of the name */
function checkUnit(subject: string, unit: unknown, unitOfName: string | undefined): string | undefined {
  if (unit === undefined) return unitOfName;
  const word = typeof unit === 'string' ? unitForAbbreviation(unit) : undefined;
  if (word !== undefined && word !== unit) {
    throw new DeclarationError(`[core] ${subject} has unit "${unit}". Write it out: "${word}".`);
  }
  if (typeof unit !== 'string' || !/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(unit)) {
    throw new DeclarationError(
      `[core] ${subject} has unit ${valueText(unit)}. A unit is a lower-case word, such as "seconds" or "bytes".`,
    );
  }
  if (['total', 'created', 'bucket', 'sum', 'count', 'info'].includes(unit)) {
    throw new DeclarationError(
      `[core] ${subject} has unit "${unit}", which is a suffix that Prometheus reserves. Name what is measured, such as "messages".`,
    );
  }
  if (unitOfName !== undefined && unitOfName !== unit) {
    throw new DeclarationError(
      `[core] ${subject} has unit "${unit}", but its name says ${unitOfName}, and some backends show only the name. Make them agree, or leave out the unit.`,
    );
  }
  return unit;
}

function checkLabelValues(
  subject: string,
  labelNames: readonly string[],
  given: unknown,
): ReadonlyMap<string, ReadonlySet<string>> {
  const checked = new Map<string, ReadonlySet<string>>();
  if (given === undefined) return checked;
  if (given === null || typeof given !== 'object') {
    throw new DeclarationError(
      `[core] ${subject} has labelValues: ${valueText(given)}. Pass an object of label name to array.`,
    );
  }
  for (const [label, values] of Object.entries(given)) {
    if (values === undefined) continue;
    if (!labelNames.includes(label)) {
      throw new DeclarationError(
        `[core] ${subject} lists values of label "${label}", which it does not have.${didYouMean(label, labelNames)}`,
      );
    }
    if (!Array.isArray(values) || values.length === 0) {
      throw new DeclarationError(
        `[core] ${subject} lists ${valueText(values)} as values of label "${label}". Pass a non-empty array.`,
      );
    }
    const texts = (values as unknown[]).map((value) =>
      checkLabelValue(value, (given) => `${subject} lists ${given} as a value of label "${label}"`),
    );
    checked.set(label, new Set(texts));
  }
  return checked;
}

export function checkBuckets(subject: string, buckets: unknown): readonly number[] {
  if (!Array.isArray(buckets)) {
    throw new DeclarationError(
      `[core] ${subject} has buckets: ${valueText(buckets)}. Pass an array of ascending upper bounds.`,
    );
  }
  const bounds = [...(buckets as unknown[])];
  if (bounds.at(-1) === Number.POSITIVE_INFINITY) bounds.pop();
  bounds.forEach((bound, i) => {
    if (typeof bound !== 'number' || !Number.isFinite(bound)) {
      throw new DeclarationError(
        `[core] ${subject} has bucket ${valueText(bound)}. Bounds are finite numbers; +Inf is added by itself.`,
      );
    }
    if (i > 0 && bound <= (bounds[i - 1] as number)) {
      throw new DeclarationError(
        `[core] ${subject} has bucket ${bound} after ${bounds[i - 1]}. List bounds in ascending order, each once.`,
      );
    }
  });
  return Object.freeze(bounds as number[]);
}

export function checkPositive(subject: string, option: string, value: unknown): void {
  if (value !== undefined && !(typeof value === 'number' && value > 0 && !Number.isNaN(value))) {
    throw new DeclarationError(`[core] ${subject} has ${option}: ${valueText(value)}. Pass a number above 0.`);
  }
}

const instrumentOptions = [
  ...['help', 'unit', 'labelNames', 'optionalLabels', 'integerLabels', 'labelValues'],
  ...['maxSeries', 'intervalMs', 'collect'],
];
const optionNames = {
  counter: [...instrumentOptions, 'startTimeMs'],
  gauge: [...instrumentOptions, 'isAdditive'],
  histogram: [...instrumentOptions, 'buckets', 'exponential'],
} as const;

/** JavaScript ignores a misspelt option silently. */
function checkOptionNames(subject: string, kind: Declaration['kind'], options: object): void {
  for (const option of Object.keys(options)) {
    if (!optionNames[kind].includes(option)) {
      throw new DeclarationError(
        `[core] ${subject} has an unknown option "${option}".${didYouMean(option, optionNames[kind])} Its options are ${optionNames[kind].join(', ')}.`,
      );
    }
  }
}
