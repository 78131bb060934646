import type { Catalogue, CatalogueMetric } from '../model/catalogue.js';
import type { Matcher, Signal } from '../model/facts.js';
import { equal, matches } from '../promql/selectors.js';
import { durationOf } from './durations.js';
import { countedName } from './metric-lookup.js';

type Find = (name: string) => CatalogueMetric | undefined;

/** The signals that a catalogue has by its names: of HTTP servers, operations, sagas, runs, messages and database queries. */
export function inferredSignals({ metrics }: Catalogue): Signal[] {
  const byName = new Map(metrics.map((metric) => [metric.name, metric]));
  const find: Find = (name) => byName.get(name);
  return [
    ...httpServer(find),
    ...metrics.flatMap((metric) => operation(metric, find)),
    ...sagas(find),
    ...metrics.flatMap((metric) => runs(metric, metrics, find)),
    ...messages(find),
    ...queries(find),
  ];
}

/** The limits of SlowResponse: 95 % within a second of an API, within ten of a batch. */
export const apiLimit = { withinSeconds: 1, share: 0.95 } as const;
const batchLimit = { withinSeconds: 10, share: 0.95 } as const;
const trainingLimit = { withinSeconds: 600, share: 0.95 } as const;

function httpServer(find: Find): Signal[] {
  const duration = find('http_server_request_duration_seconds');
  if (duration?.type !== 'histogram') return [];
  const requests = countedName(duration);
  return [
    {
      id: 'http-server',
      title: 'HTTP requests',
      kind: 'http-server',
      requests: { metric: requests, matchers: [] },
      // Not by error_type, which a client that goes away sets as well.
      errors: {
        selector: { metric: requests, matchers: [matches('http_response_status_code', '5..')] },
        relation: 'within',
        by: 'http_response_status_code',
      },
      duration: durationOf(duration, [], apiLimit),
      active: active(find, 'http_server_active_requests'),
      by: hasLabel(duration, 'http_route') ? 'http_route' : undefined,
    },
  ];
}

function operation(duration: CatalogueMetric, find: Find): Signal[] {
  const [, name] = /^(.+)_duration_seconds$/.exec(duration.name) ?? [];
  const errors = find(`${name}_errors_total`);
  const inProgress = active(find, `${name}_active`);
  if (name === undefined || duration.type !== 'histogram' || errors?.type !== 'counter' || inProgress === undefined)
    return [];
  return [
    {
      id: idOf(name),
      title: duration.declaredName.replace(/\.duration$/, ''),
      kind: 'operation',
      requests: { metric: countedName(duration), matchers: [] },
      errors: {
        selector: { metric: errors.name, matchers: [] },
        relation: 'within',
        by: firstOf(errors, 'error_type'),
      },
      duration: durationOf(duration, [], apiLimit),
      active: inProgress,
      by: duration.labels[0]?.name,
    },
  ];
}

function sagas(find: Find): Signal[] {
  const completed = find('saga_completed_total');
  const status = completed?.labels.find(({ name }) => name === 'status');
  if (completed?.type !== 'counter' || status === undefined) return [];
  const failing = status.failing ?? '.*failed.*';
  return [
    {
      id: 'sagas',
      title: 'Sagas',
      kind: 'saga',
      requests: { metric: completed.name, matchers: outOf(status) },
      errors: {
        selector: { metric: completed.name, matchers: [matches('status', failing)] },
        relation: 'within',
        by: 'status',
      },
      duration: durationOf(find('saga_duration_seconds'), [], batchLimit),
      active: undefined,
      by: firstOf(completed, 'saga_type'),
    },
  ];
}

function runs(total: CatalogueMetric, all: readonly CatalogueMetric[], find: Find): Signal[] {
  const [, namespace] = /^(.+)_runs_total$/.exec(total.name) ?? [];
  const status = total.labels.find(({ name }) => name === 'status');
  if (namespace === undefined || total.type !== 'counter' || status === undefined) return [];
  const duration =
    find(`${namespace}_run_duration_seconds`) ??
    all.find(({ name }) => name.startsWith(`${namespace}_`) && name.endsWith('_duration_seconds'));
  const isTraining = duration?.name.includes('training') === true;
  return [
    {
      id: idOf(`${namespace}_runs`),
      title: `Runs of ${namespace}`,
      kind: 'runs',
      // A run is counted when it starts and again when it ends: only the ends are compared.
      requests: { metric: total.name, matchers: [matches('status', status.outOf ?? 'success|failed')] },
      errors: {
        selector: { metric: total.name, matchers: [matches('status', status.failing ?? 'failed')] },
        relation: 'within',
        by: undefined,
      },
      duration: durationOf(duration, [], isTraining ? trainingLimit : batchLimit),
      active: active(find, `${namespace}_runs_active`),
      by: total.labels.find(({ name }) => name !== 'status')?.name,
    },
  ];
}

function messages(find: Find): Signal[] {
  const handled = find('sightline_messages_handled_total');
  if (handled?.type !== 'counter') return [];
  return [
    {
      id: 'messages',
      title: 'Messages handled',
      kind: 'declared',
      requests: { metric: handled.name, matchers: [] },
      errors: {
        selector: { metric: handled.name, matchers: [equal('outcome', 'error')] },
        relation: 'within',
        by: 'type',
      },
      duration: undefined,
      active: undefined,
      by: 'type',
    },
  ];
}

function queries(find: Find): Signal[] {
  const total = ['seconds', 'milliseconds'].map((unit) => find(`repo_query_total_time_${unit}`)).find(Boolean);
  if (total?.type !== 'histogram') return [];
  const errors = find('repo_query_errors_total');
  return [
    {
      id: 'database',
      title: 'Database queries',
      kind: 'database',
      requests: { metric: countedName(total), matchers: [] },
      errors:
        errors === undefined
          ? undefined
          : { selector: { metric: errors.name, matchers: [] }, relation: 'within', by: firstOf(errors, 'error_type') },
      duration: durationOf(total, [], apiLimit),
      active: undefined,
      by: firstOf(total, 'query_type'),
    },
  ];
}

/** Letters, digits and `-`. */
export function idOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}

function active(find: Find, name: string): Signal['active'] {
  return find(name)?.type === 'gauge' ? { metric: name, matchers: [] } : undefined;
}

function outOf({ name, outOf: pattern }: CatalogueMetric['labels'][number]): Matcher[] {
  return pattern === undefined ? [] : [matches(name, pattern)];
}

function hasLabel({ labels }: CatalogueMetric, name: string): boolean {
  return labels.some((label) => label.name === name);
}

function firstOf(metric: CatalogueMetric, name: string): string | undefined {
  return hasLabel(metric, name) ? name : undefined;
}
