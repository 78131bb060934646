import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Format } from 'esbuild';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type OtlpReceiver, otlpReceiver } from '../../../scripts/servers/otlp-receiver.js';
import { freePort } from '../../../scripts/servers/server-process.js';
import { joinedInstrumentations } from '../src/register/joined-instrumentations.js';

// Services that are started with `--import …/register`, in a folder with a built package and OpenTelemetry's instrumentation of HTTP.

const plainService = `
import { createServer, get } from 'node:http';
const server = createServer((_request, response) => response.end('hello'));
server.listen(0, '127.0.0.1', () => {
  get({ port: server.address().port, path: '/orders/17' }, (response) => {
    response.resume().on('end', () => server.close());
  });
});
`;

/** Serves one request, prints its page of metrics, and ends. */
const withOwnCode = (load: string, options = ''): string => `
${load}
const { createServer, get } = ${load.includes('require') ? "require('node:http')" : "await import('node:http')"};
const obs = createObservability({ serviceName: 'orders', backend: 'prometheus', ${options} });
obs.metrics.counter('orders_total', { help: 'Orders.' }).inc(3);
const server = createServer((_request, response) => response.end('hello'));
server.listen(0, '127.0.0.1', () => {
  get({ port: server.address().port, path: '/orders/17' }, (response) => {
    response.resume().on('end', async () => {
      await obs.ready;
      const page = await (await fetch(obs.address.url + '/metrics')).text();
      console.error(page);
      console.error('port ' + obs.address.port);
      server.close(); // and so the natural end: the span of the server ends after the answer has come
    });
  });
});
`;

const esm = "import { createObservability } from './esm/index.mjs';";
const commonjs = "const { createObservability } = require('./commonjs/index.cjs');";

let folder: string;
let collector: OtlpReceiver;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-register-'));
  const dependencies = { '@opentelemetry/instrumentation-http': '*' };
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'shop', type: 'module', dependencies }));
  await mkdir(join(folder, 'node_modules/@opentelemetry'), { recursive: true });
  const require = createRequire(fileURLToPath(new URL('../../http/package.json', import.meta.url)));
  const installed = dirname(dirname(dirname(require.resolve('@opentelemetry/instrumentation-http'))));
  await symlink(installed, join(folder, 'node_modules/@opentelemetry/instrumentation-http'));
  const own = createRequire(import.meta.url);
  for (const name of ['sdk-node', 'exporter-trace-otlp-http']) {
    const path = own.resolve(`@opentelemetry/${name}/package.json`);
    await symlink(dirname(path), join(folder, 'node_modules/@opentelemetry', name));
  }
  await Promise.all([built('esm', '.mjs'), built('cjs', '.cjs')]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Two copies of the package, as a service has them that is CommonJS and preloads an ES module. */
async function built(format: Format, extension: string): Promise<void> {
  await build({
    entryPoints: ['register', 'index'].map((name) => fileURLToPath(new URL(`../src/${name}.ts`, import.meta.url))),
    outdir: join(folder, format === 'esm' ? 'esm' : 'commonjs'),
    outExtension: { '.js': extension },
    bundle: true,
    splitting: format === 'esm',
    format,
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
}

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(
  file: string,
  code: string,
  {
    flags = ['--import', './esm/register.mjs'],
    env = {},
    args = [],
  }: { flags?: string[]; env?: object; args?: string[] } = {},
): Promise<Ran> {
  collector = await otlpReceiver();
  onTestFinished(() => collector.stop());
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), code);
  const child = spawn(process.execPath, [...flags, file, ...args], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      METRICS_PORT: '0',
      METRICS_HOST: '127.0.0.1',
      ...env,
    },
  });
  return ended(child);
}

async function ended(child: ChildProcess): Promise<Ran> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

const times = (text: string, part: string): number => text.split(part).length - 1;

test('a service that is preloaded has traces, runtime metrics and log lines without a change', async () => {
  const env = { OTEL_SERVICE_NAME: 'shop', METRICS_BACKEND: 'log' };
  const flags = ['--throw-deprecation', '--import', './esm/register.mjs'];
  const { code, stdout, stderr } = await run('service.js', plainService, { env, flags });
  expect(code, stderr).toBe(0);
  const kinds = collector.spans.map(({ kind }) => kind).sort();
  expect(kinds, stdout).toEqual([2, 3]); // the server's and the client's
  expect(new Set(collector.spans.map(({ traceId }) => traceId)).size).toBe(1);
  expect(collector.resource['service.name']).toBe('shop');
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  expect(lines.map((line) => JSON.parse(line).msg)).toContain('metrics');
  expect(stdout).toContain('Observing \\"shop\\"');
  expect(stdout).not.toContain('Self-check');
});

// Node.js 20 starts nothing that is preloaded under its permission model.
test.runIf(hooksRunInTheThread())(
  'ES modules are instrumented where the permission model refuses the hooks their thread',
  async () => {
    const net = process.allowedNodeEnvironmentFlags.has('--allow-net') ? ['--allow-net'] : [];
    const flags = ['--permission', '--allow-fs-read=*', ...net, '--import', './esm/register.mjs'];
    const { code, stdout, stderr } = await run('service.js', plainService, { flags });
    expect(code, stderr).toBe(0);
    expect(collector.spans.map(({ kind }) => kind).sort(), stdout).toEqual([2, 3]);
    expect(stdout + stderr).not.toMatch(/could not be registered|--allow-worker/);
  },
);

/** `supportsSyncHooks()` of import-in-the-middle. */
function hooksRunInTheThread(): boolean {
  const [major = 0, minor = 0, patch = 0] = process.versions.node.split('.').map(Number);
  const since = new Map([
    [22, [22, 3]],
    [24, [11, 1]],
    [25, [1, 0]],
  ]).get(major);
  if (since === undefined) return major > 25;
  const [sinceMinor = 0, sincePatch = 0] = since;
  return minor > sinceMinor || (minor === sinceMinor && patch >= sincePatch);
}

test('a service that is preloaded may run on OpenTelemetry’s SDK, which it has installed', async () => {
  const { code, stdout, stderr } = await run('service.mjs', plainService, {
    env: { SIGHTLINE_TRACING_ENGINE: 'opentelemetry', OTEL_NODE_RESOURCE_DETECTORS: 'process' },
  });
  expect(code, stderr + stdout).toBe(0);
  expect(collector.spans.map(({ kind }) => kind).sort()).toEqual([2, 3]);
  expect(new Set(collector.spans.map(({ traceId }) => traceId)).size).toBe(1);
  expect(collector.resource).toMatchObject({
    'telemetry.sdk.name': 'opentelemetry',
    'process.runtime.name': 'nodejs',
  });
});

test('a service that is preloaded may start a NodeSDK of its own, which then has the only provider', async () => {
  const code = `
    import { api, NodeSDK, tracing } from '@opentelemetry/sdk-node';
    import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
    const processor = new tracing.BatchSpanProcessor(new OTLPTraceExporter());
    const sdk = new NodeSDK({ serviceName: 'own', spanProcessors: [processor] });
    sdk.start();
    const { observability: obs } = await import('./esm/register.mjs');
    api.trace.getTracer('library').startActiveSpan('outer', (span) => {
      obs.spans.span('inner', () => obs.logger.info('inside'));
      span.end();
    });
    await obs.shutdown();
    await sdk.shutdown();`;
  const { stdout, stderr } = await run('own-sdk.mjs', code, {
    env: { SIGHTLINE_TRACING_ENGINE: 'registered', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' },
  });
  expect(collector.spans.map(({ name }) => name).sort(), stderr).toEqual(['inner', 'outer']);
  expect(new Set(collector.spans.map(({ traceId }) => traceId)).size).toBe(1);
  expect(stdout).toContain(collector.spans[0]?.traceId);
  expect(stdout + stderr).not.toContain('registered already');
});

test('of a service that is preloaded, instrumentations may be switched off', async () => {
  const { code, stderr } = await run('service.mjs', plainService, {
    env: { OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'http' },
  });
  expect(code, stderr).toBe(0);
  expect(collector.spans).toEqual([]);
});

describe('the first createObservability of the service', () => {
  test.each([
    ['an ES module', 'own.mjs', esm, ['--import', './esm/register.mjs']],
    ['CommonJS, with another copy of the package', 'own.cjs', commonjs, ['--import', './esm/register.mjs']],
    ['CommonJS, preloaded as CommonJS', 'own.cjs', commonjs, ['--require', './commonjs/register.cjs']],
    [
      'an ES module, preloaded twice',
      'own.mjs',
      esm,
      ['--require', './commonjs/register.cjs', '--import', './esm/register.mjs'],
    ],
  ])('is the one that was preloaded: %s', async (_case, file, load, flags) => {
    const { code, stdout, stderr } = await run(file, withOwnCode(load), { flags });
    expect(code, stderr + stdout).toBe(0);
    expect(stderr).toContain('orders_total 3');
    expect(times(stderr, '# TYPE process_cpu_seconds_total')).toBe(1);
    expect(times(stdout, 'Observing')).toBe(1);
    expect(stdout).toContain('Observing \\"orders\\"');
    expect(stdout + stderr).not.toMatch(/Port \d+ is in use|unknown_service|createObservability came after/);
    expect(collector.spans.map(({ kind }) => kind).sort()).toEqual([2, 2, 3]); // the scrape is the second one served
    expect(collector.resource['service.name']).toBe('orders');
  });

  test('is so after a second in which the thread has only waited for that of the hooks for ES modules', async () => {
    await writeFile(
      join(folder, 'slow-hooks.mjs'),
      `export async function load(url, context, next) {
         const endMs = performance.now() + 1500;
         if (url.endsWith('slow-to-load.mjs')) while (performance.now() < endMs);
         return next(url, context);
       }`,
    );
    const hooks = "import { register } from 'node:module'; register('./slow-hooks.mjs', import.meta.url);";
    await writeFile(join(folder, 'with-slow-hooks.mjs'), hooks);
    const flags = ['--import', './esm/register.mjs', '--import', './with-slow-hooks.mjs'];
    const { stdout } = await run('slow-to-load.mjs', withOwnCode(esm), { flags });
    expect(stdout).toContain('Observing \\"orders\\"');
    expect(times(stdout, 'Observing')).toBe(1);
  });

  test('has its options from code, which win over the environment', async () => {
    const free = await freePort();
    const { stdout, stderr } = await run('own.mjs', withOwnCode(esm, `http: { port: ${free}, host: '127.0.0.1' }`), {
      env: { OTEL_SERVICE_NAME: 'other' },
    });
    expect(stderr, stdout).toContain(`port ${free}`);
    expect(collector.resource['service.name']).toBe('orders');
  });

  test('throws for wrong options as without the preloading, and the next one still gets it', async () => {
    const { stderr } = await run(
      'wrong.mjs',
      `import { createObservability, ConfigurationError } from './esm/index.mjs';
       import { observability } from './esm/register.mjs';
       try { createObservability({ serviceName: 1 }); } catch (error) { console.error(error instanceof ConfigurationError); }
       const obs = createObservability({ serviceName: 'right', backend: 'none' });
       console.error(obs === observability, obs.service.name);`,
    );
    expect(stderr).toContain('true\ntrue right');
  });

  test('after a start takes over what runs, and says once what can no longer change', async () => {
    const { stdout, stderr } = await run(
      'late.mjs',
      `import { trace } from '@opentelemetry/api';
       import { createObservability } from './esm/index.mjs';
       import { observability } from './esm/register.mjs';
       observability.spans.span('early', () => {});
       const obs = createObservability({ serviceName: 'late', http: { port: 4321 }, otel: { headers: { authorization: 'Bearer abc' } }, logger: { redact: { keys: ['a'] } } });
       console.error(obs === observability, obs.service.name);
       const second = createObservability({ serviceName: 'second', backend: 'none' });
       console.error(second === obs, second.service.name);`.replace(/.*opentelemetry.*\n/, ''),
      { env: { OTEL_SERVICE_NAME: 'early', METRICS_BACKEND: 'none' } },
    );
    expect(stderr).toContain('true early\nfalse second');
    const warnings = stdout.split('\n').filter((line) => line.includes('createObservability came after'));
    expect(warnings, stdout).toHaveLength(1);
    expect(warnings[0]).toContain('serviceName stays \\"early\\" instead of \\"late\\"');
    expect(warnings[0]).toContain('http.port stays 0 instead of 4321');
    expect(warnings[0]).toContain('logger.redact stays not set instead of');
    expect(stdout).not.toContain('Bearer abc');
  });

  test('with an instrumentation that is preloaded, too, makes one span of each request, with the configuration of the code', async () => {
    const { stdout, stderr } = await run(
      'instrumented.mjs',
      `import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
       ${withOwnCode(esm, 'tracing: { instrumentations: [new HttpInstrumentation({ ignoreOutgoingRequestHook: () => true })] }')}`,
    );
    expect(
      collector.spans.map(({ kind }) => kind),
      stdout + stderr,
    ).toEqual([2, 2]);
    expect(stderr).not.toContain('unwrap');
  });

  test('with an instrumentation that listens instead of patching switches the preloaded one off', () => {
    const of = (name: string, modules: unknown[]) => {
      const calls: unknown[] = [];
      return {
        calls,
        instrumentationName: name,
        _modules: modules,
        setTracerProvider() {},
        enable() {},
        disable: () => calls.push('disable'),
        getConfig: () => ({ of: 'code', enabled: false }),
        setConfig: (config: unknown) => calls.push(config),
      };
    };
    const preloaded = [of('undici', []), of('http', [{}]), of('pg', [{}])] as const;
    const inCode = [of('undici', []), of('http', [{}])] as const;
    expect(joinedInstrumentations(preloaded, inCode)).toEqual([preloaded[2], ...inCode]);
    expect(preloaded.map(({ calls }) => calls)).toEqual([['disable'], [{ of: 'code', enabled: true }], []]);
  });
});

describe('through NODE_OPTIONS', () => {
  const env = (): object => ({
    NODE_OPTIONS: `--import ${join(folder, 'esm/register.mjs')}`,
    METRICS_BACKEND: 'prometheus',
  });

  test('nothing is observed in package managers', async () => {
    const programs = [
      'node_modules/npm/bin/npm-cli.js',
      'node_modules/npm/bin/npx-cli.js',
      'node_modules/pnpm/bin/pnpm.cjs',
      'node_modules/corepack/dist/yarn.js',
      '.yarn/releases/yarn-4.9.1.cjs',
    ];
    // Together: each waits longer than a service that has loaded would.
    const seen = programs.map(async (file) => {
      const port = String(await freePort());
      const asks = `setTimeout(() => fetch('http://127.0.0.1:${port}/livez').catch((error) => console.error(error.cause.code)), 1300);`;
      const { stdout, stderr } = await run(file, asks, { flags: [], env: { ...env(), METRICS_PORT: port } });
      return { file, stdout, stderr };
    });
    expect(await Promise.all(seen)).toEqual(programs.map((file) => ({ file, stdout: '', stderr: 'ECONNREFUSED\n' })));
  });

  test('a program that ends soon writes nothing of its own', async () => {
    expect(await run('tool.js', "console.log('v1.2.3')", { flags: [], env: env() })).toEqual({
      code: 0,
      stdout: 'v1.2.3\n',
      stderr: '',
    });
  });

  test('a service is observed once it has loaded, and its worker threads take no port', async () => {
    const code = `
      import { Worker, isMainThread } from 'node:worker_threads';
      import { observability } from './esm/register.mjs';
      if (isMainThread) {
        const worker = new Worker(new URL(import.meta.url));
        await new Promise((resolve) => worker.once('exit', resolve));
        const answer = async () => {
          for (;;) {
            try {
              return (await fetch('http://127.0.0.1:' + process.env.METRICS_PORT + '/livez')).status;
            } catch {
              await new Promise((resolve) => setTimeout(resolve, 200)); // an idle process is one that has loaded
            }
          }
        };
        console.error('main: ' + (await answer()));
        await observability.shutdown();
      } else {
        await observability.ready;
        console.error('worker: ' + observability.address);
        await observability.shutdown();
      }`;
    const { stdout, stderr } = await run('threads.mjs', code, {
      flags: [],
      env: { ...env(), METRICS_PORT: String(await freePort()) },
    });
    expect(stderr, stdout).toBe('worker: undefined\nmain: 200\n');
    expect(times(stdout, 'Observing')).toBe(1);
  });
});
