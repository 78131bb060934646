import { join } from 'node:path';
import type { Log } from '@sightline/sdk';
import type { Broker } from './bus/broker.js';
import type { ServiceName } from './domain/contracts.js';
import { shopObservability, telemetryOf } from './observability.js';
import { readSettings } from './settings.js';
import { simulatedCardCompany } from './simulated-card-company.js';
import { startService } from './start-service.js';

export interface RunningService {
  /** Takes nothing new, finishes what was begun, leaves the broker, and sends what was measured: in this order. */
  stop(): Promise<void>;
}

const STOP_MS = 5000;

/** Runs a service with all that it needs from the process, whether it has that for itself or not. */
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
    async stop() {
      await broker.stop(STOP_MS);
      await broker.close();
      await obs.shutdown();
    },
  };
}
