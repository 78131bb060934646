import type { MetricsCollector } from './instruments/metrics-collector.js';
import type { DiscoveredMetric, DiscoveredOptions } from './store/discovered-metric.js';

/**
 * Declares a metric of another metrics API, such as OpenTelemetry's, whose labels become known with its recordings. Throws a
 * `DeclarationError` if the name is taken. What a service declares later under this name replaces the metric.
 *
 * @param options checked by the caller
 * @returns `undefined` if a filter denies the metric, or if the collector records nothing
 */
export function discoverMetric(metrics: MetricsCollector, options: DiscoveredOptions): DiscoveredMetric | undefined {
  return (metrics as Discovering).discover?.(options);
}

/**
 * Counts a metric of another API that is left out in `sightline_collect_failures_total`, and warns once about it.
 * @param reason one of a few words, because it becomes a label value
 * @param why the whole sentence of the warning
 */
export function reportLeftOut(
  metrics: MetricsCollector,
  { source, metric, reason, why }: { source: string; metric: string; reason: string; why: string },
): void {
  (metrics as Discovering).leaveOut?.(source, metric, reason, why);
}

/** What collectors of any copy of this package have besides what services call. */
interface Discovering extends MetricsCollector {
  discover?(options: DiscoveredOptions): DiscoveredMetric | undefined;
  leaveOut?(source: string, metric: string, reason: string, why: string): void;
}
