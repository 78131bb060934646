import type { Attributes, Counter, Gauge, Histogram, UpDownCounter } from '@opentelemetry/api';
import type { CreatedInstrument } from './instrument-options.js';
import { RecordedStream } from './recorded-stream.js';
import type { Target } from './target.js';

/** A Counter or an UpDownCounter. */
export class AddingInstrument implements Counter, UpDownCounter {
  readonly #recorded: RecordedStream;

  constructor(created: CreatedInstrument, target: () => Target) {
    this.#recorded = new RecordedStream(created, target);
  }

  add(value: number, attributes?: Attributes): void {
    this.#recorded.current()?.add(this.#recorded.number(value), attributes);
  }
}

/** A Histogram or a Gauge. */
export class RecordingInstrument implements Histogram, Gauge {
  readonly #recorded: RecordedStream;
  readonly #isHistogram: boolean;

  constructor(created: CreatedInstrument, target: () => Target) {
    this.#recorded = new RecordedStream(created, target);
    this.#isHistogram = created.metric.kind === 'histogram';
  }

  record(value: number, attributes?: Attributes): void {
    const stream = this.#recorded.current();
    if (this.#isHistogram) stream?.observe(this.#recorded.number(value), attributes);
    else stream?.set(this.#recorded.number(value), attributes);
  }
}
