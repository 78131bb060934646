import type { Clock } from '@sightline/base';

const firstMs = 1000;
const mostMs = 30_000;

/** When to try again: after a second, then twice as long each time, up to half a minute; by chance up to half less. */
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
    const delayMs = Math.min(mostMs, firstMs * 2 ** this.#failures++);
    this.#dueMs = this.#clock.monotonicMs() + delayMs * (1 - this.#random() / 2);
  }

  /** The next attempt is due now, whatever failed before. */
  makeDue(): void {
    this.#dueMs = Number.NEGATIVE_INFINITY;
  }

  succeeded(): void {
    this.#failures = 0;
    this.makeDue();
  }
}
