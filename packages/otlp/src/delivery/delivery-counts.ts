import type { MetricsCollector } from '@sightline/core';
import type { OtlpSignal } from '../signal.js';

/** Why an item was never delivered. */
export type LossReason = (typeof lossReasons)[number];

export const lossReasons = [
  /** The queue was full. */
  'queue_full',
  /** The collector refused its request for good. */
  'refused',
  /** The collector took the request but rejected the item (partial success). */
  'rejected',
  /** The request left twice, and no answer says whether it arrived. */
  'unconfirmed',
  /** It could not be encoded. */
  'unencodable',
  /** It was still waiting at the end of the process. */
  'unsent',
] as const;

/** Since the start. What was sent again after silence may be with the collector twice: items were delivered at least so often. */
export interface DeliveryStats {
  readonly exported: number;
  /** Everything in `lost` together. */
  readonly dropped: number;
  /** In the queue or under way. */
  readonly pending: number;
  readonly lost: Readonly<Record<LossReason, number>>;
}

export interface DeliveryCounts {
  readonly exported: number;
  readonly lost: Readonly<Record<LossReason, number>>;
  countExported(by: number): void;
  countLost(reason: LossReason, by: number): void;
  /** What was lost since the last call, as a sentence. */
  lossSinceLastAsked(): string;
}

/** Counts what became of a signal's items, in `metrics` too where there is a collector. */
export function deliveryCounts(
  signal: OtlpSignal,
  items: string,
  metrics: MetricsCollector | undefined,
): DeliveryCounts {
  // Declared once there is something to count, so that a service without spans has no metrics about them.
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
  let told = { ...none };
  return {
    get exported() {
      return exported;
    },
    lost,
    countExported(by) {
      if (by === 0) return;
      exported += by;
      lostTotal(); // shown as 0 beside it
      exportedTotal()?.inc(by);
    },
    countLost(reason, by) {
      if (by === 0) return;
      lost[reason] += by;
      lostTotal()?.inc({ signal, reason }, by);
    },
    lossSinceLastAsked() {
      const parts = lossReasons
        .map((reason) => ({ reason, by: lost[reason] - told[reason] }))
        .filter(({ by }) => by > 0)
        .map(({ reason, by }) => `${by} ${reason}`);
      told = { ...lost };
      return parts.length === 0 ? 'Nothing was lost.' : `Lost ${items}: ${parts.join(', ')}.`;
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
