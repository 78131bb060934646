import type { MetricsCollector } from '@sightline/core';
import type { OtlpSignal } from '../signal.js';

/** Why an item was never delivered. */
export type LossReason = (typeof lossReasons)[number];

export const lossReasons = [
  /** The queue was full. */
  'queue_full',
  /** The collector refused the request for good. */
  'refused',
  /** The collector accepted the request but rejected the item (partial success). */
  'rejected',
  /** The request was sent twice, but it is unknown whether it arrived. */
  'unconfirmed',
  /** It could not be encoded. */
  'unencodable',
  /** The item was still waiting at shutdown. */
  'unsent',
] as const;

/** Counts since the start. A request that was sent again may have arrived twice. */
export interface DeliveryStats {
  readonly exported: number;
  /** The sum of `lost`. */
  readonly dropped: number;
  /** In the queue or in flight. */
  readonly pending: number;
  readonly lost: Readonly<Record<LossReason, number>>;
}

export interface DeliveryCounts {
  readonly exported: number;
  readonly lost: Readonly<Record<LossReason, number>>;
  countExported(by: number): void;
  countLost(reason: LossReason, by: number): void;
  /** A sentence about what was lost since the last call. */
  lossSinceLastReport(): string;
}

/** Counts the delivered and lost items of a signal, in `metrics` as well if given. */
export function deliveryCounts(
  signal: OtlpSignal,
  items: string,
  metrics: MetricsCollector | undefined,
): DeliveryCounts {
  // Declared when there is something to count: a service without spans has no metrics about spans.
  const exportedTotal = declaredLater(() =>
    metrics
      ?.counter('sightline_otlp_exported_total', {
        help: 'Spans and log records that the OpenTelemetry collector accepted.',
        labelNames: ['signal'],
      })
      .labels({ signal }),
  );
  const lostTotal = declaredLater(() => {
    const counter = metrics?.counter('sightline_otlp_lost_total', {
      help: 'Spans and log records that were not delivered, by reason.',
      labelNames: ['signal', 'reason'],
    });
    for (const reason of lossReasons) counter?.labels({ signal, reason });
    return counter;
  });
  const none = Object.fromEntries(lossReasons.map((reason) => [reason, 0])) as Record<LossReason, number>;
  let exported = 0;
  const lost = { ...none };
  let reported = { ...none };
  return {
    get exported() {
      return exported;
    },
    lost,
    countExported(by) {
      if (by === 0) return;
      exported += by;
      lostTotal(); // so that it is exported as 0
      exportedTotal()?.inc(by);
    },
    countLost(reason, by) {
      if (by === 0) return;
      lost[reason] += by;
      lostTotal()?.inc({ signal, reason }, by);
    },
    lossSinceLastReport() {
      const losses = lossReasons
        .map((reason) => ({ reason, by: lost[reason] - reported[reason] }))
        .filter(({ by }) => by > 0)
        .map(({ reason, by }) => `${by} ${reason}`);
      reported = { ...lost };
      return losses.length === 0 ? 'Nothing was lost.' : `Lost ${items}: ${losses.join(', ')}.`;
    },
  };
}

function declaredLater<T>(declare: () => T): () => T {
  let declared: { readonly instrument: T } | undefined;
  return () => {
    declared ??= { instrument: declare() };
    return declared.instrument;
  };
}
