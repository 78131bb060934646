import type {
  BatchObservableCallback,
  Counter,
  Gauge,
  Histogram,
  Meter,
  MetricOptions,
  Observable,
  ObservableCounter,
  ObservableGauge,
  ObservableUpDownCounter,
  UpDownCounter,
} from '@opentelemetry/api';
import { CallbackRun } from './callback-run.js';
import { type InstrumentKind, instrumentOf } from './instrument-options.js';
import { ObservableInstrument } from './observable-instrument.js';
import { AddingInstrument, RecordingInstrument } from './recording-instruments.js';
import type { Target } from './target.js';

/** The instruments of one instrumentation scope. */
export class InstrumentationMeter implements Meter {
  readonly #scope: { readonly name: string; readonly version: string };
  readonly #target: () => Target;
  readonly #batches: CallbackRun[] = [];

  constructor(scope: { readonly name: string; readonly version: string }, target: () => Target) {
    this.#scope = scope;
    this.#target = target;
  }

  createCounter(name: string, options?: MetricOptions): Counter {
    return new AddingInstrument(this.#declared('counter', name, options), this.#target);
  }

  createUpDownCounter(name: string, options?: MetricOptions): UpDownCounter {
    return new AddingInstrument(this.#declared('up-down counter', name, options), this.#target);
  }

  createHistogram(name: string, options?: MetricOptions): Histogram {
    return new RecordingInstrument(this.#declared('histogram', name, options), this.#target);
  }

  createGauge(name: string, options?: MetricOptions): Gauge {
    return new RecordingInstrument(this.#declared('gauge', name, options), this.#target);
  }

  createObservableCounter(name: string, options?: MetricOptions): ObservableCounter {
    return this.#observable('counter', name, options);
  }

  createObservableUpDownCounter(name: string, options?: MetricOptions): ObservableUpDownCounter {
    return this.#observable('up-down counter', name, options);
  }

  createObservableGauge(name: string, options?: MetricOptions): ObservableGauge {
    return this.#observable('gauge', name, options);
  }

  addBatchObservableCallback(callback: BatchObservableCallback, observables: Observable[]): void {
    const own = ownOf(observables);
    if (typeof callback !== 'function' || own.size === 0) return;
    if (this.#batches.some((run) => run.isFor(callback, own))) return;
    const run = new CallbackRun(callback, own, (observe) =>
      callback({ observe: (observable, value, attributes) => observe(observable, value, attributes) }),
    );
    this.#batches.push(run);
    this.#target().addRun(run);
  }

  removeBatchObservableCallback(callback: BatchObservableCallback, observables: Observable[]): void {
    const own = ownOf(observables);
    const at = this.#batches.findIndex((run) => run.isFor(callback, own));
    const [run] = at < 0 ? [] : this.#batches.splice(at, 1);
    if (run === undefined) return;
    this.#target().removeRun(run);
    run.end();
  }

  #declared(kind: InstrumentKind, name: unknown, options: MetricOptions | undefined) {
    return instrumentOf({ kind, name, options, scope: this.#scope });
  }

  #observable(kind: 'counter' | 'up-down counter' | 'gauge', name: string, options: MetricOptions | undefined) {
    return new ObservableInstrument(this.#declared(kind, name, options), this.#target);
  }
}

function ownOf(observables: unknown): ReadonlySet<ObservableInstrument> {
  const all: readonly unknown[] = Array.isArray(observables) ? observables : [];
  return new Set(all.filter((each) => each instanceof ObservableInstrument));
}
