import type { MetricsCollector } from '@sightline/core';
import type { Answer } from '@sightline/otlp';

export interface ExportCounts {
  settled(answer: Answer, points: number): void;
  /** A sentence about the loss of an outage that has ended; `undefined` if nothing was lost. */
  lossSinceLastReport(): string | undefined;
}

/** Counts requests and points by outcome. */
export function countExports(selfMetrics: MetricsCollector, isDelta: boolean): ExportCounts {
  const exports = selfMetrics.counter('sightline_otel_exports_total', {
    help: 'Requests to the OpenTelemetry collector by outcome. A request counts once with all its attempts.',
    labelNames: ['outcome'],
    labelValues: { outcome: ['accepted', 'refused', 'retryable', 'unknown'] },
  });
  const points = selfMetrics.counter('sightline_otel_unaccepted_points_total', {
    help: 'Data points that the collector rejected, refused with their request, or may not have got, by reason.',
    labelNames: ['reason'],
    labelValues: { reason: ['rejected', 'refused', 'unconfirmed'] },
  });
  const lost = { rejected: 0, refused: 0, unconfirmed: 0 };
  const count = (reason: keyof typeof lost, by: number): void => {
    points.inc({ reason }, by);
    lost[reason] += by;
  };
  return {
    settled(answer, size) {
      exports.inc({ outcome: answer.kind });
      if (answer.kind === 'accepted' && answer.rejected > 0) count('rejected', answer.rejected);
      if (answer.kind === 'refused') count('refused', size);
      if (answer.kind === 'unknown') count('unconfirmed', size);
    },
    lossSinceLastReport() {
      const parts = Object.entries(lost).filter(([, by]) => by > 0);
      lost.rejected = lost.refused = lost.unconfirmed = 0;
      if (parts.length === 0) return undefined;
      const text = parts.map(([reason, by]) => `${by} ${reason}`).join(', ');
      return isDelta
        ? `Data points not accepted: ${text}.`
        : `Cumulative totals are complete. Data points not accepted: ${text}.`;
    },
  };
}
