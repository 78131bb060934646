import type { MetricsSnapshot } from '../collection/metrics-source.js';
import { OVERFLOW_LABEL_VALUE } from '../instruments/labels.js';
import { unitWord } from '../instruments/units.js';
import type { FamilySnapshot } from '../store/family-snapshot.js';
import { growsForEver } from './growing-labels.js';
import { isIdLabel } from './id-labels.js';

/** What a rule found. */
export interface LintProblem {
  readonly metric: string;
  readonly rule: LintRule;
  /** `error`: numbers will be wrong, lost or too many. `warning`: people will be misled. */
  readonly level: 'error' | 'warning';
  /** What is wrong and what to do. */
  readonly message: string;
}

/** The names of all rules, as `ignore` takes them. */
export const lintRules = [
  'help',
  'name-style',
  'counter-suffix',
  'type-in-name',
  'base-unit',
  'missing-unit',
  'id-label',
  'growing-label',
  'label-style',
  'label-in-name',
  'many-label-values',
  'overflow',
] as const;

export type LintRule = (typeof lintRules)[number];

export interface LintOptions {
  /** Labels that are refused as well as those that look like ids. */
  forbiddenLabels?: readonly string[] | undefined;
  /** Labels that look like ids but have few values, such as `gpu_id`. */
  allowedLabels?: readonly string[] | undefined;
  /** Maximum number of values of a label in the snapshot. Default: 100. */
  maxLabelValues?: number | undefined;
  /** What to ignore: a metric, a rule, or a rule for a metric. */
  ignore?: ReadonlyArray<{ readonly metric?: string | undefined; readonly rule?: LintRule | undefined }> | undefined;
}

/**
 * Checks declared metrics against the conventions of Prometheus ("Metric and label naming") and OpenTelemetry ("Metrics semantic
 * conventions", "General guidelines"), and for labels that make too many series. Ignores Sightline's own metrics and those of
 * included registries and of OpenTelemetry's instrumentations.
 */
export function lintMetrics(snapshot: MetricsSnapshot, options: LintOptions = {}): LintProblem[] {
  const { ignore = [] } = options;
  const isIgnored = ({ metric, rule }: LintProblem): boolean =>
    ignore.some((each) => (each.metric ?? metric) === metric && (each.rule ?? rule) === rule);
  return lintedFamilies(snapshot)
    .flatMap((family) => problemsOf(family, options))
    .filter((problem) => !isIgnored(problem));
}

/** The metrics that are checked: those of the service. */
export function lintedFamilies({ families }: MetricsSnapshot): FamilySnapshot[] {
  return families.filter(
    ({ name, origin, instrumentation }) =>
      origin === 'own' && instrumentation === undefined && !name.startsWith('sightline_'),
  );
}

type Report = (rule: LintRule, level: LintProblem['level'], message: string) => void;

function problemsOf(family: FamilySnapshot, options: LintOptions): LintProblem[] {
  const problems: LintProblem[] = [];
  const report: Report = (rule, level, message) => problems.push({ metric: family.name, rule, level, message });
  checkHelp(family, report);
  checkName(family, report);
  checkUnit(family, report);
  checkLabels(family, options, report);
  checkValues(family, options, report);
  return problems;
}

function checkHelp({ help, name }: FamilySnapshot, report: Report): void {
  const words = (text: string): string =>
    text
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, ' ')
      .trim();
  if (words(help) === words(name)) report('help', 'warning', 'repeats its name as help. Write what it measures.');
}

function checkName({ kind, name }: FamilySnapshot, report: Report): void {
  if (/[A-Z]/.test(name)) report('name-style', 'warning', 'has capitals in its name. Write it in snake case.');
  const segments = name.split(/[._]/);
  const isDotted = name.includes('.');
  if (kind === 'counter' && !isDotted && segments.at(-1) !== 'total') {
    report('counter-suffix', 'warning', `is a counter: call it "${name}_total".`);
  }
  if (kind !== 'counter' && segments.at(-1) === 'total') {
    report('counter-suffix', 'error', `is a ${kind}, and "_total" is for counters. Leave it out.`);
  }
  if (kind !== 'info' && ['counter', 'gauge', 'histogram', 'summary'].includes(segments.at(-1) ?? '')) {
    report('type-in-name', 'warning', 'has its type in its name. Leave it out: it may change.');
  }
}

/** Units that are discouraged, with the base unit to use instead. */
const baseUnits: ReadonlyMap<string, string> = new Map([
  ...['milliseconds', 'microseconds', 'nanoseconds', 'minutes', 'hours', 'days'].map(
    (unit) => [unit, 'seconds'] as const,
  ),
  ...['kilobytes', 'megabytes', 'gigabytes', 'kibibytes', 'mebibytes', 'gibibytes', 'bits'].map(
    (unit) => [unit, 'bytes'] as const,
  ),
]);

function checkUnit({ kind, name, unit }: FamilySnapshot, report: Report): void {
  const segments = name.split(/[._]/).filter((segment) => segment !== 'total');
  const last = segments.at(-1) ?? '';
  const written = baseUnits.has(last) ? last : (abbreviationOf(last) ?? unit);
  const base = written === undefined ? undefined : baseUnits.get(written);
  if (base !== undefined) report('base-unit', 'warning', `is in ${written}: record ${base}.`);
  else if (abbreviationOf(last) !== undefined)
    report('base-unit', 'warning', `abbreviates its unit: write "${written}".`);
  const isQuantity = segments.some((segment) => /^(duration|latency|elapsed|size|age|delay|lag)$/.test(segment));
  if (kind === 'histogram' && unit === undefined && isQuantity && written === undefined && !isUnitName(last)) {
    report('missing-unit', 'warning', 'has no unit. Add one, such as { unit: "seconds" }.');
  }
}

function isUnitName(segment: string): boolean {
  return /^(seconds|bytes|ratio|percent|celsius|meters|grams|volts|amperes|joules|watts|hertz)$/.test(segment);
}

/** Single letters (`b`, `m`, `d`) do not count as units. */
function abbreviationOf(segment: string): string | undefined {
  const word = segment.length > 1 ? unitWord(segment) : undefined;
  return word === segment ? undefined : word;
}

function checkLabels(family: FamilySnapshot, options: LintOptions, report: Report): void {
  const { name, labelNames } = family;
  const { forbiddenLabels = [], allowedLabels = [] } = options;
  for (const label of labelNames) {
    if (isUnbounded(family, label) && !allowedLabels.includes(label)) {
      report(
        'growing-label',
        'error',
        `has the label "${label}", which gets new values for ever. Keep only the newest, for example with { newest: { label: "${label}", keep: 7 } } of a scheduled gauge, or remove old ones and declare maxSeries.`,
      );
    }
    if (forbiddenLabels.includes(label)) {
      report('id-label', 'error', `has the label "${label}", which is forbidden here.`);
    } else if (isIdLabel(label) && !allowedLabels.includes(label)) {
      report(
        'id-label',
        'error',
        `has the label "${label}", and every value is a series. Put it on spans and log lines instead.`,
      );
    }
    if (!/^[a-z][a-z0-9]*([A-Z][a-z0-9]*)*$|^[a-z][a-z0-9]*([._][a-z0-9]+)*$/.test(label)) {
      report('label-style', 'warning', `has the label "${label}". Write labels in snake case or camel case.`);
    }
    if (name.split(/[._]/).includes(`by`) && name.endsWith(`by_${label}`)) {
      report(
        'label-in-name',
        'warning',
        `has the label "${label}" in its name. Remove it from the name: the label shows it.`,
      );
    }
  }
}

/** A metric that declares its own cap is bounded. */
function isUnbounded(family: FamilySnapshot, label: string): boolean {
  return family.maxSeries === undefined && growsForEver(label, valuesOf(family, family.labelNames.indexOf(label)));
}

function valuesOf({ labelNames, labelValues, rows }: FamilySnapshot, k: number): Set<string> {
  return new Set(Array.from(rows, (row) => labelValues[row * labelNames.length + k] ?? ''));
}

function checkValues(family: FamilySnapshot, { maxLabelValues = 100 }: LintOptions, report: Report): void {
  const { labelNames, maxSeries } = family;
  for (const k of labelNames.keys()) {
    const seen = valuesOf(family, k);
    const label = labelNames[k] ?? '';
    if (seen.delete(OVERFLOW_LABEL_VALUE) && k === 0) {
      report('overflow', 'error', 'has recordings in its overflow series: labels were wrong or too many.');
    }
    const isKept = maxSeries !== undefined && growsForEver(label, seen);
    if (seen.size > maxLabelValues && !isKept) {
      report('many-label-values', 'error', `has ${seen.size} values of the label "${label}". Group them into a few.`);
    }
  }
}
