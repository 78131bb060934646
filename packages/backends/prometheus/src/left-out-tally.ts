import type { FamilySnapshot, Log } from '@sightline/core';
import type { PromFault } from './prom-client-family.js';

export type LeftOutReason = PromFault | 'failed' | 'timeout';

/** What was left out of a registry's reads: told once per metric and reason, and counted. */
export class LeftOutTally {
  readonly #source: string;
  readonly #log: Log;
  readonly #counts = new Map<string, { metric: string; reason: LeftOutReason; count: number }>();

  constructor(source: string, log: Log) {
    this.#source = source;
    this.#log = log;
  }

  add(metric: string, reason: LeftOutReason, error?: Error): void {
    const key = `${metric} ${reason}`;
    const counted = this.#counts.get(key);
    if (counted !== undefined) {
      counted.count++;
      return;
    }
    this.#counts.set(key, { metric, reason, count: 1 });
    const fields = { metric, source: this.#source, reason, ...(error === undefined ? {} : { err: error }) };
    this.#log.warn(
      fields,
      `[backend-prometheus] Metric "${metric}" of "${this.#source}" is left out: ${sentences[reason]}.`,
    );
  }

  /** The tally as a family of its own, once there is something in it. */
  families(): FamilySnapshot[] {
    const counts = [...this.#counts.values()];
    if (counts.length === 0) return [];
    return [
      {
        kind: 'counter',
        name: 'sightline_prom_client_left_out_total',
        help: 'Metrics and series of an included prom-client registry that were left out of a read.',
        unit: undefined,
        labelNames: ['source', 'metric', 'reason'],
        constantLabels: {},
        size: counts.length,
        rows: Uint32Array.from(counts.keys()),
        labelValues: counts.flatMap(({ metric, reason }) => [this.#source, metric, reason]),
        startTimesMs: new Float64Array(counts.length),
        origin: 'foreign',
        values: Float64Array.from(counts, ({ count }) => count),
      },
    ];
  }
}

const sentences: Readonly<Record<LeftOutReason, string>> = {
  failed: 'its collect function failed',
  timeout: 'its collect function did not settle in time',
  bad_buckets: 'its buckets are not ascending, lack +Inf, or do not add up',
  bad_value: 'a value is not a number, or a counter is negative',
};
