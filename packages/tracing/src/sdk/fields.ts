import type { TextMapPropagator } from '@opentelemetry/api';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { type OtlpOptions, otlpEnvironment, type ResolvedOtlpOptions } from '@sightline/otlp';
import { type EnvironmentRow, fieldRows, type OptionsOf, type ResolvedOf } from '@sightline/settings/fields';
import type { Sampler } from '../sampling/sampler.js';

export type SamplerName =
  | 'always_on'
  | 'always_off'
  /** `parentbased_traceidratio` by a shorter name. */
  | 'ratio'
  | 'traceidratio'
  | 'adaptive'
  | 'parentbased_always_on'
  | 'parentbased_always_off'
  | 'parentbased_traceidratio'
  | 'parentbased_adaptive';

/** How much is sampled and where spans go, beside the options of OTLP (OpenTelemetry, "Environment Variable Specification"). */
export const exportFields = {
  /** Where spans go: over OTLP, to the console, nowhere (they are still propagated), or to an exporter of OpenTelemetry. */
  exporter: {
    type: 'choice',
    choices: ['otlp', 'console', 'none'],
    orObject: true,
    as: 'otlp' as 'otlp' | 'console' | 'none' | SpanExporter,
    default: 'otlp',
    variables: { OTEL_TRACES_EXPORTER: 'Where spans go. `none` still makes and propagates them.' },
  },
  /** Which traces are recorded: a name as in `OTEL_TRACES_SAMPLER`, or a sampler. Default: all parent-based, `samplingRatio` of those that begin here. */
  sampler: {
    type: 'choice',
    choices: [
      'always_on',
      'always_off',
      'ratio',
      'traceidratio',
      'adaptive',
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
      'parentbased_adaptive',
    ],
    orObject: true,
    as: 'ratio' as SamplerName | Sampler,
    variables: {
      OTEL_TRACES_SAMPLER: {
        default: 'parentbased_traceidratio with OPENTELEMETRY_SAMPLING_RATIO',
        help: 'Which traces are recorded.',
      },
    },
  },
  /** Of `traceidratio`: the share from 0 to 1. Of `adaptive`: the most new traces in any second. */
  samplerArg: {
    type: 'number',
    variables: {
      OTEL_TRACES_SAMPLER_ARG: {
        default: '1, or 100 with `adaptive`',
        help: 'Of `traceidratio`: the share of traces from 0 to 1. Of `adaptive`: the most traces in a second.',
      },
    },
  },
  /** Share of traces from 0 to 1, if no sampler is named. */
  samplingRatio: {
    type: 'ratio',
    default: 1,
    variables: {
      OPENTELEMETRY_SAMPLING_RATIO: 'An older spelling: the share of traces, if no sampler is named.',
    },
  },
  /** How traces travel in headers, in order of priority, or a propagator. */
  propagators: {
    type: 'list',
    choices: ['tracecontext', 'baggage', 'b3', 'b3multi', 'jaeger', 'xray', 'none'],
    orObject: true,
    as: [] as readonly string[] | TextMapPropagator,
    default: ['tracecontext', 'baggage'],
    variables: {
      OTEL_PROPAGATORS:
        'How traces travel in headers: `tracecontext`, `baggage`, `b3`, `b3multi`, `jaeger` and `xray` (read only), or `none`; the first that is there wins.',
    },
  },
} as const;

/** How spans wait, and their limits. */
export const queueFields = {
  /** Spans that wait to be sent. */
  maxQueueSize: {
    type: 'count',
    default: 2048,
    variables: {
      OTEL_BSP_MAX_QUEUE_SIZE: 'Spans that wait to be sent; further ones are lost and counted.',
    },
  },
  /** Spans in a request. Default 512, at most `maxQueueSize`. */
  maxBatchSize: {
    type: 'count',
    variables: { OTEL_BSP_MAX_EXPORT_BATCH_SIZE: { default: '512', help: 'Spans in a request.' } },
  },
  /** Longest time that a span waits for others, in milliseconds. */
  intervalMs: {
    type: 'milliseconds',
    default: 5000,
    variables: { OTEL_BSP_SCHEDULE_DELAY: 'Longest time that a span waits for others.' },
  },
  /** Attributes of a span. */
  attributeCountLimit: {
    type: 'count',
    default: 128,
    variables: {
      OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: 'Attributes of a span.',
      OTEL_ATTRIBUTE_COUNT_LIMIT: 'The same for everything with attributes.',
    },
  },
  /** Characters of an attribute's value. */
  attributeValueLengthLimit: {
    type: 'count',
    default: 4096,
    variables: {
      OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: 'Characters of a value.',
      OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: 'The same for everything.',
    },
  },
  /** Events of a span. */
  eventCountLimit: {
    type: 'count',
    default: 128,
    variables: { OTEL_SPAN_EVENT_COUNT_LIMIT: 'Events of a span.' },
  },
  /** Links of a span. */
  linkCountLimit: {
    type: 'count',
    default: 128,
    variables: { OTEL_SPAN_LINK_COUNT_LIMIT: 'Links of a span.' },
  },
} as const;

/** The options that are data, as tables of variables and `explain()` know them. */
export interface TracingSettings extends OtlpOptions, OptionsOf<typeof exportFields>, OptionsOf<typeof queueFields> {}

export interface ResolvedTracingSettings
  extends ResolvedOtlpOptions,
    ResolvedOf<typeof exportFields>,
    ResolvedOf<typeof queueFields> {
  readonly maxBatchSize: number;
}

/** The environment variables that set options of `startTracing`. Of several for the same option the first one wins. */
export const tracingEnvironment: readonly EnvironmentRow[] = [
  ...fieldRows(exportFields),
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
    name: 'OTEL_BSP_EXPORT_TIMEOUT',
    sets: 'timeoutMs',
    type: 'milliseconds',
    defaultText: '10000',
    description: 'Longest time of one request, where `OTEL_EXPORTER_OTLP_TIMEOUT` is not set.',
  },
  ...fieldRows(queueFields),
];
