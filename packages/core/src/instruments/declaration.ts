import { didYouMean, isObject, valueText } from '@sightline/base';
import type { Instrumentation } from '../store/family-snapshot.js';
import { defaultBuckets } from './default-buckets.js';
import type { CounterOptions, GaugeOptions, HistogramOptions } from './instruments.js';
import { checkLabelName, checkLabelValue, checkWrittenApart } from './label-checks.js';
import { checkHelp, checkList, checkOptionNames, checkPositive, refuse, refuseOption } from './option-checks.js';
import { unitInName, unitWord } from './units.js';
import { sampleSuffixes } from './written-names.js';

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
  /** Of a histogram. `undefined` is true. */
  readonly exemplars?: boolean | undefined;
  /** Set for a metric whose labels are discovered in its recordings. */
  readonly instrumentation?: Instrumentation | undefined;
}

/** The options of all kinds. Those of another kind are refused. */
type AnyOptions = Omit<CounterOptions<string> & GaugeOptions<string> & HistogramOptions<string>, 'collect'> & {
  readonly collect?: unknown;
};

/**
 * Checks what a service declared. Throws a `DeclarationError` that says what to change.
 * @param fixedLabels labels of child collectors; they precede the declared ones
 */
export function checkDeclaration(
  kind: Declaration['kind'],
  name: string,
  options: AnyOptions,
  fixedLabels: Iterable<string> = [],
): Declaration {
  const subject = subjectOf(kind, name);
  checkName(subject, name);
  if (!isObject(options))
    refuse(`${subject} needs options, such as { help: 'Jobs finished.' }, but got ${valueText(options)}.`);
  checkOptionNames(subject, options, [...commonOptions, ...ownOptions[kind]]);
  checkHelp(subject, options.help);
  checkPositive(subject, options, ['maxSeries', 'intervalMs', 'startTimeMs']);
  if (options.collect !== undefined && typeof options.collect !== 'function')
    refuseOption(subject, 'collect', options.collect, 'Pass a function.');
  const { help, maxSeries, startTimeMs, isAdditive, buckets, exponential, exemplars } = options;
  const ownLabels = checkList(subject, 'labelNames', options.labelNames, 'names') as readonly string[];
  for (const label of ownLabels) checkLabelName(subject, label);
  const labelNames = Object.freeze([...fixedLabels, ...ownLabels]);
  checkWrittenApart(subject, labelNames);
  const unit = checkUnit(subject, options.unit, unitInName(name, kind));
  return {
    kind,
    name,
    help,
    unit,
    labelNames,
    optionalLabels: checkSomeOf(subject, 'optionalLabels', options, ownLabels),
    integerLabels: checkSomeOf(subject, 'integerLabels', options, ownLabels),
    labelValues: checkLabelValues(subject, ownLabels, options.labelValues),
    droppedLabels: [],
    maxSeries,
    startTimeMs,
    isAdditive: isAdditive === true,
    buckets: kind === 'histogram' ? checkBuckets(subject, buckets ?? defaultBuckets(unit)) : [],
    exponential,
    exemplars,
  };
}

/** The declaration as JSON, for the error about two declarations of one name. */
export function describeDeclaration(declaration: Declaration): string {
  const { name, startTimeMs, droppedLabels, isAdditive, ...described } = declaration;
  return JSON.stringify({ ...described, isAdditive: isAdditive || undefined }, (_, value) => {
    if (value instanceof Map) return value.size > 0 ? Object.fromEntries(value) : undefined;
    if (value instanceof Set) return [...value];
    return value?.length === 0 ? undefined : value;
  });
}

/** `Counter "jobs_total"`: a metric as messages name it. */
export function subjectOf(kind: Declaration['kind'] | 'info', name: unknown): string {
  const isLong = typeof name !== 'string' || name.length > MAX_NAME_LENGTH;
  return `${kind[0]?.toUpperCase()}${kind.slice(1)} ${isLong ? valueText(name) : JSON.stringify(name)}`;
}

const MAX_NAME_LENGTH = 200;

export function checkName(subject: string, name: unknown): asserts name is string {
  if (typeof name === 'string' && /^[a-z][a-z0-9]*([._][a-z0-9]+)*$/.test(name) && name.length <= MAX_NAME_LENGTH)
    return;
  const suggestion = typeof name === 'string' ? suggestedName(name) : '';
  refuse(
    `${subject} has a bad name. Names are lower-case words of letters and digits, joined by single "." or "_", and start with a letter.` +
      (suggestion === '' ? '' : ` Use "${suggestion}".`),
  );
}

function suggestedName(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .slice(0, MAX_NAME_LENGTH)
    .replaceAll(/[^a-z0-9.]+/g, '_')
    .replaceAll(/[._]*\.[._]*/g, '.')
    .replace(/^[^a-z]+|[._]+$/g, '');
}

/** Checks a list of declared labels. Returns it in the order of declaration. */
function checkSomeOf(
  subject: string,
  option: 'optionalLabels' | 'integerLabels',
  options: AnyOptions,
  labelNames: readonly string[],
): readonly string[] {
  const given = checkList(subject, option, options[option], 'its label names');
  checkDeclared(subject, option, given, labelNames);
  return labelNames.filter((name) => given.includes(name));
}

function checkDeclared(
  subject: string,
  option: string,
  given: readonly unknown[],
  labelNames: readonly string[],
): void {
  for (const name of given) {
    if (labelNames.includes(name as string)) continue;
    const hint = didYouMean(String(name), labelNames) || ' Add it to labelNames.';
    refuse(`${subject} has ${valueText(name)} in ${option}, which is not one of its labels.${hint}`);
  }
}

/** @returns the declared unit, else the unit of the name */
function checkUnit(subject: string, unit: unknown, unitOfName: string | undefined): string | undefined {
  if (unit === undefined) return unitOfName;
  const has = `${subject} has unit ${valueText(unit)}`;
  const word = typeof unit === 'string' ? unitWord(unit) : undefined;
  if (word !== undefined && word !== unit) refuse(`${has}. Write "${word}".`);
  if (typeof unit !== 'string' || !/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(unit))
    refuse(`${has}. A unit is a lower-case word, such as "seconds" or "bytes".`);
  if (Object.values(sampleSuffixes).flat().includes(`_${unit}`))
    refuse(`${has}, which Prometheus reserves. Name what is measured, such as "messages".`);
  if (unitOfName !== undefined && unitOfName !== unit) {
    refuse(`${has}, but its name says ${unitOfName}. Make them agree, or leave out the unit.`);
  }
  return unit;
}

function checkLabelValues(
  subject: string,
  labelNames: readonly string[],
  given: unknown = {},
): ReadonlyMap<string, ReadonlySet<string>> {
  if (!isObject(given)) refuseOption(subject, 'labelValues', given, 'Pass an object of label name to array.');
  const checked = new Map<string, ReadonlySet<string>>();
  for (const [label, values] of Object.entries(given)) {
    if (values === undefined) continue;
    checkDeclared(subject, 'labelValues', [label], labelNames);
    if (!Array.isArray(values) || values.length === 0)
      refuseOption(subject, `labelValues.${label}`, values, 'Pass a non-empty array.');
    checked.set(label, new Set(values.map((value: unknown) => checkLabelValue(subject, label, value))));
  }
  return checked;
}

export function checkBuckets(subject: string, buckets: unknown): readonly number[] {
  const bounds = [...checkList(subject, 'buckets', buckets, 'ascending upper bounds')];
  if (bounds.at(-1) === Number.POSITIVE_INFINITY) bounds.pop();
  bounds.forEach((bound, i) => {
    const has = `${subject} has bucket ${valueText(bound)}`;
    if (!Number.isFinite(bound)) refuse(`${has}. Bounds are finite numbers; +Inf is added by itself.`);
    if (i > 0 && (bound as number) <= (bounds[i - 1] as number))
      refuse(`${has} after ${bounds[i - 1]}. List bounds in ascending order, each once.`);
  });
  return Object.freeze(bounds as number[]);
}

const commonOptions = [
  ...['help', 'unit', 'labelNames', 'optionalLabels', 'integerLabels', 'labelValues'],
  ...['maxSeries', 'intervalMs', 'collect'],
];
const ownOptions: Readonly<Record<Declaration['kind'], readonly string[]>> = {
  counter: ['startTimeMs'],
  gauge: ['isAdditive'],
  histogram: ['buckets', 'exponential', 'exemplars'],
};
