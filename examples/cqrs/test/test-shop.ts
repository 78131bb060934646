import type { CqrsEvents } from '@sightline/cqrs';
import { createEvents, recordEvents } from '@sightline/events';
import { createTestMetrics, type TestMetrics } from '@sightline/testing';
import { createTestSpans, type TestSpans } from '@sightline/testing/spans';
import type { Broker } from '../src/bus/broker.js';
import { memoryBroker } from '../src/bus/memory-broker.js';
import { type Buses, openBuses, type Telemetry } from '../src/bus/open-buses.js';
import { shopQueues } from '../src/bus/shop-queues.js';
import { serviceNames } from '../src/domain/contracts.js';
import type { CardCompany } from '../src/domain/payment.js';
import { shopMetrics } from '../src/shop-metrics.js';
import { startService } from '../src/start-service.js';
import { capturedLog } from './captured-log.js';

export interface TestShop extends Buses {
  readonly recorded: TestSpans;
  /** Of all services together. */
  readonly metrics: TestMetrics;
  readonly log: ReturnType<typeof capturedLog>;
  /** The customer's. */
  readonly broker: Broker;
  /** Resolves when every service has handled what was sent to it. */
  settled(): Promise<void>;
}

/** The whole shop in this process, with telemetry that a test can ask for. */
export async function testShop(card: Partial<CardCompany> = {}): Promise<TestShop> {
  const recorded = createTestSpans();
  const metrics = createTestMetrics({ clock: recorded.clock });
  const log = capturedLog();
  const telemetry: Telemetry = { spans: recorded.spans, metrics, clock: recorded.clock };
  const memory = memoryBroker(shopQueues, log);
  const brokers: Broker[] = [];
  for (const name of serviceNames) {
    const broker = memory.connect();
    brokers.push(broker);
    await startService(name, {
      broker,
      telemetry,
      log,
      card: { charge: async ({ order }) => `receipt-${order}`, refund: async () => {}, ...card },
    });
  }
  const events = createEvents<CqrsEvents>({ metrics, log });
  recordEvents(events, metrics, shopMetrics);
  const broker = memory.connect();
  const buses = await openBuses({ service: 'shop', broker, telemetry, log, events });
  return {
    ...buses,
    recorded,
    metrics,
    log,
    broker,
    async settled() {
      for (const each of brokers.reverse()) await each.stopConsuming(5000); // fulfilment first: it still asks the others
    },
  };
}
