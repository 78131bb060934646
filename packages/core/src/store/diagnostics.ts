import type { Log } from '@sightline/base';
import { DeclarationError, RecordingError } from '@sightline/base';

/** Why a recording was dropped. */
export type DropReason = 'not_a_number' | 'not_finite' | 'negative' | 'out_of_range' | 'not_a_duration' | 'failed';
/** Why a recording went to the overflow series, or why a gauge's `set` was dropped. */
export type MislabelReason = 'no_labels' | 'missing_label' | 'wrong_label_type' | 'too_long' | 'undeclared_value';

/** Counts what went wrong. By name, so that the counters exist only once something went wrong. */
export type CountSelf = (name: SelfCounter, labels: Readonly<Record<string, string>>) => void;

/** Core's own counters: name, help, label names. */
export const selfCounters: Readonly<
  Record<SelfCounter, { readonly help: string; readonly labelNames: readonly string[] }>
> = {
  sightline_dropped_total: {
    help: 'Recordings dropped because of their value, by metric and reason.',
    labelNames: ['metric', 'reason'],
  },
  sightline_mislabelled_total: {
    help: 'Recordings with wrong labels, by metric and reason. They go to the overflow series; the set of a gauge is dropped.',
    labelNames: ['metric', 'reason'],
  },
  sightline_overflowed_total: {
    help: 'Recordings beyond a series cap, by metric. They go to the overflow series; the set of a gauge is dropped.',
    labelNames: ['metric'],
  },
  sightline_collect_failures_total: {
    help: 'Collect callbacks, included sources and their metrics that failed or were left out, by source and reason.',
    labelNames: ['source', 'reason'],
  },
};

export type SelfCounter =
  | 'sightline_dropped_total'
  | 'sightline_mislabelled_total'
  | 'sightline_overflowed_total'
  | 'sightline_collect_failures_total';

export function checkNotReserved(name: string): void {
  if (!Object.hasOwn(selfCounters, name)) return;
  throw new DeclarationError(
    `[core] "${name}" is reserved: Sightline counts its own failures in it. Choose another name.`,
  );
}

/**
 * Handles wrong recordings: counts each, and warns once per metric and reason. A strict collector throws at the call site
 * instead.
 */
export class Diagnostics {
  readonly #isStrict: boolean;
  readonly #log: Log;
  readonly #count: CountSelf;
  readonly #onStrictError: ((error: RecordingError) => void) | undefined;
  readonly #warned = new Set<string>();

  constructor({
    isStrict,
    log,
    count,
    onStrictError,
  }: {
    isStrict: boolean;
    log: Log;
    count: CountSelf;
    onStrictError?: ((error: RecordingError) => void) | undefined;
  }) {
    this.#isStrict = isStrict;
    this.#log = log;
    this.#count = count;
    this.#onStrictError = onStrictError;
  }

  get isStrict(): boolean {
    return this.#isStrict;
  }

  dropped(metric: string, reason: DropReason, detail: () => string): void {
    this.#report(metric, reason, detail);
    this.#count('sightline_dropped_total', { metric, reason });
  }

  /** @param isRecording false when a series is bound: that is warned about, not counted */
  mislabelled(metric: string, reason: MislabelReason, isRecording: boolean, detail: () => string): void {
    this.#report(metric, reason, detail);
    if (isRecording) this.#count('sightline_mislabelled_total', { metric, reason });
  }

  overflowed(metric: string, isRecording: boolean, detail: () => string): void {
    this.#report(metric, 'overflowed', detail);
    if (isRecording) this.#count('sightline_overflowed_total', { metric });
  }

  /** An undeclared label beside right ones: the recording counts without it. */
  undeclaredLabel(metric: string, detail: () => string): void {
    this.#report(metric, 'undeclared_label', detail);
  }

  collectFailed(source: string, reason: 'error' | 'timeout', detail: () => string): void {
    this.#warnOnce(source, reason, detail);
    this.#count('sightline_collect_failures_total', { source, reason });
  }

  /** A single metric of an included source: counted by source, warned about once per metric. */
  leftOut(source: string, metric: string, reason: string, detail: () => string): void {
    this.#warnOnce(`${source}/${metric}`, reason, detail);
    this.#count('sightline_collect_failures_total', { source, reason });
  }

  #report(metric: string, reason: string, detail: () => string): void {
    if (this.#isStrict) {
      const error = new RecordingError(`[core] ${detail()}`);
      this.#onStrictError?.(error);
      throw error;
    }
    this.#warnOnce(metric, reason, detail);
  }

  #warnOnce(subject: string, reason: string, detail: () => string): void {
    const key = `${subject}\n${reason}`;
    if (this.#warned.has(key) || this.#warned.size >= MAX_WARNINGS) return;
    this.#warned.add(key);
    this.#log.warn({ subject, reason }, `[core] ${detail()} Further cases are counted, not logged.`);
  }
}

// Metric names of included sources may contain data, so the number of warnings is bounded.
const MAX_WARNINGS = 1000;
