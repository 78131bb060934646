import { fakeClock } from '@sightline/base/fake-clock';
import { expect, test } from 'vitest';
import { ApiError } from '../../src/model/api.js';
import { testStore } from '../store/test-store.js';
import { bearer, fakeApi, send, serving } from './serving.js';

test('answers a path with its parameters', async () => {
  const { origin } = await serving();
  const { status, headers, json } = await send(`${origin}/live/api/echo?last=5m&attribute=a%3D1&attribute=b`, {
    headers: bearer,
  });
  expect(status).toBe(200);
  expect(headers['content-type']).toBe('application/json; charset=utf-8');
  expect(headers['cache-control']).toBe('no-store');
  expect(json).toEqual({
    path: 'echo',
    parameters: [
      ['last', '5m'],
      ['attribute', 'a=1'],
      ['attribute', 'b'],
    ],
  });
});

test('an id in a path is decoded once, and may be called anything', async () => {
  const asked: string[] = [];
  const { api } = testStore({}, { page: (id) => void asked.push(id) });
  const { origin } = await serving({ api });
  for (const id of ['a b', 'boot:100', '100%25', 'a/b', '__proto__']) {
    const { status } = await send(`${origin}/live/api/pages/${encodeURIComponent(id)}`, { headers: bearer });
    expect(status).toBe(404);
  }
  expect(asked).toEqual(['a b', 'boot:100', '100%25', 'a/b', '__proto__']);
  expect(await send(`${origin}/live/api/pages/%E0%A4%A`, { headers: bearer })).toMatchObject({
    status: 400,
    json: { problem: '"%E0%A4%A" is not encoded as in a URL.' },
  });
});

test('parameters called like members of objects are only parameters', async () => {
  const { origin } = await serving();
  const { json } = await send(`${origin}/live/api/echo?__proto__=x&constructor[prototype]=y`, { headers: bearer });
  expect(json).toMatchObject({
    parameters: [
      ['__proto__', 'x'],
      ['constructor[prototype]', 'y'],
    ],
  });
  expect(({} as { x?: unknown }).x).toBeUndefined();
});

test('lists its paths', async () => {
  const { origin } = await serving();
  for (const path of ['/live/api', '/live/api/']) {
    const { json } = await send(origin + path, { headers: bearer });
    expect(json).toMatchObject({
      paths: expect.arrayContaining([
        { path: 'about', methods: ['GET'], parameters: {}, gives: expect.any(String) },
        expect.objectContaining({ path: 'traces/<id>' }),
        expect.objectContaining({ path: 'metrics', parameters: { service: expect.any(String) } }),
        expect.objectContaining({ path: 'profiles', methods: ['GET', 'POST'] }),
      ]),
    });
  }
});

test('HEAD is answered like GET, without a body', async () => {
  const { origin } = await serving();
  const get = await send(`${origin}/live/api/echo`, { headers: bearer });
  const head = await send(`${origin}/live/api/echo`, { method: 'HEAD', headers: bearer });
  expect(head).toMatchObject({ status: 200, text: '' });
  expect(head.headers['content-length']).toBe(get.headers['content-length']);
});

test.each([
  ['/live/api/echo', 'GET, HEAD, POST, OPTIONS'],
  ['/live/api/', 'GET, HEAD, OPTIONS'],
  ['/live/stream', 'GET, HEAD, OPTIONS'],
  ['/live/stream/x', 'POST, OPTIONS'],
  ['/live/graphql', 'GET, HEAD, POST, OPTIONS'],
  ['/live/', 'GET, HEAD, OPTIONS'],
])('%s says which methods it has', async (path, allowed) => {
  const { origin } = await serving();
  const options = await send(origin + path, { method: 'OPTIONS' });
  expect(options).toMatchObject({ status: 204, headers: { allow: allowed } });
  expect(options.headers).not.toHaveProperty('access-control-allow-origin');
  for (const method of ['PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND']) {
    const { status, headers } = await send(origin + path, { method, headers: bearer });
    expect(status, method).toBe(405);
    expect(headers.allow).toBe(allowed);
  }
});

test('POST goes to the paths that have one', async () => {
  const { origin } = await serving();
  const answer = await send(`${origin}/live/api/echo?a=1`, { method: 'POST', headers: bearer, body: 'bytes' });
  expect(answer.json).toEqual({ path: 'echo', parameters: [['a', '1']], body: 'bytes' });
  const none = await send(`${origin}/live/api/about`, { method: 'POST', headers: bearer });
  expect(none).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD, OPTIONS' } });
});

test('each path of the API says which methods it has itself', async () => {
  const { origin } = await serving({ api: testStore().api });
  for (const [path, allow] of [
    ['about', 'GET, HEAD, OPTIONS'],
    ['profiles', 'GET, HEAD, POST, OPTIONS'],
    ['session', 'GET, HEAD, OPTIONS'], // none without a session
  ]) {
    const { headers } = await send(`${origin}/live/api/${path}`, { method: 'OPTIONS', headers: bearer });
    expect(headers.allow).toBe(allow);
  }
});

test.each([400, 404, 409, 413, 422] as const)('an error of the API has its status and problem: %d', async (status) => {
  const fail = () => {
    throw new ApiError(status, 'last is "x". Give a time such as 90s.');
  };
  const { origin, logged } = await serving({ api: fakeApi({ now: fail, later: () => Promise.resolve().then(fail) }) });
  for (const path of ['now', 'later']) {
    const answer = await send(`${origin}/live/api/${path}`, { headers: bearer });
    expect(answer).toMatchObject({ status, json: { problem: 'last is "x". Give a time such as 90s.' } });
  }
  expect(logged).toEqual([]);
});

test('an unexpected error goes to the log, once a minute, and not to the client', async () => {
  const clock = fakeClock();
  const api = fakeApi({
    broken: () => {
      throw new Error('password=hunter2');
    },
    circular: () => {
      const answer: Record<string, unknown> = {};
      answer['self'] = answer;
      return answer;
    },
  });
  const { origin, logged } = await serving({ api, clock });
  for (let i = 0; i < 3; i++) {
    for (const path of ['broken', 'circular']) {
      const { status, text } = await send(`${origin}/live/api/${path}`, { headers: bearer });
      expect(status).toBe(500);
      expect(text).toBe('{"problem":"The answer failed. The log of the service says why."}');
    }
  }
  expect(logged).toEqual([
    "[live] The dashboard's /api/broken failed. The service itself is not affected.",
    "[live] The dashboard's /api/circular failed. The service itself is not affected.",
  ]);
  clock.advance(60_000);
  await send(`${origin}/live/api/broken`, { headers: bearer });
  expect(logged).toHaveLength(3);
});

test('an answer that hangs ends in time', async () => {
  const clock = fakeClock();
  const api = fakeApi({ hangs: () => new Promise(() => void setImmediate(() => clock.advance(10_000))) });
  const { origin } = await serving({ api, clock });
  expect((await send(`${origin}/live/api/hangs`, { headers: bearer })).status).toBe(503);
});

test('a file is streamed, with a name that is safe in a header', async () => {
  let left = 100;
  const chunks = {
    *[Symbol.iterator]() {
      while (left-- > 0) yield Buffer.alloc(10_000, 'x');
    },
  };
  const file = { name: 'a"b\r\n/c.cpuprofile', contentType: 'application/json', chunks };
  const { origin } = await serving({ api: fakeApi({ 'profiles/1.cpuprofile': () => ({ file }) }) });
  const { status, headers, text } = await send(`${origin}/live/api/profiles/1.cpuprofile`, { headers: bearer });
  expect(status).toBe(200);
  expect(headers['content-disposition']).toBe('attachment; filename="a_b___c.cpuprofile"');
  expect(headers['content-type']).toBe('application/json');
  expect(text).toHaveLength(1_000_000);
});

test('a file that breaks off is no whole file', async () => {
  const chunks = {
    *[Symbol.iterator]() {
      yield Buffer.from('begin');
      throw new Error('disk');
    },
  };
  const api = fakeApi({ broken: () => ({ file: { name: 'x', contentType: 'text/plain', chunks } }) });
  const { origin, logged } = await serving({ api });
  await expect(send(`${origin}/live/api/broken`, { headers: bearer })).rejects.toThrow(/aborted|hang up/);
  expect(logged).toHaveLength(1);
});

test('markup in an answer is only data: no browser runs it', async () => {
  const api = fakeApi({ evil: () => ({ text: '<script>alert(1)</script>' }) });
  const { origin } = await serving({ api });
  const { headers } = await send(`${origin}/live/api/evil`, { headers: bearer });
  expect(headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    'cross-origin-resource-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'DENY',
  });
});
