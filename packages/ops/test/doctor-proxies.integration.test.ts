import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';

/** 22.21 and 24.5 are the first with `NODE_USE_ENV_PROXY` for `node:http`. */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const knowsProxies = major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 21);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-doctor-'));
  await build({
    stdin: {
      contents: `import { diagnose } from './doctor/index.ts';
        const { TARGET: prometheus } = process.env;
        const { checks } = await diagnose({ page: prometheus + '/metrics', prometheus, timeoutMs: 5000 });
        console.log(JSON.stringify(checks));`,
      resolveDir: fileURLToPath(new URL('../src', import.meta.url)),
    },
    outfile: join(folder, 'doctor.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['@sightline/source'],
  });
});
afterAll(() => rm(folder, { recursive: true }));

/** Keeps what it is asked for. As many proxies, it opens no tunnels to the ports of a stack. */
async function listening(status: number): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(status).end();
  });
  server.on('connect', (_request, socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close().closeAllConnections());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

async function doctor(target: string, proxy: string, more: Record<string, string>) {
  const proxies = { HTTP_PROXY: proxy, http_proxy: proxy, HTTPS_PROXY: proxy, https_proxy: proxy };
  const env = { ...process.env, ...proxies, NO_PROXY: '', no_proxy: '', TARGET: target, ...more };
  const child = spawn(process.execPath, [join(folder, 'doctor.mjs')], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  await once(child, 'close');
  const checks = JSON.parse(text) as Array<{ check: string; detail: string; remedy?: string }>;
  return (name: string) => checks.find(({ check }) => check === name);
}

test.each<[string, Record<string, string>, boolean]>([
  ['NODE_USE_ENV_PROXY=1', { NODE_USE_ENV_PROXY: '1' }, knowsProxies],
  ['no such wish', {}, false],
  ['NO_PROXY for the target', { NODE_USE_ENV_PROXY: '1', NO_PROXY: '127.0.0.1', no_proxy: '127.0.0.1' }, false],
])('with %s, the doctor asks the proxy only where the exporters do', async (_, env, isProxied) => {
  const [proxy, target] = [await listening(502), await listening(404)];
  const check = await doctor(target.url, proxy.url, env);
  const page = isProxied ? `${target.url}/metrics` : '/metrics';
  expect(proxy.asked.includes(page)).toBe(isProxied);
  expect(target.asked.includes(page)).toBe(!isProxied);
  expect(check('page')?.detail).toContain(`answered ${isProxied ? 502 : 404}`);
  expect(check('scrape')?.remedy?.includes('NO_PROXY')).toBe(isProxied);
});

test.runIf(knowsProxies)('a tunnel that the proxy does not open is told, without its credentials', async () => {
  const proxy = await listening(502);
  const withUser = proxy.url.replace('//', '//user:hunter2@');
  const check = await doctor('https://127.0.0.1:1', withUser, { NODE_USE_ENV_PROXY: '1' });
  expect(check('scrape')).toMatchObject({ status: 'failed', remedy: expect.stringContaining('The proxy refuses') });
  expect(check('scrape')?.detail).not.toContain('hunter2');
});
