import type { Clock } from '@sightline/base';

const firstMs = 1000;
const maxMs = 30_000;

/** The time of the next attempt: after 1 s, doubling up to 30 s, minus up to 50 % jitter. */
export class RetryDelay {
  readonly #clock: Clock;
  readonly #random: () => number;
  #failures = 0;
  #dueMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, random: () => number = Math.random) {
    this.#clock = clock;
    this.#random = random;
  }

  get isDue(): boolean {
    return this.#clock.monotonicMs() >= this.#dueMs;
  }

  failed(): void {
    const delayMs = Math.min(maxMs, firstMs * 2 ** this.#failures++);
    this.#dueMs = this.#clock.monotonicMs() + delayMs * (1 - this.#random() / 2);
  }

  /** Makes the next attempt due now. */
  makeDue(): void {
    this.#dueMs = Number.NEGATIVE_INFINITY;
  }

  succeeded(): void {
    this.#failures = 0;
    this.makeDue();
  }
}
