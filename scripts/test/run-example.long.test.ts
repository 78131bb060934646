import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { root } from '../packages.mjs';

// `npm start` after its set-up: nothing is built, so `dist` may be missing or old.
test('an example runs from the sources, shows a page, and Ctrl-C ends it with its last window', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-run-example-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const child = spawn(process.execPath, ['scripts/run-example.mjs', 'collector'], {
    cwd: root,
    env: { PATH: process.env['PATH'], TMPDIR: folder, METRICS_PORT: '0', METRICS_HOST: '127.0.0.1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a process group of its own, as in a terminal
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const closed = once(child, 'close');
  const windows: unknown[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { msg, metrics } = JSON.parse(line);
    if (msg === 'metrics') windows.push(metrics);
  });
  const said = createInterface({ input: child.stderr });

  let page = '';
  for await (const line of said) {
    page ||= /^Page: (\S+)/.exec(line)?.[1] ?? '';
    if (line.startsWith('Ctrl-C')) break;
  }
  await expect.poll(async () => (await fetch(page)).text()).toMatch(/^collector_messages_received_total\{.*\} [1-9]/m);
  expect(windows).toEqual([]);

  process.kill(-(child.pid ?? 0), 'SIGINT'); // what a terminal does at Ctrl-C
  expect(await closed).toEqual([0, null]);
  expect(windows).toMatchObject([{ received: expect.anything(), window_seconds: expect.any(Number) }]);
  expect(readdirSync(folder)).toEqual([]);
});
