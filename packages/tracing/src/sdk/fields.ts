import type { TextMapPropagator } from '@opentelemetry/api';
import type { OtlpOptions, ResolvedOtlpOptions } from '@sightline/otlp';
import type { OptionsOf, ResolvedOf } from '@sightline/settings/fields';
import type { Sampler } from '../sampling/sampler.js';
import type { SpanExporter } from '../tracer/readable-span.js';

const exporterNames = ['otlp', 'console', 'none'] as const;
const samplerNames = [
  'always_on',
  'always_off',
  'ratio', // short for `parentbased_traceidratio`
  'traceidratio',
  'adaptive',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
  'parentbased_adaptive',
] as const;

export type ExporterName = (typeof exporterNames)[number];
export type SamplerName = (typeof samplerNames)[number];
export type EngineName = (typeof exportFields.engine.choices)[number];
export type DiagLevel = (typeof exportFields.diagnostics.choices)[number];

/** Options of sampling, export and propagation, in addition to those of OTLP (OpenTelemetry, "Environment Variable Specification"). */
export const exportFields = {
  /**
   * What spans run on: our own tracer; OpenTelemetry's SDK, whose packages `@opentelemetry/sdk-node` and
   * `@opentelemetry/exporter-trace-otlp-http` the service then installs; or the provider that the service registers itself, such as
   * its own `NodeSDK`. Default: `sightline`.
   */
  engine: {
    type: 'choice',
    choices: ['sightline', 'opentelemetry', 'registered'],
    default: 'sightline',
    variables: {
      SIGHTLINE_TRACING_ENGINE:
        'What spans run on: `sightline`; `opentelemetry` for OpenTelemetry’s SDK, which is installed beside; `registered` for the provider that the service registers itself, such as its own `NodeSDK`.',
    },
  },
  /** The target of spans, or several: OTLP, the console, none (they are still propagated), or an exporter of OpenTelemetry. Default: `otlp`. */
  exporter: {
    type: 'list',
    choices: exporterNames as typeof exporterNames,
    orOne: true,
    orObject: true,
    methods: ['export', 'shutdown'],
    as: 'otlp' as ExporterName | readonly ExporterName[] | SpanExporter,
    default: 'otlp',
    variables: {
      OTEL_TRACES_EXPORTER:
        'The targets of spans: `otlp`, `console` or both. `none` still creates and propagates spans.',
    },
  },
  /** Which traces are recorded: a name as in `OTEL_TRACES_SAMPLER`, or a sampler. Default: all parent-based, `samplingRatio` of those that begin here. */
  sampler: {
    type: 'choice',
    choices: samplerNames as typeof samplerNames,
    orObject: true,
    methods: ['shouldSample'],
    as: 'ratio' as SamplerName | Sampler,
    variables: {
      OTEL_TRACES_SAMPLER: {
        default: 'parentbased_traceidratio with OPENTELEMETRY_SAMPLING_RATIO',
        help: 'Which traces are recorded.',
      },
    },
  },
  /** For `traceidratio`: the share from 0 to 1. For `adaptive`: the most new traces in any second. */
  samplerArg: {
    type: 'number',
    variables: {
      OTEL_TRACES_SAMPLER_ARG: {
        default: '1, or 100 with `adaptive`',
        help: 'For `traceidratio`: the share of traces from 0 to 1. For `adaptive`: the most traces in a second.',
      },
    },
  },
  /** Share of traces from 0 to 1, if no sampler is named. Default: 1. */
  samplingRatio: {
    type: 'ratio',
    default: 1,
    variables: { OPENTELEMETRY_SAMPLING_RATIO: 'An older name: the share of traces, if no sampler is named.' },
  },
  /** The formats of headers that carry traces, in order of priority, or a propagator. */
  propagators: {
    type: 'list',
    choices: ['tracecontext', 'baggage', 'b3', 'b3multi', 'jaeger', 'xray', 'none'],
    orObject: true,
    methods: ['inject', 'extract', 'fields'],
    as: [] as readonly string[] | TextMapPropagator,
    default: ['tracecontext', 'baggage'],
    variables: {
      OTEL_PROPAGATORS:
        'The headers that carry traces: `tracecontext`, `baggage`, `b3`, `b3multi`, `jaeger` and `xray` (read only), or `none`; the first one present wins.',
    },
  },
  /** The least severe reports of OpenTelemetry's API and instrumentations that are logged. Default: `error`. */
  diagnostics: {
    type: 'choice',
    choices: ['none', 'error', 'warn', 'info', 'debug', 'verbose', 'all'],
    default: 'error',
    variables: {
      OTEL_LOG_LEVEL: 'The least severe reports of OpenTelemetry’s API and instrumentations that are logged.',
    },
  },
} as const;

/** Options of the queue of spans, and limits of spans. */
export const queueFields = {
  /** Most spans that wait to be sent; further ones are lost and counted. Default: 2048. */
  maxQueueSize: {
    type: 'count',
    default: 2048,
    variables: { OTEL_BSP_MAX_QUEUE_SIZE: 'Most spans that wait to be sent; further ones are lost and counted.' },
  },
  /** Most spans in a request. Default 512, at most `maxQueueSize`. */
  maxBatchSize: {
    type: 'count',
    variables: { OTEL_BSP_MAX_EXPORT_BATCH_SIZE: { default: '512', help: 'Most spans in a request.' } },
  },
  /** Longest time that a span waits for a batch, in milliseconds. Default: 5000. */
  intervalMs: {
    type: 'milliseconds',
    default: 5000,
    variables: { OTEL_BSP_SCHEDULE_DELAY: 'Longest time that a span waits for a batch.' },
  },
  /** Most attributes of a span. */
  attributeCountLimit: {
    type: 'count',
    min: 0,
    variables: {
      OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: { default: 'the general limit', help: 'Most attributes of a span.' },
    },
  },
  /** Most attributes of a span, an event or a link, where it has no limit of its own. Default: 128. */
  generalAttributeCountLimit: {
    type: 'count',
    min: 0,
    default: 128,
    variables: {
      OTEL_ATTRIBUTE_COUNT_LIMIT: 'Most attributes of a span, an event or a link, where it has no limit of its own.',
    },
  },
  /** Most characters of an attribute's value. Default: 4096. */
  attributeValueLengthLimit: {
    type: 'count',
    default: 4096,
    variables: {
      OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: 'Most characters of an attribute’s value.',
      OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: 'The same limit for all telemetry with attributes.',
    },
  },
  /** Most events of a span. Default: 128. */
  eventCountLimit: {
    type: 'count',
    min: 0,
    default: 128,
    variables: { OTEL_SPAN_EVENT_COUNT_LIMIT: 'Most events of a span.' },
  },
  /** Most links of a span. Default: 128. */
  linkCountLimit: {
    type: 'count',
    min: 0,
    default: 128,
    variables: { OTEL_SPAN_LINK_COUNT_LIMIT: 'Most links of a span.' },
  },
  /** Most attributes of an event. */
  attributePerEventCountLimit: {
    type: 'count',
    min: 0,
    variables: {
      OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT: { default: 'the general limit', help: 'Most attributes of an event.' },
    },
  },
  /** Most attributes of a link. */
  attributePerLinkCountLimit: {
    type: 'count',
    min: 0,
    variables: {
      OTEL_LINK_ATTRIBUTE_COUNT_LIMIT: { default: 'the general limit', help: 'Most attributes of a link.' },
    },
  },
} as const;

/** The options that are data: the table of variables and `explain()` show them. */
export interface TracingSettings extends OtlpOptions, OptionsOf<typeof exportFields>, OptionsOf<typeof queueFields> {}

export interface ResolvedTracingSettings
  extends ResolvedOtlpOptions,
    ResolvedOf<typeof exportFields>,
    ResolvedOf<typeof queueFields> {
  readonly maxBatchSize: number;
  readonly attributeCountLimit: number;
  readonly attributePerEventCountLimit: number;
  readonly attributePerLinkCountLimit: number;
}
