import type { Counter, MetricsCollector } from '@sightline/core';

/** The backend's own metrics. */
export interface StatsdSelfMetrics {
  readonly payloads: Counter;
  readonly bytes: Counter;
  readonly dropped: Counter<'reason'>;
  readonly refused: Counter;
  readonly failures: Counter;
  readonly reconnects: Counter;
}

export function statsdSelfMetrics(metrics: MetricsCollector): StatsdSelfMetrics {
  return {
    payloads: metrics.counter('sightline_statsd_payloads_total', {
      help: 'Datagrams or writes handed to the kernel.',
    }),
    bytes: metrics.counter('sightline_statsd_bytes_total', { help: 'Bytes handed to the kernel.', unit: 'bytes' }),
    dropped: metrics.counter('sightline_statsd_dropped_total', {
      help: 'Values that were not sent because the protocol cannot carry them: oversize lines, NaN and infinity, negative timers, observations beyond the limit.',
      labelNames: ['reason'],
    }),
    refused: metrics.counter('sightline_statsd_refused_total', {
      help: 'Datagrams that were handed over and then refused because no server listened. Their values are lost.',
    }),
    failures: metrics.counter('sightline_statsd_failures_total', {
      help: 'Failed pushes. A later push sends what they had not handed over.',
    }),
    reconnects: metrics.counter('sightline_statsd_reconnects_total', {
      help: 'Sockets opened after the first one.',
    }),
  };
}
