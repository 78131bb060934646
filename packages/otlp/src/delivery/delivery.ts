import { outageLog, safeLog, type Timer } from '@sightline/base';
import type { DeadlineOptions } from '@sightline/core/backend';
import { signalWires } from '../signal.js';
import { type NotAccepted, retries } from '../transport/retries.js';
import { type Answer, reasonOf } from '../transport/transport.js';
import { type DeliveryStats, deliveryCounts, type LossReason } from './delivery-counts.js';
import type { Delivery, DeliveryOptions, DeliveryReport } from './delivery-options.js';
import { encodable, halvesOf } from './encodable.js';

/**
 * Retries the first batch with growing waits as long as the collector does not accept it. The queue fills up to its limit; further
 * items are lost. A batch is also sent again if the connection was closed before the first byte of an answer, and once if there was
 * no answer in time. The collector may get such a batch twice, which OTLP prefers to a loss ("Duplicate Data"). A refused batch is
 * never sent again. Timers do not keep the process alive; `flush` and `shutdown` do.
 */
export function delivery<Given, Body, Item = Given>(options: DeliveryOptions<Given, Body, Item>): Delivery<Given> {
  return new BatchDelivery(options);
}

/** A batch is halved at most this often when the collector finds it too large. */
const MAX_HALVINGS = 4;

const MAX_QUEUE_BYTES = 33_554_432;

/** Shorter than the keep-alive time of any usual server: that of Node.js is 5 s. */
const IDLE_MS = 2000;

class BatchDelivery<Given, Body, Item> implements Delivery<Given> {
  readonly #options: DeliveryOptions<Given, Body, Item>;
  readonly #counts;
  readonly #outage;
  readonly #requests;
  readonly #items: string;
  #queue: Item[] = [];
  /** Bytes of each item in the queue. */
  #sizes: number[] = [];
  /** Bytes in the queue and in flight. */
  #bytes = 0;
  /** Items at the head of the queue that are sent without waiting for others. */
  #due = 0;
  #added = 0;
  #settled = 0;
  #settledLost = 0;
  #work: Promise<void> | undefined;
  #timer: Timer | undefined;
  #idle: Timer | undefined;
  #waiters: Array<{ readonly target: number; resolve(): void }> = [];
  /** Deadline of the shutdown, on the monotonic clock. */
  #endMs = Number.POSITIVE_INFINITY;
  #isShutDown = false;
  #abandonEncoding: (() => void) | undefined;
  #hasLoggedUnencodable = false;
  /** The first failure during shutdown, for the line that reports the loss. */
  #failureAtEnd: string | undefined;

  constructor(options: DeliveryOptions<Given, Body, Item>) {
    const { signal, subject, clock, log, metrics } = options;
    this.#options = { ...options, log: safeLog(log) };
    this.#items = signalWires[signal].items;
    this.#counts = deliveryCounts(signal, this.#items, metrics);
    this.#outage = outageLog({ subject, what: `Sending ${this.#items}`, clock, log });
    const { transport, timeoutMs } = options;
    this.#requests = retries({ transport, timeoutMs, clock, resends: ['always', 'once'] });
  }

  add(given: Given): void {
    const { maxQueueSize, maxBatchSize, sizeOf, maxQueueBytes = MAX_QUEUE_BYTES, prepare } = this.#options;
    if (this.#isShutDown) return this.#counts.countLost('unsent', 1);
    if (this.#queue.length >= maxQueueSize) return this.#counts.countLost('queue_full', 1);
    let item: Item;
    let size: number;
    try {
      item = prepare === undefined ? (given as unknown as Item) : prepare(given);
      size = sizeOf === undefined ? 0 : sizeOf(item);
    } catch (error) {
      this.#logUnencodable(error);
      return this.#counts.countLost('unencodable', 1);
    }
    if (this.#bytes + size > maxQueueBytes) return this.#counts.countLost('queue_full', 1);
    this.#queue.push(item);
    this.#sizes.push(size);
    this.#bytes += size;
    this.#added++;
    if (this.#queue.length >= maxBatchSize) this.#start();
    else if (this.#timer === undefined && this.#work === undefined) this.#schedule();
  }

  async flush({ timeoutMs }: DeadlineOptions): Promise<DeliveryReport> {
    const { exported } = this.#counts;
    const target = this.#added;
    const lostBefore = this.#settledLost;
    this.#due = this.#queue.length;
    this.#start();
    if (!this.#isShuttingDown) this.#requests.skipBackoff();
    await this.#until(target, timeoutMs);
    return {
      exported: this.#counts.exported - exported,
      dropped: this.#settledLost - lostBefore,
      pending: Math.max(0, target - this.#settled),
    };
  }

  async shutdown({ timeoutMs }: DeadlineOptions): Promise<DeliveryReport> {
    const { clock, transport } = this.#options;
    const { exported } = this.#counts;
    const lostBefore = this.#settledLost;
    this.#endMs = clock.monotonicMs() + timeoutMs;
    this.#requests.beginShutdown(); // ends a wait that began before the shutdown
    await this.flush({ timeoutMs });
    this.#isShutDown = true;
    this.#timer?.cancel();
    this.#idle?.cancel();
    this.#requests.shutdown();
    transport.shutdown();
    this.#abandonEncoding?.();
    await this.#work; // its encoding and its request have ended, so this takes no time
    this.#giveUp();
    const dropped = this.#settledLost - lostBefore;
    if (dropped > 0) this.#logLoss(dropped);
    return { exported: this.#counts.exported - exported, dropped, pending: 0 };
  }

  stats(): DeliveryStats {
    const { exported, lost } = this.#counts;
    const dropped = Object.values(lost).reduce((sum, by) => sum + by, 0);
    return { exported, dropped, pending: this.#added - this.#settled, lost: { ...lost } };
  }

  #schedule(): void {
    const { clock, intervalMs } = this.#options;
    this.#timer = clock.setTimer(() => {
      this.#timer = undefined;
      this.#due = this.#queue.length;
      this.#start();
    }, intervalMs);
    this.#timer.unref();
  }

  /** Before the collector closes an idle connection: a request that is sent meanwhile would be lost. */
  #releaseLater(): void {
    const { clock, transport } = this.#options;
    this.#idle = clock.setTimer(() => transport.releaseIdleConnections(), IDLE_MS);
    this.#idle.unref();
  }

  #start(): void {
    if (this.#work !== undefined || this.#queue.length === 0) return;
    this.#idle?.cancel();
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#work = this.#drain().finally(() => {
      this.#work = undefined;
      if (this.#isShutDown) return;
      this.#releaseLater();
      if (this.#queue.length >= this.#options.maxBatchSize || this.#due > 0) this.#start();
      else if (this.#queue.length > 0) this.#schedule();
    });
  }

  async #drain(): Promise<void> {
    const { maxBatchSize } = this.#options;
    await nextTurn(); // the caller of `add` must not pay for encoding a batch
    while (!this.#isShutDown && (this.#queue.length >= maxBatchSize || this.#due > 0)) {
      const batch = this.#queue.splice(0, maxBatchSize);
      const bytes = sumOf(this.#sizes.splice(0, maxBatchSize));
      this.#due = Math.max(0, this.#due - batch.length);
      await this.#deliver(batch, 0);
      this.#bytes -= bytes;
    }
  }

  async #deliver(batch: readonly Item[], halvings: number): Promise<void> {
    let body: Body;
    try {
      const encoded = await this.#encoded(batch);
      if (encoded === undefined) return this.#lose('unsent', batch.length);
      ({ body } = encoded);
    } catch (error) {
      const good = await encodable(batch, this.#options.encode);
      this.#logUnencodable(error);
      this.#lose('unencodable', batch.length - good.length);
      if (good.length === 0) return;
      if (good.length < batch.length) return this.#deliver(good, halvings);
      // Each half can be encoded, but not the whole: it is too much for one request.
      return this.#deliverHalves(batch, halvings);
    }
    const answer = await this.#send(body);
    const isTooLarge = answer.kind === 'refused' && answer.isTooLarge;
    if (isTooLarge && batch.length > 1 && halvings < MAX_HALVINGS) return this.#deliverHalves(batch, halvings + 1);
    this.#settle(answer, batch.length);
  }

  /** `undefined` if the delivery has been shut down before, as with a resource whose attributes are still looked up. */
  #encoded(batch: readonly Item[]): Promise<{ readonly body: Body } | undefined> {
    return new Promise((resolve, reject) => {
      this.#abandonEncoding = () => resolve(undefined);
      Promise.resolve(this.#options.encode(batch)).then((body) => resolve({ body }), reject);
    });
  }

  async #deliverHalves(batch: readonly Item[], halvings: number): Promise<void> {
    for (const half of halvesOf(batch)) await this.#deliver(half, halvings);
  }

  get #isShuttingDown(): boolean {
    return this.#endMs !== Number.POSITIVE_INFINITY;
  }

  /** Returns the final answer. It is `retryable` only during shutdown. */
  async #send(body: Body): Promise<Answer> {
    let isGivenUp = false;
    const mayRetry = (answer: NotAccepted): boolean => {
      isGivenUp = this.#isShuttingDown && this.#outage.isDown;
      this.#failed(`The collector cannot be reached: ${answer.reason}.`);
      return !isGivenUp;
    };
    for (;;) {
      const untilMs = this.#endMs;
      const answer = await this.#requests.send(body, untilMs, mayRetry);
      if (answer.kind !== 'retryable' || isGivenUp || this.#isShutDown) return answer;
      // The next attempt would be after the deadline. Before the shutdown only `skipBackoff` leads here.
      if (this.#isShuttingDown && untilMs === this.#endMs) return answer;
    }
  }

  #settle(answer: Answer, size: number): void {
    switch (answer.kind) {
      case 'accepted': {
        const rejected = Math.min(answer.rejected, size);
        this.#counts.countExported(size - rejected);
        this.#advance(size - rejected);
        if (rejected === 0) return this.#outage.worked(() => this.#counts.lossSinceLastReport());
        const why = answer.message === '' ? '' : `: ${answer.message}`;
        this.#failed(`The collector rejected ${rejected} of ${size} ${this.#items}${why}.`);
        return this.#lose('rejected', rejected);
      }
      case 'refused':
        this.#failed(`The collector refused ${size} ${this.#items}: ${answer.reason}.`);
        return this.#lose('refused', size);
      case 'unknown':
        this.#failed(`Whether ${size} ${this.#items} arrived is unknown: ${answer.reason}.`);
        return this.#lose('unconfirmed', size);
      case 'retryable':
        this.#lose('unsent', size);
        // The rest of the queue would get the same answer.
        return this.#giveUp();
    }
  }

  #failed(reason: string): void {
    if (this.#isShuttingDown && !this.#outage.isDown) this.#failureAtEnd ??= reason;
    else this.#outage.failed(reason);
  }

  #giveUp(): void {
    const left = this.#queue.length;
    this.#queue = [];
    this.#bytes -= sumOf(this.#sizes.splice(0));
    this.#due = 0;
    this.#lose('unsent', left);
  }

  #lose(reason: LossReason, by: number): void {
    this.#counts.countLost(reason, by);
    this.#settledLost += by;
    this.#advance(by);
  }

  #advance(by: number): void {
    this.#settled += by;
    const isReached = ({ target }: { target: number }): boolean => this.#settled >= target;
    for (const { resolve } of this.#waiters.filter(isReached)) resolve();
    this.#waiters = this.#waiters.filter((waiter) => !isReached(waiter));
  }

  #until(target: number, timeoutMs: number): Promise<void> {
    if (this.#settled >= target) return Promise.resolve();
    return new Promise((resolve) => {
      const waiter = { target, resolve: () => end() };
      const timer = this.#options.clock.setTimer(() => {
        this.#waiters = this.#waiters.filter((each) => each !== waiter);
        resolve();
      }, timeoutMs);
      const end = (): void => {
        timer.cancel();
        resolve();
      };
      this.#waiters.push(waiter);
    });
  }

  #logLoss(dropped: number): void {
    const why = this.#failureAtEnd === undefined ? '.' : `: ${this.#failureAtEnd}`;
    this.#warn({ dropped }, `${dropped} ${this.#items} could not be delivered before shutdown${why}`);
  }

  #logUnencodable(error: unknown): void {
    if (this.#hasLoggedUnencodable) return;
    this.#hasLoggedUnencodable = true;
    const reason = reasonOf(error);
    this.#warn({ reason }, `Some ${this.#items} cannot be encoded: ${reason}. Further ones are counted, not logged.`);
  }

  #warn(fields: object, message: string): void {
    const { log, subject } = this.#options;
    log.warn(fields, `[${subject}] ${message}`);
  }
}

function sumOf(sizes: readonly number[]): number {
  return sizes.reduce((sum, size) => sum + size, 0);
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
