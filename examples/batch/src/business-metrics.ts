import type { MetricsCollector } from '@sightline/core';
import { type ScheduledMetrics, scheduledMetrics } from '@sightline/core/scheduled';
import type { Clock, Log } from '@sightline/sdk';
import { dateOf, daysBefore, weekOf } from './periods.js';
import type { EndedRun, ForecastResult, RunHistory } from './run-history.js';

const DAYS = 7;
const WEEKS = 4;

/** Numbers for the business, computed from the history of runs once an hour. Dates are kept for a week: older ones are in Prometheus. */
export function businessMetrics(
  metrics: MetricsCollector,
  history: RunHistory,
  { log, clock }: { readonly log: Log; readonly clock?: Clock | undefined },
): ScheduledMetrics {
  const scheduled = scheduledMetrics(metrics, { log, clock });
  const now = (): Date => new Date(clock?.now() ?? Date.now());
  const recent = (days: number): Promise<readonly EndedRun[]> => history.since(daysBefore(now(), days));

  scheduled.gauge('nf_daily_runs_count', {
    help: 'Runs that ended, by day.',
    labelNames: ['date'],
    newest: { label: 'date', keep: DAYS },
    compute: async () => byDate(await recent(DAYS), (runs) => runs.length),
  });
  scheduled.gauge('nf_daily_models_trained', {
    help: 'Distinct trained models, by day.',
    labelNames: ['date'],
    newest: { label: 'date', keep: DAYS },
    compute: async () =>
      byDate(await recent(DAYS), (runs) => new Set(runs.filter(hasResult).map(({ modelName }) => modelName)).size),
  });
  scheduled.gauge('nf_weekly_average_accuracy', {
    help: 'Mean accuracy of the models of a week, from 0 to 1.',
    labelNames: ['week', 'metric_type'],
    newest: { label: 'week', keep: WEEKS },
    compute: async () => {
      const results = (await recent(WEEKS * 7)).flatMap(({ endedAt, result }) =>
        Object.entries(result?.accuracy ?? {}).map(([metric_type, value]) => ({
          week: weekOf(endedAt),
          metric_type,
          value,
        })),
      );
      return groups(results, ({ week, metric_type }) => `${week} ${metric_type}`).map((group) => {
        const [{ week, metric_type }] = group;
        return { labels: { week, metric_type }, value: mean(group.map(({ value }) => value)) };
      });
    },
  });
  scheduled.gauge('nf_system_availability_percent', {
    help: 'Share of successful runs of a day, from 0 to 1.',
    unit: 'percent',
    compute: async () => {
      const runs = await recent(1);
      return runs.length === 0 ? 100 : (100 * runs.filter(hasResult).length) / runs.length;
    },
  });
  scheduled.gauge('nf_user_sessions_active', {
    help: 'Open sessions of users.',
    compute: () => history.openSessions(),
  });
  scheduled.gauge('nf_cost_per_prediction_usd', {
    help: 'Cost of a prediction by type of model.',
    labelNames: ['model_type'],
    compute: async () =>
      groups((await recent(1)).filter(hasResult), ({ modelType }) => modelType).map((group) => ({
        labels: { model_type: group[0].modelType },
        value: total(group, ({ costUsd }) => costUsd) / total(group, ({ predictions }) => predictions),
      })),
  });
  return scheduled;
}

type Successful = EndedRun & { readonly result: ForecastResult };

function hasResult(run: EndedRun): run is Successful {
  return run.result !== undefined;
}

function byDate(
  runs: readonly EndedRun[],
  countOf: (runs: readonly EndedRun[]) => number,
): Array<{ labels: { date: string }; value: number }> {
  return groups(runs, ({ endedAt }) => dateOf(endedAt)).map((group) => ({
    labels: { date: dateOf(group[0].endedAt) },
    value: countOf(group),
  }));
}

function groups<T>(all: readonly T[], keyOf: (each: T) => string): Array<readonly [T, ...T[]]> {
  const byKey = new Map<string, [T, ...T[]]>();
  for (const each of all) {
    const group = byKey.get(keyOf(each));
    if (group === undefined) byKey.set(keyOf(each), [each]);
    else group.push(each);
  }
  return [...byKey.values()];
}

function total(runs: readonly Successful[], of: (result: Successful['result']) => number): number {
  return runs.reduce((sum, { result }) => sum + of(result), 0);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
