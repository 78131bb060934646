import type { Attributes, Observable, ObservableCallback } from '@opentelemetry/api';
import { CallbackRun } from './callback-run.js';
import type { CreatedInstrument } from './instrument-options.js';
import { RecordedStream } from './recorded-stream.js';
import type { Target } from './target.js';

/** An asynchronous instrument: its callbacks run when a backend collects. */
export class ObservableInstrument implements Observable {
  readonly recorded: RecordedStream;
  readonly #target: () => Target;
  readonly #runs = new Map<ObservableCallback, CallbackRun>();

  constructor(created: CreatedInstrument, target: () => Target) {
    this.recorded = new RecordedStream(created, target);
    this.#target = target;
  }

  addCallback(callback: ObservableCallback): void {
    if (typeof callback !== 'function' || this.#runs.has(callback)) return;
    const run = new CallbackRun(callback, new Set([this]), (observe) =>
      callback({ observe: (value: number, attributes?: Attributes) => observe(this, value, attributes) }),
    );
    this.#runs.set(callback, run);
    this.#target().addRun(run);
  }

  removeCallback(callback: ObservableCallback): void {
    const run = this.#runs.get(callback);
    if (run === undefined) return;
    this.#runs.delete(callback);
    this.#target().removeRun(run);
    run.end();
  }
}
