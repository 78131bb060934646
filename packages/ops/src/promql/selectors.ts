import type { Matcher, Selector } from '../model/facts.js';

/** `name{label="value",…}`: the series of `selector` that also match `scope`. A name that PromQL cannot write bare is a matcher. */
export function series({ metric, matchers }: Selector, scope: readonly Matcher[] = []): string {
  const all = [...scope, ...matchers];
  if (metric !== '' && (!/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(metric) || isNumber(metric))) {
    return series({ metric: '', matchers: [equal('__name__', metric), ...all] });
  }
  return all.length === 0 ? metric : `${metric}{${all.map(matcherText).join(',')}}`;
}

/** Prometheus reads these as numbers, whatever follows. */
function isNumber(name: string): boolean {
  return /^(inf|nan)$/i.test(name);
}

/** The values that a matcher of `equal` or `oneOf` matches; `undefined` of another pattern. */
function valuesOf({ operator, value }: Matcher): string[] | undefined {
  if (operator === '=') return [value];
  if (operator !== '=~' || /[.^$*+?()[\]{}]/.test(value.replaceAll(/\\./gs, ''))) return undefined;
  return (value.match(/(?:\\.|[^|\\])+/gs) ?? ['']).map((pattern) => pattern.replaceAll(/\\(.)/gs, '$1'));
}

/** Whether one series can match both. Of patterns, only those of `oneOf` are compared: others may match anything. */
export function canMeet(these: readonly Matcher[], those: readonly Matcher[]): boolean {
  return these.every((one) => {
    const others = those.filter(({ label }) => label === one.label).map(valuesOf);
    const own = valuesOf(one);
    return others.every((values) => !own || !values || own.some((value) => values.includes(value)));
  });
}

/** Whether labels are those of a series that `matchers` match. */
export function hasLabels(labels: ReadonlyMap<string, string>, matchers: readonly Matcher[]): boolean {
  return matchers.every(({ label, operator, value }) => {
    const given = labels.get(label) ?? '';
    const isLike = operator.endsWith('~') ? new RegExp(`^(?:${value})$`, 's').test(given) : given === value;
    return operator.startsWith('!') ? !isLike : isLike;
  });
}

export function equal(label: string, value: string): Matcher {
  return { label, operator: '=', value };
}

export function matches(label: string, pattern: string): Matcher {
  return { label, operator: '=~', value: pattern };
}

/** Matches one of `values`, each as it is. */
export function oneOf(label: string, values: readonly string[]): Matcher {
  const [only] = values;
  if (only !== undefined && values.length === 1) return equal(label, only);
  return matches(label, values.map(literalPattern).join('|'));
}

/**
 * Matches the bucket of `bound` however a page writes it: `le="1"`, `le="1.0"` (OpenMetrics), `le="1e+06"`. A plain `le="1"` finds
 * nothing on a page that writes `1.0`.
 */
export function bucketOf(bound: number): Matcher {
  const forms = boundTexts(bound);
  const [only] = forms;
  return forms.length === 1 && only !== undefined
    ? equal('le', only)
    : matches('le', forms.map(literalPattern).join('|'));
}

/** A double-quoted PromQL string. */
export function promqlString(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

/** A regular expression (RE2) that matches `text` and nothing else. */
export function literalPattern(text: string): string {
  return text.replaceAll(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}

function matcherText({ label, operator, value }: Matcher): string {
  return `${label}${operator}${promqlString(value)}`;
}

/** The forms in which pages write a bound: as JavaScript does, as Go's `strconv` with 'g' (text format), as OpenMetrics with a fraction. */
export function boundTexts(bound: number): string[] {
  const plain = String(bound);
  const exponent = bound.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  const isWhole = Number.isInteger(bound);
  const fromGo = bound !== 0 && (Math.abs(bound) < 1e-4 || Math.abs(bound) >= 1e21) ? [exponent] : [];
  const large = Math.abs(bound) >= 1e6 ? [exponent] : [];
  return [...new Set([plain, ...fromGo, ...large, ...(isWhole && !plain.includes('e') ? [`${plain}.0`] : [])])];
}
