import type { FamilySnapshot } from '@sightline/core/backend';
import type { DecodedMetric } from '@sightline/otlp/decode';
import type { FlatAttributes, LogRecordFields, Scope, SpanRecord } from '@sightline/otlp/encode';

/** A service, or one instance of it, that something comes from. */
export interface LiveSource {
  /** `service.name`, or `unknown_service`. */
  readonly service: string;
  /** `service.instance.id`; `undefined` if unknown. */
  readonly instance: string | undefined;
}

/**
 * Takes what services send and what the embedding service records. No call throws; each costs microseconds and keeps nothing beyond the
 * limits. Takes ownership of the records.
 */
export interface LiveIntake {
  /** The source of a resource. The same object for the same attributes. */
  source(resource: FlatAttributes): LiveSource;
  /** A span that ended. One whose id is known in its trace is ignored: senders repeat what was not confirmed. */
  span(span: SpanRecord, scope: Pick<Scope, 'name'>, source: LiveSource): void;
  /** A log line; the scope's name is the logger's. With an event name and the attribute `sightline.topic` it is a message. */
  logRecord(record: LogRecordFields, scope: Pick<Scope, 'name'>, source: LiveSource): void;
  /** A metric of an OTLP request, of any kind and temporality. */
  metric(metric: DecodedMetric, source: LiveSource): void;
  /** The cumulative numbers of a service's own collector. */
  families(families: readonly FamilySnapshot[], timeMs: number, source: LiveSource): void;
  /** Spans that were recorded, but are not sent. */
  sampledOut(count: number, source: LiveSource): void;
}
