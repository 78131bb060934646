import type { DeltaBatch } from '@sightline/core/backend';
import type { AnnouncedCounters } from './announced-counters.js';
import type { Dialect } from './dialect.js';
import { type DropReason, type LineSettings, metricLines } from './metric-lines.js';
import { type Line, type Packing, Payload } from './payload.js';

export interface SenderOptions {
  readonly packing: Packing;
  readonly lines: Omit<LineSettings, 'maxLineBytes'>;
  readonly announced: AnnouncedCounters;
  dropped(reason: DropReason, count: number): void;
  /** Called after every eight payloads, to let the server read. */
  pause(): Promise<void>;
}

/** Hands a payload to the kernel; rejects if that failed. */
export type Send = (payload: Buffer) => Promise<void>;

// 4096 idle series take about a millisecond. Small writes complete at once, so without a pause nothing else would run.
const maxPointsPerTurn = 4096;
const maxPayloadsPerTurn = 8;

/**
 * Sends batches payload by payload, and commits each point when the last of its lines is handed over. After a failure the rest stays
 * uncommitted, except for a point with some lines already sent: it is committed, and its other lines are kept for the next batch. So
 * nothing is sent twice or lost.
 */
export class BatchSender {
  readonly #options: SenderOptions;
  /** Lines of at most one histogram. */
  #carried: string[] = [];

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  async send(batch: DeltaBatch, dialect: Dialect, send: Send): Promise<void> {
    await new Run(this.#options, batch, dialect, send, this.#carried, (carried) => {
      this.#carried = carried;
    }).run();
  }
}

class Run {
  readonly #options: SenderOptions;
  readonly #batch: DeltaBatch;
  readonly #dialect: Dialect;
  readonly #send: Send;
  readonly #carried: readonly string[];
  readonly #carry: (lines: string[]) => void;
  readonly #payload: Payload;
  /** Points below this number are committed. */
  #committed = 0;
  /** The point whose lines are partly sent; -1 if there is none. */
  #split = -1;
  #passed = 0;
  #payloadsInTurn = 0;

  constructor(
    options: SenderOptions,
    batch: DeltaBatch,
    dialect: Dialect,
    send: Send,
    carried: readonly string[],
    carry: (lines: string[]) => void,
  ) {
    this.#options = options;
    this.#batch = batch;
    this.#dialect = dialect;
    this.#send = send;
    this.#carried = carried;
    this.#carry = carry;
    this.#payload = new Payload(options.packing);
  }

  async run(): Promise<void> {
    if (this.#carried.length > 0) await this.#addAll(this.#carried.map((text) => ({ text, point: -1 })));
    const { lines: settings, packing, announced, dropped } = this.#options;
    const context = {
      dialect: this.#dialect,
      settings: { ...settings, maxLineBytes: packing.maxBytes - 1 },
      dropped,
      announces: announced.announces.bind(announced),
    };
    let point = 0;
    for (const family of this.#batch.families) {
      const linesOf = metricLines(family, context);
      for (let i = 0; i < family.size; i++, point++) {
        await this.#addAll(linesOf(i).map((text) => ({ text, point })));
        if (++this.#passed < maxPointsPerTurn) continue;
        this.#passed = 0;
        await nextTurn();
      }
    }
    await this.#sendPayload([], this.#batch.size);
  }

  async #addAll(lines: readonly Line[]): Promise<void> {
    for (const [i, line] of lines.entries()) {
      if (this.#payload.add(line)) continue;
      if (!this.#payload.takes(line)) {
        this.#options.dropped('oversize', 1);
        continue;
      }
      await this.#sendPayload(lines.slice(i), line.point);
      this.#payload.add(line);
    }
  }

  /**
   * @param following lines for the next payload
   * @param until the point of these lines: all points before it are complete once this payload is sent
   */
  async #sendPayload(following: readonly Line[], until: number): Promise<void> {
    const { lines } = this.#payload;
    if (lines.length > 0) {
      try {
        await this.#send(this.#payload.toBuffer());
      } catch (error) {
        this.#keepRest([...lines, ...following]);
        throw error;
      }
      this.#split = following[0] !== undefined && lines.at(-1)?.point === following[0].point ? following[0].point : -1;
      this.#carry([]);
      this.#payload.clear();
    }
    this.#commit(until);
    if (++this.#payloadsInTurn < maxPayloadsPerTurn) return;
    this.#payloadsInTurn = 0;
    await this.#options.pause();
  }

  #commit(until: number): void {
    if (until <= this.#committed) return;
    this.#batch.commit({ from: this.#committed, to: until });
    let first = 0;
    for (const family of this.#batch.families) {
      const end = Math.min(until, first + family.size);
      if (family.kind === 'counter' && family.origin === 'own') {
        for (let point = Math.max(first, this.#committed); point < end; point++) {
          this.#options.announced.wasSent(family, point - first);
        }
      }
      first += family.size;
      if (first >= until) break;
    }
    this.#committed = until;
  }

  #keepRest(unsent: readonly Line[]): void {
    const kept = unsent.filter(({ point }) => point === -1 || point === this.#split);
    this.#carry(kept.map(({ text }) => text));
    if (this.#split >= 0) this.#commit(this.#split + 1);
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
