import { join } from 'node:path';
import type { Log } from '@sightline/sdk';
import type { Broker } from './bus/broker.js';
import type { ServiceName } from './domain/contracts.js';
import { shopObservability, telemetryOf } from './observability.js';
import { readSettings } from './settings.js';
import { simulatedCardCompany } from './simulated-card-company.js';
import { startService } from './start-service.js';

export interface RunningService {
  /** Stops consuming, finishes messages in progress, disconnects from the broker, and sends telemetry: in this order. */
  shutdown(): Promise<void>;
}

const STOP_MS = 5000;

/** Runs a service with its own telemetry and broker, in its own process or in a shared one. */
export async function runService(
  name: ServiceName,
  openBroker: (log: Log) => Promise<Broker>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<RunningService> {
  const { cardDelayMs, dataFolder } = readSettings(env);
  const obs = shopObservability(name, env);
  const log = obs.logger;
  const broker = await openBroker(log);
  await startService(name, {
    broker,
    telemetry: telemetryOf(obs),
    log,
    card: simulatedCardCompany({ delayMs: cardDelayMs, log }),
    journalFile: dataFolder === undefined ? undefined : join(dataFolder, `${name}.jsonl`),
  });
  log.info({}, 'Service is running');
  return {
    async shutdown() {
      await broker.stopConsuming(STOP_MS);
      await broker.shutdown();
      await obs.shutdown();
    },
  };
}
