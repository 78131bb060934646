/** Bounds the bytes of all requests that are being received, and lets one at a time be inflated and taken. */
export class RequestBudget {
  readonly #maxBytes: number;
  #bytes = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(maxBytes: number = 64 * 1024 * 1024) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** @returns whether there is room; if so, `release` as much */
  reserve(bytes: number): boolean {
    if (this.#bytes + bytes > this.#maxBytes) return false;
    this.#bytes += bytes;
    return true;
  }

  release(bytes: number): void {
    this.#bytes -= bytes;
  }

  /** Runs after all that were given before have settled: so that there is only one inflated request. */
  inTurn<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#last.then(run);
    this.#last = result.catch(() => {});
    return result;
  }
}
