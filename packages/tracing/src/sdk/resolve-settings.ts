import type { TextMapPropagator } from '@opentelemetry/api';
import { resolveOtlpOptions } from '@sightline/otlp';
import { checkOption, resolveFields } from '@sightline/settings/fields';
import { exportFields, queueFields, type ResolvedTracingSettings, type TracingSettings } from './fields.js';

/** Fills in the defaults. Throws an `Error` that says what to change. */
export function resolveTracingSettings(options: TracingSettings): ResolvedTracingSettings {
  const transport = resolveOtlpOptions(withProtocol(options), 'traces', subject);
  const exporting = resolveFields(subject, exportFields, options);
  const queue = resolveFields(subject, queueFields, options);
  checkSamplerArg(exporting);
  const { maxQueueSize, maxBatchSize = Math.min(512, maxQueueSize) } = queue;
  const fits = maxBatchSize <= maxQueueSize;
  checkOption(subject, fits, 'maxBatchSize', maxBatchSize, `give at most maxQueueSize, which is ${maxQueueSize}`);
  const { generalAttributeCountLimit: general } = queue;
  return {
    ...transport,
    ...exporting,
    ...queue,
    maxBatchSize,
    attributeCountLimit: queue.attributeCountLimit ?? general,
    attributePerEventCountLimit: queue.attributePerEventCountLimit ?? general,
    attributePerLinkCountLimit: queue.attributePerLinkCountLimit ?? general,
  };
}

const subject = 'tracing';

/** OpenTelemetry's exporter speaks JSON over HTTP. */
function withProtocol(options: TracingSettings): TracingSettings {
  const { engine, protocol } = options;
  return engine === 'opentelemetry' && protocol === undefined ? { ...options, protocol: 'http/json' } : options;
}

export function isList(value: readonly string[] | TextMapPropagator): value is readonly string[] {
  return Array.isArray(value);
}

function checkSamplerArg({ sampler, samplerArg: arg }: Pick<TracingSettings, 'sampler' | 'samplerArg'>): void {
  if (typeof sampler !== 'string' || arg === undefined) return;
  const isShare = !sampler.endsWith('ratio') || (arg >= 0 && arg <= 1);
  checkOption(subject, isShare, 'samplerArg', arg, 'give a number from 0 to 1');
  const isRate = !sampler.endsWith('adaptive') || arg > 0;
  checkOption(subject, isRate, 'samplerArg', arg, 'give a number of traces above 0');
}
