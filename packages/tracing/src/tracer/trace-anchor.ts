import type { HrTime } from '@opentelemetry/api';
import type { Clock } from '@sightline/base';

/** The relation of the wall clock to the monotonic clock, shared by the spans of one trace in this process. */
export interface TraceAnchor {
  /** Unix time minus monotonic time, in milliseconds. */
  readonly offsetMs: number;
  /** When it was read, by the monotonic clock. */
  readonly readAtMs: number;
}

/**
 * Gives every trace its own relation of the two clocks, so that a wall clock that is set while a trace runs moves none of its spans
 * against another, and corrects the drift with each trace that begins.
 */
export class TraceAnchors {
  readonly #clock: Clock;
  #latest: TraceAnchor;

  constructor(clock: Clock) {
    this.#clock = clock;
    const readAtMs = clock.monotonicMs();
    this.#latest = { offsetMs: clock.now() - readAtMs, readAtMs };
  }

  /** For a span that begins at `nowMs` of the monotonic clock. */
  next(parent: TraceAnchor | undefined, nowMs: number): TraceAnchor {
    if (parent !== undefined && nowMs - parent.readAtMs < MAX_AGE_MS) return parent;
    const offsetMs = this.#clock.now() - nowMs;
    const drift = offsetMs - this.#latest.offsetMs;
    // The wall clock counts whole milliseconds, so that its time is up to one too early: the largest offset is the best.
    const isWrong = drift > 0 || drift < -MAX_LATE_MS || nowMs - this.#latest.readAtMs >= MAX_AGE_MS;
    if (isWrong) this.#latest = { offsetMs, readAtMs: nowMs };
    return this.#latest;
  }
}

const MAX_LATE_MS = 1.5;
/** A trace that runs for longer gets a new relation: its clocks may have drifted apart. */
const MAX_AGE_MS = 600_000;

/** Unix milliseconds as seconds and nanoseconds. */
export function hrTimeOf(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000);
  const nanos = Math.round((ms - seconds * 1000) * 1e6);
  return nanos === 1e9 ? [seconds + 1, 0] : [seconds, nanos];
}
