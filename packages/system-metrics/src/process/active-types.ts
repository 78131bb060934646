import type { Clock } from '@sightline/base';
import type { Gauge, MetricsCollector } from '@sightline/core';
import type { MetricGroup } from './metric-group.js';

/**
 * What keeps the event loop alive, by type. prom-client's `nodejs_active_*_total` gauges are left out: a gauge must not be
 * named `_total`, and their value is the sum over `type`.
 */
export const activeTypes: MetricGroup = (metrics, { clock }) => {
  // Undocumented functions of Node.js: without them the two metrics are left out.
  const undocumented = process as unknown as Partial<
    Record<'_getActiveHandles' | '_getActiveRequests', () => unknown[]>
  >;
  const stops = [
    track(metrics, clock, 'nodejs_active_resources', 'Resources that keep the event loop alive, by type.', () =>
      process.getActiveResourcesInfo(),
    ),
  ];
  if (typeof undocumented._getActiveHandles === 'function') {
    stops.push(
      track(metrics, clock, 'nodejs_active_handles', 'Active libuv handles, by class name.', () =>
        classNames(undocumented._getActiveHandles?.() ?? []),
      ),
    );
  }
  if (typeof undocumented._getActiveRequests === 'function') {
    stops.push(
      track(metrics, clock, 'nodejs_active_requests', 'Active libuv requests, by class name.', () =>
        classNames(undocumented._getActiveRequests?.() ?? []),
      ),
    );
  }
  return () => {
    for (const stop of stops) stop();
  };
};

function track(metrics: MetricsCollector, clock: Clock, name: string, help: string, list: () => string[]): () => void {
  const counts = new TypeCounts(metrics.gauge(name, { help, labelNames: ['type'], isAdditive: true }), clock);
  return metrics.onCollect(() => counts.update(list()), { name });
}

// Longer than the interval of any reader, so that each reader gets the 0: some peers keep the last value of a gauge.
const zeroForMs = 300_000;

/** A gauge by type in which a type that disappears is 0 for five minutes, then removed. */
export class TypeCounts {
  readonly #gauge: Gauge<'type'>;
  readonly #clock: Clock;
  /** When each type was last seen. */
  readonly #lastSeenMs = new Map<string, number>();

  constructor(gauge: Gauge<'type'>, clock: Clock) {
    this.#gauge = gauge;
    this.#clock = clock;
  }

  update(types: readonly string[]): void {
    const nowMs = this.#clock.monotonicMs();
    const counts = new Map<string, number>();
    for (const type of types) counts.set(type, (counts.get(type) ?? 0) + 1);
    for (const [type, count] of counts) {
      this.#gauge.set({ type }, count);
      this.#lastSeenMs.set(type, nowMs);
    }
    for (const [type, lastSeenMs] of this.#lastSeenMs) {
      if (counts.has(type)) continue;
      if (nowMs - lastSeenMs < zeroForMs) {
        this.#gauge.set({ type }, 0);
      } else {
        this.#gauge.remove({ type });
        this.#lastSeenMs.delete(type);
      }
    }
  }
}

function classNames(objects: readonly unknown[]): string[] {
  return objects.map((object) => {
    const name: unknown = (object as { constructor?: { name?: unknown } } | null | undefined)?.constructor?.name;
    return typeof name === 'string' && name !== '' ? name : 'Object';
  });
}
