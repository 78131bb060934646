import type { CatalogueMetric } from '../model/catalogue.js';
import { rateUnitOf, unitOf } from './metric-unit.js';
import type { PanelPlan } from './plan.js';
import { quantileLines } from './quantile-lines.js';
import { instant, legendOf, line } from './query.js';
import { allOf, orZero, rate } from './scope.js';
import { meanOf, sum } from './signal-queries.js';

/** The panel of a metric of which no more is known than the catalogue says. */
export function metricPanel(metric: CatalogueMetric): PanelPlan[] {
  const { name, help } = metric;
  const labels = metric.labels.map((label) => label.name);
  const unit = unitOf(metric);
  const common = { title: name, description: describe(metric), view: 'timeseries', unit } as const;
  switch (metric.type) {
    case 'counter': {
      const by = labels.slice(0, 2);
      const legend = by.length === 0 ? 'per second' : legendOf(by);
      const rateUnit = rateUnitOf(unit);
      return [
        {
          ...common,
          unit: rateUnit,
          min: 0,

          queries: [line(orZero(`${sum(by)}(${rate(allOf(name))})`, by), legend)],
        },
      ];
    }
    case 'gauge': {
      const legend = `{{instance}} ${legendOf(labels)}`.trim();
      if (isTimestamp(metric)) {
        return [
          {
            ...common,
            unit: 's',
            description: `Time since then. ${describe(metric)}`,
            queries: [line(`time() - ${allOf(name)}`, legend)],
          },
        ];
      }
      return [{ ...common, noValue: 'Not set yet', queries: [line(allOf(name), legend)] }];
    }
    case 'histogram':
      return [
        {
          ...common,
          noValue: 'Nothing observed in this time',
          queries: [...quantileLines({ histogram: name, matchers: [] }), line(meanOf(name), 'mean')],
        },
      ];
    case 'summary':
      return [
        {
          ...common,
          noValue: 'Nothing observed in this time',
          queries: [
            line(meanOf(name, labels.slice(0, 2)), labels.length === 0 ? 'mean' : legendOf(labels.slice(0, 2))),
          ],
        },
      ];
    case 'info':
      return [
        {
          ...common,
          title: name,
          description: help === '' ? `Instances by what ${name} says.` : help,
          view: 'table',
          unit: 'short',
          queries: [instant(`count by (${['job', ...labels].join(', ')}) (${allOf(name)})`, '')],
        },
      ];
  }
}

/** Unix time in seconds. */
export function isTimestamp({ name, type }: Pick<CatalogueMetric, 'name' | 'type'>): boolean {
  return type === 'gauge' && /(^|_)timestamp(_seconds)?$|_start_time_seconds$|_boot_time_seconds$/.test(name);
}

/** Never empty: a panel without a description leaves its reader alone. */
function describe({ name, help, type, labels }: CatalogueMetric): string {
  const byLabels = labels.length === 0 ? '' : ` Labels: ${labels.map((label) => label.name).join(', ')}.`;
  return help === '' ? `The ${type} ${name}, declared without a help text.${byLabels}` : `${help}${byLabels}`;
}
