import { writeSync } from 'node:fs';
import { messageOf } from '@sightline/base';

/** Counts lines that could not be written, and reports it: once when it begins, once when it is over. */
export class Losses {
  readonly #subject: string;
  readonly #observer: LossObserver;
  #lost = 0;
  #unreported = 0;
  #since: string | undefined = undefined;

  constructor(subject: string, observer: LossObserver) {
    this.#subject = subject;
    this.#observer = observer;
  }

  /** All that were lost so far. */
  get total(): number {
    return this.#lost;
  }

  get isLosing(): boolean {
    return this.#since !== undefined;
  }

  add(count: number, error: unknown): void {
    this.#lost += count;
    this.#unreported += count;
    this.#observer.lost(count);
    if (this.#since !== undefined) return;
    this.#since = reasonOf(error);
    reportOnStderr(
      `[logger] Cannot write to ${this.#subject}: ${this.#since}. Lines are lost and counted until it works again.\n`,
    );
  }

  /** To be called when a write succeeded. */
  recovered(): void {
    if (this.#since === undefined) return;
    const reason = this.#since;
    const lost = this.#unreported;
    this.#since = undefined;
    this.#unreported = 0;
    this.#observer.recovered(lost, reason, this.#subject);
  }
}

export interface LossObserver {
  lost(count: number): void;
  /** Called after a write that succeeded again, so it may log. */
  recovered(lost: number, reason: string, subject: string): void;
}

export function reportOnStderr(text: string): void {
  try {
    writeSync(2, text);
  } catch {
    // Nothing is left to report it to.
  }
}

/** Without the full stop that some messages of Node.js have. */
function reasonOf(error: unknown): string {
  return messageOf(error).replace(/[.\s]+$/, '');
}
