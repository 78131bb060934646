import type { DiscoveredMetric, DiscoveredOptions } from '@sightline/core/backend';
import { AttributeLabels } from './attribute-labels.js';

/** Reports what an instrument does not record: counted by reason, warned about once. */
export type LeaveOut = (wanted: DiscoveredOptions, reason: string, why: string) => void;

/** The metric of all instruments of one name. No call throws. */
export class Stream {
  readonly #wanted: DiscoveredOptions;
  readonly #leaveOut: LeaveOut;
  readonly #labels: AttributeLabels;
  readonly #observers = new Map<string, Set<object>>();
  #metric: DiscoveredMetric | undefined;

  constructor(wanted: DiscoveredOptions, metric: DiscoveredMetric | undefined, leaveOut: LeaveOut) {
    this.#wanted = wanted;
    this.#metric = metric;
    this.#leaveOut = leaveOut;
    this.#labels = new AttributeLabels({
      discovered: (names, integerNames) => this.#metric?.addLabels(names, integerNames),
      tooMany: (key) =>
        leaveOut(wanted, 'too_many_attributes', `it has too many attribute keys, so "${key}" is dropped`),
    });
  }

  get kind(): string {
    return kindOf(this.#wanted);
  }

  isFor(wanted: DiscoveredOptions): boolean {
    return kindOf(wanted) === this.kind;
  }

  add(value: number, attributes: unknown): void {
    this.#record(value, attributes, addTo);
  }

  set(value: number, attributes: unknown): void {
    this.#record(value, attributes, setIn);
  }

  observe(value: number, attributes: unknown): void {
    this.#record(value, attributes, observeIn);
  }

  /** Notes that a callback observes a series. */
  observedBy(observer: object, series: string): void {
    const observers = this.#observers.get(series);
    if (observers === undefined) this.#observers.set(series, new Set([observer]));
    else observers.add(observer);
  }

  /** Ends a series unless another callback observes it. */
  unobservedBy(observer: object, series: string, labels: object): void {
    const observers = this.#observers.get(series);
    observers?.delete(observer);
    if (observers !== undefined && observers.size > 0) return;
    this.#observers.delete(series);
    this.#metric?.remove(labels);
  }

  /** The labels that these attributes become. */
  labelsOf(attributes: unknown): object {
    return this.#labels.copyOf(attributes);
  }

  end(): void {
    this.#metric = undefined;
  }

  #record(
    value: number,
    attributes: unknown,
    record: (metric: DiscoveredMetric, labels: object, value: number) => void,
  ): void {
    const metric = this.#metric;
    if (metric === undefined) return;
    if (metric.isReplaced) {
      this.#metric = undefined;
      this.#leaveOut(this.#wanted, 'name_clash', 'the service declares a metric of this name itself');
      return;
    }
    try {
      record(metric, this.#labels.of(attributes), value);
    } catch {
      // A strict collector throws for wrong recordings, which it has counted; the instrumentation is not its caller.
    }
  }
}

const addTo = (metric: DiscoveredMetric, labels: object, value: number): void => metric.add(labels, value);
const setIn = (metric: DiscoveredMetric, labels: object, value: number): void => metric.set(labels, value);
const observeIn = (metric: DiscoveredMetric, labels: object, value: number): void => metric.observe(labels, value);

function kindOf({ kind, isAdditive }: DiscoveredOptions): string {
  return isAdditive === true ? 'up-down counter' : kind;
}
