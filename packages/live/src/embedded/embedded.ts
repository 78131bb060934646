import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock, DeliveredMessage, Log, PublishedMessage, SubscribeOptions } from '@sightline/base';
import type { MetricsSource } from '@sightline/core/backend';
import type { LogRecordFields, Scope, SpanRecord } from '@sightline/otlp/encode';
import type { HealthAnswer, HolderRow, LossRow, SettingsAnswer } from '../model/answers.js';

/** What the page shows of the service besides its spans, lines and messages. */
export interface EmbeddedSources {
  readonly metrics: MetricsSource;
  health(): Promise<HealthAnswer>;
  /** What was sent, and what was lost on the way. */
  losses(): readonly LossRow[];
  /** Masked. */
  settings(): SettingsAnswer;
  /** The queues of telemetry. */
  queues(): readonly HolderRow[];
  /** Spans that the sampler left out since the start; `undefined` if unknown. */
  sampledOut(): number | undefined;
  readonly log: Log;
}

export interface EmbeddedOptions extends EmbeddedSources {
  readonly service: {
    readonly name: string;
    readonly version: string | undefined;
    readonly environment: string | undefined;
  };
  /** The attributes of the resource. */
  readonly resource: Readonly<Record<string, string | number>>;
  readonly options: EmbeddedSettings;
  /** The service's own pages, which may become more. */
  readonly pages: ReadonlyMap<string, { readonly title: string; readonly read: () => unknown }>;
  readonly clock: Clock;
  /** Sends a message as a log record to a viewer. */
  readonly sendRecord: ((fields: LogRecordFields, scope: Scope) => void) | undefined;
}

/** Settings of the page, checked. */
export interface EmbeddedSettings {
  /** Default: the next free one from 9466. */
  readonly port: number | undefined;
  readonly host: string;
  readonly token: string | undefined;
  readonly authorize: ((request: IncomingMessage) => boolean | Promise<boolean>) | undefined;
  readonly allowedHosts: readonly string[];
  readonly listens: boolean;
  /** Whether the service runs in production: then GraphQL's introspection is off. */
  readonly isProduction: boolean;
  readonly allowsProfiles: boolean;
  readonly maxMessages: number;
  readonly maxPayloadBytes: number;
  readonly maxSpans: number;
  readonly maxLogLines: number;
  readonly maxSeries: number;
  readonly maxBytes: number;
}

/** The running page of a service. */
export interface Embedded {
  /** With the token; `undefined` if it does not listen. */
  readonly url: string | undefined;
  span(record: SpanRecord, scope: Scope): void;
  logRecord(fields: LogRecordFields, scope: Scope): void;
  /** @param isSent whether a viewer may get it, too */
  publish(topic: string, message: PublishedMessage, isSent: boolean): void;
  subscribe(topic: string, options?: SubscribeOptions): AsyncIterableIterator<DeliveredMessage>;
  handler(request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** Ends streams and sockets, and frees everything. Never rejects. */
  shutdown(options: { readonly timeoutMs: number }): Promise<void>;
}
