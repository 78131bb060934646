import { MAP_ENTRY, OBJECT, stringBytes } from '../sizes.js';
import { Timeline } from './timeline.js';

/** Timelines by key, up to a number of them. */
export class Timelines<Facts extends object> {
  bytes = 0;
  /** Durations that were counted in no timeline of their own. */
  refused = 0;
  readonly #max: number;
  readonly #entries = new Map<string, TimelineEntry<Facts>>();
  #searchedMs = Number.NEGATIVE_INFINITY;

  constructor(max: number) {
    this.#max = max;
  }

  /**
   * Counts a duration.
   * @param facts makes what a new timeline is about
   * @param other the key that counts what is beyond the maximum; without it that is counted as refused only
   * @returns its entry, if it has one
   */
  add(
    key: string,
    { timeMs, durationMs, isError, times = 1 }: TimedDuration,
    facts: () => Facts,
    other?: { readonly key: string; readonly facts: () => Facts },
  ): TimelineEntry<Facts> | undefined {
    const entry = this.#entry(key, facts, timeMs) ?? this.#otherEntry(other);
    if (entry === undefined) return undefined;
    const { timeline } = entry;
    const before = timeline.bytes;
    timeline.add(timeMs, durationMs, isError, times);
    this.bytes += timeline.bytes - before;
    return entry;
  }

  values(): Iterable<TimelineEntry<Facts>> {
    return this.#entries.values();
  }

  get(key: string): TimelineEntry<Facts> | undefined {
    return this.#entries.get(key);
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Removes the one that was not used for longest. @returns false if there is none */
  dropOldest(): boolean {
    const oldest = this.#oldest();
    if (oldest === undefined) return false;
    this.#remove(...oldest);
    return true;
  }

  #entry(key: string, facts: () => Facts, timeMs: number): TimelineEntry<Facts> | undefined {
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    if (this.#entries.size >= this.#max && !this.#makeRoom(timeMs)) {
      this.refused++;
      return undefined;
    }
    return this.#begin(key, facts);
  }

  #otherEntry(
    other: { readonly key: string; readonly facts: () => Facts } | undefined,
  ): TimelineEntry<Facts> | undefined {
    return other === undefined ? undefined : (this.#entries.get(other.key) ?? this.#begin(other.key, other.facts));
  }

  #begin(key: string, facts: () => Facts): TimelineEntry<Facts> {
    const entry: TimelineEntry<Facts> = { facts: facts(), timeline: new Timeline(), traceId: undefined };
    this.#entries.set(key, entry);
    this.bytes += entry.timeline.bytes + overhead(key);
    return entry;
  }

  /** What was not used for an hour has nothing to say any more. Searched once in ten seconds, because a search takes 5 us. */
  #makeRoom(timeMs: number): boolean {
    if (timeMs < this.#searchedMs + SEARCH_INTERVAL_MS) return false;
    this.#searchedMs = timeMs;
    const oldest = this.#oldest();
    if (oldest === undefined || oldest[1].timeline.lastMs > timeMs - UNUSED_MS) return false;
    this.#remove(...oldest);
    return true;
  }

  #oldest(): [string, TimelineEntry<Facts>] | undefined {
    let oldest: [string, TimelineEntry<Facts>] | undefined;
    for (const each of this.#entries) {
      if (oldest === undefined || each[1].timeline.lastMs < oldest[1].timeline.lastMs) oldest = each;
    }
    return oldest;
  }

  #remove(key: string, { timeline }: TimelineEntry<Facts>): void {
    this.#entries.delete(key);
    this.bytes -= timeline.bytes + overhead(key);
  }
}

export interface TimedDuration {
  /** When the work ended, no later than now. */
  readonly timeMs: number;
  readonly durationMs: number;
  readonly isError: boolean;
  /** -1 takes back what was added. */
  readonly times?: 1 | -1;
}

export interface TimelineEntry<Facts> {
  readonly facts: Facts;
  readonly timeline: Timeline;
  /** The newest trace of it, if it is kept. */
  traceId: string | undefined;
}

const SEARCH_INTERVAL_MS = 10_000;
const UNUSED_MS = 3_600_000;

/** The entry, its facts of a few shared strings, and its key. */
function overhead(key: string): number {
  return MAP_ENTRY + 3 * OBJECT + 96 + stringBytes(key);
}
