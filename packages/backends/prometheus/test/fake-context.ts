import type { Clock, Log, Timer } from '@sightline/base';
import type { MetricsCollector } from '@sightline/core';
import type { BackendContext, FamilySnapshot, MetricsSnapshot, MetricsSource } from '@sightline/core/backend';

export interface FakeContext extends BackendContext {
  readonly source: FakeSource;
  readonly log: FakeLog;
  readonly clock: FakeClock;
  /** What the backend counted about itself, such as `sightline_prometheus_scrapes_total{format=text}`. */
  readonly counts: ReadonlyMap<string, number>;
}

export function fakeContext(families: readonly FamilySnapshot[] = []): FakeContext {
  const counts = new Map<string, number>();
  return {
    source: new FakeSource(families),
    selfMetrics: countingCollector(counts),
    log: new FakeLog(),
    clock: new FakeClock(),
    counts,
  };
}

/** A source whose collection can be held back. */
export class FakeSource implements MetricsSource {
  families: readonly FamilySnapshot[];
  /** How many collections were requested. */
  rounds = 0;
  #release: (() => void) | undefined;
  #held: Promise<void> | undefined;

  constructor(families: readonly FamilySnapshot[]) {
    this.families = families;
  }

  snapshot(): MetricsSnapshot {
    return { timeMs: 0, families: this.families };
  }

  async collect(): Promise<MetricsSnapshot> {
    this.rounds++;
    await this.#held;
    return this.snapshot();
  }

  onSeriesEnded(): () => void {
    return () => {};
  }

  /** From now on reads wait until `release`. */
  hold(): void {
    this.#held = new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  release(): void {
    this.#release?.();
    this.#held = undefined;
  }
}

export class FakeLog implements Log {
  readonly messages: string[] = [];
  info(_fields: object, message: string): void {
    this.messages.push(message);
  }
  warn(_fields: object, message: string): void {
    this.messages.push(message);
  }
  error(_fields: object, message: string): void {
    this.messages.push(message);
  }
}

/** Time passes only by `advance`. */
export class FakeClock implements Clock {
  #nowMs = 0;
  #timers: Array<{ readonly atMs: number; readonly callback: () => void }> = [];

  now(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  setTimer(callback: () => void, delayMs: number): Timer {
    const timer = { atMs: this.#nowMs + delayMs, callback };
    this.#timers.push(timer);
    return {
      cancel: () => {
        this.#timers = this.#timers.filter((each) => each !== timer);
      },
      ref() {},
      unref() {},
    };
  }

  get pendingTimers(): number {
    return this.#timers.length;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
    const due = this.#timers.filter(({ atMs }) => atMs <= this.#nowMs);
    this.#timers = this.#timers.filter(({ atMs }) => atMs > this.#nowMs);
    for (const { callback } of due) callback();
  }
}

function countingCollector(counts: Map<string, number>): MetricsCollector {
  const add = (name: string, labels: object, by = 1): void => {
    const text = Object.entries(labels).map(([label, value]) => `${label}=${value}`);
    const key = text.length === 0 ? name : `${name}{${text.join(',')}}`;
    counts.set(key, (counts.get(key) ?? 0) + by);
  };
  const instrument = (name: string) => ({
    inc: (labels: object = {}) => add(name, labels),
    observe: () => add(`${name}_count`, {}),
  });
  return { counter: instrument, histogram: instrument } as unknown as MetricsCollector;
}
