import { type Clock, isObject, messageOf, systemClock } from '@sightline/base';
import type { ExternalSource } from '@sightline/core/backend';
import { familyFromProm, type PromFault } from './prom-client-family.js';
import { type PromMetric, type PromMetricData, sightlineFamily } from './prom-client-shapes.js';

export interface PromClientSourceOptions {
  /** Names the registry in warnings and labels. Default `prom-client`. */
  name?: string | undefined;
  /** After this many milliseconds a read goes on without a metric whose `collect` has not settled. Default: 1000. */
  timeoutMs?: number | undefined;
  clock?: Clock | undefined;
}

/** A registry of prom-client 15 or of its successor `@prometheus-io/client`: recognised by shape. */
export interface ReadableRegistry {
  getMetricsAsArray(): readonly object[];
}

/**
 * The metrics of a prom-client registry, for `metrics.include(…)`: every backend then exports them. Metrics registered later appear in
 * the next read. A single metric that fails, hangs or would make readers reject the exposition (unsorted buckets) is left out, counted
 * in `sightline_collect_failures_total` and warned about once. Metrics added by `registerInPromClient` are not read back.
 */
export function promClientSource(registry: ReadableRegistry, options: PromClientSourceOptions = {}): ExternalSource {
  const { name = 'prom-client', timeoutMs = 1000, clock = systemClock } = options;
  if (typeof registry?.getMetricsAsArray !== 'function') {
    throw new TypeError('[backend-prometheus] promClientSource needs a prom-client Registry, such as `register`.');
  }
  const pending = new WeakMap<PromMetric, Promise<PromMetricData>>();

  return {
    name,
    async collect(report) {
      const keys = registeredNames(registry);
      const defaultLabels = defaultLabelsOf(registry);
      const metrics = (registry.getMetricsAsArray() as PromMetric[]).filter((metric) => !(sightlineFamily in metric));
      const families = await Promise.all(
        metrics.map(async (metric) => {
          try {
            const data = await dataWithin(metric, pending, timeoutMs, clock);
            return familyFromProm({ ...data, name: keys.get(metric) ?? data.name }, defaultLabels, (fault) =>
              report.leftOut(metric.name, fault, sentences[fault]),
            );
          } catch (error) {
            const message = messageOf(error);
            report.leftOut(
              metric.name,
              error instanceof LateError ? 'timeout' : 'error',
              `its collect function failed: ${message}`,
            );
            return [];
          }
        }),
      );
      return families.flat();
    },
  };
}

const sentences: Readonly<Record<PromFault, string>> = {
  bad_buckets: 'its buckets are not ascending, lack +Inf, or do not add up',
  bad_value: 'a value is not a number, or a counter is negative',
};

class LateError extends Error {}

/** Gets the values of a metric, unless an earlier call is still pending: a hanging `collect` runs once, not at every read. */
function dataWithin(
  metric: PromMetric,
  pending: WeakMap<PromMetric, Promise<PromMetricData>>,
  timeoutMs: number,
  clock: Clock,
): Promise<PromMetricData> {
  let asked = pending.get(metric);
  if (asked === undefined) {
    asked = (async () => metric.get())();
    pending.set(metric, asked);
    const forget = () => void pending.delete(metric);
    asked.then(forget, forget);
  }
  const answer = asked;
  return new Promise((resolve, reject) => {
    const timer = clock.setTimer(() => reject(new LateError(`no answer within ${timeoutMs} ms`)), timeoutMs);
    timer.unref();
    answer
      .then(resolve, (error: unknown) => reject(error instanceof Error ? error : new Error(String(error))))
      .finally(() => timer.cancel());
  });
}

/**
 * The declared name: once prom-client has written OpenMetrics, its counters have lost `_total`. The registry's key still has it.
 */
function registeredNames(registry: object): Map<object, string> {
  const kept = '_metrics' in registry ? registry._metrics : undefined;
  const entries = kept instanceof Map ? [...kept] : Object.entries(kept ?? {});
  return new Map(
    entries.flatMap(([key, metric]: [unknown, unknown]) =>
      isObject(metric) && 'name' in metric && key === `${metric.name}_total` ? [[metric, key]] : [],
    ),
  );
}

function defaultLabelsOf(registry: object): Readonly<Record<string, unknown>> {
  const labels = '_defaultLabels' in registry ? registry._defaultLabels : undefined;
  return isObject(labels) ? (labels as Readonly<Record<string, unknown>>) : {};
}
