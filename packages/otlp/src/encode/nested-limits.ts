/** Bounds how deep and how often the encoders follow references of values within a record, which may be circular or shared. */
export class NestedLimits {
  #path: object[] = [];
  #entered = 0;
  #values = 0;

  /** Before each record. */
  begin(): void {
    if (this.#entered === 0) return;
    this.#path = [];
    this.#entered = 0;
    this.#values = 0;
  }

  /**
   * Before the content of an array or object. Throws if the record would have too many values, as a sparse array may.
   * @param size how many values it holds
   * @returns what to write instead of it, if anything
   */
  enter(value: object, size: number): string | undefined {
    if (this.#path.includes(value)) return '[circular]';
    if (this.#path.length >= MAX_DEPTH) return '[nested too deeply]';
    if (this.#entered >= MAX_ENTERED) return '[too many nested values]';
    this.#entered++;
    this.#values += size;
    if (this.#values > MAX_VALUES) {
      throw new RangeError(`[otlp] A record has more than ${MAX_VALUES} values. Limit the length of its arrays.`);
    }
    this.#path.push(value);
    return undefined;
  }

  leave(): void {
    this.#path.pop();
  }
}

/** Receivers bound it as well: protobuf's own readers stop at 100 messages, and each level here is three. */
const MAX_DEPTH = 24;
/** Arrays and objects of one record. An object that is referred to twice counts twice. */
const MAX_ENTERED = 10_000;
const MAX_VALUES = 1_000_000;
