import type { CqrsEvents } from '@sightline/cqrs';
import { createEvents, recordEvents } from '@sightline/events';
import { openBroker } from './bus/open-broker.js';
import { openBuses } from './bus/open-buses.js';
import { buy } from './customer.js';
import { shopObservability, telemetryOf } from './observability.js';
import { readSettings } from './settings.js';
import { shopMetrics } from './shop-metrics.js';
import { servicesHere, servicesInProcesses } from './shop-services.js';
import { openShopViewer } from './shop-viewer.js';

/** Starts the services, orders the given products, and draws the traces: `node dist/main.js tea:2 piano`. */
async function main(): Promise<void> {
  const { brokerUrl, wishes } = readSettings(process.env, process.argv.slice(2));
  const isSentElsewhere = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'].some(
    (name) => (process.env[name] ?? '') !== '',
  );
  const viewer = isSentElsewhere ? undefined : await openShopViewer();
  const isWatched = viewer !== undefined && process.stdout.isTTY; // a pipe or a test only wants the result
  if (isWatched) console.error(`Everything that follows is live at ${viewer.url}\n`);
  const env = {
    LOG_LEVEL: 'warn', // people read this
    ...viewer?.env,
    ...process.env,
  };

  const obs = shopObservability('shop', env);
  const log = obs.logger;
  const services = brokerUrl === undefined ? await servicesHere(env, log) : servicesInProcesses(env);
  const broker = services.memory?.connect() ?? (await openBroker(brokerUrl ?? '', log));
  const events = createEvents<CqrsEvents>({ metrics: obs.metrics, log });
  recordEvents(events, obs.metrics, shopMetrics);
  const buses = await openBuses({ service: 'shop', broker, telemetry: telemetryOf(obs), log, events });

  const interrupted = new Promise<'interrupted'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve('interrupted'));
  });
  for (const wish of wishes) {
    const purchase = await Promise.race([
      interrupted,
      obs.operation('shop.purchase', { labels: { product: wish.product } }, () => buy(buses, wish)),
    ]);
    if (purchase === 'interrupted') break;
    const { order, product, quantity, status, detail } = purchase;
    console.log(`Order ${order}: ${quantity} x ${product}: ${status} (${detail})`);
  }

  await services.shutdown();
  await broker.shutdown();
  await obs.shutdown();
  console.log(viewer === undefined ? '\nThe traces were sent to the collector.' : `\n${await viewer.drawTraces()}`);
  console.error(whatToTry);
  if (isWatched) {
    console.error(`\nLook at it: ${viewer.url}\nCtrl-C ends it.`);
    await interrupted;
  }
  await viewer?.shutdown();
}

const whatToTry = `
Try:
  npm run start:cqrs -- mug:3 piano   # a piano is paid before it turns out that none can carry it
  BROKER_URL=nats://localhost:4222 npm run start:cqrs   # each service a process of its own (or amqp://...)
  OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318 npm run start:cqrs   # the traces in Jaeger or a Collector`;

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
