import { otlpSettings } from '@sightline/otlp';
import { checkOption, fieldRows, type PackageSettings, serviceFields } from '@sightline/settings/fields';
import { exportFields, queueFields, type ResolvedTracingSettings, type TracingSettings } from './sdk/fields.js';
import { reportJaegerVariables } from './sdk/jaeger-variables.js';
import { objectFields } from './sdk/options.js';

const subject = 'tracing';
const defaultBatchSize = Number(queueFields.maxBatchSize.variables.OTEL_BSP_MAX_EXPORT_BATCH_SIZE.default);
const own = { ...exportFields, ...queueFields, ...serviceFields, ...objectFields };
const { resolve: resolved, ...settings } = otlpSettings('traces', subject, 'startTracing', own);

/** The settings for a composition root that starts tracing. This entry point loads no package of OpenTelemetry's SDK. */
export const tracingSettings: PackageSettings<TracingSettings, ResolvedTracingSettings> = {
  ...settings,
  environment: [
    ...fieldRows(exportFields),
    ...otlpSettings('traces', subject, 'startTracing').environment,
    {
      name: 'OPENTELEMETRY_OTLP_ENDPOINT',
      sets: 'url',
      type: 'OTLP base address',
      path: 'v1/traces',
      defaultText: 'http://localhost:4318',
      description: 'An older name for the collector’s address.',
    },
    {
      name: 'OTEL_BSP_EXPORT_TIMEOUT',
      sets: 'timeoutMs',
      type: 'milliseconds',
      defaultText: '10000',
      description: 'Longest time of one request, if `OTEL_EXPORTER_OTLP_TIMEOUT` is not set.',
    },
    ...fieldRows(queueFields),
  ],
  sameSourceOptions: [...(settings.sameSourceOptions ?? []), ['sampler', 'samplerArg', 'samplingRatio']],
  resolve(options) {
    const given = resolved(withProtocol(options));
    checkSamplerArg(given);
    const {
      maxQueueSize,
      maxBatchSize = Math.min(defaultBatchSize, maxQueueSize),
      generalAttributeCountLimit: general,
    } = given;
    const fits = maxBatchSize <= maxQueueSize;
    checkOption(subject, fits, 'maxBatchSize', maxBatchSize, `give at most maxQueueSize, which is ${maxQueueSize}`);
    return {
      ...given,
      maxBatchSize,
      attributeCountLimit: given.attributeCountLimit ?? general,
      attributePerEventCountLimit: given.attributePerEventCountLimit ?? general,
      attributePerLinkCountLimit: given.attributePerLinkCountLimit ?? general,
    };
  },
};

/** OpenTelemetry's exporter speaks JSON over HTTP. */
function withProtocol(options: TracingSettings): TracingSettings {
  const { engine, protocol } = options;
  return engine === 'opentelemetry' && protocol === undefined ? { ...options, protocol: 'http/json' } : options;
}

function checkSamplerArg({ sampler, samplerArg: arg }: Pick<TracingSettings, 'sampler' | 'samplerArg'>): void {
  if (typeof sampler !== 'string' || arg === undefined) return;
  const isShare = !sampler.endsWith('ratio') || (arg >= 0 && arg <= 1);
  checkOption(subject, isShare, 'samplerArg', arg, 'give a number from 0 to 1');
  const isRate = !sampler.endsWith('adaptive') || arg > 0;
  checkOption(subject, isRate, 'samplerArg', arg, 'give a number of traces above 0');
}

export type { ResolvedTracingSettings, TracingSettings };
export { reportJaegerVariables };
