import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundledService, type ServiceBundle } from './service-process.js';
import { parseLines } from './strict-json.js';

// The real pm2, with a daemon of its own in a folder of its own.

const program = createRequire(import.meta.url).resolve('pm2/bin/pm2');
let service: ServiceBundle;
let home: string;

beforeAll(async () => {
  service = await bundledService('pm2-service');
  home = await mkdtemp(join(tmpdir(), 'pm2-'));
});
afterAll(async () => {
  await pm2(['kill']);
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
  await service.remove();
});

async function pm2(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<void> {
  await promisify(execFile)(process.execPath, [program, ...args], {
    env: { PATH: process.env['PATH'], HOME: home, PM2_HOME: home, PM2_DISABLE_VERSION_CHECK: 'true', ...env },
  });
}

/** The numbers of the lines that pm2 has written to the file of standard output or error. */
async function logged(
  name: string,
  mode: 'fork' | 'cluster',
  {
    destination = 'stdout',
    end = 'never',
  }: { destination?: 'stdout' | 'stderr'; end?: 'never' | 'close' | 'exit' } = {},
): Promise<() => unknown[]> {
  const folder = join(home, name);
  await mkdir(folder);
  const files = { stdout: join(folder, 'out.log'), stderr: join(folder, 'error.log') };
  const instances = mode === 'cluster' ? ['-i', '1'] : [];
  await pm2(
    [
      'start',
      join(service.folder, 'pm2-service.mjs'),
      '--name',
      name,
      ...instances,
      '--no-autorestart',
      '--merge-logs',
      '-o',
      files.stdout,
      '-e',
      files.stderr,
    ],
    { DESTINATION: destination, END: end },
  );
  return () => {
    const file = files[destination];
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    return parseLines(text.slice(0, text.lastIndexOf('\n') + 1)).map(({ i }) => i);
  };
}

const all = Array.from({ length: 500 }, (_, i) => i);

describe.each(['fork', 'cluster'] as const)('pm2 in %s mode', (mode) => {
  test.each(['stdout', 'stderr'] as const)('writes every line of %s', async (destination) => {
    const lines = await logged(`${mode}-${destination}`, mode, { destination });
    await expect.poll(lines, { timeout: 60_000 }).toEqual(all);
  });
});

test.each([
  ['fork', 'exits', 'exit'],
  ['cluster', 'closes its logger and exits', 'close'],
] as const)('pm2 in %s mode writes every line of a process that %s', async (mode, _ending, end) => {
  const lines = await logged(`${mode}-${end}`, mode, { end });
  await expect.poll(lines, { timeout: 60_000 }).toEqual(all);
});
