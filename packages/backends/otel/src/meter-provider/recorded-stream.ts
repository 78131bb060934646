import type { CreatedInstrument } from './instrument-options.js';
import type { Stream } from './stream.js';
import type { Target } from './target.js';

/** The metric of one instrument, found with its first recording in a target. */
export class RecordedStream {
  readonly #created: CreatedInstrument;
  readonly #target: () => Target;
  #foundIn: Target | undefined;
  #stream: Stream | undefined;

  constructor(created: CreatedInstrument, target: () => Target) {
    this.#created = created;
    this.#target = target;
  }

  get name(): string {
    return this.#created.metric.name;
  }

  get isCounter(): boolean {
    return this.#created.metric.kind === 'counter';
  }

  /** `undefined` if the instrument cannot record. */
  current(): Stream | undefined {
    const target = this.#target();
    if (target !== this.#foundIn) {
      const { metric, problem } = this.#created;
      this.#foundIn = target;
      this.#stream = problem === undefined ? target.stream(metric) : undefined;
      if (problem !== undefined) target.leaveOut(metric, 'bad_name', problem);
    }
    return this.#stream;
  }

  /** The value as it is recorded. What is no number is counted as such. */
  number(value: number): number {
    if (value === undefined) return Number.NaN; // our own instruments have a default
    return this.#created.isInteger && typeof value === 'number' ? Math.trunc(value) : value;
  }
}
