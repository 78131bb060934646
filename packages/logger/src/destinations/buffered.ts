import type { Clock, Timer } from '@sightline/base';
import { atExit } from './at-exit.js';
import type { Destination } from './destination.js';

/** Lines are collected and written together. */
export interface BufferOptions {
  /** Written when so many characters have come together. Default: 65 536. */
  size?: number | undefined;
  /** Written after so long at the latest. Default: 100. */
  flushMs?: number | undefined;
}

/** @param buffer `undefined` for none, `true` for the defaults */
export function withBuffer<D extends Destination>(
  target: D,
  buffer: BufferOptions | true | undefined,
  clock: Clock,
): D | BufferedDestination {
  return buffer === undefined ? target : new BufferedDestination(target, buffer === true ? {} : buffer, clock);
}

/**
 * Collects lines and gives them to a synchronous destination in one piece: a fraction of the system calls, and still never
 * more than `size` to lose. What is held back is written at the natural end, on `process.exit` and after an uncaught exception;
 * a signal without a handler loses it.
 */
export class BufferedDestination implements Destination {
  readonly #target: Destination;
  #size: number;
  readonly #flushMs: number;
  readonly #clock: Clock;
  #held = '';
  #timer: Timer | undefined = undefined;
  readonly #leaveExit: () => void;

  constructor(target: Destination, { size = 65_536, flushMs = 100 }: BufferOptions, clock: Clock) {
    if (!(size > 0)) throw new Error(`[logger] buffer.size is ${String(size)}. Give a number of characters above 0.`);
    if (!(flushMs > 0)) throw new Error(`[logger] buffer.flushMs is ${String(flushMs)}. Give milliseconds above 0.`);
    this.#target = target;
    this.#size = size;
    this.#flushMs = flushMs;
    this.#clock = clock;
    this.#leaveExit = atExit('write', () => {
      this.#size = 0; // a listener of the service may write after this one, and nothing flushes again
      this.flushSync();
    });
  }

  write(line: string): void {
    this.#held += line;
    if (this.#held.length >= this.#size) this.flushSync();
    else if (this.#timer === undefined) {
      this.#timer = this.#clock.setTimer(() => this.flushSync(), this.#flushMs);
      this.#timer.unref();
    }
  }

  flush(callback?: (error?: Error) => void): void {
    this.flushSync();
    if (this.#target.flush === undefined) callback?.();
    else this.#target.flush(callback);
  }

  flushSync(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const held = this.#held;
    this.#held = '';
    if (held !== '') this.#target.write(held);
    this.#target.flushSync?.();
  }

  async shutdown(): Promise<void> {
    this.flushSync();
    this.#leaveExit();
    await this.#target.shutdown?.();
  }
}
