import type { MetricsSource } from '@sightline/core/backend';
import { seriesText } from '@sightline/core/backend';
import { type Changes, observedBy, READING } from './changes.js';
import { checkExpectedObservations, type ExpectedObservations, isClose } from './expected-numbers.js';
import type { FamilyReading, LabelQuery, Reading, SeriesReading } from './reading.js';
import { familyOf, nameOfKind, nearestSeries, readSource, seriesWith } from './reading.js';

/** What matchers and assertions accept: test metrics, the changes of a period, or any collector. */
export type Checkable = MetricsSource | Changes;

/** The outcome of one comparison, for a matcher or an assertion to report. */
export interface Check {
  readonly isMet: boolean;
  /** Whether it may still be met by work in progress, so that `not` cannot pass yet. */
  readonly mayBeMet?: boolean | undefined;
  /** The message about what was found: `expected … to have counted 3, but …`, or with `not`. */
  readonly message: (isNot?: boolean) => string;
  readonly actual: unknown;
  readonly expected: unknown;
}

/** @param count the exact count; `undefined`: more than 0 */
export function checkCounted(received: unknown, name: string, labels: LabelQuery, count: number | undefined): Check {
  const { family, series } = find(received, 'toHaveCounted', name, labels, ['counter']);
  const actual = total(series);
  const wanted = count === undefined ? 'to have counted' : `to have counted ${count}`;
  const isMet = count === undefined ? actual > 0 : isClose(actual, count);
  return report(family, labels, series, {
    isMet,
    wanted,
    found: `counted ${actual}`,
    actual,
    expected: count ?? '> 0',
  });
}

export function checkGauge(received: unknown, name: string, labels: LabelQuery, value: number): Check {
  const { family, series } = find(received, 'toHaveGauge', name, labels, ['gauge', 'info']);
  const actual = series.length === 0 ? undefined : total(series);
  const isMet = actual !== undefined && isClose(actual, value);
  return report(family, labels, series, {
    isMet,
    wanted: `to be ${value}`,
    found: `is ${actual}`,
    actual,
    expected: value,
  });
}

export function checkObserved(received: unknown, name: string, expected: ExpectedObservations): Check {
  checkExpectedObservations(expected);
  const { labels = {}, ...wanted } = expected;
  const { family, series } = find(received, 'toHaveObserved', name, labels, ['histogram', 'summary']);
  const actual = observed(name, series, wanted);
  const parts = Object.entries(wanted).filter(([, value]) => value !== undefined);
  return report(family, labels, series, {
    isMet: parts.length === 0 ? actual.count > 0 : parts.every(([part, value]) => meets(actual, part, value)),
    wanted: `to have observed${parts.map(([part, value]) => ` ${part} ${JSON.stringify(value)}`).join(',')}`,
    found: `observed count ${actual.count}, sum ${actual.sum}${actual.values === undefined ? '' : `, values ${listed(actual.values)}`}`,
    actual: parts.length === 0 ? actual : Object.fromEntries(parts.map(([part]) => [part, actualOf(actual, part)])),
    expected: Object.fromEntries(parts),
  });
}

/** The reading of the argument of a matcher. Throws for a wrong argument; the error names the matcher. */
export function readingOf(received: unknown, matcher: string): Reading {
  if (typeof received === 'object' && received !== null) {
    const { [READING]: read, snapshot } = received as Partial<Changes & MetricsSource>;
    if (typeof read === 'function') return read.call(received as Changes);
    if (typeof snapshot === 'function') return readSource(received as MetricsSource);
  }
  throw new TypeError(
    `[testing] ${matcher} looks at metrics made by createTestMetrics(), at what its deltaOf() or mark() returned, or at a collector made by createMetrics(), but got ${received === null ? 'null' : typeof received}. If that is a promise, await it.`,
  );
}

interface Observed {
  readonly count: number;
  readonly sum: number;
  readonly values: readonly number[] | undefined;
}

function find(
  received: unknown,
  matcher: string,
  name: string,
  labels: LabelQuery,
  kinds: readonly string[],
): { family: FamilyReading; series: readonly SeriesReading[] } {
  const family = familyOf(readingOf(received, matcher), name);
  if (!kinds.includes(family.kind)) {
    throw new Error(
      `[testing] ${matcher} is for a ${kinds[0]}, but "${name}" is a ${family.kind}. Use ${matcherOf[family.kind]}.`,
    );
  }
  return { family, series: seriesWith(family, labels) };
}

const matcherOf = {
  counter: 'toHaveCounted',
  gauge: 'toHaveGauge',
  info: 'toHaveGauge',
  histogram: 'toHaveObserved',
  summary: 'toHaveObserved',
} as const;

function total(series: readonly SeriesReading[]): number {
  return series.reduce((sum, { value }) => sum + value, 0);
}

function observed(name: string, series: readonly SeriesReading[], wanted: ExpectedObservations): Observed {
  const needsValues = wanted.values !== undefined || wanted.min !== undefined || wanted.max !== undefined;
  const isKnown = series.every(({ observations, value }) => observations !== undefined || value === 0);
  return {
    count: total(series),
    sum: series.reduce((sum, each) => sum + (each.sum ?? 0), 0),
    values: needsValues || isKnown ? observedBy(name, series) : undefined,
  };
}

function meets(actual: Observed, part: string, wanted: unknown): boolean {
  const { count, sum, values = [] } = actual;
  switch (part) {
    case 'count':
      return count === wanted;
    case 'sum':
      return isClose(sum, Number(wanted));
    case 'min':
      return count > 0 && values.every((value) => value >= Number(wanted));
    case 'max':
      return count > 0 && values.every((value) => value <= Number(wanted));
    case 'values':
      return (
        Array.isArray(wanted) &&
        wanted.length === values.length &&
        values.every((value, i) => isClose(value, wanted[i]))
      );
    default:
      return false;
  }
}

function actualOf({ count, sum, values = [] }: Observed, part: string): unknown {
  switch (part) {
    case 'count':
      return count;
    case 'sum':
      return sum;
    case 'values':
      return values;
    case 'min':
      return Math.min(...values);
    default:
      return Math.max(...values);
  }
}

function report(
  family: FamilyReading,
  labels: LabelQuery,
  series: readonly SeriesReading[],
  { isMet, wanted, found, actual, expected }: Omit<Check, 'message'> & { wanted: string; found: string },
): Check {
  const message = (): string => {
    const subject = seriesText(family.name, labels);
    if (isMet) return `expected ${subject} not ${wanted}, but it ${found}\n${listing(family, labels)}`;
    if (series.length > 0) return `expected ${subject} ${wanted}, but it ${found}\n${listing(family, labels)}`;
    const nothing =
      family.series.length === 0
        ? `${nameOfKind(family.kind)} "${family.name}" has no series yet`
        : 'there is no such series';
    return `expected ${subject} ${wanted}, but ${nothing}\n${listing(family, labels)}`;
  };
  return { isMet, message, actual, expected };
}

const MAX_SERIES_SHOWN = 5;

/** The most similar series, with their values. */
function listing(family: FamilyReading, labels: LabelQuery): string {
  if (family.series.length === 0) return '';
  const nearest = nearestSeries(family, labels);
  const lines = nearest.slice(0, MAX_SERIES_SHOWN).map((series) => {
    const values = series.observations?.map(({ value }) => value);
    const held = series.sum === undefined ? `${series.value}` : `count ${series.value}, sum ${series.sum}`;
    return `  ${seriesText(family.name, series.labels)} ${held}${values === undefined ? '' : `, values ${listed(values)}`}`;
  });
  const others = nearest.length - lines.length;
  if (others > 0) lines.push(`  … and ${others} more series`);
  return `\nSeries of ${family.name}, nearest first:\n${lines.join('\n')}`;
}

function listed(values: readonly number[]): string {
  return values.length <= 20
    ? `[${values.join(', ')}]`
    : `[${values.slice(0, 20).join(', ')}, … ${values.length - 20} more]`;
}
