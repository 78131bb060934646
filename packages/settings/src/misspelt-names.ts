import { nearestName } from '@sightline/base';

/** An unknown variable and the known one that was probably meant; `undefined` if none is similar. */
export interface MisspeltName {
  readonly variable: string;
  readonly nearest: string | undefined;
}

export interface MisspeltNamesOptions {
  /** The prefix of variables of which all are known. */
  readonly ownPrefix?: string | undefined;
  /** The prefix, within it, of variables that another program reads and checks. */
  readonly exceptPrefix?: string | undefined;
}

/**
 * Which of `variables` were probably meant to be one of `known`. Every unknown variable with `ownPrefix` is reported.
 * Others also use `METRICS_`, `STATSD_`, `OTEL_` and so on (Kubernetes' `STATSD_SERVICE_HOST`, variables of OpenTelemetry that are
 * not read here), so of those only variables very similar to a known one are reported.
 */
export function misspeltNames(
  variables: readonly string[],
  known: readonly string[],
  { ownPrefix, exceptPrefix }: MisspeltNamesOptions = {},
): readonly MisspeltName[] {
  return variables
    .filter(
      (variable) => !known.includes(variable) && (exceptPrefix === undefined || !variable.startsWith(exceptPrefix)),
    )
    .flatMap((variable) => {
      const alike = alikeNames(variable.toUpperCase(), known);
      const isOurs = ownPrefix !== undefined && variable.startsWith(ownPrefix);
      if (alike.length === 0 && !isOurs) return [];
      const nearest = nearestName(variable.toUpperCase(), alike.length > 0 ? alike : known);
      return [{ variable, nearest: nearest ?? alike[0] }];
    });
}

/** The known names that are similar in the first way that finds any. */
function alikeNames(variable: string, known: readonly string[]): readonly string[] {
  const samePrefix = known.filter((name) => name.includes('_') && variable.startsWith(`${name.split('_', 1)[0]}_`));
  const found = [isNear, hasSameWords, hasAllWordsButOne].map((is) => samePrefix.filter((name) => is(variable, name)));
  return found.find(({ length }) => length > 0) ?? [];
}

/** One letter added, missing or replaced, or two exchanged. */
function isNear(variable: string, name: string): boolean {
  if (Math.abs(variable.length - name.length) > 1) return false;
  let same = 0;
  while (same < variable.length && variable[same] === name[same]) same++;
  let sameAtEnd = 0;
  while (
    sameAtEnd < Math.min(variable.length, name.length) - same &&
    variable[variable.length - 1 - sameAtEnd] === name[name.length - 1 - sameAtEnd]
  ) {
    sameAtEnd++;
  }
  const left = variable.slice(same, variable.length - sameAtEnd);
  const right = name.slice(same, name.length - sameAtEnd);
  return left.length + right.length <= 2 || (left.length === 2 && left === [...right].reverse().join(''));
}

/** The same words in another order, singular or plural, joined, or as synonyms. */
function hasSameWords(variable: string, name: string): boolean {
  return wordsOf(variable).sort().join() === wordsOf(name).sort().join() || joined(variable) === joined(name);
}

/** `OTEL_EXPORTER_ENDPOINT`, for example; two words are too few. */
function hasAllWordsButOne(variable: string, name: string): boolean {
  const words = wordsOf(variable);
  const wanted = wordsOf(name);
  return words.length >= 3 && words.length === wanted.length - 1 && words.every((word) => wanted.includes(word));
}

const synonyms: Readonly<Record<string, string>> = {
  HOSTNAME: 'HOST',
  ADDR: 'HOST',
  ADDRESS: 'HOST',
  SERVER: 'HOST',
  URI: 'ENDPOINT',
  URL: 'ENDPOINT',
  PROTO: 'PROTOCOL',
};

function wordsOf(name: string): string[] {
  return name.split('_').map((word) => {
    const one = word.replace(/(?<=.{3})S$/, '');
    return synonyms[one] ?? one;
  });
}

function joined(name: string): string {
  return name.replaceAll('_', '');
}
