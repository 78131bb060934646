import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { factsOf, runOps } from '@sightline/ops/cli';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';

let program: string;
let bundle: string;
beforeAll(async () => {
  bundle = await mkdtemp(join(tmpdir(), 'sightline-ops-cli-'));
  program = join(bundle, 'sightline.mjs');
  await build({
    entryPoints: { sightline: fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url)) },
    outdir: bundle,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['@sightline/source'],
    // `yaml` is CommonJS.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
});
afterAll(() => rm(bundle, { recursive: true }));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-ops-'));
  return () => rm(folder, { recursive: true });
});

function sightline(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'ops', ...args], {
    encoding: 'utf8',
    cwd: folder,
  });
  return { status, stdout, stderr };
}

const definition = (change = ''): string => `export default {
  service: 'orders',
  team: 'sales',
  declare(metrics) { metrics.counter('orders_total', { help: 'Orders.', labelNames: ['kind'] }); },
  signals: { orders: { requests: 'orders_total' } },
  ${change}
};`;

async function write(source: string, name = 'ops.config.mjs'): Promise<void> {
  await writeFile(join(folder, name), source);
}

describe('sightline ops', () => {
  test('prints the catalogue, as text and as JSON', async () => {
    await write(definition());
    const { status, stdout } = sightline('catalogue');
    expect(stdout).toMatch(/^counter +orders_total\{kind\} +service +Orders\.$/m);
    expect(status).toBe(0);
    const { metrics } = JSON.parse(sightline('catalogue', '--json').stdout);
    expect(metrics.map(({ name }: { name: string }) => name)).toContain('orders_total');
  });

  test('generates, and finds that nothing differs', async () => {
    await write(definition());
    expect(sightline('generate')).toMatchObject({ status: 0, stderr: '' });
    expect(sightline('check')).toEqual({ status: 0, stdout: 'ops is up to date.\n', stderr: '' });
    expect(sightline('generate').stdout).toBe('ops is up to date.\n');
  });

  test('says what differs after a change of the service, and after one by hand', async () => {
    await write(definition());
    sightline('generate');
    await write(definition().replaceAll('orders_total', 'placed_total'));
    const { status, stdout } = sightline('check');
    expect(status).toBe(1);
    expect(stdout).toContain('+++ catalogue.json (generated)');
    expect(stdout).toMatch(/^-.*"orders_total"/m);
    expect(stdout).toContain('Run: sightline ops generate');
    await write(definition());
    await writeFile(join(folder, 'ops/catalogue.json'), '{}\n');
    expect(sightline('check').status).toBe(1);
  });

  test('leaves the folder local and foreign files alone, and removes what it no longer generates', async () => {
    await write(definition());
    sightline('generate');
    await mkdir(join(folder, 'ops/local'), { recursive: true });
    for (const file of ['local/mine.yml', 'mine.txt', 'old.json']) await writeFile(join(folder, 'ops', file), 'x');
    const listed = JSON.parse(await readFile(join(folder, 'ops/generated.json'), 'utf8'));
    const more = [
      ...[...listed, 'old.json', 'local/mine.yml', './local/mine.yml', 'a/../local/mine.yml', './/local/mine.yml'],
      ...['../outside.txt', '/etc/nothing', '..'],
    ];
    await writeFile(join(folder, 'outside.txt'), 'x');
    await writeFile(join(folder, 'ops/generated.json'), JSON.stringify(more));
    expect(sightline('generate').stdout).toContain('removed  ops/old.json');
    for (const file of ['ops/local/mine.yml', 'ops/mine.txt', 'outside.txt']) {
      expect(await readFile(join(folder, file), 'utf8')).toBe('x');
    }
    expect(sightline('check').status).toBe(0);
  });

  test('takes line ends of Windows for no difference', async () => {
    await write(definition());
    sightline('generate');
    const file = join(folder, 'ops/runbooks/README.md');
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll('\n', '\r\n'));
    expect(sightline('check')).toMatchObject({ status: 0, stdout: 'ops is up to date.\n' });
  });

  test('cannot write where a folder stands, and says so', async () => {
    await write(definition());
    await mkdir(join(folder, 'ops/catalogue.json'), { recursive: true });
    const { status, stderr } = sightline('generate');
    expect(stderr).toMatch(/^\[ops\] ops\/catalogue.json could not be written: EISDIR/);
    expect(status).toBe(2);
  });

  test('hears no messages of the module, whatever it takes away', async () => {
    await write(`
      const send = process.send.bind(process);
      const report = { sightline: 'report', report: process.env.SIGHTLINE_REPORT ?? '', result: { problem: 'theirs' } };
      send(report);
      process.on('exit', () => send(report));
      process.send = process.exit = undefined;
      ${definition()}`);
    expect(sightline('catalogue')).toMatchObject({ status: 0, stderr: '' });
  });

  test('finds a page beside the definition, though the module goes elsewhere', async () => {
    // With the line ends of a checkout on Windows.
    await writeFile(join(folder, 'page.txt'), '# TYPE late_total counter\r\nlate_total 1\r\n');
    await write(`process.chdir('/'); ${definition("page: 'page.txt',")}`);
    expect(sightline('catalogue').stdout).toContain('late_total');
  });

  test.each([
    ['does not load', 'import "nowhere";', "Cannot find package 'nowhere'"],
    ['throws no error', 'throw undefined;', '[ops] ops.config.mjs could not be loaded: undefined'],
    ['is no JavaScript', 'no code', '[ops] ops.config.mjs could not be loaded: Unexpected identifier'],
    ['ends the process', 'process.exit(0);', 'ended the process'],
    ['waits for what never comes', 'await new Promise(() => {});', 'ended the process, or never came to an end'],
    ['exports no definition', 'export const a = 1;', 'has no definition as its default export'],
    [
      'is refused by another copy of the package',
      `const error = new Error('[ops] service is missing.'); error.name = 'ConfigurationError'; throw error;`,
      /^\[ops\] service is missing\.\n$/,
    ],
    ['is wrong', definition("slos: { a: { signal: 'order', objective: 0.9 } },"), 'Did you mean "orders"?'],
  ])('says that a module %s, with exit code 2', async (_what, source, message) => {
    await write(source);
    const { status, stderr, stdout } = sightline('check');
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  test('ends a module that keeps the process busy', async () => {
    await write('for (;;) {}');
    await expect(factsOf(program, join(folder, 'ops.config.mjs'), 500)).rejects.toThrow('took too long');
  });

  test('serves and sends nothing, whatever the module starts', async () => {
    const requests: string[] = [];
    const collector = createServer((request, response) => {
      requests.push(request.url ?? '');
      response.end();
    });
    await new Promise<void>((resolve) => void collector.listen(0, '127.0.0.1', resolve));
    const { port } = collector.address() as AddressInfo;
    const sdk = fileURLToPath(new URL('../../src/index.ts', import.meta.url));
    await write(
      `import { createObservability } from ${JSON.stringify(sdk)};
      const obs = createObservability({ serviceName: 'orders', live: true, otlpLogs: true });
      obs.logger.error('a line');
      obs.metrics.counter('orders_total', { help: 'Orders.' }).inc();
      await obs.flush();
      const ports = process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap');
      console.log('ports: ' + ports.length);
      export default { service: 'orders', team: 'sales' };`,
      'service.ts',
    );
    await build({
      entryPoints: [join(folder, 'service.ts')],
      outfile: join(folder, 'service.mjs'),
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      conditions: ['@sightline/source'],
      external: ['@sightline/live'],
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    });
    const env = {
      ...process.env,
      ...{
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
        OTEL_LOGS_EXPORTER: 'otlp',
        SIGHTLINE_LIVE: 'true',
      },
      ...{ OTEL_TRACES_EXPORTER: 'otlp', METRICS_BACKEND: 'otel', ENABLE_METRICS: 'true' },
    };
    const child = spawn(process.execPath, [program, 'ops', 'catalogue', 'service.mjs'], { cwd: folder, env });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    await once(child, 'close');
    await new Promise((resolve) => collector.close(resolve));
    expect(stderr).toBe('ports: 0\n');
    expect(requests).toEqual([]);
  });

  test('takes CommonJS, and a file by its name', async () => {
    await write(definition().replace('export default', 'module.exports ='), 'mine.cjs');
    expect(sightline('catalogue', 'mine.cjs').status).toBe(0);
  });

  test.each([
    [['generat'], 'There is no command "ops generat"'],
    [['generate'], 'There is no ops.config.js here.'],
    [['generate', 'a.js', 'b.js'], 'One module at most'],
    [['generate', '--mutate'], '"ops generate" has no option --mutate'],
    [['check', '--out', ''], '--out is empty'],
    [['generate', '--ot', 'x'], "Unknown option '--ot'"],
    [['catalogue', '--from', 'http://127.0.0.1:1/metrics'], '--from and --save-page belong together'],
    [
      ['catalogue', '--from', 'http://a:geheim@127.0.0.1:1/', '--save-page', 'x'],
      'The page http://a:[redacted]@127.0.0.1:1/',
    ],
  ])('refuses %j', async (args, message) => {
    const { status, stderr } = sightline(...args);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('geheim');
    expect(status).toBe(2);
  });

  test('saves a running service’s page, whose metrics are then known', async () => {
    const server = createServer((_request, response) => response.end('# TYPE late_total counter\nlate_total 1\n'));
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const out = vi.fn();
    const page = join(folder, 'page.txt');
    const args = ['catalogue', '--from', `http://127.0.0.1:${port}/metrics`, '--save-page', page];
    expect(await runOps(program, args, { out, err: out })).toBe(0);
    server.close();
    await write(definition(`page: ${JSON.stringify(page)}, kpis: ['late_total'],`));
    expect(sightline('catalogue').stdout).toContain('late_total');
  });
});
