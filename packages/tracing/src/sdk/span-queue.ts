import { TraceFlags } from '@opentelemetry/api';
import {
  ConsoleSpanExporter,
  type ReadableSpan,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace';
import type { Clock, Log } from '@sightline/base';
import type { MetricsCollector } from '@sightline/core';
import { attributesSize, type Delivery, type DeliveryOptions, delivery } from '@sightline/otlp';
import { exporterTransport } from './exporter-transport.js';
import type { ResolvedTracingSettings } from './fields.js';
import { otlpSpans } from './otlp-spans.js';

/** A queue of ended spans for an exporter, as a span processor for any OpenTelemetry provider. */
export interface SpanQueue extends Pick<Delivery<ReadableSpan>, 'flush' | 'shutdown' | 'stats'> {
  readonly processor: SpanProcessor;
  /** Rejects if spans can never be sent, such as with an unreadable certificate. */
  readonly ready: Promise<void>;
}

export interface SpanQueueContext {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: MetricsCollector | undefined;
}

/** Creates the queue for the exporter in the settings; `undefined` if that is `none`. */
export function spanQueue(settings: ResolvedTracingSettings, context: SpanQueueContext): SpanQueue | undefined {
  const { exporter } = settings;
  if (exporter === 'none') return undefined;
  const { maxQueueSize, maxBatchSize, intervalMs, timeoutMs } = settings;
  const limits = { maxQueueSize, sizeOf: spanSize, maxBatchSize, intervalMs, timeoutMs };
  const common = { signal: 'traces', subject: 'tracing', ...limits, ...context } as const;
  if (exporter === 'otlp') {
    const { encode, transport, ready } = otlpSpans(settings, context.clock);
    return queueOf({ ...common, encode, transport }, ready);
  }
  const external: SpanExporter = exporter === 'console' ? new ConsoleSpanExporter() : exporter;
  return queueOf(
    { ...common, encode: (spans) => spans, transport: exporterTransport(external, context.clock) },
    Promise.resolve(),
  );
}

/** Estimated bytes of ids, times and the like. */
const SPAN_SIZE = 256;

/** Estimated size in bytes. */
function spanSize({ name, attributes, events, links, status }: ReadableSpan): number {
  let size = SPAN_SIZE + name.length + (status.message?.length ?? 0) + attributesSize(attributes);
  for (const event of events) size += event.name.length + attributesSize(event.attributes);
  for (const link of links) size += SPAN_SIZE + attributesSize(link.attributes);
  return size;
}

function queueOf<Body>(options: DeliveryOptions<ReadableSpan, Body>, ready: Promise<void>): SpanQueue {
  const spans = delivery(options);
  const { flush, shutdown, stats } = {
    flush: spans.flush.bind(spans),
    shutdown: spans.shutdown.bind(spans),
    stats: spans.stats.bind(spans),
  };
  return {
    ready,
    flush,
    shutdown,
    stats,
    processor: {
      onStart() {},
      onEnd(span) {
        // Some samplers record spans without exporting them.
        if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0) spans.add(span);
      },
      forceFlush: async () => void (await flush({ timeoutMs: options.timeoutMs })),
      shutdown: async () => void (await shutdown({ timeoutMs: options.timeoutMs })),
    },
  };
}
