import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import WebSocket from 'ws';
import { cpuTime } from '../../../../scripts/cpu-time.js';
import { bearer, fakeApi, send, serving, token } from './serving.js';

/** Sends bytes, and resolves with all that comes back until the server ends the connection. */
async function raw(port: number, bytes: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => {});
  socket.write(bytes);
  return text(socket);
}

const close = 'Connection: close\r\n';
const authorized = `Authorization: Bearer ${token}\r\n`;
const statuses = (answer: string): readonly string[] =>
  [...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status ?? '');

describe('A request in an odd form', () => {
  const forms: Readonly<Record<string, readonly [request: (port: number) => string, status: readonly string[]]>> = {
    'of HTTP/1.0 with a host': [
      (port) => `GET /live/api/ HTTP/1.0\r\nHost: localhost:${port}\r\n${authorized}\r\n`,
      ['200'],
    ],
    'of HTTP/1.0 without a host': [() => `GET /live/api/ HTTP/1.0\r\n${authorized}\r\n`, ['421']],
    'with two hosts': [
      (port) => `GET /live/api/ HTTP/1.1\r\nHost: localhost:${port}\r\nHost: evil.example\r\n${close}${authorized}\r\n`,
      ['400'],
    ],
    'in the absolute form': [
      (port) => `GET http://localhost:${port}/live/api/ HTTP/1.1\r\nHost: localhost\r\n${close}${authorized}\r\n`,
      ['200'],
    ],
    'in the absolute form for another host': [
      () => `GET http://evil.example/live/api/ HTTP/1.1\r\nHost: localhost\r\n${close}${authorized}\r\n`,
      ['421'],
    ],
    'in the absolute form with a user': [
      () => `GET http://localhost@evil.example/live/api/ HTTP/1.1\r\nHost: localhost\r\n${close}${authorized}\r\n`,
      ['421'],
    ],
    'for a host with a dot at its end': [
      () => `GET /live/api/ HTTP/1.1\r\nHost: evil.example.\r\n${close}${authorized}\r\n`,
      ['421'],
    ],
    'for a host in capitals': [
      () => `GET /live/api/ HTTP/1.1\r\nHost: LOCALHOST\r\n${close}${authorized}\r\n`,
      ['200'],
    ],
    'for the host of IPv6': [() => `GET /live/api/ HTTP/1.1\r\nHost: [::1]:9466\r\n${close}${authorized}\r\n`, ['200']],
    'for a host that begins like ours': [
      () => `GET /live/api/ HTTP/1.1\r\nHost: localhost.evil.example\r\n${close}${authorized}\r\n`,
      ['421'],
    ],
    'with a length and chunks': [
      () =>
        `POST /live/api/echo HTTP/1.1\r\nHost: localhost\r\n${close}${authorized}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /live/api/ HTTP/1.1\r\nHost: localhost\r\n\r\n`,
      ['400'],
    ],
    'with two lengths': [
      () =>
        `POST /live/api/echo HTTP/1.1\r\nHost: localhost\r\n${close}${authorized}Content-Length: 5\r\nContent-Length: 50\r\n\r\nhello`,
      ['400'],
    ],
    'with a folded header': [
      () => `GET /live/api/ HTTP/1.1\r\nHost: localhost\r\n${authorized}X-A: b\r\n Host: evil\r\n${close}\r\n`,
      ['400', '200'],
    ],
    'for a range': [
      () => `GET /live/api/ HTTP/1.1\r\nHost: localhost\r\nRange: bytes=0-1\r\n${close}${authorized}\r\n`,
      ['200'],
    ],
    'with an encoded slash and dots': [
      () => `GET /live/%2e%2e/%2fetc/passwd HTTP/1.1\r\nHost: localhost\r\n${close}${authorized}\r\n`,
      ['404'],
    ],
    'with dots': [
      () => `GET /live/assets/../../package.json HTTP/1.1\r\nHost: localhost\r\n${close}${authorized}\r\n`,
      ['404'],
    ],
    'with a wrong encoding': [
      () => `GET /live/api/%ff%zz HTTP/1.1\r\nHost: localhost\r\n${close}${authorized}\r\n`,
      ['404'],
    ],
    'with a NUL': [() => `GET /live/api/%00 HTTP/1.1\r\nHost: localhost\r\n${close}${authorized}\r\n`, ['404']],
    'by another method': [
      () => `PROPFIND /live/api/ HTTP/1.1\r\nHost: localhost\r\n${close}${authorized}\r\n`,
      ['405'],
    ],
    'by TRACE': [() => `TRACE /live/ HTTP/1.1\r\nHost: localhost\r\n${close}${authorized}\r\n`, ['405']],
  };

  test.each(Object.entries(forms))('%s gets its status', async (_form, [request, expected]) => {
    const { port } = await serving();
    const [status] = statuses(await raw(port, request(port)));
    expect(expected).toContain(status);
  });
});

test('many requests in one packet are answered up to a number, so that no answers pile up', async () => {
  const { port } = await serving({ api: fakeApi({ large: () => 'x'.repeat(1_000_000) }) });
  const one = `GET /live/api/large HTTP/1.1\r\nHost: localhost\r\n${authorized}\r\n`;
  const last = `GET /live/api/large HTTP/1.1\r\nHost: localhost\r\n${close}${authorized}\r\n`;
  const all = statuses(await raw(port, one.repeat(99) + last));
  expect(all).toHaveLength(100);
  expect(all.filter((status) => status === '200').length).toBeLessThan(80);
  expect(new Set(all)).toEqual(new Set(['200', '429']));
});

test('many queries in one frame of a socket are answered one after the other', { timeout: 60_000 }, async () => {
  let isRunning = 0;
  let most = 0;
  const all = await serving({
    async services() {
      isRunning++;
      most = Math.max(most, isRunning);
      await new Promise((resolve) => setImmediate(resolve));
      isRunning--;
      return [];
    },
  });
  const socket = new WebSocket(`${all.origin.replace('http', 'ws')}/live/graphql`, 'graphql-transport-ws', {
    headers: bearer,
  });
  onTestFinished(() => socket.terminate());
  await once(socket, 'open');
  socket.send('{"type":"connection_init"}');
  await once(socket, 'message');
  const answers: string[] = [];
  const done = new Promise<void>((resolve) => {
    socket.on('message', (data) => {
      answers.push(String(data));
      if (answers.filter((answer) => answer.includes('"complete"')).length === 200) resolve();
    });
  });
  for (let id = 0; id < 200; id++) {
    socket.send(JSON.stringify({ type: 'subscribe', id: String(id), payload: { query: '{services{name}}' } }));
  }
  await done;
  expect(most).toBe(1);
  const next = answers.filter((answer) => answer.includes('"next"'));
  expect(next).toHaveLength(200);
  expect(next.filter((answer) => answer.includes('"services":[]')).length).toBeGreaterThanOrEqual(20);
});

test.each([
  ['a list of requests', '[{"query":"{topics{topic}}"}]', 400],
  ['a persisted query', '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"a"}}}', 400],
  ['fragments in a circle', '{"query":"{...a} fragment a on Query{...b} fragment b on Query{...a}"}', 400],
  [
    'hundreds of aliases',
    JSON.stringify({ query: `{${Array.from({ length: 100 }, (_, i) => `a${i}:topics{topic}`).join(' ')}}` }),
    400,
  ],
  [
    'a fragment used often',
    JSON.stringify({ query: `{${'...a '.repeat(300)}} fragment a on Query{topics{topic}}` }),
    400,
  ],
  ['directives without end', JSON.stringify({ query: `{topics ${'@skip(if:false) '.repeat(300)}{topic}}` }), 400],
  [
    'variables of members of objects',
    '{"query":"{topics{topic}}","variables":{"__proto__":{"a":1},"constructor":1}}',
    200,
  ],
  ['nesting without end', JSON.stringify({ query: `${'{topics'.repeat(2000)}` }), 400],
] as const)('GraphQL takes %s with an answer in time', async (_what, body, status) => {
  const { origin } = await serving();
  const ms = await cpuTime(async () => {
    const answer = await send(`${origin}/live/graphql`, {
      method: 'POST',
      headers: { ...bearer, 'Content-Type': 'application/json', Accept: 'application/graphql-response+json' },
      body,
    });
    expect(answer.status).toBe(status);
  });
  expect(ms).toBeLessThan(2000);
  expect(({} as { a?: number }).a).toBeUndefined();
});

test('a form with files is no request', async () => {
  const { origin } = await serving();
  const answer = await send(`${origin}/live/graphql`, {
    method: 'POST',
    headers: { ...bearer, 'Content-Type': 'multipart/form-data; boundary=b' },
    body: '--b\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{"query":"{topics{topic}}"}\r\n--b--',
  });
  expect(answer.status).toBe(415);
});

test('a socket that begins twice is closed', async () => {
  const all = await serving();
  const socket = new WebSocket(`${all.origin.replace('http', 'ws')}/live/graphql`, 'graphql-transport-ws', {
    headers: bearer,
  });
  onTestFinished(() => socket.terminate());
  await once(socket, 'open');
  for (let i = 0; i < 1000; i++) socket.send('{"type":"connection_init"}');
  const [code] = (await once(socket, 'close')) as [number];
  expect(code).toBe(4429);
  await expect.poll(() => all.live.viewers.count).toBe(0);
});

test('a cookie that a page of another port or path has set opens nothing', async () => {
  const { origin, port } = await serving();
  for (const value of [
    'x',
    '.',
    'zzzzzzzz.',
    `${(Date.now() + 1e6).toString(36)}.${'a'.repeat(43)}`,
    '__proto__',
    '"',
    '%00',
  ]) {
    const cookie = `sightline_live_${port}=${value}; sightline_live_${port}=${value}`;
    expect((await send(`${origin}/live/api/echo`, { headers: { Cookie: cookie } })).status).toBe(401);
  }
});
