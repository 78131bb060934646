import type { Clock, Timer } from '@sightline/base';
import type { OptionsOf, ResolvedOf } from '@sightline/settings/fields';
import { messageKey } from './message-key.js';

export const repeatFields = {
  /** Lines of the same logger, level and message in one interval. */
  max: { type: 'count', required: true },
  /** Length of the interval, in milliseconds. Default: 1000. */
  intervalMs: { type: 'milliseconds', default: 1000 },
} as const;

/** How often the same message may be written. */
export interface RepeatOptions extends OptionsOf<typeof repeatFields> {}

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
  /** Of a long message the beginning. */
  readonly message: string;
  readonly count: number;
}

/** Holds back what repeats too often, and reports at the end of the interval how often that was. */
export class RepeatLimit<Subject extends object> implements RepeatGate {
  readonly #max: number;
  readonly #intervalMs: number;
  readonly #clock: Clock;
  readonly #summarise: (suppressed: Suppressed<Subject>) => void;
  readonly #sizeOf: (subject: Subject) => number;
  readonly #seen = new Map<string, Seen<Subject>>();
  #characters = 0;
  #timer: Timer | undefined = undefined;

  /** @param sizeOf characters that are kept with a subject */
  constructor(
    { max, intervalMs }: ResolvedOf<typeof repeatFields>,
    clock: Clock,
    summarise: (suppressed: Suppressed<Subject>) => void,
    sizeOf: (subject: Subject) => number,
  ) {
    this.#max = max;
    this.#intervalMs = intervalMs;
    this.#clock = clock;
    this.#summarise = summarise;
    this.#sizeOf = sizeOf;
  }

  admits(subject: Subject, logger: string, level: number, message: string): boolean {
    const sender = `${level}${logger}\n`;
    const key = sender + messageKey(message);
    const nowMs = this.#clock.monotonicMs();
    const seen = this.#seen.get(key);
    if (seen === undefined || nowMs - seen.sinceMs >= this.#intervalMs) {
      if (seen !== undefined) this.#end(key, seen);
      const characters = 2 * key.length + this.#sizeOf(subject);
      this.#makeRoom(characters);
      this.#characters += characters;
      // Cut out of the key, of which there is no other copy: a message may be a small part of a large string.
      const shown = key.slice(sender.length);
      this.#seen.set(key, { subject, level, message: shown, characters, sinceMs: nowMs, count: 1, suppressed: 0 });
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
    this.#characters -= seen.characters;
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

  /** Messages may come from outside, so only so many are kept: those that began first go. */
  #makeRoom(characters: number): void {
    for (const [key, seen] of this.#seen) {
      if (this.#seen.size < MAX_MESSAGES && this.#characters + characters <= MAX_CHARACTERS) return;
      this.#end(key, seen);
    }
  }
}

interface Seen<Subject> {
  readonly subject: Subject;
  readonly level: number;
  readonly message: string;
  readonly characters: number;
  readonly sinceMs: number;
  count: number;
  suppressed: number;
}

const MAX_MESSAGES = 1000;
/** With the fields of the loggers that are kept for their summaries. */
const MAX_CHARACTERS = 2_000_000;
