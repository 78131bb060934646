import type { Counter, Histogram, MetricsCollector } from '@sightline/core';

/** What the backend tells about itself. */
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
      help: 'Pages delivered, by text format.',
      labelNames: ['format'],
      labelValues: { format: ['text', 'openmetrics'] },
    }),
    scrapeSeconds: metrics.histogram('sightline_prometheus_scrape_duration_seconds', {
      help: 'Time from a request to the last byte of its page, collecting included.',
      unit: 'seconds',
      buckets: [0.005, 0.025, 0.1, 0.5, 2.5, 10],
    }),
    abortedScrapes: metrics.counter('sightline_prometheus_aborted_scrapes_total', {
      help: 'Pages begun and not delivered: the client went away, was too slow, or making the page failed.',
      labelNames: ['reason'],
      labelValues: { reason: ['client_closed', 'timeout', 'error'] },
    }),
    refusedRequests: metrics.counter('sightline_prometheus_refused_requests_total', {
      help: 'Requests answered without a page: no or a wrong bearer token, too many at once, or a wrong method.',
      labelNames: ['reason'],
      labelValues: { reason: ['unauthorized', 'busy', 'method'] },
    }),
    leftOut: metrics.counter('sightline_prometheus_left_out_total', {
      help: 'Families or series of included sources that were left out of a page because readers would reject it.',
      labelNames: ['metric', 'reason'],
    }),
  };
}
