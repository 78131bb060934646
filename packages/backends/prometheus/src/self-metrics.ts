import type { Counter, Histogram, MetricsCollector } from '@sightline/core';

/** The backend's own metrics. */
export interface SelfMetrics {
  readonly scrapes: Counter<'format'>;
  readonly scrapeSeconds: Histogram;
  readonly abortedScrapes: Counter<'reason'>;
  readonly refusedRequests: Counter<'reason'>;
  readonly leftOut: Counter<'metric' | 'reason'>;
}

export function declareSelfMetrics(metrics: MetricsCollector): SelfMetrics {
  return {
    scrapes: metrics.counter('sightline_prometheus_scrapes_total', {
      help: 'Scrapes answered, by text format.',
      labelNames: ['format'],
      labelValues: { format: ['text', 'openmetrics'] },
    }),
    scrapeSeconds: metrics.histogram('sightline_prometheus_scrape_duration_seconds', {
      help: 'Time from a scrape request to the last byte of its answer, collection included.',
      unit: 'seconds',
      buckets: [0.005, 0.025, 0.1, 0.5, 2.5, 10],
    }),
    abortedScrapes: metrics.counter('sightline_prometheus_aborted_scrapes_total', {
      help: 'Scrapes that were not answered completely, by reason: the client closed the connection, was too slow, or rendering failed.',
      labelNames: ['reason'],
      labelValues: { reason: ['client_closed', 'timeout', 'error'] },
    }),
    refusedRequests: metrics.counter('sightline_prometheus_refused_requests_total', {
      help: 'Refused requests by reason: missing or wrong bearer token, too many scrapes at once, or wrong method.',
      labelNames: ['reason'],
      labelValues: { reason: ['unauthorized', 'busy', 'method'] },
    }),
    leftOut: metrics.counter('sightline_prometheus_left_out_total', {
      help: 'Families or series of included sources that were left out because readers would reject the exposition.',
      labelNames: ['metric', 'reason'],
    }),
  };
}
