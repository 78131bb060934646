import type { Clock } from '@sightline/base';
import { pointsOf } from '../src/backend.js';
import { createMetrics, type Metrics, type MetricsOptions } from '../src/index.js';

/** A collector on a clock that stands still, with what it warned about and what it would export. */
export function testSetting(options: MetricsOptions = {}): TestSetting {
  const clock = testClock();
  const warnings: string[] = [];
  const errors: string[] = [];
  const log = {
    info: () => {},
    warn: (_: object, message: string) => void warnings.push(message),
    error: (_: object, message: string) => void errors.push(message),
  };
  const metrics = createMetrics({ clock, log, ...options });
  const exported: TestSetting['exported'] = (name) => {
    const family = metrics.snapshot().families.find((candidate) => candidate.name === name);
    return family === undefined
      ? []
      : [...pointsOf(family)].map((point) => ({
          labels: { ...point.labels },
          value: 'value' in point ? point.value : point.count,
        }));
  };
  return { metrics, clock, warnings, errors, exported };
}

export interface TestSetting {
  readonly metrics: Metrics;
  readonly clock: TestClock;
  readonly warnings: string[];
  readonly errors: string[];
  exported(name: string): Array<{ labels: Record<string, string>; value: number }>;
}

export interface TestClock extends Clock {
  /** Moves time on, firing timers in their order. */
  advance(ms: number): void;
  /** Sets the wall clock alone, as an administrator would. */
  setNow(ms: number): void;
  readonly timers: ReadonlyArray<{ readonly atMs: number; isRef: boolean }>;
}

export function testClock(): TestClock {
  let monotonicMs = 0;
  let offsetMs = Date.UTC(2026, 0, 1);
  const timers: Array<{ atMs: number; callback: () => void; isRef: boolean }> = [];
  const drop = (timer: (typeof timers)[number]): void => {
    const at = timers.indexOf(timer);
    if (at >= 0) timers.splice(at, 1);
  };
  return {
    timers,
    now: () => offsetMs + monotonicMs,
    monotonicMs: () => monotonicMs,
    setTimer(callback, delayMs) {
      const timer = { atMs: monotonicMs + delayMs, callback, isRef: true };
      timers.push(timer);
      return {
        cancel: () => drop(timer),
        ref: () => {
          timer.isRef = true;
        },
        unref: () => {
          timer.isRef = false;
        },
      };
    },
    advance(ms) {
      const untilMs = monotonicMs + ms;
      for (;;) {
        const [next] = timers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs);
        if (next === undefined) break;
        monotonicMs = Math.max(monotonicMs, next.atMs);
        drop(next);
        next.callback();
      }
      monotonicMs = untilMs;
    },
    setNow(ms) {
      offsetMs = ms - monotonicMs;
    },
  };
}
