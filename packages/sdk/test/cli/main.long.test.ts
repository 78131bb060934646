import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { lintApart } from '../../src/cli/lint-process.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-cli-'));
  await build({
    entryPoints: [fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))],
    outfile: join(folder, 'sightline.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['@sightline/source'],
  });
});
afterAll(() => rm(folder, { recursive: true }));

function sightline(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'sightline.mjs'), ...args], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

async function module(source: string): Promise<string> {
  const path = join(folder, 'metrics.mjs');
  await writeFile(path, source);
  return path;
}

const declares = `export const declare = (metrics) => { metrics.counter('jobs', { help: 'Jobs that were done.' }); };`;

test('JSON is all that is on standard output, whatever the module prints, and what it started is not waited for', async () => {
  const path = await module(`${declares} console.log('listening'); setInterval(() => {}, 1000);`);
  const { status, stdout, stderr } = sightline('lint', '--json', path);
  expect(JSON.parse(stdout)).toMatchObject([{ metric: 'jobs', rule: 'counter-suffix' }]);
  expect(stderr).toBe('listening\n');
  expect(status).toBe(0);
});

test.each([
  ['ends the process', 'process.exit(0);'],
  ['waits for what never comes', 'await new Promise(() => {});'],
  [
    'tells another that it is ready, and ends',
    `process.send('ready', () => process.exit(0)); await new Promise(() => {});`,
  ],
])('a module that %s has not been checked', async (_what, source) => {
  const { status, stderr } = sightline('lint', await module(`${declares} ${source}`));
  expect(stderr).toContain('nothing was checked');
  expect(status).toBe(2);
});

test('a module that keeps the process busy is ended, and has not been checked', async () => {
  const path = await module('for (;;) {}');
  const err = vi.fn();
  expect(await lintApart(join(folder, 'sightline.mjs'), [path], { out: vi.fn(), err }, 500)).toBe(2);
  expect(err).toHaveBeenCalledWith(expect.stringContaining('nothing was checked'));
});

test('nothing stays behind a lint that is ended', async () => {
  const path = await module(`console.log('loading'); setInterval(() => {}, 1000); await new Promise(() => {});`);
  const lint = spawn(process.execPath, [join(folder, 'sightline.mjs'), 'lint', path]);
  await once(lint.stderr, 'data');
  lint.kill();
  // Both write to the same standard error, which closes when both are gone.
  const [, signal] = await once(lint, 'close');
  expect(signal).toBe('SIGTERM');
});

test('what cannot be loaded as it is tells how', async () => {
  const path = join(folder, 'metrics.ts');
  await writeFile(path, `enum Queue { mail }\n${declares}`); // no Node.js takes away an enum
  const { status, stderr } = sightline('lint', path);
  expect(stderr).toContain('Give what was built of it');
  expect(status).toBe(2);
});

test.runIf('typescript' in process.features && process.features.typescript)(
  'TypeScript is loaded as it is where Node.js does so',
  async () => {
    const path = join(folder, 'typed.ts');
    await writeFile(path, declares.replace('(metrics)', '(metrics: MetricsCollector)'));
    const { status, stdout } = sightline('lint', '--json', path);
    expect(JSON.parse(stdout)).toMatchObject([{ metric: 'jobs', rule: 'counter-suffix' }]);
    expect(status).toBe(0);
  },
);

test.each(['--version', '-v'])('%s prints the version and nothing else', async (option) => {
  const manifest = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(sightline(option)).toEqual({ status: 0, stdout: `${manifest.version}\n`, stderr: '' });
});

test('help is given when it is asked for', () => {
  for (const args of [[], ['--help'], ['lint', '--help']]) {
    const { status, stdout } = sightline(...args);
    expect(stdout).toContain('Exit codes: 0 without errors');
    expect(status).toBe(0);
  }
  expect(sightline('lnit')).toMatchObject({ status: 2, stderr: expect.stringContaining('no command "lnit"') });
});
