import { openBuses } from '../../../../examples/cqrs/src/bus/open-buses.js';
import { buy, type Purchase } from '../../../../examples/cqrs/src/customer.js';
import { shopObservability, telemetryOf } from '../../../../examples/cqrs/src/observability.js';
import { servicesHere } from '../../../../examples/cqrs/src/shop-services.js';
import type { Viewer } from '../../src/index.js';

/** The services of the example `cqrs`, which send everything to a viewer. */
export interface RunningShop {
  readonly customer: ReturnType<typeof shopObservability>;
  /** A purchase within its own trace. */
  buy(product: string, quantity?: number): Promise<Purchase>;
  shutdown(): Promise<void>;
}

export async function startShop(viewer: Viewer): Promise<RunningShop> {
  const env = {
    SIGHTLINE_TEST_RUN: 'false',
    OTEL_EXPORTER_OTLP_ENDPOINT: viewer.otlpHttpUrl,
    METRICS_BACKEND: 'otel',
    OTEL_METRIC_EXPORT_INTERVAL: '500',
    OTEL_LOGS_EXPORTER: 'otlp',
    LOG_LEVEL: 'info',
    SIGHTLINE_LIVE: 'true',
    SIGHTLINE_LIVE_SENDS_MESSAGES: 'true',
  };
  const customer = shopObservability('shop', env);
  const services = await servicesHere(env, customer.log);
  const broker = services.memory?.connect();
  if (broker === undefined) throw new Error('the services have no broker');
  const buses = await openBuses({
    service: 'shop',
    broker,
    telemetry: telemetryOf(customer),
    log: customer.log,
    // Nothing counts the customer's own events.
    events: { execute: () => {} } as unknown as Parameters<typeof openBuses>[0]['events'],
  });
  return {
    customer,
    buy: (product, quantity = 1) =>
      customer.operation('shop.purchase', { labels: { product } }, () => buy(buses, { product, quantity })),
    async shutdown() {
      await services.shutdown();
      await broker.shutdown();
      await customer.shutdown();
    },
  };
}
