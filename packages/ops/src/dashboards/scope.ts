import type { Matcher, Selector } from '../model/facts.js';
import { promqlErrors } from '../promql/parse.js';
import { equal, matches, series } from '../promql/selectors.js';

/** The series that the reader of a dashboard has chosen: `job=~"$job",instance=~"$instance"`. */
export type Scope = readonly Matcher[];

export const serviceScope: Scope = variables('job', 'instance');
/** Of the exporters beside the service, which have jobs and instances of their own. */
export const hostScope: Scope = variables('host_job', 'host_instance');
export const databaseScope: Scope = variables('database_job', 'database_instance');
export const containerScope: Scope = variables('container_job', 'container_instance');
export const probeScope: Scope = variables('probe_job', 'probe_instance');

/** `selector` within `scope`, whatever its names and values hold. */
export function scoped({ metric, matchers }: Selector, scope: Scope = serviceScope): string {
  const isPlain = isPlainName(metric);
  const own = isPlain ? matchers : [equal('__name__', metric), ...matchers];
  const chosen = series({ metric: isPlain ? metric : '', matchers: scope });
  if (own.length === 0) return chosen;
  return `${chosen.slice(0, -1)},${withoutVariables(series({ metric: '', matchers: own }).slice(1))}`;
}

/** Whether PromQL takes a name as it is. Not words of the language, and none of other letters. */
function isPlainName(metric: string): boolean {
  return /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(metric) && promqlErrors(`rate(${metric}{a="b"}[5m])`).length === 0;
}

/** The series of a metric, all of them within `scope`. */
export function allOf(metric: string, scope: Scope = serviceScope): string {
  return scoped({ metric, matchers: [] }, scope);
}

/** Rate per second. Of what Grafana calls the rate interval: at least four scrapes. */
export function rate(seriesText: string): string {
  return `rate(${seriesText}[$__rate_interval])`;
}

/**
 * What is counted; 0, called "none", as long as nothing is: a counter with labels has no series before its first count, and an empty
 * graph would leave open whether anything is measured. Nothing if no instance is there.
 */
export function orZero(counted: string, by: readonly string[] = []): string {
  const zero = `0 * sum(${allOf('up')} == 1)`;
  const [label] = by;
  if (label === undefined) return `${counted} or ${zero}`;
  return `${counted} or (label_replace(${zero}, "${label}", "none", "", "") unless on () ${counted})`;
}

function variables(job: string, instance: string): Scope {
  return [matches('job', `$${job}`), matches('instance', `$${instance}`)];
}

/**
 * Grafana would read `$name`, `${name}` and `[[name]]` within a string as its variables, and reads queries of variables in one line only.
 * PromQL and LogQL know Go's escapes.
 */
export function withoutVariables(quoted: string): string {
  return quoted
    .replaceAll('$', '\\u0024')
    .replaceAll('[[', '\\u005b[')
    .replaceAll(/[\p{Cc}\u2028\u2029]/gu, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
