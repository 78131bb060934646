import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createNetServer, type Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { createMetrics } from '@sightline/core';
import { afterEach, describe, expect, test } from 'vitest';
import { type PushGatewayOptions, prometheusBackend, pushGateway } from '../src/index.js';
import { FakeLog } from './fake-context.js';
import { counter } from './families.js';

interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const closing: Array<() => Promise<unknown> | unknown> = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Takes pushes and answers them as a test wants. */
async function gateway(
  answer: (response: ServerResponse, received: Received) => void = (response) => response.writeHead(202).end(),
): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const body = String(request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes);
    const { method, url, headers } = request;
    received.push({ method, url, headers, body });
    answer(response, { method, url, headers, body });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close().closeAllConnections());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

/**
 * A server that handles what it gets as a test wants, when the request is whole: a reset while it is still being written would be an
 * error of writing it.
 */
async function rawGateway(answer: (socket: Socket) => unknown): Promise<string> {
  const server = createNetServer((socket) => {
    let request = '';
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      request += chunk.toString('latin1');
      if (request.endsWith('\r\n0\r\n\r\n')) answer(socket);
    });
    closing.push(() => socket.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const snapshot = { timeMs: 0, families: [counter('jobs', [{}], [3])] };
const deadline = { timeoutMs: 5000 };
const body = '# TYPE jobs_total counter\njobs_total 3\n';

describe('a push', () => {
  test('replaces the group with a compressed text exposition', async () => {
    const { url, received } = await gateway();
    await pushGateway({ url, jobName: 'nightly', groupings: { instance: 'a b' } }).push(snapshot, deadline);
    expect(received).toMatchObject([{ method: 'PUT', url: '/metrics/job/nightly/instance/a%20b', body }]);
    expect(received[0]?.headers).toMatchObject({
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      'content-encoding': 'gzip',
    });
  });

  test('adds to the group, uncompressed, if configured so', async () => {
    const { url, received } = await gateway();
    await pushGateway({ url, jobName: 'nightly', method: 'POST', gzip: false }).push(snapshot, deadline);
    expect(received).toMatchObject([{ method: 'POST', url: '/metrics/job/nightly', body }]);
    expect(received[0]?.headers['content-encoding']).toBeUndefined();
  });

  test('goes below the address’s own path, with its credentials and further headers', async () => {
    const { url, received } = await gateway();
    const address = `${url.replace('//', '//user:p%40ss@')}/push/`;
    await pushGateway({ url: address, jobName: 'j', headers: { 'X-Scope-OrgID': 'team' } }).push(snapshot, deadline);
    expect(received[0]?.url).toBe('/push/metrics/job/j');
    expect(received[0]?.headers).toMatchObject({
      authorization: `Basic ${btoa('user:p@ss')}`,
      'x-scope-orgid': 'team',
    });
  });

  test.each([
    ['jürgen:pä:ss', 'jürgen:pä:ss'],
    ['%E6%97%A5%E6%9C%AC:%F0%9F%94%91', '日本:🔑'],
    ['user:100%', 'user:100%'],
    ['user:%zz%41', 'user:%zzA'],
    [':secret', ':secret'],
    ['token', 'token:'],
  ])('carries the credentials %s as UTF-8', async (inUrl, credentials) => {
    const { url, received } = await gateway();
    await pushGateway({ url: url.replace('//', `//${inUrl}@`), jobName: 'j' }).push(snapshot, deadline);
    expect(received[0]?.headers.authorization).toBe(`Basic ${Buffer.from(credentials).toString('base64')}`);
  });

  test('carries credentials that are no UTF-8 byte by byte', async () => {
    const { url, received } = await gateway();
    await pushGateway({ url: url.replace('//', '//u:%FC@'), jobName: 'j' }).push(snapshot, deadline);
    expect(received[0]?.headers.authorization).toBe(`Basic ${Buffer.from('u:\xfc', 'latin1').toString('base64')}`);
  });

  test.each<[string, (socket: Socket) => void, string]>([
    ['101', (socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n'), 'the answer was 101'],
    [
      '101 with an upgrade',
      (socket) => socket.write('HTTP/1.1 101 OK\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n'),
      'the answer was 101',
    ],
    ['the end', (socket) => socket.end(), 'socket hang up'],
    ['a reset', (socket) => void socket.resetAndDestroy(), 'failed: '],
    ['an interim answer', (socket) => socket.write('HTTP/1.1 100 Continue\r\n\r\n'), 'no answer within 300 ms'],
    ['a page', (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nhi'), '200 with an HTML page'],
    [
      'a status cut by a reset',
      (socket) =>
        socket.write('HTTP/1.1 503 Busy\r\nContent-Length: 9\r\n\r\n', () =>
          setImmediate(() => socket.resetAndDestroy()),
        ),
      'was answered 503',
    ],
    [
      'a body that never comes',
      (socket) => socket.write('HTTP/1.1 400 No\r\nContent-Length: 9\r\n\r\n'),
      'answered 400',
    ],
  ])('answered by %s rejects and says so', async (_, answer, message) => {
    const pushed = pushGateway({ url: await rawGateway(answer), jobName: 'j' }).push(snapshot, { timeoutMs: 300 });
    await expect(pushed).rejects.toThrow(message);
  });

  test('answered by 200 is done, although the body of the answer has no end or is cut', async () => {
    const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
    for (const answer of [
      (socket: Socket) => socket.write(`${head}800\r\n${'x'.repeat(0x800)}\r\n`),
      (socket: Socket) => socket.write(head, () => setImmediate(() => socket.resetAndDestroy())),
    ]) {
      await pushGateway({ url: await rawGateway(answer), jobName: 'j' }).push(snapshot, deadline);
    }
  });

  test('rejects with what the gateway answered', async () => {
    const { url } = await gateway((response) => response.writeHead(400).end('text format parsing error\nin line 1'));
    const pushed = pushGateway({ url: url.replace('//', '//user:hunter2@'), jobName: 'j' }).push(snapshot, deadline);
    await expect(pushed).rejects.toMatchObject({
      name: 'PushError',
      status: 400,
      message: `[backend-prometheus] PUT ${url}/metrics/job/j was answered 400: text format parsing error in line 1`,
    });
  });

  test('rejects when no answer comes in time', async () => {
    const { url } = await gateway(() => {});
    await expect(pushGateway({ url, jobName: 'j' }).push(snapshot, { timeoutMs: 50 })).rejects.toThrow(
      'failed: no answer within 50 ms',
    );
  });

  test('rejects without a gateway', async () => {
    const pushed = pushGateway({ url: 'http://127.0.0.1:1', jobName: 'j' }).push(snapshot, deadline);
    await expect(pushed).rejects.toMatchObject({
      name: 'PushError',
      status: undefined,
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test('does not follow the gateway elsewhere', async () => {
    const { url } = await gateway((response) => response.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end());
    await expect(pushGateway({ url, jobName: 'j' }).push(snapshot, deadline)).rejects.toMatchObject({ status: 302 });
  });
});

test('a deletion removes the group', async () => {
  const { url, received } = await gateway();
  await pushGateway({ url, jobName: 'j' }).delete(deadline);
  expect(received).toMatchObject([{ method: 'DELETE', url: '/metrics/job/j', body: '' }]);
});

describe('a group', () => {
  test.each<[PushGatewayOptions['jobName'], PushGatewayOptions['groupings'], string]>([
    ['a/b', {}, 'job@base64/YS9i'],
    ['j', { path: '/var/tmp' }, 'job/j/path@base64/L3Zhci90bXA'],
    ['j', { path: '' }, 'job/j/path@base64/='],
    ['j', { path: '..' }, 'job/j/path@base64/Li4'],
    ['j', { city: 'Zürich?#%' }, 'job/j/city/Z%C3%BCrich%3F%23%25'],
    ['ж/я', {}, 'job@base64/0LYv0Y8'],
  ])('%s %j has the path %s', async (jobName, groupings, path) => {
    const { url, received } = await gateway();
    await pushGateway({ url, jobName, groupings }).push(snapshot, deadline);
    expect(received[0]?.url).toBe(`/metrics/${path}`);
  });

  test.each<[Partial<PushGatewayOptions>, string]>([
    [{ jobName: '' }, 'pushGateway.jobName is "": give the job a name'],
    [{ groupings: { job: 'x' } }, 'pass it as jobName'],
    [{ groupings: { 'a-b': 'x' } }, 'groupings has "a-b", which is not a label name'],
    [{ url: 'localhost:9091' }, 'pushGateway.url is "localhost:9091": give an http:'],
    [{ method: 'PATCH' as never }, "pushGateway.method is \"PATCH\": give 'PUT' or 'POST'"],
    [{ job: 'x' } as never, 'pushGateway has an unknown option "job"'],
    [{ headers: { a: 1 } as never }, 'pushGateway.headers["a"] is 1: give a string'],
    [{ intervalMs: 0 }, 'pushGateway.intervalMs is 0'],
  ])('with %j is refused at set-up', (options, message) => {
    expect(() => pushGateway({ url: 'http://localhost:9091', jobName: 'j', ...options })).toThrow(message);
  });
});

describe('the backend', () => {
  test('pushes at a flush and at the end, and counts it', async () => {
    const { url, received } = await gateway();
    const metrics = createMetrics({
      backends: [prometheusBackend({ pushGateway: { url, jobName: 'j' } })],
      log: new FakeLog(),
    });
    await metrics.ready;
    const jobs = metrics.counter('jobs', { help: 'Jobs.' });
    jobs.inc();
    await metrics.flush();
    jobs.inc();
    await metrics.shutdown();
    expect(received.map(({ body: page }) => /^jobs_total \d$/m.exec(page)?.[0])).toEqual([
      'jobs_total 1',
      'jobs_total 2',
    ]);
    expect(received[1]?.body).toContain('sightline_prometheus_pushes_total{outcome="accepted"} 1\n');
  });

  test('removes its group at shutdown if configured so', async () => {
    const { url, received } = await gateway();
    const backend = prometheusBackend({ pushGateway: { url, jobName: 'j', deleteOnShutdown: true } });
    const metrics = createMetrics({ backends: [backend], log: new FakeLog() });
    await metrics.ready;
    await metrics.shutdown();
    expect(received.map(({ method }) => method)).toEqual(['PUT', 'DELETE']);
  });

  test('rejects a flush with what the gateway answered, and ends all the same', async () => {
    const { url } = await gateway((response) => response.writeHead(500).end('disk full'));
    const metrics = createMetrics({
      backends: [prometheusBackend({ pushGateway: { url, jobName: 'j' } })],
      log: new FakeLog(),
    });
    await metrics.ready;
    await expect(metrics.flush()).rejects.toThrow(/disk full|prometheus/);
    await expect(metrics.shutdown()).resolves.toBeUndefined();
  });
});
