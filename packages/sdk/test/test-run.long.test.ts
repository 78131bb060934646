import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundledService, type ServiceBundle } from '../../../scripts/test/service-process.js';

let app: ServiceBundle;
beforeAll(async () => {
  app = await bundledService('tested-app', import.meta.url);
});
afterAll(() => app?.remove());

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');

test.each([
  ['node --test', '.test.mjs', ['--test'], "import test from 'node:test';"],
  ['vitest', '.spec.mjs', [vitest, 'run', '--globals', '.spec.'], ''],
])('an app that two test files of %s import takes no port and says nothing', async (_runner, ending, args, load) => {
  const code = `${load}
    import { order } from './tested-app.mjs';
    test('counts an order', async () => {
      if ((await order()) !== 1) throw new Error('not counted');
    });`;
  for (const name of ['one', 'two']) await writeFile(join(app.folder, name + ending), code);
  // Taken: whoever asks for it fails.
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const child = spawn(process.execPath, args, {
    cwd: app.folder,
    env: { PATH: process.env['PATH'], APP_PORT: String(port) },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const [status] = await once(child, 'close');
  server.close();
  expect(status, output).toBe(0);
  expect(output).not.toMatch(/\[sdk\]|"msg"|in use|ordered/);
});
