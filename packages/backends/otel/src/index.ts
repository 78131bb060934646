export type { OtlpProtocol } from '@sightline/otlp';
export type { ResourceAttributes } from '@sightline/otlp/encode';
export type { OtelOptions } from './options.js';
export { otelBackend } from './otel-backend.js';
