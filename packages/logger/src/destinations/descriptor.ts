import type { Destination } from './destination.js';
import { Losses, type LossObserver } from './losses.js';
import { writeFully } from './write-fully.js';

/** Standard output or error, or any other open file descriptor. Every line is with the kernel when `write` returns. */
export class DescriptorDestination implements Destination {
  readonly #fd: number;
  readonly #losses: Losses;
  readonly #patienceMs: number;
  #isTorn = false;

  constructor(fd: number, observer: LossObserver, { patienceMs = 30_000 }: { patienceMs?: number | undefined } = {}) {
    this.#fd = fd;
    this.#patienceMs = patienceMs;
    this.#losses = new Losses(fd === 1 ? 'standard output' : `file descriptor ${fd}`, observer);
  }

  get lost(): number {
    return this.#losses.total;
  }

  write(lines: string): void {
    // After a line that broke off in the middle the next one must begin on a line of its own.
    const bytes = Buffer.from(this.#isTorn ? `\n${lines}` : lines);
    // A reader that has stopped for so long is not waited for with every line again.
    const { written, error } = writeFully(this.#fd, bytes, this.#losses.isLosing ? 0 : this.#patienceMs);
    if (error === undefined) {
      this.#isTorn = false;
      this.#losses.recovered();
      return;
    }
    if (written > 0) this.#isTorn = bytes[written - 1] !== lineFeed;
    this.#losses.add(linesIn(bytes, written), error);
  }

  flush(callback?: (error?: Error) => void): void {
    callback?.(this.#losses.isLosing ? new Error(`[logger] ${this.#losses.total} lines were lost.`) : undefined);
  }

  flushSync(): void {}
}

const lineFeed = 10;

/** The lines that end after an offset. */
export function linesIn(bytes: Uint8Array, from: number): number {
  let count = 0;
  for (let i = from; i < bytes.length; i++) if (bytes[i] === lineFeed) count++;
  return count;
}
