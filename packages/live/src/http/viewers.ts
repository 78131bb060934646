import { RequestError } from './request-error.js';

/** Who watches: open streams and sockets. Histories are sampled more often while there are some. */
export interface Viewers {
  readonly count: number;
  /** Those that were one too many. */
  readonly refused: number;
  /** Calls `listener` with the count whenever it changes. Returns a function that stops that. */
  onChange(listener: (count: number) => void): () => void;
}

/** Streams and sockets at a time, unless the options say otherwise. */
export const MAX_VIEWERS = 10;

/** Gives out places to viewers. */
export class ViewerPlaces implements Viewers {
  count = 0;
  refused = 0;
  readonly #max: number;
  readonly #listeners = new Set<(count: number) => void>();

  constructor(max: number) {
    this.#max = max;
  }

  /** Returns the function that gives the place back, or `undefined` if all are taken. */
  take(): (() => void) | undefined {
    if (this.count >= this.#max) {
      this.refused++;
      return undefined;
    }
    this.#set(this.count + 1);
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      this.#set(this.count - 1);
    };
  }

  /**
   * Opens something for which `onClose` gives the place back. Throws a `RequestError` if all places are taken.
   * @param open may throw; the place is given back then
   */
  open<T>(open: (onClose: () => void) => T): T {
    const leave = this.take();
    if (leave === undefined) throw new RequestError(503, this.problem, RETRY_LATER);
    try {
      return open(leave);
    } catch (error) {
      leave();
      throw error;
    }
  }

  get problem(): string {
    return `${this.#max} viewers are connected already. Close a tab or a subscription, and try again.`;
  }

  onChange(listener: (count: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #set(count: number): void {
    this.count = count;
    for (const listener of this.#listeners) {
      try {
        listener(count);
      } catch {
        // Its owner's; the others have to know.
      }
    }
  }
}

export const RETRY_LATER: Readonly<Record<string, string>> = { 'Retry-After': '10' };
