/** Work in progress. */
export class InFlight {
  readonly #work = new Set<Promise<unknown>>();

  /** @param work never rejects */
  add(work: Promise<unknown>): void {
    this.#work.add(work);
    void work.then(() => this.#work.delete(work));
  }

  /** Resolves when no work is in progress, or after the time, with the number of unfinished pieces. */
  async settled(timeoutMs: number): Promise<number> {
    let isLate = false;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        isLate = true;
        resolve();
      }, timeoutMs);
    });
    while (this.#work.size > 0 && !isLate) await Promise.race([Promise.all(this.#work), late]);
    clearTimeout(timer);
    return this.#work.size;
  }
}
