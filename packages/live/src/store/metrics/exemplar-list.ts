import type { Labels } from './line-head.js';

export interface KeptExemplar {
  readonly timeMs: number;
  readonly value: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly labels: Labels;
}

/** The newest exemplars of a metric. Senders repeat them with each export until there is a newer one. */
export class ExemplarList {
  /** Oldest first. */
  readonly items: KeptExemplar[] = [];

  /** @param exemplar is made only if it is newer than the oldest of a full list and not known */
  offer(timeMs: number, traceId: string, spanId: string, exemplar: () => KeptExemplar): void {
    const { items } = this;
    const oldest = items[0];
    if (items.length >= MAX_EXEMPLARS && oldest !== undefined && timeMs <= oldest.timeMs) return;
    let at = items.length;
    for (let i = items.length - 1; i >= 0; i--) {
      const item = items[i] as KeptExemplar;
      if (item.timeMs < timeMs) break;
      if (item.timeMs === timeMs && item.traceId === traceId && item.spanId === spanId) return;
      at = i;
    }
    items.splice(at, 0, exemplar());
    if (items.length > MAX_EXEMPLARS) items.shift();
  }
}

const MAX_EXEMPLARS = 20;
