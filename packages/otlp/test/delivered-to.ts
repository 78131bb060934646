import { fakeClock } from '@sightline/testing';
import { onTestFinished } from 'vitest';
import {
  type Delivery,
  type DeliveryReport,
  delivery,
  type OtlpOptions,
  openTransport,
  otlpSettings,
} from '../src/index.js';

export interface Delivered {
  readonly items: Delivery<string>;
  readonly lines: readonly string[];
  /** Moves the clock by one turn of the network after the other until the call settles. */
  settle<T>(call: Promise<T>): Promise<T>;
  /** Adds an item, and flushes it for up to that long. */
  flush(item: string, timeoutMs?: number): Promise<DeliveryReport>;
}

/** Texts, one in a request, on their way to a collector over the transport that spans and log lines use. */
export async function deliveredTo(options: OtlpOptions): Promise<Delivered> {
  const clock = fakeClock();
  const lines: string[] = [];
  const line = (_fields: object, message: string): void => void lines.push(message);
  const settings = otlpSettings('traces', 'tracing', 'otlp').resolve({ timeoutMs: 2000, ...options });
  const items = delivery<string, Uint8Array>({
    signal: 'traces',
    subject: 'tracing',
    maxQueueSize: 100,
    maxBatchSize: 1,
    intervalMs: 1000,
    timeoutMs: settings.timeoutMs,
    encode: (texts) => Buffer.from(texts.join()),
    transport: await openTransport(settings, { signal: 'traces', subject: 'tracing', clock }),
    clock,
    log: { info: line, warn: line, error: line },
  });
  const settle = async <T>(call: Promise<T>): Promise<T> => {
    let isSettled = false;
    void call.finally(() => {
      isSettled = true;
    });
    while (!isSettled) {
      await networkTurn();
      await clock.advanceAsync(10);
    }
    return call;
  };
  onTestFinished(async () => void (await settle(items.shutdown({ timeoutMs: 10 }))));
  return {
    items,
    lines,
    settle,
    flush(item, timeoutMs = 20_000) {
      items.add(item);
      return settle(items.flush({ timeoutMs }));
    },
  };
}

/** What is on its way through the loopback interface gets there; no time is waited for. */
export function networkTurn(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, 1));
}
