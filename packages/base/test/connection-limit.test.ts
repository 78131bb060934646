import { once } from 'node:events';
import type { Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { ask, openSocket, rest } from '../../../scripts/test/raw-client.js';
import { type LimitedServer, openLimitedServer } from '../src/server/limited-server.js';
import type { NodeHandler } from '../src/server/node-reply.js';

const answers: NodeHandler = (_request, response) => void response.end('ok');

async function started(onRequest: NodeHandler = answers, options = {}): Promise<LimitedServer['address']> {
  const server = await openLimitedServer(
    {
      ...{ port: 0, host: '127.0.0.1', headersTimeoutMs: 5000, requestTimeoutMs: 5000, responseTimeoutMs: 5000 },
      ...{
        maxConnections: 4,
        keepsProcessAlive: false,
        owner: { name: 'test', freePort: '', portVariable: 'PORT', hostVariable: 'HOST' },
      },
      ...options,
    },
    onRequest,
  );
  onTestFinished(() => server.shutdown({ timeoutMs: 0 }));
  return server.address;
}

/** Has asked for something, and read the answer where one came. */
async function connected(port: number, text = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'): Promise<Socket> {
  const socket = await openSocket(port);
  onTestFinished(() => void socket.destroy());
  socket.write(text);
  return socket;
}

async function idle(port: number): Promise<Socket> {
  const socket = await connected(port);
  await once(socket.resume(), 'data');
  return socket;
}

test('a probe gets through although idle connections take all places: the one idle for longest makes room', async () => {
  const { port, url } = await started();
  const sockets = [await idle(port), await idle(port), await idle(port), await idle(port)];
  // The first is asked again, so that the second has been idle for longest.
  sockets[0]?.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(sockets[0] as Socket, 'data');
  const ended = once(sockets[1] as Socket, 'close');
  expect((await ask(url)).status).toBe(200);
  await ended;
  expect(sockets.map(({ closed }) => closed)).toEqual([false, true, false, false]);
});

test('probes get through however often idle connections come', async () => {
  const { port, url } = await started();
  for (let round = 0; round < 20; round++) {
    await idle(port);
    expect((await ask(url)).status).toBe(200);
  }
});

test('a probe gets through although connections that say nothing take all places', async () => {
  const { port, url } = await started();
  for (let i = 0; i < 6; i++) await connected(port, '');
  expect((await ask(url)).status).toBe(200);
});

test('a probe gets through although requests that do not end take all places', async () => {
  const { port, url } = await started();
  for (let i = 0; i < 6; i++) await connected(port, 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ');
  expect((await ask(url)).status).toBe(200);
});

test('a request that does not end is cut off by its time-out, also on a connection that was used before', async () => {
  const { port } = await started(answers, { headersTimeoutMs: 100, requestTimeoutMs: 100 });
  const socket = await idle(port);
  socket.write('GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ');
  expect(await rest(socket)).toMatch(/^HTTP\/1\.1 408 |^$/);
});

test('an answer that is under way keeps its connection; a further one is refused, and gets a place afterwards', async () => {
  const waiting: Array<() => void> = [];
  const { port, url } = await started((_request, response) => void waiting.push(() => response.end('late')));
  const sockets = [await connected(port), await connected(port), await connected(port), await connected(port)];
  await expect.poll(() => waiting.length).toBe(4);
  await expect(ask(url)).rejects.toThrow(/ECONNRESET|socket hang up/);
  const answered = sockets.map((socket) => once(socket.resume(), 'data'));
  for (const answer of waiting) answer();
  for (const data of await Promise.all(answered)) expect(String(data)).toContain('late');
  const probe = ask(url);
  await expect.poll(() => waiting.length).toBe(5);
  waiting[4]?.();
  expect((await probe).status).toBe(200);
});

test('a client that takes nothing of its answer is cut off', async () => {
  let cut: () => void = () => {};
  const isCut = new Promise<void>((resolve) => {
    cut = resolve;
  });
  const { port } = await started(
    (_request, response) => {
      const write = (): void => {
        while (!response.destroyed && response.write('x'.repeat(100_000)));
      };
      response.on('drain', write).once('close', () => cut());
      write();
    },
    { responseTimeoutMs: 200 },
  );
  await connected(port);
  await isCut;
});
