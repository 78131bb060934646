import type { RecordedStream } from './recorded-stream.js';

/** An observable instrument. */
export interface ObservedInstrument {
  readonly recorded: RecordedStream;
}

type Observe = (observable: unknown, value: number, attributes: unknown) => void;
/** The labels that were observed, by their text. */
type Observed = Map<string, object>;

/**
 * One callback of observable instruments, run once per collection. What it observes is recorded at once. Series of gauges and up-down
 * counters that a run did not observe end (OpenTelemetry, "Metrics SDK", Asynchronous instruments); a counter keeps its total, because
 * one that came back with a new start would be counted twice. A run that fails ends nothing.
 */
export class CallbackRun {
  readonly name: string;
  readonly #callback: unknown;
  readonly #observables: ReadonlySet<ObservedInstrument>;
  readonly #call: (observe: Observe) => unknown;
  readonly #observed = new Map<ObservedInstrument, Observed>();

  /** @param call runs the callback. May throw or reject: core counts it */
  constructor(callback: unknown, observables: ReadonlySet<ObservedInstrument>, call: (observe: Observe) => unknown) {
    this.#callback = callback;
    this.#observables = observables;
    this.#call = call;
    this.name = [...observables]
      .map(({ recorded }) => recorded.name)
      .join(', ')
      .slice(0, 200);
  }

  isFor(callback: unknown, observables: ReadonlySet<ObservedInstrument>): boolean {
    if (callback !== this.#callback || observables.size !== this.#observables.size) return false;
    return [...observables].every((each) => this.#observables.has(each));
  }

  run(): void | Promise<void> {
    const now = new Map<ObservedInstrument, Observed>();
    let isRunning = true;
    const finish = (): void => {
      isRunning = false;
      for (const observable of this.#observables) this.#settle(observable, now.get(observable));
    };
    try {
      const result = this.#call((observable, value, attributes) => {
        if (isRunning && isOneOf(this.#observables, observable)) this.#observe(observable, value, attributes, now);
      });
      if (!isThenable(result)) return finish();
      return Promise.resolve(result).then(finish, (error: unknown) => {
        isRunning = false;
        throw error;
      });
    } catch (error) {
      isRunning = false;
      throw error;
    }
  }

  /** Ends what only this callback observed. */
  end(): void {
    for (const observable of this.#observables) this.#settle(observable, undefined);
  }

  #observe(
    observable: ObservedInstrument,
    value: number,
    attributes: unknown,
    now: Map<ObservedInstrument, Observed>,
  ): void {
    const { recorded } = observable;
    const stream = recorded.current();
    if (stream === undefined) return;
    stream.set(recorded.number(value), attributes);
    if (recorded.isCounter) return;
    const observed = now.get(observable) ?? new Map<string, object>();
    now.set(observable, observed);
    if (observed.size >= MAX_OBSERVED) return;
    try {
      const labels = stream.labelsOf(attributes);
      observed.set(keyOf(labels), labels);
    } catch {
      // Attributes that cannot be read: counted already.
    }
  }

  #settle(observable: ObservedInstrument, now: Observed | undefined): void {
    const before = this.#observed.get(observable);
    if (now === undefined) this.#observed.delete(observable);
    else this.#observed.set(observable, now);
    if (before === undefined && now === undefined) return;
    const stream = observable.recorded.current();
    for (const key of now?.keys() ?? []) stream?.observedBy(this, key);
    for (const [key, labels] of before ?? []) {
      if (now?.has(key) !== true) stream?.unobservedBy(this, key, labels);
    }
  }
}

/** Of one run: beyond that the collector has reached its cap, so nothing is to be ended. */
const MAX_OBSERVED = 20_000;

function isOneOf(observables: ReadonlySet<ObservedInstrument>, given: unknown): given is ObservedInstrument {
  return (observables as ReadonlySet<unknown>).has(given);
}

function isThenable(result: unknown): result is PromiseLike<unknown> {
  return typeof result === 'object' && result !== null && 'then' in result;
}

function keyOf(labels: object): string {
  const entries = Object.entries(labels).map(([name, value]) => [name, String(value)]);
  return JSON.stringify(entries.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)));
}
