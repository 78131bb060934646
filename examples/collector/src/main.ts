import { collectorObservability, defaultBackend } from './observability.js';
import { startService } from './service.js';
import { readSettings } from './settings.js';
import { whereToLook } from './where-to-look.js';

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const obs = collectorObservability();
  // A service without metrics is better than no service: it goes on.
  await obs.ready.catch((err: unknown) => obs.logger.error({ err }, 'Not all metrics are exported'));

  // Standard output is for log lines alone.
  const pageUrl = obs.address === undefined ? undefined : new URL('/metrics', obs.address.url).href;
  console.error(whereToLook(settings, { backend: process.env['METRICS_BACKEND'] || defaultBackend, pageUrl }));

  const service = await startService({ settings, metrics: obs.metrics, log: obs.loggerFor('collector') });
  obs.health.add('exchange', () => service.isConnected());

  const end = async (): Promise<void> => {
    await service.shutdown();
    await obs.shutdown();
  };
  // `once`: a second Ctrl-C ends the process immediately.
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
