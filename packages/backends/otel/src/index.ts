export type { OtlpProtocol } from '@sightline/otlp';
export type { OtelEnvironmentRow } from './environment.js';
export { otelEnvironment } from './environment.js';
export type { OtelOptions } from './options.js';
export { otelBackend } from './otel-backend.js';
export type { ResourceAttributes } from './otlp/resource.js';
