import { type RunRecorder, type RunTelemetry, runRecorder } from '@sightline/sdk';

export type ForecastComponent = 'dataset' | 'training' | 'prediction';
export type ForecastRuns = RunRecorder<'model_name' | 'backend', ForecastComponent>;

/** `nf_runs_total`, `nf_runs_active`, `nf_runs_queued`, `nf_training_duration_seconds` and `nf_errors_total`. */
export function forecastRuns(telemetry: RunTelemetry): ForecastRuns {
  return runRecorder(telemetry, {
    namespace: 'nf',
    name: 'forecast',
    labelNames: ['model_name', 'backend'],
    components: ['dataset', 'training', 'prediction'],
    duration: { name: 'training_duration_seconds', buckets: [60, 120, 300, 600, 1200, 1800, 3600] },
  });
}
