import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@sightline/logger';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import { freePort, startServer } from '../../../scripts/servers/server-process.js';
import { collectorFiles } from '../src/stack/collector-config.js';

/** Built by scripts/servers/otelcol-contrib, which says so if it is not there. */
const collector = process.env['OTELCOL_CONTRIB'] ?? '';
const isThere = collector !== '';

const textOf = (name: string): string => collectorFiles().find(({ path }) => path.endsWith(`/${name}`))?.text ?? '';

/** Lines as Docker writes them. */
const ofDocker = (lines: readonly string[]): string =>
  lines
    .map((log) => `${JSON.stringify({ log: `${log}\n`, stream: 'stdout', time: '2026-01-01T00:00:00.5Z' })}\n`)
    .join('');

describe.skipIf(!isThere)('A real Collector', () => {
  test.each(['collector.yml', 'agent.yml', 'gateway.yml'])(
    'accepts %s, with no name that is out of date',
    async (name) => {
      const folder = mkdtempSync(join(tmpdir(), 'sightline-collector-'));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      const file = join(folder, name);
      writeFileSync(file, textOf(name));
      const { status, stderr } = spawnSync(collector, ['validate', `--config=${file}`], {
        encoding: 'utf8',
        env: { ...process.env, GATEWAYS: 'gateways' },
      });
      expect(status, stderr).toBe(0);
      expect(stderr).not.toMatch(/deprecated/i);
    },
  );

  test('reads the lines of every layout of ours, and leaves others as they are', async () => {
    const lines: string[] = [];
    for (const layout of ['pino', 'structured', 'ecs'] as const) {
      const destination = { write: (line: string) => void lines.push(line.trimEnd()) };
      createLogger({ name: 'orders', layout, destination, service: { name: 'orders' } }).error(`of ${layout}`);
    }
    lines.push('plain text', '{ no JSON');
    const records = await delivered(ofDocker(lines));
    expect(records).toEqual([
      ...['pino', 'structured', 'ecs'].map((layout) => ({
        service: 'orders',
        severity: 17,
        body: expect.stringContaining(`of ${layout}`),
      })),
      { service: undefined, severity: 0, body: 'plain text' },
      { service: undefined, severity: 0, body: '{ no JSON' },
    ]);
  });
});

interface OtlpLogs {
  readonly resourceLogs: ReadonlyArray<{
    readonly resource: { readonly attributes?: ReadonlyArray<{ key: string; value: { stringValue?: string } }> };
    readonly scopeLogs: ReadonlyArray<{
      readonly logRecords: ReadonlyArray<{ severityNumber?: number; body: { stringValue: string } }>;
    }>;
  }>;
}

/** What the generated Collector of one machine sends on of a container's file, in the order of the file. */
async function delivered(file: string) {
  const bodies: OtlpLogs[] = [];
  const sink = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      bodies.push(JSON.parse(text));
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((resolve) => void sink.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(sink.address() as AddressInfo).port}`;
  const [grpc, http, health] = [await freePort(), await freePort(), await freePort()];
  const server = await startServer({
    command: collector,
    ready: '/metrics',
    arguments(port, folder) {
      mkdirSync(join(folder, 'containers/a'), { recursive: true });
      writeFileSync(join(folder, 'containers/a/a-json.log'), file);
      const config = parse(textOf('collector.yml'));
      config.receivers.otlp.protocols = {
        grpc: { endpoint: `127.0.0.1:${grpc}` },
        http: { endpoint: `127.0.0.1:${http}` },
      };
      Object.assign(config.receivers['file_log/containers'], {
        include: [join(folder, 'containers/*/*-json.log')],
        start_at: 'beginning',
      });
      config.exporters = { otlp_http: { endpoint, encoding: 'json', compression: 'none' } };
      for (const pipeline of Object.values<{ exporters: string[] }>(config.service.pipelines)) {
        pipeline.exporters = ['otlp_http'];
      }
      config.extensions.health_check.endpoint = `127.0.0.1:${health}`;
      config.service.telemetry.metrics.readers[0].pull.exporter.prometheus = { host: '127.0.0.1', port };
      writeFileSync(join(folder, 'collector.yml'), stringify(config));
      return ['--config=collector.yml'];
    },
  });
  onTestFinished(async () => {
    await server.stop();
    sink.closeAllConnections();
    await new Promise((resolve) => sink.close(resolve));
  });
  const found = () =>
    bodies.flatMap(({ resourceLogs }) =>
      resourceLogs.flatMap(({ resource, scopeLogs }) =>
        scopeLogs.flatMap(({ logRecords }) =>
          logRecords.map(({ severityNumber = 0, body }) => ({
            service: resource.attributes?.find(({ key }) => key === 'service.name')?.value.stringValue,
            severity: severityNumber,
            body: body.stringValue.trimEnd(),
          })),
        ),
      ),
    );
  const order = (body: string): number => file.indexOf(JSON.stringify(body).slice(1, -1));
  return await vi.waitFor(
    () => {
      const records = found();
      expect(records).toHaveLength(file.trimEnd().split('\n').length);
      return records.sort((a, b) => order(a.body) - order(b.body));
    },
    { timeout: 60_000 },
  );
}
