import { didYouMean, nearestName, valueText } from '@sightline/base';
import type { MetricHistoryAnswer } from '../../model/answers.js';
import { ApiError } from '../../model/api.js';
import type { LiveStore } from '../../store/live-store.js';
import { HistogramLine } from '../../store/metrics/histogram-line.js';
import type { KeptMetric } from '../../store/metrics/metric-part.js';
import { metricRow } from '../../store/metrics/metric-row.js';
import { type Parameters, wrong } from '../parameters.js';
import { cellsOf } from './cells.js';
import { distributionOf, withFewerBounds } from './distribution.js';
import type { Cells } from './line-cells.js';
import { LineGroup } from './line-group.js';
import { linesOf } from './metric-lines.js';
import { groupsOf, INSTANCE, labelOf } from './series-groups.js';

/** `metrics/history`. */
export function metricHistory(store: LiveStore, parameters: Parameters, nowMs: number): MetricHistoryAnswer {
  const metric = theMetric(store, parameters.text('service'), parameters.text('name'));
  const labels = [...parameters.withPrefix('label.')];
  const by = parameters.text('by');
  checkLabels(metric, [...labels.map(([name]) => name), ...(by === undefined ? [] : [by])]);
  const window = parameters.window(nowMs);
  const limit = parameters.limit(10, 1000);
  const after = parameters.number('after');

  const matching = [...linesOf(metric)].filter((each) =>
    labels.every(([name, value]) => (labelOf(each, name) ?? '') === value),
  );
  const cells = cellsOf(matching, window);
  const groups = [...groupsOf(matching, by, metric.kind === 'gauge').values()].map(
    (lines) => new LineGroup(lines, cells, metric.kind, nowMs),
  );
  groups.sort((a, b) => b.size - a.size);
  const shown = groups.slice(0, limit);
  const first = after === undefined ? 0 : firstAfter(cells.bounds, after);
  const timesMs = cells.bounds.slice(first + 1);
  return {
    metric: metricRow(metric),
    timesMs,
    series: shown.map((group) => group.history(first)),
    otherSeries: groups.length - shown.length,
    heatMap: heatMapOf(groups, cells, first),
    exemplars: [...metric.exemplars.items].reverse(),
    cursor: String(timesMs.at(-1) ?? after ?? 0),
  };
}

function heatMapOf(groups: readonly LineGroup[], { bounds }: Cells, first: number): MetricHistoryAnswer['heatMap'] {
  const all = groups.flatMap(({ increases }) =>
    increases.flatMap(({ line, increases: of }) => (line instanceof HistogramLine ? [{ line, increases: of }] : [])),
  );
  const exact = distributionOf(all, Math.max(0, bounds.length - 1));
  if (exact === undefined) return null;
  const shown = withFewerBounds(exact, MAX_HEAT_ROWS);
  const isKnown = (cell: number): boolean => all.some(({ increases }) => (increases.knownMs[cell] as number) > 0);
  return {
    bounds: [...shown.bounds, null],
    counts: shown.counts.map((counts, cell) => (isKnown(cell) ? Array.from(counts, rounded) : null)).slice(first),
  };
}

const MAX_HEAT_ROWS = 64;

/** Counts that are spread over cells are no whole numbers: four digits are enough. */
function rounded(count: number): number {
  return Math.round(count * 1e4) / 1e4;
}

function firstAfter(bounds: readonly number[], after: number): number {
  const at = bounds.findIndex((endMs, i) => i > 0 && endMs > after);
  return at < 0 ? Math.max(0, bounds.length - 1) : at - 1;
}

function theMetric(store: LiveStore, service: string | undefined, name: string | undefined): KeptMetric {
  if (name === undefined)
    throw wrong('"metrics/history" needs the parameter "name": that of a metric. "metrics" lists them.');
  const ofName = [...store.metrics.metrics.values()].filter((metric) => metric.name === name);
  const found = service === undefined ? ofName : ofName.filter((metric) => metric.service === service);
  const [metric, ...others] = found;
  if (metric !== undefined && others.length === 0) return metric;
  if (metric !== undefined) {
    const services = found.map((each) => each.service).slice(0, 10);
    throw wrong(`Several services have the metric ${valueText(name)}: ${services.join(', ')}. Give "service".`);
  }
  const names = new Set([...store.metrics.metrics.values()].map((each) => each.name));
  const nearest = nearestName(name, names);
  const remedy =
    ofName.length > 0
      ? `It is of ${ofName
          .map((each) => each.service)
          .slice(0, 10)
          .join(', ')}.`
      : nearest === undefined
        ? '"metrics" lists those that are kept.'
        : `Did you mean "${nearest}"?`;
  throw new ApiError(
    404,
    `No metric ${valueText(name)}${service === undefined ? '' : ` of ${valueText(service)}`} is kept. ${remedy}`,
  );
}

function checkLabels({ name, labelNames }: KeptMetric, given: readonly string[]): void {
  for (const label of given) {
    if (labelNames.has(label) || label === INSTANCE) continue;
    const has = labelNames.size === 0 ? 'It has none.' : `It has ${[...labelNames].join(', ')}.`;
    throw wrong(
      `The metric ${valueText(name)} has no label ${valueText(label)}.${didYouMean(label, labelNames)} ${has}`,
    );
  }
}
