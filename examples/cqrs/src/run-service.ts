import { join } from 'node:path';
import type { Broker } from './bus/broker.js';
import type { ServiceName } from './domain/contracts.js';
import { shopObservability, telemetryOf } from './observability.js';
import { serviceLog } from './service-log.js';
import { readSettings } from './settings.js';
import { simulatedCardCompany } from './simulated-card-company.js';
import { startService } from './start-service.js';

export interface RunningService {
  /** Takes nothing new, finishes what was begun, sends what was measured, and leaves the broker: in this order. */
  stop(): Promise<void>;
}

const STOP_MS = 5000;

/** Runs a service with all that it needs from the process, whether it has that for itself or not. */
export async function runService(
  name: ServiceName,
  openBroker: (log: ReturnType<typeof serviceLog>) => Promise<Broker>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<RunningService> {
  const { cardDelayMs, dataFolder } = readSettings(env);
  const log = serviceLog(name, env);
  const obs = shopObservability(name, log, env);
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
      await obs.shutdown();
      await broker.close();
    },
  };
}
