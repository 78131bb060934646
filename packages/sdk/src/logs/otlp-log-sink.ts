import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { type Clock, type Log, messageOf, suppressedTracingKey } from '@sightline/base';
import { FlushError, type MetricsCollector } from '@sightline/core';
import type { LogRecord, LogSink } from '@sightline/logger';
import {
  attributesSize,
  type Delivery,
  delivery,
  openTransport,
  type ResolvedOtlpOptions,
  type Transport,
} from '@sightline/otlp';
import { resourceOf, type Service } from '@sightline/settings';

export interface OtlpLogSinkOptions {
  readonly transport: ResolvedOtlpOptions;
  readonly service: Service;
  readonly clock: Clock;
  /** Never the logger whose lines are sent: its report of an outage would have to be sent as well. */
  readonly log: Log;
  readonly metrics: MetricsCollector | undefined;
}

/** Log lines on their way to an OpenTelemetry collector. */
export interface OtlpLogSink extends LogSink {
  shutdown(options: { timeoutMs: number }): Promise<void>;
}

/** Sends every line over OTLP, beside its destination: the queue, the retries and the counts are those of spans. */
export function otlpLogSink(options: OtlpLogSinkOptions): OtlpLogSink {
  const { clock, log, metrics, transport: settings } = options;
  let opening: Promise<Transport> | undefined;
  const open = (): Promise<Transport> => {
    opening ??= untraced(() => openTransport(settings, { signal: 'logs', subject: 'sdk', clock }));
    return opening;
  };
  const records: Delivery<LogRecord> = delivery({
    signal: 'logs',
    subject: 'sdk',
    maxQueueSize: 2048,
    sizeOf: ({ body, attributes }) => RECORD_SIZE + body.length + attributesSize(attributes),
    maxBatchSize: 512,
    intervalMs: 1000,
    timeoutMs: settings.timeoutMs,
    encode: (lines) => encode(lines, settings.protocol, options.service),
    transport: {
      async send(body: Uint8Array, timeoutMs) {
        try {
          const transport = await open();
          return await untraced(() => transport.send(body, timeoutMs));
        } catch (error) {
          return { kind: 'refused', reason: messageOf(error), isTooLarge: false };
        }
      },
      releaseIdleConnections: () => void opening?.then((transport) => transport.releaseIdleConnections(), ignore),
      shutdown: () => void opening?.then((transport) => transport.shutdown(), ignore),
    },
    clock,
    log,
    metrics,
  });
  return {
    emit: (record) => records.add(record),
    async flush() {
      const { dropped, pending } = await records.flush({ timeoutMs: 5000 });
      if (dropped + pending > 0) {
        throw new FlushError(`[sdk] ${dropped + pending} log records did not reach the collector.`, []);
      }
    },
    shutdown: async (deadline) => void (await records.shutdown(deadline)),
  };
}

/** Of the parts that all have. */
const RECORD_SIZE = 128;

/** By OpenTelemetry's serialisers, which take what its SDK keeps of a record. */
async function encode(
  lines: readonly LogRecord[],
  protocol: ResolvedOtlpOptions['protocol'],
  service: Service,
): Promise<Uint8Array> {
  const [{ JsonLogsSerializer, ProtobufLogsSerializer }, { defaultResource, resourceFromAttributes }] =
    await Promise.all([import('@opentelemetry/otlp-transformer'), import('@opentelemetry/resources')]);
  const resource = defaultResource().merge(resourceFromAttributes({ ...resourceOf(service) }));
  const serialiser = protocol === 'http/json' ? JsonLogsSerializer : ProtobufLogsSerializer;
  // The serialisers put the records of one scope together by the object, not by its name.
  const scopes = new Map(lines.map(({ name }) => [name, { name }]));
  const readable = lines.map((line) => ({
    hrTime: hrTime(line.timestampMs),
    hrTimeObserved: hrTime(line.timestampMs),
    spanContext:
      line.traceId === undefined || line.spanId === undefined
        ? undefined
        : { traceId: line.traceId, spanId: line.spanId, traceFlags: line.traceFlags ?? 0 },
    severityNumber: line.severityNumber,
    severityText: line.severityText,
    body: line.body,
    attributes: line.attributes,
    droppedAttributesCount: 0,
    resource,
    instrumentationScope: scopes.get(line.name),
  }));
  const body = serialiser.serializeRequest(readable as unknown as Parameters<typeof serialiser.serializeRequest>[0]);
  if (body === undefined) throw new Error('the serialiser gave nothing');
  return body;
}

function hrTime(ms: number): [seconds: number, nanoseconds: number] {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}

// OpenTelemetry's own mark: no instrumentation makes spans of what is sent here.
const suppressed = ROOT_CONTEXT.setValue(suppressedTracingKey, true);

function untraced<T>(fn: () => T): T {
  return context.with(suppressed, fn);
}

/** Every request has reported it. */
function ignore(): void {}
