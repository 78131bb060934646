export type { DeliveryReport, DeliveryStats, LossReason } from '@sightline/otlp';
export { ConfigurationError } from '@sightline/settings';
export { baggageAttributes } from './baggage-attributes.js';
export type { Instrumentation, InstrumentationOption } from './instrumentations.js';
export { enableInstrumentations, flatInstrumentations } from './instrumentations.js';
export type { SamplerName, TracingOptions, TracingSettings } from './options.js';
export { startTracing } from './start-tracing.js';
export type { Tracing } from './tracing.js';
