import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundledService, ended, type ServiceBundle } from './service-process.js';
import { parseLines } from './strict-json.js';

let service: ServiceBundle;
let crowded: ServiceBundle;
beforeAll(async () => {
  service = await bundledService('rotating-service');
  crowded = await bundledService('crowded-service');
});
afterAll(async () => {
  await service.remove();
  await crowded.remove();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'sightline-rotation-'));
  folders.push(path);
  return path;
}
const folders: string[] = [];
afterAll(() => {
  for (const path of folders) rmSync(path, { recursive: true });
});

function textOf(path: string): string {
  const bytes = readFileSync(path);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
}

test.each([false, true])(
  'processes that fill the same files at once keep every line exactly once (gzip: %s)',
  async (gzip) => {
    const path = folder();
    const count = 3000;
    const processes = ['a', 'b', 'c'].map((who) =>
      service.start([join(path, 'app.log'), who, String(count)], { env: { GZIP: String(gzip) } }),
    );
    const ends = processes.map(ended);
    await Promise.all(processes.map(({ stdout }) => once(stdout as NodeJS.ReadableStream, 'data')));
    for (const { stdin } of processes) stdin?.write('go\n');
    expect(await Promise.all(ends)).toEqual(processes.map(() => ({ code: 0, signal: null })));

    const names = readdirSync(path);
    const written = names.flatMap((name) => parseLines(textOf(join(path, name))));
    for (const who of ['a', 'b', 'c']) {
      const numbers = written.filter((line) => line['who'] === who).map(({ i }) => Number(i));
      expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
    }
    for (const name of names) expect(textOf(join(path, name)).length, name).toBeLessThanOrEqual(20_000);
    expect(names.filter((name) => /\.lock|\.part|takeover/.test(name))).toEqual([]);
    expect(names.filter((name) => /^app(\.p[23])?\.log$/.test(name)).length).toBeGreaterThanOrEqual(1);
    expect(names.some((name) => name.endsWith('.gz'))).toBe(gzip);
    expect(statSync(path).isDirectory()).toBe(true);
  },
);

test('a file whose process was killed is taken over by the next, which goes on in it', async () => {
  const path = join(folder(), 'app.log');
  const first = service.start([path, 'a', '1000000']);
  await once(first.stdout as NodeJS.ReadableStream, 'data');
  first.stdin?.write('go\n');
  while (!readdirSync(join(path, '..')).includes('app.log')) await new Promise(setImmediate);
  const over = ended(first);
  first.kill('SIGKILL');
  await over;

  const second = service.start([path, 'b', '10']);
  await once(second.stdout as NodeJS.ReadableStream, 'data');
  const secondOver = ended(second);
  second.stdin?.write('go\n');
  await secondOver;
  const names = readdirSync(join(path, '..'));
  expect(names.filter((name) => name.includes('.p2'))).toEqual([]);
  const whole = parseLines(names.map((name) => readFileSync(join(path, '..', name), 'utf8')).join(''));
  expect(whole.filter((line) => line['who'] === 'b')).toHaveLength(10);
});

test('a line that fitted in part is taken back, and nothing of what others wrote to the file', async () => {
  const path = join(folder(), 'shared.log');
  expect(await ended(crowded.start([path], { before: 'ulimit -f 8' }))).toEqual({ code: 0, signal: null });
  const whole = parseLines(readFileSync(path, 'utf8'));
  expect(whole.filter(({ other }) => other !== undefined)).toHaveLength(1);
  const mine = whole.filter(({ msg }) => msg === 'mine').map(({ i }) => i);
  expect(mine.length).toBeGreaterThan(10);
  expect(mine.length).toBeLessThan(100);
  expect(mine).toEqual(mine.map((_, index) => index));
});
