export type { OtlpProtocol } from '@sightline/otlp';
export type { ResourceAttributes } from '@sightline/otlp/encode';
export type { OtelEnvironmentRow } from './environment.js';
export { otelEnvironment } from './environment.js';
export type { OtelOptions } from './options.js';
export { otelBackend } from './otel-backend.js';
