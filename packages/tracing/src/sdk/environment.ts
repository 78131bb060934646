import { otlpEnvironment } from '@sightline/otlp';
import type { EnvironmentRow } from '@sightline/settings';
import { propagatorNames, samplerNames } from './options.js';

/**
 * The environment variables that set options of `startTracing` (OpenTelemetry, "Environment Variable Specification"). Of
 * several that set the same option the first one wins.
 */
export const tracingEnvironment: readonly EnvironmentRow[] = [
  {
    name: 'OTEL_TRACES_EXPORTER',
    sets: 'exporter',
    type: 'choice',
    choices: { otlp: 'otlp', console: 'console', none: 'none' },
    defaultText: 'otlp',
    description: 'Where spans go. `none` still makes and propagates them.',
  },
  {
    name: 'OTEL_TRACES_SAMPLER',
    sets: 'sampler',
    type: 'choice',
    choices: Object.fromEntries(samplerNames.map((name) => [name, name])),
    defaultText: 'parentbased_traceidratio with OPENTELEMETRY_SAMPLING_RATIO',
    description: 'Which traces are recorded.',
  },
  {
    name: 'OTEL_TRACES_SAMPLER_ARG',
    sets: 'samplerArg',
    type: 'number',
    defaultText: '1, or 100 with `adaptive`',
    description: 'Of `traceidratio`: the share of traces from 0 to 1. Of `adaptive`: the most traces in a second.',
  },
  {
    name: 'OPENTELEMETRY_SAMPLING_RATIO',
    sets: 'samplingRatio',
    type: 'ratio',
    defaultText: '1',
    description: 'An older spelling: the share of traces, where no sampler is named.',
  },
  {
    name: 'OTEL_PROPAGATORS',
    sets: 'propagators',
    type: 'names',
    choices: Object.fromEntries(propagatorNames.map((name) => [name, name])),
    defaultText: 'tracecontext, baggage',
    description:
      'How traces travel in headers: `tracecontext`, `baggage`, `b3`, `b3multi`, `jaeger` and `xray` (read only), or `none`; the first that is there wins.',
  },
  ...otlpEnvironment('traces'),
  {
    name: 'OPENTELEMETRY_OTLP_ENDPOINT',
    sets: 'url',
    type: 'OTLP base address',
    path: 'v1/traces',
    defaultText: 'http://localhost:4318',
    description: 'An older spelling of the collector’s address.',
  },
  {
    name: 'OTEL_BSP_MAX_QUEUE_SIZE',
    sets: 'maxQueueSize',
    type: 'whole number',
    defaultText: '2048',
    description: 'Spans that wait to be sent; further ones are lost and counted.',
  },
  {
    name: 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE',
    sets: 'maxBatchSize',
    type: 'whole number',
    defaultText: '512',
    description: 'Spans in a request.',
  },
  {
    name: 'OTEL_BSP_SCHEDULE_DELAY',
    sets: 'intervalMs',
    type: 'milliseconds',
    defaultText: '5000',
    description: 'Longest time that a span waits for others.',
  },
  {
    name: 'OTEL_BSP_EXPORT_TIMEOUT',
    sets: 'timeoutMs',
    type: 'milliseconds',
    defaultText: '10000',
    description: 'Longest time of one request, where `OTEL_EXPORTER_OTLP_TIMEOUT` is not set.',
  },
  limit('OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', 'attributeCountLimit', '128', 'Attributes of a span.'),
  limit('OTEL_ATTRIBUTE_COUNT_LIMIT', 'attributeCountLimit', '128', 'The same for everything with attributes.'),
  limit('OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT', 'attributeValueLengthLimit', '4096', 'Characters of a value.'),
  limit('OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT', 'attributeValueLengthLimit', '4096', 'The same for everything.'),
  limit('OTEL_SPAN_EVENT_COUNT_LIMIT', 'eventCountLimit', '128', 'Events of a span.'),
  limit('OTEL_SPAN_LINK_COUNT_LIMIT', 'linkCountLimit', '128', 'Links of a span.'),
];

function limit(name: string, sets: string, defaultText: string, description: string): EnvironmentRow {
  return { name, sets, type: 'whole number', defaultText, description };
}
