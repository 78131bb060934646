/** The first `max` of many in an order, without sorting all of them. */
export class Top<T> {
  readonly #max: number;
  readonly #compare: (a: T, b: T) => number;
  #items: T[] = [];

  constructor(max: number, compare: (a: T, b: T) => number) {
    this.#max = max;
    this.#compare = compare;
  }

  add(item: T): void {
    this.#items.push(item);
    if (this.#items.length >= 2 * this.#max + 100) this.#cut();
  }

  sorted(): readonly T[] {
    this.#cut();
    return this.#items;
  }

  #cut(): void {
    this.#items.sort(this.#compare);
    if (this.#items.length > this.#max) this.#items.length = this.#max;
  }
}
