import type { Catalogue } from '../model/catalogue.js';
import type { Facts, Matcher, Selector } from '../model/facts.js';
import { patternExample } from './pattern-example.js';

/**
 * Labels of a series that `selector` finds, and that `unlike`, of the same metric, does not. Values are those that the catalogue lists,
 * or made for the matchers.
 */
export function exampleLabels(
  catalogue: Catalogue,
  selector: Selector,
  unlike: readonly Matcher[] = [],
): Record<string, string> {
  const found = labelsFor(catalogue, selector, unlike);
  if (found !== undefined) return found;
  const wanted = selector.matchers.map(({ label, operator, value }) => `${label}${operator}"${value}"`).join(', ');
  throw new Error(
    `[ops] No labels of "${selector.metric}" are known that match ${wanted || 'it'}${unlike.length === 0 ? '' : ' and are no failures'}, ` +
      "so its alerts cannot be tested. Declare the label's values (labelValues).",
  );
}

/**
 * Labels of a series of the same metric that `selector` does not find, and no other signal counts either: it would set off that one's
 * alerts. `undefined` if there are none.
 */
export function otherLabels(
  { catalogue, signals }: Pick<Facts, 'catalogue' | 'signals'>,
  { metric, matchers }: Selector,
): Record<string, string> | undefined {
  if (matchers.length === 0) return undefined;
  const others = signals
    .flatMap(({ requests, errors }) => [requests, ...(errors === undefined ? [] : [errors.selector])])
    .filter((each) => each.metric === metric && each.matchers.length > 0 && !isSame(each.matchers, matchers));
  const isFree = (labels: Record<string, string>): boolean =>
    others.every((other) => other.matchers.some((matcher) => !isMatch(matcher, labels[matcher.label] ?? '')));
  const known = labelsFor(catalogue, { metric, matchers: [] }, matchers, isFree);
  if (known !== undefined) return known;
  // A value that the service does not have does as well.
  const invented = Object.fromEntries(matchers.map(({ label }) => [label, 'of-no-signal']));
  return matchers.some((matcher) => !isMatch(matcher, 'of-no-signal')) && isFree(invented) ? invented : undefined;
}

function isSame(one: readonly Matcher[], other: readonly Matcher[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function labelsFor(
  catalogue: Catalogue,
  selector: Selector,
  unlike: readonly Matcher[],
  isAllowed: (labels: Record<string, string>) => boolean = () => true,
): Record<string, string> | undefined {
  const names = [...new Set([...selector.matchers, ...unlike].map(({ label }) => label))];
  const valuesOf = (name: string): string[] =>
    candidates(catalogue, selector.metric, name, [...selector.matchers, ...unlike]).filter((value) =>
      selector.matchers.every((matcher) => matcher.label !== name || isMatch(matcher, value)),
    );
  const isUnlike = (labels: Record<string, string>): boolean =>
    unlike.length === 0 || unlike.some((matcher) => !isMatch(matcher, labels[matcher.label] ?? ''));
  // One label at a time is enough to be unlike.
  const first = Object.fromEntries(names.map((name) => [name, valuesOf(name)[0]]));
  const tries = [first, ...names.flatMap((name) => valuesOf(name).map((value) => ({ ...first, [name]: value })))];
  const found = tries.find((labels): labels is Record<string, string> => {
    const isWhole = Object.values(labels).every((value) => value !== undefined);
    return isWhole && isUnlike(labels as Record<string, string>) && isAllowed(labels as Record<string, string>);
  });
  return found && Object.fromEntries(Object.entries(found).filter(([, value]) => value !== ''));
}

function candidates(catalogue: Catalogue, metric: string, label: string, matchers: readonly Matcher[]): string[] {
  const base = metric.replace(/_(?:count|sum|bucket)$/, '');
  const declared = catalogue.metrics
    .filter(({ name }) => name === metric || name === base)
    .flatMap(({ labels }) => labels.find(({ name }) => name === label)?.values ?? []);
  const made = matchers
    .filter((matcher) => matcher.label === label)
    .flatMap(({ operator, value }) => (operator === '=' || operator === '!=' ? [value] : patternExample(value)));
  const isClosed = declared.length > 0;
  return [...declared, ...made, ...(isClosed ? [] : ['200', 'other', 'x', ''])];
}

function isMatch({ operator, value: pattern }: Matcher, value: string): boolean {
  switch (operator) {
    case '=':
      return value === pattern;
    case '!=':
      return value !== pattern;
    case '=~':
      return new RegExp(`^(?:${pattern})$`, 's').test(value);
    case '!~':
      return !new RegExp(`^(?:${pattern})$`, 's').test(value);
  }
}
