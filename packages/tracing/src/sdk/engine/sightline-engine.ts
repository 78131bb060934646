import type { SpanLimits } from '../../tracer/span-limits.js';
import { TracerProvider } from '../../tracer/tracer-provider.js';
import type { ResolvedTracingSettings } from '../fields.js';
import { spanDeliveries } from '../span-delivery.js';
import type { EngineOptions, TracingEngine } from './tracing-engine.js';

/** The tracer of this library: spans become bytes when they end. */
export function sightlineEngine(options: EngineOptions): TracingEngine {
  const { settings, sampler, resource, processors, clock } = options;
  const queues = spanDeliveries(settings, options);
  const provider = new TracerProvider({
    sampler,
    limits: limitsOf(settings),
    maxValueLength: settings.attributeValueLengthLimit,
    resource,
    processors,
    sinks: queues,
    clock,
  });
  return {
    name: 'Sightline’s own tracer',
    provider,
    spansOptions: {}, // the tracer has them
    queues,
    processors: processors.length === 0 ? undefined : (action) => provider.processors.all(action),
    isRegistrable: true,
    problems: [],
  };
}

/** The limits among the settings. */
export function limitsOf(settings: ResolvedTracingSettings): SpanLimits {
  const { attributeCountLimit, eventCountLimit, linkCountLimit } = settings;
  const { attributePerEventCountLimit, attributePerLinkCountLimit } = settings;
  return {
    attributeCountLimit,
    eventCountLimit,
    linkCountLimit,
    attributePerEventCountLimit,
    attributePerLinkCountLimit,
  };
}
