import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, type ServerProcess, startServer } from './server-process.js';

// No Debian package, so its absence fails nothing.
const command = process.env['STATSD_EXPORTER'] || 'statsd_exporter';
export const hasStatsdExporter: boolean = spawnSync(command, ['--version']).status === 0;
if (!hasStatsdExporter) {
  console.warn(
    'Tests against a real statsd_exporter are skipped. Set STATSD_EXPORTER to the path of one, for example of that which ' +
      'scripts/servers/statsd-exporter/build makes.',
  );
}

/** Prometheus' statsd_exporter, listening for StatsD over UDP. */
export interface StatsdExporter extends ServerProcess {
  readonly statsdPort: number;
  /** Its exposition for Prometheus. */
  page(): Promise<string>;
}

/** @param mapping its configuration, as its README describes it */
export async function startStatsdExporter(mapping: object): Promise<StatsdExporter> {
  const statsdPort = await freePort();
  const server = await startServer({
    command,
    ready: '/-/ready',
    arguments(port, folder) {
      // YAML takes JSON.
      writeFileSync(join(folder, 'mapping.yml'), JSON.stringify(mapping));
      return [
        `--web.listen-address=127.0.0.1:${port}`,
        `--statsd.listen-udp=127.0.0.1:${statsdPort}`,
        '--statsd.listen-tcp=',
        `--statsd.mapping-config=${join(folder, 'mapping.yml')}`,
      ];
    },
  });
  return { ...server, statsdPort, page: async () => (await fetch(`${server.url}/metrics`)).text() };
}
