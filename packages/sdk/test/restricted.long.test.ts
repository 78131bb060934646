import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundledService, type Ended, type ServiceBundle } from '../../../scripts/test/service-process.js';

let service: ServiceBundle;
beforeAll(async () => {
  service = await bundledService('restricted-service', import.meta.url);
});
afterAll(() => service?.remove());

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const permission = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission';

async function run(
  flags: readonly string[],
  env: Record<string, string> = {},
): Promise<Ended & { names: readonly string[] }> {
  const ended = await service.start('', env, ['--no-warnings', ...flags]).ended();
  const names: string[] = JSON.parse(/^\[.*\]$/m.exec(ended.stderr)?.[0] ?? '[]');
  expect(ended, ended.stderr).toMatchObject({ code: 0 });
  expect(ended.stderr).toContain('jobs: jobs_total{queue="mail"} 2');
  expect(names).toContain('process_cpu_seconds_total');
  return { ...ended, names };
}

const ofFiles = ['process_virtual_memory_bytes', 'process_max_fds', 'process_open_fds'];
const linux = process.platform === 'linux' ? ofFiles : [];

describe('under the permission model of Node.js', () => {
  test('what must not be read is left out, without a word', async () => {
    const { names, messages, stderr } = await run([
      permission,
      `--allow-fs-read=${service.folder}/`,
      `--allow-fs-read=${repository}`,
    ]);
    expect(names).toContain('process_resident_memory_bytes');
    expect(names.filter((name) => ofFiles.includes(name))).toEqual([]);
    expect([...messages, stderr].join('\n')).not.toMatch(/ERR_ACCESS_DENIED|permission|Access to this API/);
  });

  test('what may be read is there, each by itself', async () => {
    const may = (path: string): string => `--allow-fs-read=${path}`;
    const own = [permission, may(`${service.folder}/`), may(repository)];
    const { names } = await run([...own, may('/proc/self/limits')]);
    expect(names.filter((name) => ofFiles.includes(name))).toEqual(linux.slice(1, 2));
    const all = await run([...own, may('/proc/')]);
    expect(all.names.filter((name) => ofFiles.includes(name)).sort()).toEqual([...linux].sort());
  });
});

test('log files are written, rolled and closed where only their folder may be written', async () => {
  const folder = join(service.folder, 'logs');
  await mkdir(folder);
  const writable = [`--allow-fs-write=${folder}/*`];
  const readable = [`--allow-fs-read=${service.folder}/`, `--allow-fs-read=${repository}`];
  const { stderr, messages } = await run([permission, ...readable, ...writable], { APP_LOG: join(folder, 'app.log') });
  const names = await readdir(folder);
  expect(names.length).toBeGreaterThan(1);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  expect(texts.join('').match(/a line that fills the file/g)).toHaveLength(20);
  expect([...texts, ...messages, stderr].join('\n')).not.toMatch(
    /ERR_ACCESS_DENIED|Access to this API|API is disabled/,
  );
});

test('a log file that must not be written loses its lines with one sentence, and nothing else', async () => {
  const readable = [`--allow-fs-read=${service.folder}/`, `--allow-fs-read=${repository}`];
  const { stderr } = await run([permission, ...readable], { APP_LOG: join(service.folder, 'denied.log') });
  expect(stderr.match(/^\[logger\].*$/gm)).toEqual([expect.stringMatching(/[^.]\. Lines are lost and counted until/)]);
});

test.each(['--disallow-code-generation-from-strings', '--disable-proto=delete', '--disable-proto=throw'])(
  'with %s everything works',
  async (flag) => {
    const { names } = await run([flag]);
    expect(names.filter((name) => ofFiles.includes(name)).sort()).toEqual([...linux].sort());
  },
);
