/** The newest of what is added, oldest first. It grows as it fills, up to a maximum that its owner keeps: `shift` before `push`. */
export class Ring<T> {
  #items: Array<T | undefined> = new Array<T | undefined>(64).fill(undefined);
  #first = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(item: T): void {
    if (this.#size === this.#items.length) this.#grow();
    this.#items[(this.#first + this.#size) & (this.#items.length - 1)] = item;
    this.#size++;
  }

  /** Removes the oldest. */
  shift(): T | undefined {
    if (this.#size === 0) return undefined;
    const item = this.#items[this.#first];
    this.#items[this.#first] = undefined;
    this.#first = (this.#first + 1) & (this.#items.length - 1);
    this.#size--;
    return item;
  }

  /** @param i 0 for the oldest */
  at(i: number): T | undefined {
    if (i < 0 || i >= this.#size) return undefined;
    return this.#items[(this.#first + i) & (this.#items.length - 1)];
  }

  *newestFirst(): Generator<T, void, undefined> {
    for (let i = this.#size - 1; i >= 0; i--) yield this.at(i) as T;
  }

  *[Symbol.iterator](): Generator<T, void, undefined> {
    for (let i = 0; i < this.#size; i++) yield this.at(i) as T;
  }

  #grow(): void {
    const items = new Array<T | undefined>(2 * this.#items.length).fill(undefined);
    for (let i = 0; i < this.#size; i++) items[i] = this.at(i);
    this.#items = items;
    this.#first = 0;
  }
}
