import { setTimeout as wait } from 'node:timers/promises';
import { createMetrics, type Metrics, type MetricsOptions } from '@sightline/core';
import { type FakeClock, fakeClock } from '@sightline/testing';
import { onTestFinished } from 'vitest';
import { type StatsdOptions, statsdBackend } from '../src/index.js';

/** A service that sends to a server of the test's own, on a clock that stands still. */
export interface Service {
  readonly metrics: Metrics;
  readonly clock: FakeClock;
  /** What was logged. */
  readonly logged: readonly string[];
  /** Lets an interval go by, and what is then sent arrive. */
  interval(): Promise<void>;
  /** Flushes; the message of the error if that fails. */
  flush(): Promise<string | undefined>;
  /** A self-metric's value. */
  counted(name: string, labels?: Record<string, string>): number;
}

export function service(options: StatsdOptions, metricsOptions: Omit<MetricsOptions, 'backends'> = {}): Service {
  const clock = fakeClock();
  const logged: string[] = [];
  const note = (_: object, message: string): void => void logged.push(message);
  const metrics = createMetrics({
    ...metricsOptions,
    clock,
    log: { info: note, warn: note, error: note },
    backends: [statsdBackend(options)],
  });
  onTestFinished(async () => {
    let isDown = false;
    const shutdown = metrics.shutdown({ timeoutMs: 100 }).finally(() => {
      isDown = true;
    });
    while (!isDown) await clock.advanceAsync(10);
    await shutdown;
  });
  return {
    metrics,
    clock,
    logged,
    async interval() {
      clock.advance(options.intervalMs ?? 10_000);
      await quiet();
    },
    flush: () =>
      metrics.flush().then(
        () => undefined,
        (error: Error) => error.message,
      ),
    counted(name, labels = {}) {
      const family = metrics.snapshot().families.find((each) => each.name === name);
      if (family?.kind !== 'counter') throw new Error(`No counter is named ${name}.`);
      const wanted = Object.values(labels).join();
      const point = Array.from(family.rows).findIndex((row) => (family.labelValues[row] ?? '') === wanted);
      return family.values[point] ?? 0;
    },
  };
}

/** Lets what is under way on loopback come to its end: on a busy machine the kernel hands it over some milliseconds later. */
export async function quiet(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await wait(2);
}

/** Lines about the service, without the backend's own. */
export function ownLines(lines: readonly string[]): string[] {
  return lines.filter((line) => !line.startsWith('sightline_'));
}
