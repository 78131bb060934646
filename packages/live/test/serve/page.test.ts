import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { fakeClock } from '@sightline/base/fake-clock';
import { expect, onTestFinished, test } from 'vitest';
import { bearer, send, serving, sessionCookie } from './serving.js';

const script = 'console.log("page");';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'page-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

function builtPage(): string {
  const path = folder();
  mkdirSync(join(path, 'assets'));
  writeFileSync(join(path, 'index.html'), '<!doctype html><title>Page</title>');
  writeFileSync(join(path, 'assets/page.1a2b3c4d.js'), script);
  writeFileSync(join(path, 'assets/page.1a2b3c4d.js.br'), brotliCompressSync(script));
  writeFileSync(join(path, 'assets/page.1a2b3c4d.js.gz'), gzipSync(script));
  writeFileSync(join(path, 'assets/plain.css'), 'body {}');
  writeFileSync(join(path, 'assets/secret.pem'), 'key');
  return path;
}

test('serves the page with a policy that lets nothing else in', async () => {
  const { origin } = await serving({ pageFolder: builtPage() });
  const { status, headers, text } = await send(`${origin}/live/`, { headers: bearer });
  expect(status).toBe(200);
  expect(text).toBe('<!doctype html><title>Page</title>');
  expect(headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'private, no-cache',
    'content-security-policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
});

test('the page without its slash leads to it', async () => {
  const { origin } = await serving();
  expect(await send(`${origin}/live`)).toMatchObject({ status: 303, headers: { location: 'live/' } });
});

test.each([
  ['br, gzip', 'br'],
  ['gzip', 'gzip'],
  ['br;q=0, *', 'gzip'],
  ['gzip;q=0.5, br;q=0.1', 'gzip'],
])('sends a file in an encoding that the client takes: %s', async (accept, encoding) => {
  const { origin } = await serving({ pageFolder: builtPage() });
  const headers = { ...bearer, 'Accept-Encoding': accept };
  const response = await fetch(`${origin}/live/assets/page.1a2b3c4d.js`, { headers });
  expect(response.headers.get('content-encoding')).toBe(encoding);
  expect(response.headers.get('vary')).toBe('Accept-Encoding');
  expect(response.headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
  expect(await response.text()).toBe(script); // which fetch has decoded
});

test('sends the file itself to others, and for files without variants', async () => {
  const { origin } = await serving({ pageFolder: builtPage() });
  for (const [path, accept, content] of [
    ['page.1a2b3c4d.js', 'identity', script],
    ['page.1a2b3c4d.js', 'deflate', script],
    ['plain.css', 'br, gzip', 'body {}'],
  ]) {
    const { headers, text } = await send(`${origin}/live/assets/${path}`, {
      headers: { ...bearer, 'Accept-Encoding': accept ?? '' },
    });
    expect(headers).not.toHaveProperty('content-encoding');
    expect(text).toBe(content);
  }
});

test('a file that the client knows is not sent again', async () => {
  const { origin } = await serving({ pageFolder: builtPage() });
  const { headers } = await send(`${origin}/live/`, { headers: bearer });
  const etag = String(headers.etag);
  expect(etag).toMatch(/^"[\w-]{43}-identity"$/);
  for (const known of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
    const again = await send(`${origin}/live/`, { headers: { ...bearer, 'If-None-Match': known } });
    expect(again).toMatchObject({ status: 304, text: '' });
  }
  expect((await send(`${origin}/live/`, { headers: { ...bearer, 'If-None-Match': '"x"' } })).status).toBe(200);
});

test('HEAD has the length', async () => {
  const { origin } = await serving({ pageFolder: builtPage() });
  const { status, headers, text } = await send(`${origin}/live/`, { method: 'HEAD', headers: bearer });
  expect({ status, length: headers['content-length'], text }).toEqual({ status: 200, length: '34', text: '' });
});

test.each([
  '../package.json',
  '%2e%2e/package.json',
  'assets/../../x',
  'assets/secret.pem',
  'assets',
  'index.html.br',
  '__proto__',
  'assets/page.1a2b3c4d.js.br',
])('there is nothing else in the folder: %s', async (path) => {
  const { origin } = await serving({ pageFolder: builtPage() });
  expect((await send(`${origin}/live/${path}`, { headers: bearer })).status).toBe(404);
});

test.each(['a folder that is not there', undefined])(
  'without a build a page says how to make it: %s',
  async (missing) => {
    const pageFolder = missing === undefined ? undefined : join(folder(), 'none');
    const { origin } = await serving({ pageFolder });
    const { status, text } = await send(`${origin}/live/`, { headers: bearer });
    expect(status).toBe(404);
    expect(text).toContain('npm run build');
  },
);

test('a page that is built later is found', async () => {
  const path = folder();
  const { origin } = await serving({ pageFolder: path });
  expect((await send(`${origin}/live/`, { headers: bearer })).status).toBe(404);
  writeFileSync(join(path, 'index.html'), 'built');
  expect((await send(`${origin}/live/`, { headers: bearer })).text).toBe('built');
});

test('the page prolongs a session in its second half', async () => {
  const clock = fakeClock();
  const { origin } = await serving({ clock, pageFolder: builtPage() });
  const cookie = await sessionCookie(origin);
  const page = (headers: Readonly<Record<string, string>>) => send(`${origin}/live/`, { headers });
  expect((await page({ Cookie: cookie })).headers).not.toHaveProperty('set-cookie');
  clock.advance(13 * 3600_000);
  const [prolonged = ''] = (await page({ Cookie: cookie })).headers['set-cookie'] ?? [];
  clock.advance(13 * 3600_000);
  expect((await page({ Cookie: cookie })).status).toBe(401);
  expect((await page({ Cookie: prolonged.split(';')[0] ?? '' })).status).toBe(200);
  expect((await page(bearer)).headers).not.toHaveProperty('set-cookie');
});

test('the form has a style, and escapes what it shows', async () => {
  const { origin } = await serving();
  expect(await send(`${origin}/live/login.css`)).toMatchObject({
    status: 200,
    headers: { 'content-type': 'text/css' },
  });
  const { text, headers } = await send(`${origin}/live/?<script>`, { headers: { Host: 'localhost' } });
  expect(text).not.toContain('<script');
  expect(headers['content-security-policy']).toContain("script-src 'self'");
});

test('a request for something else goes on, or is not found', async () => {
  const { origin, passedOn, live } = await serving();
  for (const path of ['/', '/lives', '/livez', '/x/live/', '/Live/']) await send(origin + path);
  expect(passedOn).toEqual(['/', '/lives', '/livez', '/x/live/', '/Live/']);
  const { createServer } = await import('node:http');
  const alone = await serving({ serve: () => createServer((request, response) => live.handler(request, response)) });
  expect((await send(`${alone.origin}/other`)).status).toBe(404);
});
