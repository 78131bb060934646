import { isThenable, valueText } from '@sightline/base';
import type { Collections } from './collection/collections.js';
import { BoundCounter } from './instruments/counter.js';
import { BoundGauge } from './instruments/gauge.js';
import type {
  Counter,
  CounterOptions,
  Gauge,
  GaugeOptions,
  Histogram,
  HistogramOptions,
  InfoOptions,
} from './instruments/instruments.js';
import { checkLabels } from './instruments/label-checks.js';
import type { ChildOptions, CollectOptions, MetricsCollector } from './instruments/metrics-collector.js';
import { checkPositive, refuse } from './instruments/option-checks.js';
import type { Instrument, Store } from './store/store.js';

/** The collector as services see it: a store with a prefix and fixed labels. Both are empty at the root. */
export class CollectorView implements MetricsCollector {
  readonly #shared: SharedByViews;
  readonly #prefix: string;
  readonly #fixed: ReadonlyMap<string, string>;

  constructor(shared: SharedByViews, prefix = '', fixed: ReadonlyMap<string, string> = new Map()) {
    this.#shared = shared;
    this.#prefix = prefix;
    this.#fixed = fixed;
  }

  /** For `discoverMetric`. */
  get store(): Store {
    return this.#shared.store;
  }

  // The store does not know the types of label names: the overloads state them.
  counter<const N extends string, const O extends N = never>(
    name: string,
    options: CounterOptions<N, O> & { labelNames: readonly N[] },
  ): Counter<N, O>;
  counter(name: string, options: CounterOptions): Counter;
  counter(name: string, options: object): unknown {
    return this.#declare('counter', name, options);
  }

  gauge<const N extends string, const O extends N = never>(
    name: string,
    options: GaugeOptions<N, O> & { labelNames: readonly N[] },
  ): Gauge<N, O>;
  gauge(name: string, options: GaugeOptions): Gauge;
  gauge(name: string, options: object): unknown {
    return this.#declare('gauge', name, options);
  }

  histogram<const N extends string, const O extends N = never>(
    name: string,
    options: HistogramOptions<N, O> & { labelNames: readonly N[] },
  ): Histogram<N, O>;
  histogram(name: string, options: HistogramOptions): Histogram;
  histogram(name: string, options: object): unknown {
    return this.#declare('histogram', name, options);
  }

  info(name: string, options: InfoOptions): void {
    this.#shared.store.declareInfo(this.#prefix + name, options, this.#fixed);
  }

  onCollect(callback: () => void | Promise<void>, options: CollectOptions = {}): () => void {
    if (typeof callback !== 'function') refuse(`onCollect got ${valueText(callback)}. Pass a function.`);
    checkPositive('onCollect', options, ['intervalMs', 'timeoutMs']);
    const { name = callback.name || 'onCollect' } = options;
    return this.#shared.collections.add({ ...options, source: name, run: callback });
  }

  child({ prefix = '', labels = {} }: ChildOptions): MetricsCollector {
    if (typeof prefix !== 'string' || !/^([a-z][a-z0-9]*([._][a-z0-9]+)*[._]?)?$/.test(prefix))
      refuse(`child has prefix ${valueText(prefix)}. Pass the start of a name, such as "orders_".`);
    return new CollectorView(this.#shared, this.#prefix + prefix, checkLabels('child', labels, this.#fixed));
  }

  #declare(kind: 'counter' | 'gauge' | 'histogram', name: string, options: object): Instrument {
    const { store, collections, collecting } = this.#shared;
    // The store refuses a name that is not a string.
    const fullName = typeof name === 'string' ? this.#prefix + name : name;
    const instrument = store.declare(kind, fullName, options, this.#fixed);
    const { collect, intervalMs } = options as CollectingOptions;
    if (collect !== undefined && 'family' in instrument) {
      // A metric that a filter denies has no family and needs no collecting.
      collecting.get(instrument)?.();
      const run = (): unknown => settle(instrument, collect(instrument));
      collecting.set(instrument, collections.add({ source: fullName, intervalMs, run }));
    }
    return instrument;
  }
}

interface CollectingOptions {
  readonly collect?: (instrument: unknown) => unknown;
  readonly intervalMs?: number | undefined;
}

export interface SharedByViews {
  readonly store: Store;
  readonly collections: Collections;
  /** Removes each instrument's collect callback. */
  readonly collecting: Map<Instrument, () => void>;
}

/** Records what a callback returned for an instrument without labels. */
function settle(instrument: Instrument, result: unknown): unknown {
  if (isThenable(result)) return Promise.resolve(result).then((value) => settle(instrument, value));
  if (result === undefined) return undefined;
  if (instrument instanceof BoundGauge) instrument.set(result as number);
  else if (instrument instanceof BoundCounter) instrument.setTotal(result as number);
  return undefined;
}
