import type { TypeStatistics } from '../model/message.js';
import { SecondCounts } from './second-counts.js';

/** Counts the messages of a topic by type. */
export class TypeCounts {
  readonly #byType = new Map<string, Count>();

  /** @returns the type as it is to be kept, so that messages of one type share it */
  add(type: string, nowMs: number, timestampMs: number): string {
    let count = this.#byType.get(type);
    if (count === undefined) {
      const name = this.#byType.size < MAX_TYPES - 1 ? type : OTHER;
      count = this.#byType.get(name);
      if (count === undefined) {
        count = { type: name, published: 0, lastMs: timestampMs, seconds: new SecondCounts(RATE_SECONDS, nowMs) };
        this.#byType.set(name, count);
      }
    }
    count.published++;
    count.lastMs = timestampMs;
    count.seconds.add(nowMs);
    return count.type === OTHER ? type : count.type;
  }

  /** Most frequent first. */
  statistics(nowMs: number): readonly TypeStatistics[] {
    return [...this.#byType.values()]
      .map(({ type, published, lastMs, seconds }) => ({
        type,
        published,
        perSecond: seconds.perSecond(RATE_SECONDS, nowMs),
        lastMs,
      }))
      .sort((a, b) => b.published - a.published);
  }

  get bytes(): number {
    return this.#byType.size * BYTES_OF_TYPE;
  }
}

interface Count {
  readonly type: string;
  published: number;
  lastMs: number;
  readonly seconds: SecondCounts;
}

const MAX_TYPES = 200;
/** Counts the types beyond the limit. */
const OTHER = 'other';
const RATE_SECONDS = 10;
/** With the longest name. */
const BYTES_OF_TYPE = 800;
