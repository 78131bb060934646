import type { Clock, Log } from '@sightline/base';
import type { MetricsCollector } from '@sightline/core';
import type { DeadlineOptions } from '@sightline/core/backend';
import type { OtlpSignal } from '../signal.js';
import type { Transport } from '../transport/transport.js';
import type { DeliveryStats } from './delivery-counts.js';

export interface DeliveryOptions<Given, Body, Item = Given> {
  readonly signal: OtlpSignal;
  /** The package that logs. */
  readonly subject: string;
  /** Maximum items waiting to be sent. Further items are lost and counted. */
  readonly maxQueueSize: number;
  /** Estimates the bytes of an item; if it throws, that one is lost as `unencodable`. Default: 0. */
  readonly sizeOf?: ((item: Item) => number) | undefined;
  /** Maximum bytes of all items that wait or are in flight. Further items are lost and counted. Default: 32 MiB. */
  readonly maxQueueBytes?: number | undefined;
  /** Maximum items per request. */
  readonly maxBatchSize: number;
  /** Maximum time that an item waits for others, in milliseconds. */
  readonly intervalMs: number;
  /** Maximum time of one request, in milliseconds. */
  readonly timeoutMs: number;
  /** Makes an item of what is given to `add`, unless there is no room. If it throws, that one is lost as `unencodable`. Default: the same. */
  readonly prepare?: ((given: Given) => Item) | undefined;
  /** Turns items into a request. */
  encode(items: readonly Item[]): Body | Promise<Body>;
  /** Items may be added before it is open. Never rejects: failures are in the answer to each request. */
  readonly transport: Transport<Body>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics?: MetricsCollector | undefined;
}

/** The outcome for the items that a call waited for. */
export interface DeliveryReport {
  readonly exported: number;
  readonly dropped: number;
  /** Still waiting or in flight at the deadline. */
  readonly pending: number;
}

/** Collects items and sends them in batches, one request at a time, in order. */
export interface Delivery<Given> {
  /** Costs `prepare` and a push into an array. Never throws. */
  add(given: Given): void;
  /** Waits until everything added before is answered, or until the deadline. Never rejects. */
  flush(deadline: DeadlineOptions): Promise<DeliveryReport>;
  /**
   * Flushes, then sends nothing any more. The rest is counted as lost and logged in one line. A collector that is known to be down
   * gets one more request. Never rejects.
   */
  shutdown(deadline: DeadlineOptions): Promise<DeliveryReport>;
  stats(): DeliveryStats;
}
