import type { Facts, Signal } from '../model/facts.js';
import type { CatalogueSearch } from './catalogue-search.js';
import { type HostQueries, hostQueries } from './host-queries.js';
import { objectivePanels } from './objective-panels.js';
import { statPanels } from './overview-stats.js';
import type { DashboardPlan, PanelPlan, Query, Threshold } from './plan.js';
import { quantileLines } from './quantile-lines.js';
import { legendOf, line, plainLegend } from './query.js';
import { allOf, orZero, rate, scoped } from './scope.js';
import { durationUnit } from './signal-panels.js';
import { sum } from './signal-queries.js';

/** Whether all is well, at one look. */
export function systemOverview(facts: Facts, search: CatalogueSearch): DashboardPlan {
  const main = mainSignal(facts.signals);
  const host = hostQueries(facts, search);
  return {
    id: 'system-overview',
    title: 'System overview',
    description: `Whether ${facts.service} is well, at one look.`,
    refresh: '1m',
    from: 'now-6h',
    filters: [],
    rows: [
      {
        title: undefined,
        isCollapsed: false,
        panels: [
          ...statPanels(facts, search, main),
          ...hostPanels(facts, host),
          durationPanel(main),
          errorsPanel(facts.signals),
          alertsPanel(facts),
        ].filter((panel) => panel !== undefined),
      },
      { title: 'Objectives', isCollapsed: true, panels: objectivePanels(facts) },
      {
        title: 'Instances',
        isCollapsed: true,
        panels: [
          {
            title: 'Reachable',
            description: 'Whether Prometheus can read each instance: 1, or 0 if not.',
            view: 'timeseries',
            unit: 'short',
            min: 0,
            max: 1,
            queries: [line(allOf('up'), '{{job}} {{instance}}')],
          },
          {
            title: 'Time of a scrape',
            description: 'How long an instance takes to answer Prometheus.',
            view: 'timeseries',
            unit: 's',
            min: 0,
            queries: [line(allOf('scrape_duration_seconds'), '{{job}} {{instance}}')],
          },
          {
            title: 'Series of an instance',
            description:
              'Samples that an instance gives in a scrape. Growth without end is a label with too many values.',
            view: 'timeseries',
            unit: 'short',
            min: 0,
            queries: [line(allOf('scrape_samples_post_metric_relabeling'), '{{job}} {{instance}}')],
          },
        ],
      },
    ],
  };
}

/** The signal for which the service is there: runs, else requests, else what is declared first. */
export function mainSignal(signals: readonly Signal[]): Signal | undefined {
  for (const kind of ['runs', 'http-server', 'declared', 'operation', 'saga'] as const) {
    const found = signals.find((signal) => signal.kind === kind);
    if (found !== undefined) return found;
  }
  return signals[0];
}

/** CPU, memory and disk, each with the limit of its alert. */
function hostPanels({ limits }: Facts, host: HostQueries): PanelPlan[] {
  return [
    percentPanel('CPU', 'Used share of the processors.', host.cpuPercent, 100 * limits.cpuRatio),
    percentPanel('Memory', 'Used share of the memory.', host.memoryPercent, 100 * limits.memoryRatio),
    percentPanel('Disk', 'Used share of each file system.', host.diskPercent, 100 * (1 - limits.diskFreeRatio)),
  ].filter((panel) => panel !== undefined);
}

function percentPanel(
  title: string,
  description: string,
  queries: readonly Query[],
  limit: number,
): PanelPlan | undefined {
  if (queries.length === 0) return undefined;
  const limits: Threshold[] = [{ color: 'green' }];
  if (limit > 80) limits.push({ from: 80, color: 'yellow' });
  limits.push({ from: limit, color: 'red' });
  return {
    title,
    description: `${description} The red line is the limit of its alert.`,
    view: 'timeseries',
    unit: 'percent',
    decimals: 0,
    min: 0,
    max: 100,
    thresholds: limits,
    queries,
  };
}

function durationPanel(signal: Signal | undefined): PanelPlan | undefined {
  if (signal?.duration === undefined) return undefined;
  return {
    title: `Duration: ${signal.title}`,
    description: 'Half, 95 % and 99 % of the work end within these times. Points are traces.',
    view: 'timeseries',
    unit: durationUnit(signal),
    min: 0,
    noValue: 'No work in this time',
    queries: quantileLines(signal.duration),
  };
}

function errorsPanel(signals: readonly Signal[]): PanelPlan | undefined {
  const queries = signals.flatMap(({ title, errors }) => {
    if (errors === undefined) return [];
    const by = errors.by === undefined ? [] : [errors.by];
    const legend = `${plainLegend(title)} ${legendOf(by)}`.trim();
    return [line(orZero(`${sum(by)}(${rate(scoped(errors.selector))})`, by), legend)];
  });
  if (queries.length === 0) return undefined;
  return {
    title: 'Errors by type',
    description: 'Failures per second of all kinds of work, by what went wrong.',
    view: 'timeseries',
    unit: 'ops',
    min: 0,
    isStacked: true,
    queries,
  };
}

function alertsPanel({ service }: Facts): PanelPlan {
  return {
    title: 'Alerts',
    description: `Alerts of ${service} that fire or are about to. Each has a runbook.`,
    view: 'alertlist',
    unit: 'short',
    queries: [],
  };
}
