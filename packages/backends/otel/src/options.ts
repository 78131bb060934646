import type { HistogramNeed } from '@sightline/core/backend';
import { checkFor, type OtlpOptions, type ResolvedOtlpOptions, resolveOtlpOptions } from '@sightline/otlp';
import type { ResourceAttributes } from '@sightline/otlp/encode';

export interface OtelOptions extends OtlpOptions {
  /** Running totals, or what each interval added; gauges are running values in any case. `lowmemory` is `delta` here. Default `cumulative`. */
  temporality?: 'cumulative' | 'delta' | 'lowmemory' | undefined;
  /** Which buckets of a histogram are sent. Default `explicit`. */
  histograms?: 'explicit' | 'exponential' | undefined;
  /** Time between two pushes, in milliseconds. Default 60 000. */
  intervalMs?: number | undefined;
  /** Longest time of a push with all its retries, in milliseconds, at most `intervalMs`. Default 30 000. */
  pushTimeoutMs?: number | undefined;
  /** Data points in a request. A collector that finds requests too large gets smaller ones. Default 2000. */
  maxPointsPerRequest?: number | undefined;
  /** Attributes of the resource: who sends. The sdk fills in what it knows of the service. */
  resource?: ResourceAttributes | undefined;
}

export interface ResolvedOptions extends ResolvedOtlpOptions {
  readonly temporality: 'cumulative' | 'delta' | 'lowmemory';
  readonly histograms: 'explicit' | 'exponential';
  readonly intervalMs: number;
  readonly pushTimeoutMs: number;
  readonly maxPointsPerRequest: number;
  readonly resource: ResourceAttributes;
}

/** Fills in the defaults. Throws an `Error` that says what to change. */
export function resolveOptions(options: OtelOptions): ResolvedOptions {
  const { temporality = 'cumulative', histograms = 'explicit', resource = {} } = options;
  const { intervalMs = 60_000, pushTimeoutMs = 30_000, maxPointsPerRequest = 2000 } = options;
  const transport = resolveOtlpOptions(options, 'metrics', subject);
  const check = checkFor(subject);
  check.oneOf('temporality', temporality, ['cumulative', 'delta', 'lowmemory']);
  check.oneOf('histograms', histograms, ['explicit', 'exponential']);
  check.milliseconds('intervalMs', intervalMs);
  check.milliseconds('pushTimeoutMs', pushTimeoutMs);
  check.count('maxPointsPerRequest', maxPointsPerRequest);
  for (const [name, value] of Object.entries(resource)) {
    const isValue = ['string', 'number', 'boolean'].includes(typeof value);
    check.isRight(isValue, `resource[${JSON.stringify(name)}]`, value, 'give a text, a number, true or false');
  }
  return {
    ...transport,
    temporality,
    histograms,
    intervalMs,
    pushTimeoutMs: Math.min(pushTimeoutMs, intervalMs),
    maxPointsPerRequest,
    resource,
  };
}

const subject = 'backend-otel';

export function histogramNeedOf({ histograms }: OtelOptions): HistogramNeed {
  return histograms === 'exponential' ? 'native' : 'explicit';
}
