import { didYouMean } from '@sightline/base';
import { prometheusLabelName, prometheusSampleName } from '@sightline/core/backend';
import type { Check } from './checks.js';
import { readingOf } from './checks.js';
import { isClose } from './expected-numbers.js';
import { parseExposition, sampleText } from './exposition-text.js';
import type { FamilyReading, SeriesReading } from './reading.js';

/**
 * Compares metrics with an exposition in Prometheus' text format 0.0.4. Compares only families in the text, but all their samples: a
 * sample that the text lacks is a difference. The order of lines and labels, white space and the form of numbers do not matter.
 * `# HELP` and `# TYPE` are compared if the text has them.
 */
export function checkExposition(received: unknown, text: string): Check {
  const reading = readingOf(received, 'toMatchExposition');
  const wanted = parseExposition(text);
  checkNames(wanted.names, [...reading.families.values()].flatMap(namesOf));
  const families = [...reading.families.values()].filter((family) =>
    namesOf(family).some((name) => wanted.names.has(name)),
  );
  const wantedHeads = new Set(wanted.comments.map(headOf));
  const actual = families.flatMap((family) => [
    ...commentsOf(family).filter((comment) => wantedHeads.has(headOf(comment))),
    ...samplesOf(family),
  ]);
  const expected = [...wanted.comments, ...wanted.samples];
  const lines = diff(expected, actual);
  const isMet = lines.every((line) => line.startsWith(' '));
  return {
    isMet,
    actual: [...actual].sort().join('\n'),
    expected: [...expected].sort().join('\n'),
    message: () =>
      isMet
        ? `expected the metrics not to match the exposition, but they do:\n\n${lines.join('\n')}`
        : `expected the metrics to match the exposition (- expected, + actual):\n\n${lines.join('\n')}`,
  };
}

/** With a misspelt name `not.toMatchExposition` would always pass. */
function checkNames(wanted: ReadonlySet<string>, written: readonly string[]): void {
  for (const name of wanted) {
    if (written.includes(name)) continue;
    throw new Error(`[testing] No declared metric is written as "${name}".${didYouMean(name, written)}`);
  }
}

/** What the family's lines begin with. */
function namesOf(family: FamilyReading): string[] {
  const name = prometheusSampleName(family);
  if (family.kind === 'histogram') return [name, `${name}_bucket`, `${name}_sum`, `${name}_count`];
  return family.kind === 'summary' ? [name, `${name}_sum`, `${name}_count`] : [name];
}

/** `# TYPE jobs_total` of `# TYPE jobs_total counter`. */
function headOf(comment: string): string {
  return comment.split(' ', 3).join(' ');
}

function commentsOf(family: FamilyReading): string[] {
  const name = prometheusSampleName(family);
  const help = family.help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${family.kind === 'info' ? 'gauge' : family.kind}`];
}

function samplesOf(family: FamilyReading): string[] {
  const name = prometheusSampleName(family);
  return family.series.flatMap((series) => {
    const labels = Object.entries(series.labels).map(([label, value]): [string, string] => [
      prometheusLabelName(label),
      value,
    ]);
    if (series.sum === undefined) return [sampleText(name, labels, series.value)];
    return [
      ...bucketsOf(series).map(([le, count]) => sampleText(`${name}_bucket`, [...labels, ['le', String(le)]], count)),
      sampleText(`${name}_sum`, labels, series.sum),
      sampleText(`${name}_count`, labels, series.value),
    ];
  });
}

/** Cumulative, as in the format. */
function bucketsOf({ bounds, bucketCounts = [] }: SeriesReading): Array<[le: number | '+Inf', count: number]> {
  if (bounds === undefined) return [];
  let cumulated = 0;
  return bucketCounts.map((count, i) => {
    cumulated += count;
    return [bounds[i] ?? '+Inf', cumulated];
  });
}

/** Lines of both in one order, marked by where they are. */
function diff(expected: readonly string[], actual: readonly string[]): string[] {
  const remaining = [...actual];
  const marked = expected.map((line) => {
    const at = remaining.findIndex((each) => isSame(each, line));
    if (at >= 0) remaining.splice(at, 1);
    return { line, mark: at >= 0 ? ' ' : '-' };
  });
  return [...marked, ...remaining.map((line) => ({ line, mark: '+' }))]
    .sort((a, b) => compare(a.line, b.line) || compare(b.mark, a.mark))
    .map(({ line, mark }) => `${mark} ${line}`);
}

/** Compares sums with a rounding tolerance. */
function isSame(a: string, b: string): boolean {
  if (a === b || a.startsWith('#')) return a === b;
  const [aEnd, bEnd] = [a.lastIndexOf(' '), b.lastIndexOf(' ')];
  const [aValue, bValue] = [Number(a.slice(aEnd)), Number(b.slice(bEnd))];
  return (
    a.slice(0, aEnd) === b.slice(0, bEnd) &&
    Number.isFinite(aValue) &&
    Number.isFinite(bValue) &&
    isClose(aValue, bValue)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
