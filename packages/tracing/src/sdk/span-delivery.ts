import { TraceFlags } from '@opentelemetry/api';
import type { Clock, Log } from '@sightline/base';
import type { MetricsCollector } from '@sightline/core';
import type { DeadlineOptions } from '@sightline/core/backend';
import { type DeliveryReport, type DeliveryStats, delivery, lazyTransport } from '@sightline/otlp';
import { spanEncoder } from '@sightline/otlp/encode';
import { listOfObject } from '../tracer/attribute-list.js';
import type { ReadableSpan, SpanExporter, SpanResource } from '../tracer/readable-span.js';
import type { RecordingSpan } from '../tracer/recording-span.js';
import { within } from '../tracer/within.js';
import { consoleExporter } from './console-exporter.js';
import { exporterTransport } from './exporter-transport.js';
import type { ResolvedTracingSettings } from './fields.js';
import { spanRecords } from './span-records.js';
import { spanSize } from './span-size.js';
import { withoutTracing } from './suppressed.js';

/** Ended spans on their way to one target. */
export interface SpanQueue {
  /** Rejects if spans can never be sent, such as with an unreadable certificate. */
  readonly ready: Promise<void>;
  /** Never rejects. */
  flush(deadline: DeadlineOptions): Promise<DeliveryReport>;
  /** Never rejects. */
  shutdown(deadline: DeadlineOptions): Promise<DeliveryReport>;
  stats(): DeliveryStats;
}

/** The queue of our own spans. */
export interface SpanDelivery extends SpanQueue {
  /** Whether it keeps spans, and not bytes. */
  readonly keepsSpans: boolean;
  /** Ignores spans that are recorded without being sampled. Never throws. */
  add(span: RecordingSpan): void;
}

export interface SpanDeliveryContext {
  readonly resource: SpanResource;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: MetricsCollector | undefined;
}

/** Creates the delivery to each exporter of the settings; none for `none`. */
export function spanDeliveries(
  settings: ResolvedTracingSettings,
  context: SpanDeliveryContext,
): readonly SpanDelivery[] {
  const { exporter } = settings;
  const all = Array.isArray(exporter) ? exporter : [exporter];
  return all.flatMap((each: 'otlp' | 'console' | 'none' | SpanExporter) => {
    if (each === 'none') return [];
    if (each === 'otlp') return [toCollector(settings, context)];
    return [toExporter(each === 'console' ? consoleExporter() : each, settings, context)];
  });
}

function toCollector(settings: ResolvedTracingSettings, context: SpanDeliveryContext): SpanDelivery {
  const options = { signal: 'traces', subject: 'tracing', clock: context.clock, run: withoutTracing } as const;
  const transport = lazyTransport(settings, options);
  const encoder = spanEncoder({
    encoding: settings.protocol === 'http/json' ? 'json' : 'protobuf',
    resource: () => listOfObject(context.resource.attributes),
    resourceSchemaUrl: context.resource.schemaUrl,
  });
  const spans = delivery({
    ...common(settings, context),
    // At once: the bytes are smaller than the span, and nothing can change them.
    prepare: spanRecords(encoder),
    sizeOf: ({ size }) => size,
    async encode(records) {
      await complete(context.resource, settings.timeoutMs, context.clock);
      return encoder.request(records);
    },
    transport,
  });
  return { ...sampledOnly(spans), ready: transport.ready, keepsSpans: false };
}

function toExporter(
  exporter: SpanExporter,
  settings: ResolvedTracingSettings,
  context: SpanDeliveryContext,
): SpanDelivery {
  const spans = delivery<RecordingSpan, readonly ReadableSpan[]>({
    ...common(settings, context),
    sizeOf: spanSize,
    async encode(batch) {
      await complete(context.resource, settings.timeoutMs, context.clock);
      return batch;
    },
    transport: exporterTransport(exporter, context.clock),
  });
  return { ...sampledOnly(spans), ready: Promise.resolve(), keepsSpans: true };
}

/** A detector that never answers costs its attributes, not the spans. */
async function complete(resource: SpanResource, timeoutMs: number, clock: Clock): Promise<void> {
  if (resource.asyncAttributesPending !== true || resource.waitForAsyncAttributes === undefined) return;
  await within(resource.waitForAsyncAttributes(), timeoutMs, clock);
}

function common(
  { maxQueueSize, maxBatchSize, intervalMs, timeoutMs }: ResolvedTracingSettings,
  { clock, log, metrics }: SpanDeliveryContext,
) {
  const limits = { maxQueueSize, maxBatchSize, intervalMs, timeoutMs };
  return { signal: 'traces', subject: 'tracing', ...limits, clock, log, metrics } as const;
}

function sampledOnly(
  spans: Pick<SpanDelivery, 'add' | 'flush' | 'shutdown' | 'stats'>,
): Pick<SpanDelivery, 'add' | 'flush' | 'shutdown' | 'stats'> {
  return {
    add(span) {
      if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0) spans.add(span);
    },
    flush: (deadline) => spans.flush(deadline),
    shutdown: (deadline) => spans.shutdown(deadline),
    stats: () => spans.stats(),
  };
}

/** The sum of the reports. */
export async function reportOf(reports: ReadonlyArray<Promise<DeliveryReport>>): Promise<DeliveryReport> {
  const sum = { exported: 0, dropped: 0, pending: 0 };
  for (const { exported, dropped, pending } of await Promise.all(reports)) {
    sum.exported += exported;
    sum.dropped += dropped;
    sum.pending += pending;
  }
  return sum;
}

/** The sum of the counts. */
export function statsOf(deliveries: ReadonlyArray<Pick<SpanQueue, 'stats'>>): DeliveryStats {
  const sum = { exported: 0, dropped: 0, pending: 0 };
  const lost = { queue_full: 0, refused: 0, rejected: 0, unconfirmed: 0, unencodable: 0, unsent: 0 };
  for (const delivery of deliveries) {
    const stats = delivery.stats();
    sum.exported += stats.exported;
    sum.dropped += stats.dropped;
    sum.pending += stats.pending;
    for (const reason of Object.keys(lost) as Array<keyof typeof lost>) lost[reason] += stats.lost[reason];
  }
  return { ...sum, lost };
}
