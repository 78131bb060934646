import type { Clock, Log, RunTelemetry } from '@sightline/sdk';
import { businessMetrics } from './business-metrics.js';
import { type ForecastJob, forecast } from './forecast.js';
import { forecastMetrics } from './forecast-metrics.js';
import { forecastRuns } from './forecast-runs.js';
import { memoryRunHistory } from './run-history.js';
import { slots } from './slots.js';

export interface BatchService {
  /** Runs jobs, two at a time, and resolves when all have ended, failed ones included. */
  runAll(jobs: readonly ForecastJob[]): Promise<void>;
  /** Computes the business metrics now, not only once an hour. */
  computeBusinessMetrics(): Promise<void>;
  shutdown(): void;
}

/** Connects the components. */
export function batchService(
  telemetry: RunTelemetry & { readonly logger: Log },
  { clock }: { readonly clock?: Clock } = {},
): BatchService {
  const metrics = forecastMetrics(telemetry.metrics);
  const runs = forecastRuns(telemetry);
  const history = memoryRunHistory(metrics);
  const business = businessMetrics(telemetry.metrics, history, { log: telemetry.logger, clock });
  const free = slots(2);

  async function runJob(job: ForecastJob): Promise<void> {
    const { modelName, modelType, backend, dataset } = job;
    const labels = { model_name: modelName, backend };
    const queued = runs.queue({ labels, attributes: { 'dataset.rows': dataset.rows } });
    const work = queued.runWhen(free.take(), (run) => forecast(job, run, metrics).finally(() => free.giveBack()));
    const result = await work.catch(() => undefined); // recorded and logged by the run
    await history.add({ endedAt: new Date(clock?.now() ?? Date.now()), modelName, modelType, result });
  }

  return {
    async runAll(jobs) {
      await Promise.all(jobs.map(runJob));
    },
    computeBusinessMetrics: () => business.computeAll(),
    shutdown: () => business.shutdown(),
  };
}
