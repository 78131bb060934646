import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { deliveredTo } from './delivered-to.js';
import { type Behaviour, rawCollector } from './raw-collector.js';

const writes =
  (text: string): Behaviour =>
  (socket) =>
    void socket.write(text);
const writesAndResets =
  (text: string): Behaviour =>
  (socket) =>
    void socket.write(text, () => setImmediate(() => socket.resetAndDestroy()));

const closings: ReadonlyArray<[string, Behaviour]> = [
  ['is closed', (socket) => socket.end()],
  ['is reset', (socket) => void socket.resetAndDestroy()],
  ['is closed after an interim answer', (socket) => void socket.end('HTTP/1.1 102 Processing\r\n\r\n')],
];

describe('A connection', () => {
  // OTLP 1.x: "If the server disconnects without returning a response, the client SHOULD retry and send the same request."
  test.each(closings)(
    'that %s without an answer, however often, costs nothing',
    { timeout: 60_000 },
    async (_, closes) => {
      const collector = await rawCollector(...Array.from({ length: 5 }, () => closes));
      const { flush, lines } = await deliveredTo({ url: collector.url });
      expect(await flush('a', 60_000)).toEqual({ exported: 1, dropped: 0, pending: 0 });
      expect(await flush('b')).toEqual({ exported: 1, dropped: 0, pending: 0 });
      expect(collector.requests).toEqual(['a', 'a', 'a', 'a', 'a', 'a', 'b']);
      expect(lines[0]).toContain('The collector cannot be reached');
      expect(lines[1]).toContain('Nothing was lost.');
    },
  );

  test('behind a proxy that only accepts costs nothing during an outage', { timeout: 60_000 }, async () => {
    const proxy = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    onTestFinished(() => void proxy.close());
    const { port } = proxy.address() as { port: number };
    const { flush, items } = await deliveredTo({ url: `http://127.0.0.1:${port}/v1/traces` });
    for (const item of ['a', 'b', 'c']) await flush(item, 3000);
    expect(items.stats()).toMatchObject({ exported: 0, dropped: 0, pending: 3 });
  });

  test('that the collector has ended after its last answer is not used for the next request', async () => {
    const collector = await rawCollector((socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
    const { items, settle } = await deliveredTo({ url: collector.url });
    for (const item of ['a', 'b', 'c']) items.add(item);
    expect(await settle(items.flush({ timeoutMs: 500 }))).toEqual({ exported: 3, dropped: 0, pending: 0 });
    expect(collector.requests).toEqual(['a', 'b', 'c']);
  });

  test('that is reset just when it is used again costs nothing', async () => {
    const collector = await rawCollector(
      (socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
      (socket) => void socket.resetAndDestroy(),
    );
    const { items, settle } = await deliveredTo({ url: collector.url });
    for (const item of ['a', 'b']) items.add(item);
    expect(await settle(items.flush({ timeoutMs: 5000 }))).toEqual({ exported: 2, dropped: 0, pending: 0 });
    expect(collector.requests).toEqual(['a', 'b', 'b']);
  });

  test('is a new one after a wait: the old one may be gone', async () => {
    const collector = await rawCollector(writes('HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n'));
    const { flush } = await deliveredTo({ url: collector.url });
    await flush('a');
    expect(collector.connections).toBe(2);
  });
});

describe('An answer that is none', () => {
  test.each<[string, Behaviour]>([
    [
      '101 Switching Protocols',
      writes('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'),
    ],
    ['101 and the end', (socket) => void socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n')],
    ['101 and silence', writes('HTTP/1.1 101 Switching Protocols\r\n\r\n')],
    ['interim answers and silence', writes('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n')],
    ['half a status line', (socket) => void socket.end('HTTP/1.1 20')],
    ['something that is not HTTP', (socket) => void socket.end('220 mail.example.com ESMTP\r\n')],
    ['silence', () => {}],
  ])('(%s) makes the request be sent once more, and what comes later is delivered', async (_, behaviour) => {
    const collector = await rawCollector(behaviour);
    const { flush, items } = await deliveredTo({ url: collector.url });
    expect(await flush('a')).toEqual({ exported: 1, dropped: 0, pending: 0 });
    expect(await flush('b')).toEqual({ exported: 1, dropped: 0, pending: 0 });
    expect(collector.requests).toEqual(['a', 'a', 'b']);
    expect(items.stats().pending).toBe(0);
  });

  test.each<[string, Behaviour]>([
    ['silence', () => {}],
    ['101', writes('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')],
  ])('twice (%s) is given up as unconfirmed', { timeout: 60_000 }, async (_, behaviour) => {
    const collector = await rawCollector(behaviour, behaviour);
    const { flush, items } = await deliveredTo({ url: collector.url });
    expect(await flush('a')).toEqual({ exported: 0, dropped: 1, pending: 0 });
    expect(await flush('b')).toEqual({ exported: 1, dropped: 0, pending: 0 });
    expect(collector.requests).toEqual(['a', 'a', 'b']);
    expect(items.stats().lost.unconfirmed).toBe(1);
  });
});

describe('A status', () => {
  test.each<[string, Behaviour]>([
    ['cut by a reset', writesAndResets('HTTP/1.1 503 Busy\r\nRetry-After: 2\r\nContent-Length: 100\r\n\r\npart')],
    ['that never comes', writes('HTTP/1.1 503 Busy\r\nContent-Length: 100\r\n\r\n')],
    ['without end', endless('HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\n')],
  ])('of 503 counts although its body is %s', async (_, behaviour) => {
    const collector = await rawCollector(behaviour);
    const { flush } = await deliveredTo({ url: collector.url });
    expect(await flush('a')).toEqual({ exported: 1, dropped: 0, pending: 0 });
    expect(collector.requests).toEqual(['a', 'a']);
  });

  test.each<[string, Behaviour]>([
    ['cut by a reset', writesAndResets('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart')],
    ['that never comes', writes('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n')],
    ['without end', endless('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')],
  ])('of 200 counts although its body is %s', async (_, behaviour) => {
    const collector = await rawCollector(behaviour);
    const { flush } = await deliveredTo({ url: collector.url });
    expect(await flush('a')).toEqual({ exported: 1, dropped: 0, pending: 0 });
    expect(collector.requests).toEqual(['a']);
  });

  test.each(['200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok', '204 No Content\r\n\r\n'])(
    'of success without a message is an export: %s',
    async (answer) => {
      const collector = await rawCollector(writes(`HTTP/1.1 ${answer}`));
      const { flush } = await deliveredTo({ url: collector.url });
      expect(await flush('a')).toEqual({ exported: 1, dropped: 0, pending: 0 });
    },
  );

  test('of 205 ends with its connection', async () => {
    const collector = await rawCollector((socket) => void socket.end('HTTP/1.1 205 Reset Content\r\n\r\n'));
    const { flush } = await deliveredTo({ url: collector.url });
    expect(await flush('a')).toEqual({ exported: 1, dropped: 0, pending: 0 });
  });

  test.each([
    'Content-Type: text/html; charset=utf-8\r\nContent-Length: 2\r\n\r\nhi',
    'Content-Type: TEXT/HTML\r\nContent-Length: 0\r\n\r\n',
    'Content-Length: 27\r\n\r\n<!DOCTYPE html><html></html>',
  ])('of 200 with an HTML page is no export: %s', async (answer) => {
    const collector = await rawCollector(writes(`HTTP/1.1 200 OK\r\n${answer}`));
    const { flush, items, lines } = await deliveredTo({ url: collector.url });
    expect(await flush('a')).toEqual({ exported: 0, dropped: 1, pending: 0 });
    expect(items.stats().lost.refused).toBe(1);
    expect(lines[0]).toContain('with an HTML page, so this is not a collector');
  });

  test('that comes before the whole request was read counts', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => {
        socket.pause();
        writes('HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n')(socket);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const { flush, items } = await deliveredTo({ url: `http://127.0.0.1:${port}/v1/traces` });
    expect(await flush('x'.repeat(30_000_000), 1000)).toEqual({ exported: 0, dropped: 1, pending: 0 });
    expect(items.stats().lost.refused).toBe(1);
  });
});

function endless(head: string): Behaviour {
  const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
  return (socket) => {
    const write = (): void => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.write(head);
    socket.on('drain', write);
    write();
  };
}
