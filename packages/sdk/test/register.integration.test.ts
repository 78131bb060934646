import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import { otlpReceiver } from '../../../scripts/servers/otlp-receiver.js';

const service = `
import { createServer, get } from 'node:http';
const server = createServer((_request, response) => response.end('hello'));
server.listen(0, '127.0.0.1', () => {
  get({ port: server.address().port, path: '/orders/17' }, (response) => {
    response.resume().on('end', () => server.close());
  });
});
`;

/** A service that knows nothing of Sightline, with OpenTelemetry's instrumentation of HTTP among its dependencies. */
async function serviceFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-register-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const dependencies = { '@opentelemetry/instrumentation-http': '*' };
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'shop', type: 'module', dependencies }));
  await writeFile(join(folder, 'service.js'), service);
  await mkdir(join(folder, 'node_modules/@opentelemetry'), { recursive: true });
  const require = createRequire(fileURLToPath(new URL('../../http/package.json', import.meta.url)));
  const installed = dirname(dirname(dirname(require.resolve('@opentelemetry/instrumentation-http'))));
  await symlink(installed, join(folder, 'node_modules/@opentelemetry/instrumentation-http'));
  await build({
    entryPoints: [fileURLToPath(new URL('../src/register.ts', import.meta.url))],
    outdir: join(folder, 'preload'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['@sightline/source'],
    logLevel: 'silent',
    plugins: [
      {
        name: 'commonjs-stays-outside',
        setup({ onResolve }) {
          onResolve({ filter: /^(pino$|@opentelemetry\/)/ }, ({ importer, path }) => ({
            path: createRequire(importer).resolve(path),
            external: true,
          }));
        },
      },
    ],
  });
  return folder;
}

test('a service that is preloaded has traces, runtime metrics and log lines without a change', async () => {
  const collector = await otlpReceiver();
  onTestFinished(() => collector.stop());
  const folder = await serviceFolder();
  const child = spawn(process.execPath, ['--import', './preload/register.mjs', 'service.js'], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      OTEL_SERVICE_NAME: 'shop',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      METRICS_BACKEND: 'log',
    },
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const [code] = await once(child, 'close');
  expect(code, output).toBe(0);
  const kinds = collector.spans.map(({ kind }) => kind).sort();
  expect(kinds, output).toEqual([2, 3]); // the server's and the client's
  expect(new Set(collector.spans.map(({ traceId }) => traceId)).size).toBe(1);
  expect(collector.resource['service.name']).toBe('shop');
  const lines = output.split('\n').filter((line) => line.startsWith('{'));
  expect(lines.map((line) => JSON.parse(line).msg)).toContain('metrics');
  expect(output).toContain('Observing \\"shop\\"');
  expect(output).not.toContain('Self-check');
});
