import { createMetrics, type Metrics } from '@sightline/core';
import { type FakeClock, fakeClock } from '@sightline/testing/metrics';
import { onTestFinished } from 'vitest';
import { type OtelOptions, otelBackend } from '../src/index.js';
import { type FakeCollector, fakeCollector } from './fake-collector.js';

export interface Setting {
  readonly collector: FakeCollector;
  readonly metrics: Metrics;
  readonly clock: FakeClock;
  /** Lines that core and the backend logged. */
  readonly logged: readonly string[];
  /** Moves the clock by one turn of the network after the other until the call settles; says what became of it. */
  settle(call: Promise<unknown>): Promise<string>;
}

/** A collector of metrics, its backend, and the OpenTelemetry collector that it sends to; ended with the test. */
export async function setting(options: OtelOptions = {}): Promise<Setting> {
  const collector = await fakeCollector();
  const setting = { ...against(otelBackend({ url: collector.url, ...options })), collector };
  onTestFinished(() => collector.shutdown());
  await setting.metrics.ready;
  return setting;
}

export function against(backend: ReturnType<typeof otelBackend>): Omit<Setting, 'collector'> {
  const clock = fakeClock();
  const logged: string[] = [];
  const line = (_fields: object, message: string): void => void logged.push(message);
  const log = { info: line, warn: line, error: line };
  const metrics = createMetrics({ backends: [backend], clock, log, collectionIntervalMs: 0 });
  const settle = async (call: Promise<unknown>): Promise<string> => {
    let outcome: string | undefined;
    call.then(
      () => {
        outcome = 'resolved';
      },
      (error: unknown) => {
        outcome = String(error);
      },
    );
    while (outcome === undefined) {
      await networkTurn();
      await clock.advanceAsync(10);
    }
    return outcome;
  };
  onTestFinished(async () => void (await settle(metrics.shutdown({ timeoutMs: 100 }))));
  return { metrics, clock, logged, settle };
}

export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await networkTurn();
}

/** What is on its way through the loopback interface gets there; no time is waited for. */
function networkTurn(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, 1));
}
