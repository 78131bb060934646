import type { Clock, Timer } from '@sightline/base';
import { type OptionsOf, type ResolvedOf, resolveFields } from '@sightline/settings/fields';
import { atExit } from './at-exit.js';
import type { Destination } from './destination.js';

export const bufferFields = {
  /** Written when so many characters have come together. Default: 65 536. */
  size: { type: 'count', default: 65_536 },
  /** Written after so long at the latest, in milliseconds. Default: 100. */
  flushMs: { type: 'milliseconds', default: 100 },
} as const;

/** Lines are collected and written together. */
export interface BufferOptions extends OptionsOf<typeof bufferFields> {}

/** @param buffer `undefined` for none, `true` for the defaults */
export function withBuffer<D extends Destination>(
  target: D,
  buffer: ResolvedOf<typeof bufferFields> | true | undefined,
  clock: Clock,
): D | BufferedDestination {
  if (buffer === undefined) return target;
  return new BufferedDestination(target, buffer === true ? resolveFields('logger', bufferFields, {}) : buffer, clock);
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

  constructor(target: Destination, { size, flushMs }: ResolvedOf<typeof bufferFields>, clock: Clock) {
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
