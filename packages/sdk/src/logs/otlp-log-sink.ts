import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { type Clock, type Log, suppressedTracingKey } from '@sightline/base';
import { FlushError, type MetricsCollector } from '@sightline/core';
import type { LogRecord, LogSink } from '@sightline/logger';
import { type DeliveryStats, delivery, lazyTransport, type ResolvedOtlpOptions } from '@sightline/otlp';
import { completeResource, flatAttributes, type LogRecordFields, logEncoder, type Scope } from '@sightline/otlp/encode';
import { resourceOf, type Service } from '@sightline/settings';
import { logFieldsReader } from './log-fields.js';

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
  /** Sends a record that is no line, such as a message. */
  send(fields: LogRecordFields, scope: Scope): void;
  stats(): DeliveryStats;
  shutdown(options: { timeoutMs: number }): Promise<void>;
}

/**
 * Sends every line over OTLP, beside its destination: the queue, the retries and the counts are those of spans. A line is encoded at once:
 * the queue then holds bytes and none of the service's objects, and its limit is exact.
 */
export function otlpLogSink(options: OtlpLogSinkOptions): OtlpLogSink {
  const { clock, log, metrics, transport: settings, service } = options;
  const encoder = logEncoder({
    encoding: settings.protocol === 'http/json' ? 'json' : 'protobuf',
    resource: flatAttributes(completeResource(resourceOf(service))),
  });
  const { fieldsOf, scopeOf } = logFieldsReader();
  const records = delivery({
    signal: 'logs',
    subject: 'sdk',
    maxQueueSize: 2048,
    prepare: (given: LogRecord | Message) =>
      'fields' in given ? encoder.encode(given.fields, given.scope) : encoder.encode(fieldsOf(given), scopeOf(given)),
    sizeOf: ({ size }) => size,
    maxBatchSize: 512,
    intervalMs: 1000,
    timeoutMs: settings.timeoutMs,
    encode: (lines) => encoder.request(lines),
    transport: lazyTransport(settings, { signal: 'logs', subject: 'sdk', clock, run: untraced }),
    clock,
    log,
    metrics,
  });
  return {
    emit: (record) => records.add(record),
    send: (fields, scope) => records.add({ fields, scope }),
    stats: () => records.stats(),
    async flush() {
      const { dropped, pending } = await records.flush({ timeoutMs: 5000 });
      if (dropped + pending > 0) {
        throw new FlushError(`[sdk] ${dropped + pending} log records did not reach the collector.`, []);
      }
    },
    shutdown: async (deadline) => void (await records.shutdown(deadline)),
  };
}

interface Message {
  readonly fields: LogRecordFields;
  readonly scope: Scope;
}

// OpenTelemetry's own mark: no instrumentation makes spans of what is sent here.
const suppressed = ROOT_CONTEXT.setValue(suppressedTracingKey, true);

function untraced<T>(fn: () => T): T {
  return context.with(suppressed, fn);
}
