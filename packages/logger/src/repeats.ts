import type { Clock, Timer } from '@sightline/core';

/** How often the same message may be written. */
export interface RepeatOptions {
  /** Lines of the same logger, level and message in one interval. */
  max: number;
  /** Default: 1000. */
  intervalMs?: number | undefined;
}

/** Decides for a line before it is made. */
export interface RepeatGate {
  admits(subject: object, logger: string, level: number, message: string): boolean;
  /** Writes all summaries now. */
  end(): void;
}

/** What was held back of one message. */
export interface Suppressed<Subject> {
  readonly subject: Subject;
  readonly level: number;
  readonly message: string;
  readonly count: number;
}

/** Holds back what repeats too often, and says at the end of the interval how often that was. */
export class RepeatLimit<Subject extends object> implements RepeatGate {
  readonly #max: number;
  readonly #intervalMs: number;
  readonly #clock: Clock;
  readonly #summarise: (suppressed: Suppressed<Subject>) => void;
  readonly #seen = new Map<string, Seen<Subject>>();
  #timer: Timer | undefined = undefined;

  constructor(
    { max, intervalMs = 1000 }: RepeatOptions,
    clock: Clock,
    summarise: (suppressed: Suppressed<Subject>) => void,
  ) {
    if (!(Number.isInteger(max) && max > 0)) {
      throw new Error(`[logger] repeats.max is ${String(max)}. Give a number of lines above 0.`);
    }
    if (!(intervalMs > 0 && intervalMs <= 2_147_483_647)) {
      throw new Error(`[logger] repeats.intervalMs is ${String(intervalMs)}. Give milliseconds above 0.`);
    }
    this.#max = max;
    this.#intervalMs = intervalMs;
    this.#clock = clock;
    this.#summarise = summarise;
  }

  admits(subject: Subject, logger: string, level: number, message: string): boolean {
    const key = `${level}${logger}\n${message}`;
    const nowMs = this.#clock.monotonicMs();
    const seen = this.#seen.get(key);
    if (seen === undefined || nowMs - seen.sinceMs >= this.#intervalMs) {
      if (seen !== undefined) this.#end(key, seen);
      if (this.#seen.size >= mostMessages) this.#makeRoom();
      this.#seen.set(key, { subject, level, message, sinceMs: nowMs, count: 1, suppressed: 0 });
      return true;
    }
    if (++seen.count <= this.#max) return true;
    seen.suppressed++;
    this.#arm();
    return false;
  }

  /** Writes all summaries now. */
  end(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const [key, seen] of [...this.#seen]) this.#end(key, seen);
  }

  #end(key: string, seen: Seen<Subject>): void {
    this.#seen.delete(key);
    const { subject, level, message, suppressed } = seen;
    if (suppressed > 0) this.#summarise({ subject, level, message, count: suppressed });
  }

  #arm(): void {
    if (this.#timer !== undefined) return;
    this.#timer = this.#clock.setTimer(() => this.#sweep(), this.#intervalMs);
    this.#timer.unref();
  }

  #sweep(): void {
    this.#timer = undefined;
    const nowMs = this.#clock.monotonicMs();
    let waiting = false;
    for (const [key, seen] of [...this.#seen]) {
      if (nowMs - seen.sinceMs >= this.#intervalMs) this.#end(key, seen);
      else if (seen.suppressed > 0) waiting = true;
    }
    if (waiting) this.#arm();
  }

  /** Messages may come from outside, so only so many are kept: the one that began first goes. */
  #makeRoom(): void {
    for (const [key, seen] of this.#seen) {
      this.#end(key, seen);
      return;
    }
  }
}

interface Seen<Subject> {
  readonly subject: Subject;
  readonly level: number;
  readonly message: string;
  readonly sinceMs: number;
  count: number;
  suppressed: number;
}

const mostMessages = 1000;
