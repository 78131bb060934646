import { type Clock, type Log, outageLog, safeLog, type Timer } from '@sightline/base';
import type { MetricsCollector } from '@sightline/core';
import type { DeadlineOptions } from '@sightline/core/backend';
import { type OtlpSignal, signalWires } from '../signal.js';
import { type NotTaken, retries } from '../transport/retries.js';
import { type Answer, reasonOf, type Transport } from '../transport/transport.js';
import { type DeliveryStats, deliveryCounts, type LossReason } from './delivery-counts.js';
import { encodable, halvesOf } from './encodable.js';

export interface DeliveryOptions<Item, Body> {
  readonly signal: OtlpSignal;
  /** The package that logs. */
  readonly subject: string;
  /** Items waiting to be sent; further ones are lost, and counted. */
  readonly maxQueueSize: number;
  /** How much an item takes, in bytes, about. Items without it count as nothing. */
  readonly sizeOf?: ((item: Item) => number) | undefined;
  /** Bytes of all items that wait or are under way; further items are lost, and counted. Default 32 MiB. */
  readonly maxQueueBytes?: number | undefined;
  /** Items in a request. */
  readonly maxBatchSize: number;
  /** Longest time that an item waits for others, in milliseconds. */
  readonly intervalMs: number;
  /** Longest time of one request, in milliseconds. */
  readonly timeoutMs: number;
  /** Turns items into a request. */
  encode(items: readonly Item[]): Body | Promise<Body>;
  /** Items may be added before it is open. It never rejects: the transport says what is wrong with every request instead. */
  readonly transport: Transport<Body>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics?: MetricsCollector | undefined;
}

/** What became of the items that a call waited for. */
export interface DeliveryReport {
  readonly exported: number;
  readonly dropped: number;
  /** Still waiting or under way when the time was over. */
  readonly pending: number;
}

/** Collects items and sends them in batches, one request at a time, in order. */
export interface Delivery<Item> {
  /** Costs a push into an array. */
  add(item: Item): void;
  /** Waits until everything added before was answered, requests under way included, or the time is over. Never rejects. */
  flush(deadline: DeadlineOptions): Promise<DeliveryReport>;
  /**
   * Flushes, then stops for good: what is left is counted as lost and told in one line. A collector that is known to be down
   * gets one more request. Never rejects.
   */
  shutdown(deadline: DeadlineOptions): Promise<DeliveryReport>;
  stats(): DeliveryStats;
}

/**
 * A batch that the collector cannot take now stays first in line, and is tried again after growing waits, for as long as the
 * outage lasts; meanwhile the queue fills up to its limit and what does not fit is lost. So is one whose connection was closed
 * before a byte of an answer; one that was not answered in time is sent once more. The collector may get such a batch twice, which
 * OTLP prefers to a loss ("Duplicate Data"): counts of what was delivered say "at least". What was refused for good is never sent
 * again. Timers do not keep the process alive; `flush` and `shutdown` do.
 */
export function delivery<Item, Body>(options: DeliveryOptions<Item, Body>): Delivery<Item> {
  return new BatchDelivery(options);
}

/** A collector that finds a sixteenth of a batch too large takes none. */
const MOST_HALVINGS = 4;

const MAX_QUEUE_BYTES = 33_554_432;

class BatchDelivery<Item, Body> implements Delivery<Item> {
  readonly #options: DeliveryOptions<Item, Body>;
  readonly #counts;
  readonly #outage;
  readonly #requests;
  readonly #items: string;
  #queue: Item[] = [];
  /** Of the items in the queue. */
  #sizes: number[] = [];
  /** Of the queue and what is under way. */
  #bytes = 0;
  /** Items at the head of the queue that need not wait for others. */
  #due = 0;
  #added = 0;
  #settled = 0;
  #settledLost = 0;
  #work: Promise<void> | undefined;
  #timer: Timer | undefined;
  #waiters: Array<{ readonly target: number; resolve(): void }> = [];
  /** On the monotonic clock: nothing is waited for beyond. */
  #endMs = Number.POSITIVE_INFINITY;
  #isClosed = false;
  #hasToldUnencodable = false;
  /** What failed first at the end, when one line tells both that and what it cost. */
  #failureAtEnd: string | undefined;

  constructor(options: DeliveryOptions<Item, Body>) {
    const { signal, subject, clock, log, metrics } = options;
    this.#options = { ...options, log: safeLog(log) };
    this.#items = signalWires[signal].items;
    this.#counts = deliveryCounts(signal, this.#items, metrics);
    this.#outage = outageLog({ subject, what: `Sending ${this.#items}`, clock, log });
    const { transport, timeoutMs } = options;
    this.#requests = retries({ transport, timeoutMs, clock, resends: ['always', 'once'] });
  }

  add(item: Item): void {
    const { maxQueueSize, maxBatchSize, sizeOf, maxQueueBytes = MAX_QUEUE_BYTES } = this.#options;
    if (this.#isClosed) return this.#counts.countLost('unsent', 1);
    const size = sizeOf === undefined ? 0 : sizeOf(item);
    const isFull = this.#queue.length >= maxQueueSize || this.#bytes + size > maxQueueBytes;
    if (isFull) return this.#counts.countLost('queue_full', 1);
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
    if (!this.#isEnding) this.#requests.hurry();
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
    this.#requests.endSoon(); // a wait that began before knew of no end
    await this.flush({ timeoutMs });
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#requests.close();
    transport.close();
    await this.#work; // its request is ended, so this takes no time
    this.#giveUp();
    const dropped = this.#settledLost - lostBefore;
    if (dropped > 0) this.#tellLoss(dropped);
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

  #start(): void {
    if (this.#work !== undefined || this.#queue.length === 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#work = this.#drain().finally(() => {
      this.#work = undefined;
      if (this.#isClosed) return;
      // Otherwise the next request may go into a connection that the collector is just closing.
      this.#options.transport.rest();
      if (this.#queue.length >= this.#options.maxBatchSize || this.#due > 0) this.#start();
      else if (this.#queue.length > 0) this.#schedule();
    });
  }

  async #drain(): Promise<void> {
    const { maxBatchSize } = this.#options;
    await nextTurn(); // whoever adds an item must not pay for encoding a batch
    while (!this.#isClosed && (this.#queue.length >= maxBatchSize || this.#due > 0)) {
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
      body = await this.#options.encode(batch);
    } catch (error) {
      const good = await encodable(batch, this.#options.encode);
      this.#tellUnencodable(error);
      this.#lose('unencodable', batch.length - good.length);
      if (good.length === 0) return;
      if (good.length < batch.length) return this.#deliver(good, halvings);
      // Each part can be encoded, and all together cannot: too much for one request.
      return this.#deliverHalves(batch, halvings);
    }
    const answer = await this.#send(body);
    const isTooLarge = answer.kind === 'refused' && answer.isTooLarge;
    if (isTooLarge && batch.length > 1 && halvings < MOST_HALVINGS) return this.#deliverHalves(batch, halvings + 1);
    this.#settle(answer, batch.length);
  }

  async #deliverHalves(batch: readonly Item[], halvings: number): Promise<void> {
    for (const half of halvesOf(batch)) await this.#deliver(half, halvings);
  }

  get #isEnding(): boolean {
    return this.#endMs !== Number.POSITIVE_INFINITY;
  }

  /** Ends with an answer that is final; a `retryable` one only when the delivery ends. */
  async #send(body: Body): Promise<Answer> {
    let isGivenUp = false;
    const mayRetry = (answer: NotTaken): boolean => {
      isGivenUp = this.#isEnding && this.#outage.isDown;
      this.#failed(`The collector cannot be reached: ${answer.reason}.`);
      return !isGivenUp;
    };
    for (;;) {
      const untilMs = this.#endMs;
      const answer = await this.#requests.send(body, untilMs, mayRetry);
      if (answer.kind !== 'retryable' || isGivenUp || this.#isClosed) return answer;
      // The next attempt would have to wait beyond the end. Before the end is known, only `hurry` comes here.
      if (this.#isEnding && untilMs === this.#endMs) return answer;
    }
  }

  #settle(answer: Answer, size: number): void {
    switch (answer.kind) {
      case 'accepted': {
        const rejected = Math.min(answer.rejected, size);
        this.#counts.countExported(size - rejected);
        this.#advance(size - rejected);
        if (rejected === 0) return this.#outage.worked(() => this.#counts.lossSinceLastAsked());
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
        // There will be no better answer for what is behind it.
        return this.#giveUp();
    }
  }

  #failed(reason: string): void {
    if (this.#isEnding && !this.#outage.isDown) this.#failureAtEnd ??= reason;
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

  #tellLoss(dropped: number): void {
    const why = this.#failureAtEnd === undefined ? '.' : `: ${this.#failureAtEnd}`;
    this.#warn({ dropped }, `${dropped} ${this.#items} could not be delivered before the end${why}`);
  }

  #tellUnencodable(error: unknown): void {
    if (this.#hasToldUnencodable) return;
    this.#hasToldUnencodable = true;
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
