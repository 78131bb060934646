export { systemClock } from '@sightline/base';
export type { Env, Service, ServiceOptions } from '@sightline/settings';
export { ConfigurationError } from '@sightline/settings';
export type {
  BackendFactory,
  BackendLoader,
  BackendSetup,
  BackendSource,
  LoadableBackend,
} from './backends/backend-loader.js';
export { createObservability } from './create-observability.js';
export type { Health, HealthCheck, HealthCheckOptions } from './http/health.js';
export type { Live, LiveChart, LiveHandler, LivePageContent, ReadLivePage } from './live/live.js';
export type { LiveOptions } from './live/live-options.js';
export type { Observability } from './observability.js';
export { type Operation, type OperationOptions, operationsOf } from './operation.js';
export type {
  BackendChoice,
  BackendName,
  BackendOptions,
  DefaultOptions,
  ObservabilityLoggerOptions,
  ObservabilityOptions,
  ObservabilityTracingOptions,
  OpenTelemetryApisOptions,
} from './options.js';
export { runLabelValues } from './runs/run-label-values.js';
export type { RunDuration } from './runs/run-metrics.js';
export {
  type QueuedRun,
  type Run,
  type RunOptions,
  type RunRecorder,
  type RunRecorderOptions,
  type RunTelemetry,
  runRecorder,
} from './runs/run-recorder.js';
export { type RunStatus, runStatuses } from './runs/run-statuses.js';
export type { InvocationContext, ServerlessObservability } from './serverless/invocation.js';
export { type ServerlessOptions, serverlessHandler } from './serverless/serverless-handler.js';
export type * from './service-types.js';
export type { HttpOptions } from './settings/http-settings.js';
