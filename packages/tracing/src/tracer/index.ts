// OpenTelemetry's tracer API implemented by Sightline, for composition roots and test doubles.
export { ContextManager } from '../context/context-manager.js';
export { fieldsKey, spanKey } from '../context/span-layer.js';
export type {
  InstrumentationScope,
  ReadableSpan,
  SpanExporter,
  SpanProcessor,
  SpanResource,
  TimedEvent,
} from './readable-span.js';
export { RecordingSpan } from './recording-span.js';
export type { SpanLimits } from './span-limits.js';
export { spanRecordOf } from './span-record-of.js';
export { spanResource } from './span-resource.js';
export { Tracer } from './tracer.js';
export { type SpanSink, TracerProvider, type TracerProviderOptions } from './tracer-provider.js';
