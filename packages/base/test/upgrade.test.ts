import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expect, onTestFinished, test } from 'vitest';
import { openSocket, rest } from '../../../scripts/test/raw-client.js';
import { type LimitedServerOptions, openLimitedServer, type UpgradeHandler } from '../src/server/index.js';

const options: LimitedServerOptions = {
  ...{ port: 0, host: '127.0.0.1', headersTimeoutMs: 5000, requestTimeoutMs: 5000, responseTimeoutMs: 500 },
  ...{ maxConnections: 2, keepsProcessAlive: false },
  owner: { name: 'test', freePort: '', portVariable: 'PORT', hostVariable: 'HOST' },
};
const asked = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n';

const echo: UpgradeHandler = (_request, socket, head) => {
  socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
  socket.write(head);
  socket.on('data', (chunk) => socket.write(chunk));
  socket.on('end', () => socket.end());
  return true;
};

async function upgraded(
  port: number,
): Promise<{ socket: Awaited<ReturnType<typeof openSocket>>; read(text: string): Promise<void> }> {
  const socket = await openSocket(port);
  onTestFinished(() => void socket.destroy());
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk;
  });
  socket.resume();
  socket.write(asked);
  const read = async (text: string): Promise<void> => {
    while (!received.includes(text)) await once(socket, 'data');
  };
  await read('101 Switching Protocols');
  return { socket, read };
}

test('an upgraded connection is the handler’s, for longer than a response may take', { timeout: 60_000 }, async () => {
  const server = await openLimitedServer({ ...options, onUpgrade: echo }, (_request, response) => response.end('ok'));
  onTestFinished(() => server.shutdown({ timeoutMs: 0 }));
  const { socket, read } = await upgraded(server.address.port);
  const closed = once(socket, 'close').then(() => 'closed');
  const later = new Promise((resolve) => setTimeout(resolve, 1000, 'open')); // twice what a response may take
  expect(await Promise.race([closed, later])).toBe('open');
  socket.write('hello');
  await read('hello');
});

test('it counts as busy: a further connection takes the place of an idle one', async () => {
  const server = await openLimitedServer({ ...options, onUpgrade: echo }, (_request, response) => response.end('ok'));
  onTestFinished(() => server.shutdown({ timeoutMs: 0 }));
  const { socket, read } = await upgraded(server.address.port);
  const idle = await openSocket(server.address.port);
  const idleClosed = once(idle.resume(), 'close');
  const further = await openSocket(server.address.port);
  await idleClosed;
  socket.write('still here');
  await read('still here');
  further.destroy();
});

test('a handler that throws costs its own connection only', async () => {
  const onUpgrade: UpgradeHandler = () => {
    throw new Error('no such protocol');
  };
  const server = await openLimitedServer({ ...options, onUpgrade }, (_request, response) => response.end('ok'));
  onTestFinished(() => server.shutdown({ timeoutMs: 0 }));
  const socket = await openSocket(server.address.port);
  const closed = once(socket.resume(), 'close');
  socket.write(asked);
  await closed;
  expect(await (await fetch(server.address.url)).text()).toBe('ok');
});

test('a client that ends its side ends the connection, even if the handler forgets it', async () => {
  const onUpgrade: UpgradeHandler = (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
    socket.resume();
    return true;
  };
  const server = await openLimitedServer({ ...options, onUpgrade }, (_request, response) => response.end('ok'));
  onTestFinished(() => server.shutdown({ timeoutMs: 0 }));
  const { socket } = await upgraded(server.address.port);
  const closed = once(socket, 'close');
  socket.end();
  await closed;
});

test('while the server closes, no connection is upgraded', async () => {
  const asking: string[] = [];
  const onUpgrade: UpgradeHandler = (_request, socket) => {
    asking.push('upgraded');
    socket.destroy();
    return true;
  };
  const server = await openLimitedServer({ ...options, onUpgrade }, (_request, response) => response.end('ok'));
  const socket = await openSocket(server.address.port);
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk;
  });
  socket.resume();
  socket.write(asked.slice(0, 20));
  await fetch(server.address.url); // when this is answered, the server has read what came before
  const ended = server.shutdown({ timeoutMs: 5000 });
  socket.write(asked.slice(20));
  await once(socket, 'close');
  await ended;
  expect(asking).toEqual([]);
  expect(received).toContain('503 Service Unavailable');
});

test('closing cuts it when the time is up', async () => {
  const server = await openLimitedServer({ ...options, onUpgrade: echo }, (_request, response) => response.end('ok'));
  const { socket } = await upgraded(server.address.port);
  const closed = once(socket, 'close');
  await server.shutdown({ timeoutMs: 50 });
  await closed;
});

test('without a handler such a request is answered as any other', async () => {
  const server = await openLimitedServer(options, (_request, response) => response.end('plain'));
  onTestFinished(() => server.shutdown({ timeoutMs: 0 }));
  const socket = await openSocket(server.address.port);
  onTestFinished(() => void socket.destroy());
  socket.resume();
  socket.write(asked);
  let received = '';
  while (!received.includes('plain')) received += (await once(socket, 'data'))[0];
  expect(received).toContain('200 OK');
});

test('what the handler leaves is answered as any other, whole, and the connection closed', async () => {
  const text = 'x'.repeat(5_000_000); // more than a connection takes at once
  const server = await openLimitedServer({ ...options, onUpgrade: () => false }, (_request, response) => {
    void pipeline(Readable.from([text, 'the end']), response);
  });
  onTestFinished(() => server.shutdown({ timeoutMs: 0 }));
  const socket = await openSocket(server.address.port);
  onTestFinished(() => void socket.destroy());
  socket.write(asked.replace('echo', 'h2c'));
  const received = await rest(socket);
  expect(received).toContain('200 OK');
  expect(received).toContain('Connection: close');
  expect(received).toContain('the end');
});

test('a body that Node.js does not read any more is refused', async () => {
  const server = await openLimitedServer({ ...options, onUpgrade: () => false }, (_request, response) =>
    response.end(),
  );
  onTestFinished(() => server.shutdown({ timeoutMs: 0 }));
  const socket = await openSocket(server.address.port);
  onTestFinished(() => void socket.destroy());
  socket.write(`POST${asked.slice(3, -2)}Content-Length: 5\r\n\r\nhello`);
  expect(await rest(socket)).toContain('501 Not Implemented');
});
