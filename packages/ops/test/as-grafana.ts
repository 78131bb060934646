import type { DashboardJson, VariableJson } from '../src/dashboards/grafana-json.js';

export interface GrafanaView {
  /** Chosen values by variable; of others those with which the dashboard opens. */
  readonly chosen?: Readonly<Record<string, readonly string[]>> | undefined;
  /** The step of a graph: its time range over its width. Default 15. */
  readonly intervalSeconds?: number | undefined;
  /** Of the data source: how often Prometheus scrapes. Default 1. */
  readonly scrapeSeconds?: number | undefined;
  /** The length of the dashboard's time range. Default 300. */
  readonly rangeSeconds?: number | undefined;
}

/**
 * An expression as Grafana sends it: variables become their values (those of multiple choice as a regular expression, all as
 * `allValue`), and `$__rate_interval` is the larger of four scrapes and a step with a scrape.
 */
export function asGrafana(
  expr: string,
  { templating: { list } }: Pick<DashboardJson, 'templating'>,
  { chosen = {}, intervalSeconds = 15, scrapeSeconds = 1, rangeSeconds = 300 }: GrafanaView = {},
): string {
  const rateSeconds = Math.max(intervalSeconds + scrapeSeconds, 4 * scrapeSeconds);
  const values = new Map([
    ['__rate_interval', `${rateSeconds}s`],
    ['__interval', `${intervalSeconds}s`],
    ['__range', `${rangeSeconds}s`],
    ...list.map((variable) => [variable.name, textOf(variable, chosen[variable.name])] as const),
  ]);
  return expr.replaceAll(/\$(\w+)|\$\{(\w+)[^}]*\}|\[\[(\w+)\]\]/g, (found, ...names: Array<string | undefined>) => {
    const name = names.slice(0, 3).find((each) => each !== undefined) ?? '';
    return values.get(name) ?? found;
  });
}

function textOf({ current, allValue = '' }: VariableJson, chosen: readonly string[] = [current.value].flat()): string {
  if (chosen.includes('$__all')) return allValue;
  const escaped = chosen.map((value) => value.replaceAll(/[\\^$*+?.()|[\]{}]/g, '\\\\$&'));
  return escaped.length === 1 ? (escaped[0] ?? '') : `(${escaped.join('|')})`;
}
