/** A limited number of slots for concurrent work. */
export interface Slots {
  /** Resolves when there is room. */
  take(): Promise<void>;
  giveBack(): void;
}

export function slots(count: number): Slots {
  let free = count;
  const waiting: Array<() => void> = [];
  return {
    take() {
      if (free > 0) {
        free--;
        return Promise.resolve();
      }
      return new Promise((resolve) => waiting.push(resolve));
    },
    giveBack() {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    },
  };
}
