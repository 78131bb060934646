import { messageOf } from '@sightline/base';
import { DeclarationError, type Metrics } from '@sightline/core';
import { type DiscoveredOptions, discoverMetric, reportLeftOut } from '@sightline/core/backend';
import { type LeaveOut, Stream } from './stream.js';

/** What a collection runs. */
export interface CollectedRun {
  /** Names it in warnings and counts. */
  readonly name: string;
  run(): void | Promise<void>;
}

/** The collector that instruments record in, with the metrics that they have in it. */
export class Target {
  readonly #metrics: Metrics;
  /** By name in lower case: names are case-insensitive (OpenTelemetry, "Metrics API", Instrument name syntax). */
  readonly #streams = new Map<string, Stream>();
  readonly #runs: Map<CollectedRun, () => void>;
  #isEnded = false;

  constructor(metrics: Metrics, runs: Iterable<CollectedRun> = []) {
    this.#metrics = metrics;
    this.#runs = new Map();
    for (const run of runs) this.addRun(run);
  }

  /** The metric of an instrument; made if there is none. One that cannot be made records nothing. */
  stream(wanted: DiscoveredOptions): Stream {
    const key = wanted.name.toLowerCase();
    const known = this.#streams.get(key);
    if (known !== undefined) {
      if (known.isFor(wanted)) return known;
      this.leaveOut(wanted, 'name_clash', `another instrument has this name and is of kind ${known.kind}`);
      return new Stream(wanted, undefined, this.leaveOut);
    }
    const stream = new Stream(wanted, this.#discovered(wanted), this.leaveOut);
    if (this.#streams.size < MAX_INSTRUMENTS) this.#streams.set(key, stream);
    return stream;
  }

  addRun(run: CollectedRun): void {
    const remove = this.#isEnded ? () => {} : this.#metrics.onCollect(() => run.run(), { name: run.name });
    this.#runs.set(run, remove);
  }

  removeRun(run: CollectedRun): void {
    this.#runs.get(run)?.();
    this.#runs.delete(run);
  }

  readonly leaveOut: LeaveOut = ({ name, instrumentation }, reason, why) => {
    const source = instrumentation.scopeName;
    const sentence = `Metric "${name}" of the meter "${source}" is left out: ${why}.`;
    reportLeftOut(this.#metrics, { source, metric: name, reason, why: sentence });
  };

  /** The same instruments and callbacks, those that were added after the end included, over another collector. */
  replacedBy(metrics: Metrics): Target {
    const runs = [...this.#runs.keys()];
    this.end();
    return new Target(metrics, runs);
  }

  end(): void {
    this.#isEnded = true;
    for (const remove of this.#runs.values()) remove();
    for (const stream of this.#streams.values()) stream.end();
  }

  #discovered(wanted: DiscoveredOptions) {
    if (this.#isEnded) return undefined;
    if (this.#streams.size >= MAX_INSTRUMENTS) {
      this.leaveOut(wanted, 'too_many', `there are ${MAX_INSTRUMENTS} metrics of instrumentations already`);
      return undefined;
    }
    try {
      return discoverMetric(this.#metrics, wanted);
    } catch (error) {
      const isTaken = error instanceof DeclarationError || error instanceof Error;
      this.leaveOut(wanted, isTaken ? 'name_clash' : 'error', messageOf(error).replace(/^\[core\] |\.$/g, ''));
      return undefined;
    }
  }
}

/** Of all meters together. Names that are made of data would grow without limit. */
const MAX_INSTRUMENTS = 1000;
