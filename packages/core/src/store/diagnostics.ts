import type { Log } from '@sightline/base';
import { RecordingError } from '@sightline/base';
import { refuse } from '../instruments/option-checks.js';

/** Why a recording was dropped. */
export type DropReason = 'not_a_number' | 'not_finite' | 'negative' | 'out_of_range' | 'not_a_duration' | 'failed';
/** Why a recording went to the overflow series, or why a gauge's `set` was dropped. */
export type MislabelReason = 'no_labels' | 'missing_label' | 'wrong_label_type' | 'too_long' | 'undeclared_value';
export type Misuse = DropReason | MislabelReason | 'overflowed' | 'undeclared_label';

/** Counts what went wrong. By name, so that the counters exist only once something went wrong. */
export type CountSelf = (name: SelfCounter, labels: Readonly<Record<string, string>>) => void;

/** The help of core's own counters. */
export const selfCounters: Readonly<Record<SelfCounter, string>> = {
  sightline_dropped_total: 'Recordings dropped because of their value, by metric and reason.',
  sightline_mislabelled_total:
    'Recordings with wrong labels, by metric and reason. They go to the overflow series; the set of a gauge is dropped.',
  sightline_overflowed_total:
    'Recordings beyond a series cap, by metric. They go to the overflow series; the set of a gauge is dropped.',
  sightline_collect_failures_total:
    'Collect callbacks, included sources and their metrics that failed or were left out, by source and reason.',
};

export type SelfCounter =
  | 'sightline_dropped_total'
  | 'sightline_mislabelled_total'
  | 'sightline_overflowed_total'
  | 'sightline_collect_failures_total';

export function checkNotReserved(name: string): void {
  if (Object.hasOwn(selfCounters, name))
    refuse(`"${name}" is reserved: Sightline counts failures in it. Rename yours.`);
}

export interface DiagnosticsOptions {
  readonly isStrict: boolean;
  readonly onStrictError?: ((error: RecordingError) => void) | undefined;
  readonly log: Log;
  readonly count: CountSelf;
}

/**
 * Handles wrong recordings: counts each, and warns once per metric and reason. A strict collector throws at the call site
 * instead.
 */
export class Diagnostics {
  readonly #options: DiagnosticsOptions;
  readonly #warned = new Set<string>();

  constructor(options: DiagnosticsOptions) {
    this.#options = options;
  }

  get isStrict(): boolean {
    return this.#options.isStrict;
  }

  /** @param counter counts it. Default: it is only warned about */
  misused(metric: string, reason: Misuse, detail: () => string, counter?: SelfCounter): void {
    if (this.isStrict) {
      const error = new RecordingError(`[core] ${detail()}`);
      this.#options.onStrictError?.(error);
      throw error;
    }
    this.#warnOnce(metric, reason, detail);
    if (counter === 'sightline_overflowed_total') this.#options.count(counter, { metric });
    else if (counter !== undefined) this.#options.count(counter, { metric, reason });
  }

  /**
   * A collect callback or an included source that failed, or a single metric of a source that is left out: counted by source, warned
   * about once per subject.
   */
  notCollected(source: string, reason: string, detail: () => string, subject: string = source): void {
    this.#warnOnce(subject, reason, detail);
    this.#options.count('sightline_collect_failures_total', { source, reason });
  }

  #warnOnce(subject: string, reason: string, detail: () => string): void {
    const key = `${subject}\n${reason}`;
    if (this.#warned.has(key) || this.#warned.size >= MAX_WARNINGS) return;
    this.#warned.add(key);
    this.#options.log.warn({ subject, reason }, `[core] ${detail()} Further cases are counted, not logged.`);
  }
}

// Metric names of included sources may contain data, so the number of warnings is bounded.
const MAX_WARNINGS = 1000;
