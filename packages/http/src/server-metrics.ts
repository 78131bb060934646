import type { GaugeSeries, Histogram, MetricsCollector } from '@sightline/core';
import type { ServerOptions } from './server-options.js';

/** The labels of `http.server.request.duration` and of the sizes of bodies. `http.route` is a template or `unmatched`. */
export type RequestLabel =
  | 'http.request.method'
  | 'http.route'
  | 'http.response.status_code'
  | 'url.scheme'
  | 'error.type'
  | 'network.protocol.version';

/** Absent labels: a request without a response has no status, a success no error. */
export type OptionalRequestLabel = 'http.response.status_code' | 'error.type' | 'network.protocol.version';

export type RequestHistogram = Histogram<RequestLabel, OptionalRequestLabel>;

export interface ServerMetrics {
  readonly duration: RequestHistogram;
  /**
   * Counts a request as in flight until the returned function is called.
   * @param method a known method, or `_OTHER`
   */
  track(method: string, scheme: string): () => void;
  readonly requestSize: RequestHistogram | undefined;
  readonly responseSize: RequestHistogram | undefined;
}

export type ServerMetricsOptions = Pick<ServerOptions, 'bodySizes' | 'durationBuckets'>;

/** The route of a request that no route answered. */
export const UNMATCHED = 'unmatched';

/** OpenTelemetry's recommended buckets for durations in seconds. */
export const DURATION_BUCKETS: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];

/** The same, with 200 ms: the usual objective for an API, and only a bucket's bound gives the exact share. */
export const SERVER_DURATION_BUCKETS: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.2, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];

const SIZE_BUCKETS: readonly number[] = [100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

const requestLabels = {
  labelNames: [
    'http.request.method',
    'http.route',
    'http.response.status_code',
    'url.scheme',
    'error.type',
    'network.protocol.version',
  ],
  optionalLabels: ['http.response.status_code', 'error.type', 'network.protocol.version'],
  integerLabels: ['http.response.status_code'],
} as const satisfies {
  labelNames: readonly RequestLabel[];
  optionalLabels: readonly OptionalRequestLabel[];
  integerLabels: readonly RequestLabel[];
};

export function serverMetrics(
  metrics: MetricsCollector,
  { bodySizes: hasBodySizes = true, durationBuckets = SERVER_DURATION_BUCKETS }: ServerMetricsOptions = {},
): ServerMetrics {
  const sizes = (name: string, help: string): RequestHistogram | undefined =>
    hasBodySizes
      ? metrics.histogram(name, { help, unit: 'bytes', ...requestLabels, buckets: SIZE_BUCKETS })
      : undefined;
  const active = metrics.gauge('http.server.active_requests', {
    help: 'Requests in progress.',
    unit: 'requests',
    labelNames: ['http.request.method', 'url.scheme'],
    isAdditive: true,
  });
  // Few: a scheme is `http` or `https`, but for a framework's own.
  const kept = new Map<string, Map<string, GaugeSeries>>();
  return {
    track(method, scheme) {
      let series = kept.get(scheme)?.get(method);
      if (series === undefined) {
        const labels = { 'http.request.method': method, 'url.scheme': scheme };
        if (!kept.has(scheme) && kept.size >= MAX_SCHEMES) return active.startTracking(labels);
        series = active.labels(labels);
        kept.set(scheme, (kept.get(scheme) ?? new Map()).set(method, series));
      }
      return series.startTracking();
    },
    duration: metrics.histogram('http.server.request.duration', {
      help: 'Time from the head of a request to the end of its response.',
      unit: 'seconds',
      ...requestLabels,
      buckets: durationBuckets,
    }),
    requestSize: sizes('http.server.request.body.size', 'Size of request bodies, for requests with a body.'),
    responseSize: sizes('http.server.response.body.size', 'Size of response bodies.'),
  };
}

const MAX_SCHEMES = 10;
