import type { Meter, MeterOptions, MeterProvider } from '@opentelemetry/api';
import type { Metrics } from '@sightline/core';
import { InstrumentationMeter } from './meter.js';
import { Target } from './target.js';

/** OpenTelemetry's MeterProvider over a collector of ours. */
export interface CollectorMeterProvider extends MeterProvider {
  /** The collector that its instruments record in, for the provider that comes after it. */
  readonly collector: Metrics;
  /**
   * Lets everything that this provider has made record in the collector of its successor: modules keep their meters for ever. Does
   * nothing if the successor is not of this kind.
   */
  handOver(successor: unknown): void;
  /** As `metrics.flush()`. */
  forceFlush(): Promise<void>;
  /** Records nothing any more, unless it hands over. The collector goes on. */
  shutdown(): Promise<void>;
}

/**
 * What instrumentations record through OpenTelemetry's metrics API becomes metrics of `metrics`: the same backends, filters and limits
 * (OpenTelemetry, "Metrics API"). A metric is declared with its first recording. One that the service has declared itself is left
 * out, counted, and warned about once. No call throws.
 *
 * It needs no package of OpenTelemetry at run time.
 */
export function meterProvider(metrics: Metrics): CollectorMeterProvider {
  let target = new Target(metrics);
  const meters = new Map<string, Meter>();
  return {
    collector: metrics,
    getMeter(name: string, version?: string, options?: MeterOptions): Meter {
      const key = JSON.stringify([String(name), version, options?.schemaUrl]);
      let meter = meters.get(key);
      if (meter === undefined) {
        meter = new InstrumentationMeter({ name: String(name), version: version ?? '' }, () => target);
        // Few, unless names are made of data.
        if (meters.size < MAX_METERS) meters.set(key, meter);
      }
      return meter;
    },
    handOver(successor) {
      const collector = (successor as Partial<CollectorMeterProvider> | undefined)?.collector;
      if (collector === undefined) return;
      target = target.replacedBy(collector);
    },
    forceFlush: () => metrics.flush(),
    async shutdown() {
      target.end();
    },
  };
}

const MAX_METERS = 1000;
