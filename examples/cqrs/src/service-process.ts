import { openBroker } from './bus/open-broker.js';
import { type ServiceName, serviceNames } from './domain/contracts.js';
import { runService } from './run-service.js';
import { readSettings } from './settings.js';

/** One service in a process of its own: `node dist/service-process.js orders`. */
async function main(): Promise<void> {
  const name = serviceNames.find((each) => each === process.argv[2]) satisfies ServiceName | undefined;
  if (name === undefined) throw new Error(`[shop] Which service? Give one of ${serviceNames.join(', ')}.`);
  const { brokerUrl } = readSettings(process.env);
  if (brokerUrl === undefined) throw new Error('[shop] A service of its own needs a broker. Set BROKER_URL.');

  const asked = new Promise<undefined>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'disconnect']) process.once(signal, () => resolve(undefined));
  });
  const starting = runService(name, (log) => openBroker(brokerUrl, log), process.env);
  // A signal during the start does not wait for it: the broker may never be reachable.
  const service = await Promise.race([starting, asked]);
  if (service !== undefined) {
    process.send?.('running');
    await asked;
    await service.shutdown();
  }
  process.exit(0); // unfinished messages are delivered again elsewhere
}

function fail(error: unknown): void {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

main().catch(fail);
