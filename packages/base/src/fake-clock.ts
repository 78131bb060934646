import type { Clock, Timer } from '@sightline/base';
import { nextTurn } from './event-loop.js';

/** A clock that stands still until a test moves it. */
export interface FakeClock extends Clock {
  /**
   * Moves both clocks forward by `ms` and runs the timers that become due, in order of their time, including timers that these
   * set. Promises do not settle in between: see `advanceAsync`.
   */
  advance(ms: number): void;
  /** Like `advance`, but lets promises settle after each timer. */
  advanceAsync(ms: number): Promise<void>;
  /** Sets the Unix time, as an administrator or NTP would: no timer runs and the monotonic clock stays. */
  setTime(unixMs: number): void;
  /** The pending timers, in the order in which they will run. */
  readonly timers: readonly PendingTimer[];
}

export interface PendingTimer {
  readonly dueInMs: number;
  /** Whether it would keep a process alive. */
  readonly isRef: boolean;
}

export interface FakeClockOptions {
  /** Unix time in milliseconds to start from. Default: 2025-01-01T00:00:00Z. */
  nowMs?: number | undefined;
}

/** Makes a clock for code that takes a `Clock`. It replaces no global, so tests may run in parallel. */
export function fakeClock({ nowMs = Date.UTC(2025, 0, 1) }: FakeClockOptions = {}): FakeClock {
  let elapsedMs = 0;
  let offsetMs = nowMs;
  let order = 0;
  const pending = new Set<Scheduled>();

  function* dueWithin(ms: number): Generator<void> {
    if (!(ms >= 0 && ms < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`[base] A clock is advanced by milliseconds >= 0, but got ${ms}.`);
    }
    const endMs = elapsedMs + ms;
    let ran = 0;
    for (let next = earliest(pending); next !== undefined && next.dueMs <= endMs; next = earliest(pending)) {
      if (++ran > MAX_TIMERS_PER_ADVANCE) {
        throw new Error(
          `[base] ${MAX_TIMERS_PER_ADVANCE} timers ran within ${ms} ms: a timer probably sets itself again without delay.`,
        );
      }
      pending.delete(next);
      elapsedMs = Math.max(elapsedMs, next.dueMs);
      next.callback();
      yield;
    }
    elapsedMs = endMs;
  }

  return {
    now: () => offsetMs + elapsedMs,
    monotonicMs: () => elapsedMs,
    setTimer(callback: () => void, delayMs: number): Timer {
      const timer: Scheduled = { callback, dueMs: elapsedMs + Math.max(0, delayMs), order: order++, isRef: true };
      pending.add(timer);
      return {
        cancel: () => void pending.delete(timer),
        ref: () => {
          timer.isRef = true;
        },
        unref: () => {
          timer.isRef = false;
        },
      };
    },
    advance(ms) {
      for (const _ of dueWithin(ms));
    },
    async advanceAsync(ms) {
      await nextTurn();
      for (const _ of dueWithin(ms)) await nextTurn();
      await nextTurn();
    },
    setTime(unixMs) {
      offsetMs = unixMs - elapsedMs;
    },
    get timers() {
      return [...pending].sort(byTime).map(({ dueMs, isRef }) => ({ dueInMs: dueMs - elapsedMs, isRef }));
    },
  };
}

const MAX_TIMERS_PER_ADVANCE = 100_000;

interface Scheduled {
  readonly callback: () => void;
  readonly dueMs: number;
  readonly order: number;
  isRef: boolean;
}

function earliest(pending: ReadonlySet<Scheduled>): Scheduled | undefined {
  let first: Scheduled | undefined;
  for (const timer of pending) if (first === undefined || byTime(timer, first) < 0) first = timer;
  return first;
}

function byTime(a: Scheduled, b: Scheduled): number {
  return a.dueMs - b.dueMs || a.order - b.order;
}
