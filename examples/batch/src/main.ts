import { createObservability } from '@sightline/sdk';
import { batchService } from './batch-service.js';
import { tonight } from './tonight.js';
import { whereToLook } from './where-to-look.js';

async function main(): Promise<void> {
  const obs = createObservability({
    serviceName: 'forecasts',
    defaults: { backend: 'prometheus,log' },
    signals: false,
  });
  // A service without metrics is better than no service: it goes on.
  await obs.ready.catch((err: unknown) => obs.logger.error({ err }, 'Not all metrics are exported'));
  const page = obs.address && new URL('/metrics', obs.address.url).href;
  console.error(whereToLook(page)); // standard output is for log lines alone
  const service = batchService(obs);

  const end = async (): Promise<void> => {
    service.shutdown();
    clearInterval(nextNight);
    await obs.shutdown();
  };
  // `once`: a second Ctrl-C ends the process immediately.
  process.once('SIGINT', end);
  process.once('SIGTERM', end);

  const night = async (): Promise<void> => {
    await service.runAll(tonight);
    await service.computeBusinessMetrics();
    obs.logger.info({ page }, 'The night is over');
  };
  const nextNight = setInterval(() => void night(), 10_000);
  await night();
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
