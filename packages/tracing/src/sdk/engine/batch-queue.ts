import { TraceFlags } from '@opentelemetry/api';
import { type Clock, type Log, outageLog } from '@sightline/base';
import type { MetricsCollector } from '@sightline/core';
import type { DeadlineOptions } from '@sightline/core/backend';
import { type DeliveryReport, type DeliveryStats, deliveryCounts, reasonOf } from '@sightline/otlp';
import type { ReadableSpan, SpanExporter, SpanProcessor } from '../../tracer/readable-span.js';
import { settled } from '../../tracer/settled.js';
import { optionOf } from '../../untrusted-values.js';
import type { SpanQueue } from '../span-delivery.js';
import { spanSize } from '../span-size.js';
import { withoutTracing } from '../suppressed.js';

export interface BatchQueueOptions {
  readonly exporter: SpanExporter;
  readonly ready: Promise<void>;
  /** Makes OpenTelemetry's batch processor around the exporter that it is given. */
  batch(exporter: SpanExporter): SpanProcessor;
  /** Most spans that wait; they and those in flight have at most 32 MiB. */
  readonly maxQueueSize: number;
  /** Longest time of an export, in milliseconds. Only an exporter that does not keep it itself meets it. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: MetricsCollector | undefined;
}

/**
 * OpenTelemetry's batch processor and exporter, with every span counted. The processor drops silently what finds its queue full, so
 * that is decided before; and its `forceFlush` does not wait for exports in flight, so these are waited for here.
 */
export class BatchQueue implements SpanQueue {
  /** Takes ended spans from the provider. Flush and shutdown are for the queue itself, which has a deadline. */
  readonly processor: SpanProcessor;
  readonly ready: Promise<void>;
  readonly #options: BatchQueueOptions;
  readonly #batch: SpanProcessor;
  readonly #counts;
  readonly #outage;
  /** Bytes of each span in the processor's queue, which passes them on in order. */
  #sizes: number[] = [];
  /** Bytes in the queue and in flight. */
  #bytes = 0;
  #added = 0;
  #settled = 0;
  #settledLost = 0;
  #state: 'running' | 'ending' | 'ended' = 'running';
  #failureAtEnd: string | undefined;
  #hasLoggedUnencodable = false;
  #waiters: Array<{ readonly target: number; resolve(): void }> = [];

  constructor(options: BatchQueueOptions) {
    const { clock, log, metrics, ready } = options;
    this.ready = ready;
    this.processor = { onStart() {}, onEnd: (span) => this.#add(span), async forceFlush() {}, async shutdown() {} };
    this.#options = options;
    this.#counts = deliveryCounts('traces', 'spans', metrics);
    this.#outage = outageLog({ subject: 'tracing', what: 'Sending spans', clock, log });
    this.#batch = options.batch({
      export: (spans: ReadableSpan[], done) => this.#export(spans, done),
      forceFlush: async () => options.exporter.forceFlush?.(),
      shutdown: async () => options.exporter.shutdown(),
    });
  }

  #add(span: ReadableSpan): void {
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
    if (this.#state !== 'running') return this.#counts.countLost('unsent', 1);
    let size: number;
    try {
      size = spanSize(span);
    } catch (error) {
      this.#logUnencodable(error);
      return this.#counts.countLost('unencodable', 1);
    }
    if (this.#sizes.length >= this.#options.maxQueueSize || this.#bytes + size > MAX_QUEUE_BYTES)
      return this.#counts.countLost('queue_full', 1);
    this.#sizes.push(size);
    this.#bytes += size;
    this.#added++;
    this.#batch.onEnd(span);
  }

  async flush({ timeoutMs }: DeadlineOptions): Promise<DeliveryReport> {
    const { exported } = this.#counts;
    const target = this.#added;
    const lostBefore = this.#settledLost;
    if (this.#state === 'running') void quietly(() => this.#batch.forceFlush());
    await this.#until(target, timeoutMs);
    return {
      exported: this.#counts.exported - exported,
      dropped: this.#settledLost - lostBefore,
      pending: Math.max(0, target - this.#settled),
    };
  }

  async shutdown({ timeoutMs }: DeadlineOptions): Promise<DeliveryReport> {
    const { exported } = this.#counts;
    const lostBefore = this.#settledLost;
    const target = this.#added;
    if (this.#state === 'running') {
      this.#state = 'ending';
      // Not awaited: the exporter waits for its own retries.
      void quietly(() => this.#batch.shutdown());
    }
    await this.#until(target, timeoutMs);
    this.#state = 'ended';
    this.#lose('unsent', this.#added - this.#settled);
    const dropped = this.#settledLost - lostBefore;
    if (dropped > 0) this.#logLoss(dropped);
    return { exported: this.#counts.exported - exported, dropped, pending: 0 };
  }

  stats(): DeliveryStats {
    const { exported, lost } = this.#counts;
    const dropped = Object.values(lost).reduce((sum, by) => sum + by, 0);
    return { exported, dropped, pending: this.#added - this.#settled, lost: { ...lost } };
  }

  #export(spans: ReadableSpan[], done: (result: { readonly code: number }) => void): void {
    const { exporter, clock, timeoutMs } = this.#options;
    const size = spans.length;
    const bytes = this.#sizes.splice(0, size).reduce((sum, each) => sum + each, 0);
    let isOver = false;
    const end = (outcome: 'exported' | 'refused' | 'unconfirmed', reason: string): void => {
      if (isOver) return;
      isOver = true;
      timer.cancel();
      this.#bytes -= bytes;
      if (this.#state !== 'ended') this.#settle(outcome, size, reason);
      // The processor would report a failure as an error of its own, once more.
      done({ code: SUCCESS });
    };
    const timer = clock.setTimer(
      () => end('unconfirmed', `the exporter did not answer within ${timeoutMs} ms`),
      timeoutMs + GRACE_MS,
    );
    timer.unref();
    try {
      withoutTracing(() =>
        settled(
          exporter.export(spans, (result) =>
            end(
              optionOf(result, 'code') === SUCCESS ? 'exported' : 'refused',
              reasonOf(optionOf(result, 'error') ?? 'no reason given'),
            ),
          ),
          (error) => end('refused', reasonOf(error)),
        ),
      );
    } catch (error) {
      end('refused', reasonOf(error));
    }
  }

  #settle(outcome: 'exported' | 'refused' | 'unconfirmed', size: number, reason: string): void {
    if (outcome === 'exported') {
      this.#counts.countExported(size);
      this.#outage.worked(() => this.#counts.lossSinceLastReport());
      return this.#advance(size);
    }
    const isRefused = outcome === 'refused';
    this.#failed(
      isRefused
        ? `The collector refused ${size} spans: ${reason}.`
        : `Whether ${size} spans arrived is unknown: ${reason}.`,
    );
    this.#lose(outcome, size);
  }

  #failed(reason: string): void {
    if (this.#state !== 'running' && !this.#outage.isDown) this.#failureAtEnd ??= reason;
    else this.#outage.failed(reason);
  }

  #lose(reason: 'refused' | 'unconfirmed' | 'unsent', by: number): void {
    this.#counts.countLost(reason, by);
    this.#settledLost += by;
    this.#advance(by);
  }

  #advance(by: number): void {
    this.#settled += by;
    for (const waiter of this.#waiters.filter(({ target }) => this.#settled >= target)) waiter.resolve();
  }

  #until(target: number, timeoutMs: number): Promise<void> {
    if (this.#settled >= target) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        timer.cancel();
        this.#waiters = this.#waiters.filter((each) => each !== waiter);
        resolve();
      };
      const waiter = { target, resolve: end };
      const timer = this.#options.clock.setTimer(end, timeoutMs);
      this.#waiters.push(waiter);
    });
  }

  #logUnencodable(error: unknown): void {
    if (this.#hasLoggedUnencodable) return;
    this.#hasLoggedUnencodable = true;
    const reason = reasonOf(error);
    const message = `Some spans cannot be encoded: ${reason}. Further ones are counted, not logged.`;
    this.#options.log.warn({ reason }, `[tracing] ${message}`);
  }

  #logLoss(dropped: number): void {
    const why = this.#failureAtEnd === undefined ? '.' : `: ${this.#failureAtEnd}`;
    this.#options.log.warn({ dropped }, `[tracing] ${dropped} spans could not be delivered before shutdown${why}`);
  }
}

const MAX_QUEUE_BYTES = 33_554_432;
const SUCCESS = 0; // ExportResultCode.SUCCESS
/** An exporter that keeps the time itself knows the outcome better. */
const GRACE_MS = 500;

/** What fails is counted by the exports themselves. */
async function quietly(fn: () => Promise<void>): Promise<void> {
  try {
    await fn();
  } catch {
    // Counted.
  }
}
