/** The newest items of a sequence. Item `index` is the `index`th that was pushed, from 0. */
export class TopicRing<Item> {
  readonly #slots: Array<Item | undefined>;
  /** Of the oldest item kept; equal to `next` if there is none. */
  first = 0;
  /** Of the item that will be pushed next. */
  next = 0;

  constructor(size: number) {
    this.#slots = new Array<Item | undefined>(size).fill(undefined);
  }

  get isFull(): boolean {
    return this.next - this.first >= this.#slots.length;
  }

  get length(): number {
    return this.next - this.first;
  }

  /** Requires room. */
  push(item: Item): void {
    this.#slots[this.next++ % this.#slots.length] = item;
  }

  at(index: number): Item | undefined {
    return index >= this.first && index < this.next ? this.#slots[index % this.#slots.length] : undefined;
  }

  /** Removes the oldest item. */
  shift(): Item | undefined {
    const item = this.at(this.first);
    if (item === undefined) return undefined;
    this.#slots[this.first++ % this.#slots.length] = undefined;
    return item;
  }
}
