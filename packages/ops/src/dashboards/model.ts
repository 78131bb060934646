import type { CatalogueMetric } from '../model/catalogue.js';
import type { Facts, Signal } from '../model/facts.js';
import { equal } from '../promql/selectors.js';
import type { CatalogueSearch } from './catalogue-search.js';
import { metricPanel } from './metric-panel.js';
import type { DashboardPlan, PanelPlan } from './plan.js';
import { quantileLines } from './quantile-lines.js';
import { legendOf, line } from './query.js';
import { allOf, orZero, rate, scoped } from './scope.js';
import { meanOf, sum } from './signal-queries.js';

/** Runs of models and what came out of them. */
export function model(facts: Facts, search: CatalogueSearch): DashboardPlan {
  const runs = facts.signals.filter(({ kind }) => kind === 'runs');
  const predictions = search.matching(/_prediction_latency_seconds$/, 'histogram');
  const accuracies = search.matching(/_model_accuracy$/, 'gauge');
  return {
    id: 'model',
    title: 'Model',
    description: 'Accuracy, training and prediction of models, and the runs in which they are made.',
    refresh: '5m',
    from: 'now-24h',
    filters: [],
    rows: [
      {
        title: undefined,
        isCollapsed: false,
        panels: [
          ...accuracies.map((metric) => accuracyPanel(metric, titleFor(metric.name, accuracies))),
          ...runs.flatMap((signal) => trainingPanels(signal, search, titleFor(namespaceOf(signal), runs))),
          ...predictions.map((metric) => predictionPanel(metric, titleFor(metric.name, predictions))),
          ...runs.flatMap((signal) => runPanels(signal, search, titleFor(namespaceOf(signal), runs))),
        ],
      },
      { title: 'Data and memory', isCollapsed: true, panels: dataPanels(search, runs) },
    ],
  };
}

/** Titles of panels: with what they are of if there are several. */
type TitleOf = (title: string) => string;

function titleFor(name: string, all: readonly unknown[]): TitleOf {
  return (title) => (all.length > 1 ? `${title}: ${name}` : title);
}

/** Before the names of all metrics of a run recorder. */
function namespaceOf({ requests }: Signal): string {
  return requests.metric.replace(/_runs_total$/, '');
}

function accuracyPanel({ name, help, labels }: CatalogueMetric, titleOf: TitleOf): PanelPlan {
  const names = labels.map((label) => label.name);
  return {
    title: titleOf('Accuracy'),
    description: help,
    view: 'timeseries',
    unit: 'short',
    decimals: 3,
    queries: [line(`max${by(names)}(${allOf(name)})`, legendOf(names))],
  };
}

function by(labels: readonly string[]): string {
  return labels.length === 0 ? '' : ` by (${labels.join(', ')}) `;
}

function trainingPanels({ duration, title }: Signal, search: CatalogueSearch, titleOf: TitleOf): PanelPlan[] {
  if (duration === undefined) return [];
  const { histogram } = duration;
  const limit = duration.slow?.bound;
  const name = search.hasLabel(histogram, 'model_name') ? ['model_name'] : [];
  return [
    {
      title: titleOf('Training'),
      description: `${search.get(histogram)?.help ?? title} Half, 95 % and 99 % of the runs end within these times.`,
      view: 'timeseries',
      unit: 's',
      min: 0,
      noValue: 'No runs in this time',
      ...(limit === undefined
        ? {}
        : { thresholds: [{ color: 'green' as const }, { from: limit, color: 'red' as const }] }),
      queries: quantileLines(duration),
    },
    {
      title: titleOf('Mean of training'),
      description: 'Mean time of a run.',
      view: 'timeseries',
      unit: 's',
      min: 0,
      noValue: 'No runs in this time',
      queries: [line(meanOf(histogram, name), name.length === 0 ? 'mean' : legendOf(name))],
    },
  ];
}

function predictionPanel({ name, help }: CatalogueMetric, titleOf: TitleOf): PanelPlan {
  return {
    title: titleOf('Prediction'),
    description: `${help} Half, 95 % and 99 % of the predictions end within these times.`,
    view: 'timeseries',
    unit: 's',
    min: 0,
    noValue: 'No predictions in this time',
    queries: quantileLines({ histogram: name, matchers: [] }),
  };
}

/** Of the counter and the gauges that a run recorder declares under one namespace. */
function runPanels(signal: Signal, search: CatalogueSearch, titleOf: TitleOf): PanelPlan[] {
  const { metric } = signal.requests;
  const namespace = namespaceOf(signal);
  const perModel = search.hasLabel(metric, 'model_name') ? ['model_name'] : [];
  const waiting = [`${namespace}_runs_active`, `${namespace}_runs_queued`].filter((name) => search.has(name));
  const panels: PanelPlan[] = [
    {
      title: titleOf('Runs'),
      description: search.get(metric)?.help ?? signal.title,
      view: 'timeseries',
      unit: 'ops',
      min: 0,
      queries: [line(`sum by (status) (${rate(allOf(metric))})`, '{{status}}')],
    },
    {
      title: titleOf('Successful share'),
      description:
        'Successful share of the runs that have succeeded or failed; started and cancelled ones are in neither.',
      view: 'timeseries',
      unit: 'percentunit',
      max: 1,
      noValue: 'No runs in this time',
      thresholds: [{ color: 'red' }, { from: 0.9, color: 'yellow' }, { from: 0.95, color: 'green' }],
      queries: [line(successShare(metric, perModel), perModel.length === 0 ? 'success' : legendOf(perModel))],
    },
    {
      title: titleOf('Active and queued'),
      description: 'Runs in progress, and runs that wait to start.',
      view: 'timeseries',
      unit: 'short',
      min: 0,
      queries: waiting.map((name) => line(`sum(${allOf(name)})`, name.endsWith('active') ? 'active' : 'queued')),
    },
    {
      title: titleOf('Errors'),
      description: search.get(`${namespace}_errors_total`)?.help ?? 'Errors of runs.',
      view: 'timeseries',
      unit: 'ops',
      min: 0,
      isStacked: true,
      queries: search.has(`${namespace}_errors_total`)
        ? [
            line(
              orZero(`sum by (error_type, component) (${rate(allOf(`${namespace}_errors_total`))})`, ['error_type']),
              '{{component}} {{error_type}}',
            ),
          ]
        : [],
    },
  ];
  return panels.filter(({ queries }) => queries.length > 0);
}

function successShare(metric: string, perModel: readonly string[]): string {
  const of = (status: string, operator: '=' | '=~'): string =>
    `${sum(perModel)}(${rate(scoped({ metric, matchers: [{ label: 'status', operator, value: status }] }))})`;
  const success = `${sum(perModel)}(${rate(scoped({ metric, matchers: [equal('status', 'success')] }))})`;
  return `${success} / (${of('success|failed', '=~')} > 0)`;
}

/** What was trained on, and what it took. */
function dataPanels(search: CatalogueSearch, runs: readonly Signal[]): PanelPlan[] {
  const isModelled = runs.length > 0 || search.matching(/_model_accuracy$/).length > 0;
  if (!isModelled) return [];
  return [
    ...search.matching(/_dataset_size_rows$|_unique_ids_count$/, 'histogram'),
    ...search
      .matching(/_memory_usage_bytes$/, 'gauge')
      .filter(({ labels }) => labels.some(({ name }) => name === 'component')),
  ].flatMap(metricPanel);
}
