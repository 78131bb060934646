import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { freePort } from './server-process.js';

// A collector is no Debian package, so its absence fails nothing: the official definitions are checked in any case.
const command = process.env['OTELCOL'] || 'otelcol';
export const hasOtelCollector: boolean = spawnSync(command, ['--version']).status === 0;
if (!hasOtelCollector) {
  console.warn(
    'Tests against a real OpenTelemetry Collector are skipped. Set OTELCOL to the path of one, for example of that which ' +
      'scripts/servers/otelcol/build makes.',
  );
}

export interface OtelCollector {
  /** Base addresses. */
  readonly http: string;
  readonly grpc: string;
}

/**
 * Starts a real Collector for the running test. It passes on one signal over OTLP/HTTP.
 * @param exporter options of its exporter `otlp_http`, such as `{ traces_endpoint }`
 */
export async function startOtelCollector(
  signal: 'metrics' | 'traces' | 'logs',
  exporter: object,
): Promise<OtelCollector> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-otelcol-'));
  const [http, grpc] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
  const config = {
    receivers: { otlp: { protocols: { http: { endpoint: http }, grpc: { endpoint: grpc } } } },
    exporters: { otlp_http: { ...exporter, retry_on_failure: { enabled: false } } },
    service: {
      telemetry: { metrics: { level: 'none' } },
      pipelines: { [signal]: { receivers: ['otlp'], exporters: ['otlp_http'] } },
    },
  };
  const path = join(folder, 'config.yaml');
  await writeFile(path, JSON.stringify(config));
  const child = spawn(command, ['--config', path], { stdio: ['ignore', 'ignore', 'pipe'] });
  onTestFinished(async () => {
    if (child.exitCode === null) {
      const exited = once(child, 'exit');
      child.kill();
      await exited;
    }
    await rm(folder, { recursive: true });
  });
  let output = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk) => {
      output += chunk;
      if (output.includes('Everything is ready')) resolve();
    });
    child.once('exit', () => reject(new Error(`The collector ended: ${output}`)));
  });
  return { http: `http://${http}`, grpc: `http://${grpc}` };
}
