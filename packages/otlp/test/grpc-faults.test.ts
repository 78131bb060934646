import { once } from 'node:events';
import { constants, createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { type AddressInfo, createServer as createNetServer, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { deliveredTo } from './delivered-to.js';

type Behaviour = (stream: ServerHttp2Stream) => void;

const grpcHeaders = { ':status': 200, 'content-type': 'application/grpc' };
const emptyMessage = Buffer.alloc(5);

const answers =
  (body: Buffer, trailers: Record<string, string>): Behaviour =>
  (stream) => {
    stream.respond(grpcHeaders, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    stream.end(body);
  };
const takes = answers(emptyMessage, { 'grpc-status': '0' });

interface Collector {
  readonly url: string;
  readonly requests: readonly string[];
  readonly connections: number;
}

/** An HTTP/2 server that can do what no gRPC server should: each behaviour for one call, then it takes them. */
async function collector(...behaviours: Behaviour[]): Promise<Collector> {
  const requests: string[] = [];
  const sessions = new Set<ServerHttp2Session>();
  let connections = 0;
  const server: Http2Server = createServer();
  server.on('session', (session) => {
    connections++;
    sessions.add(session);
    session.on('error', () => {});
  });
  server.on('stream', async (stream) => {
    stream.on('error', () => {});
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    requests.push(Buffer.concat(chunks).subarray(5).toString());
    (behaviours.shift() ?? takes)(stream);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const session of sessions) session.destroy();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    get connections() {
      return connections;
    },
  };
}

const delivered = { exported: 1, dropped: 0, pending: 0 };
const lost = { exported: 0, dropped: 1, pending: 0 };
const reset = (stream: ServerHttp2Stream): void => {
  (stream.session?.socket as Socket | undefined)?.resetAndDestroy();
};

describe('A gRPC connection', () => {
  test.each<[string, Behaviour]>([
    ['is closed', (stream) => stream.session?.destroy()],
    ['is reset', reset],
  ])('that %s without an answer, however often, costs nothing', { timeout: 60_000 }, async (_, behaviour) => {
    const { url, requests } = await collector(behaviour, behaviour, behaviour);
    const { flush } = await deliveredTo({ protocol: 'grpc', url });
    expect(await flush('a')).toEqual(delivered);
    expect(requests).toEqual(['a', 'a', 'a', 'a']);
  });

  test('behind a proxy that only accepts costs nothing during an outage', { timeout: 60_000 }, async () => {
    const proxy = createNetServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    onTestFinished(() => void proxy.close());
    const { port } = proxy.address() as { port: number };
    const { flush, items } = await deliveredTo({ protocol: 'grpc', url: `http://127.0.0.1:${port}` });
    for (const item of ['a', 'b']) await flush(item, 3000);
    expect(items.stats()).toMatchObject({ exported: 0, dropped: 0, pending: 2 });
  });

  test('whose collector goes away (GOAWAY) is replaced, and the call made again', async () => {
    const goesAway: Behaviour = (stream) => {
      stream.session?.goaway(constants.NGHTTP2_NO_ERROR, 0);
      stream.session?.close();
    };
    const server = await collector(goesAway);
    const { flush } = await deliveredTo({ protocol: 'grpc', url: server.url });
    expect(await flush('a')).toEqual(delivered);
    expect(server.requests).toEqual(['a', 'a']);
    expect(server.connections).toBe(2);
  });

  test('that ends after an answer is not used for the next call', async () => {
    const { url, requests } = await collector((stream) => {
      takes(stream);
      stream.session?.close();
    });
    const { items, settle } = await deliveredTo({ protocol: 'grpc', url });
    for (const item of ['a', 'b', 'c']) items.add(item);
    expect(await settle(items.flush({ timeoutMs: 900 }))).toEqual({ exported: 3, dropped: 0, pending: 0 });
    expect(requests).toEqual(['a', 'b', 'c']);
  });
});

describe('A gRPC answer', () => {
  test.each<[string, Behaviour]>([
    ['never comes', () => {}],
    ['ends without a status', (stream) => stream.respond(grpcHeaders, { endStream: true })],
    ['is cut before its status', cutsAnswer],
    ['is a reset of the stream', (stream) => stream.close(constants.NGHTTP2_INTERNAL_ERROR)],
    ['states a length above the maximum', (stream) => void long(stream)],
    ['has no end', (stream) => endless(stream, grpcHeaders)],
  ])(
    'that %s makes the call be made once more, and what comes later is delivered',
    { timeout: 60_000 },
    async (_, behaviour) => {
      const { url, requests } = await collector(behaviour, takes, behaviour, behaviour);
      const { flush, items } = await deliveredTo({ protocol: 'grpc', url });
      expect(await flush('a')).toEqual(delivered);
      expect(await flush('b')).toEqual(lost);
      expect(await flush('c')).toEqual(delivered);
      expect(requests).toEqual(['a', 'a', 'b', 'b', 'c']);
      expect(items.stats().lost.unconfirmed).toBe(1);
    },
  );

  test.each<[string, Behaviour]>([
    ['trailers only', (stream) => stream.respond({ ...grpcHeaders, 'grpc-status': '0' }, { endStream: true })],
    ['a length that does not fit', answers(Buffer.from([0, 0, 0, 1, 0, 1]), { 'grpc-status': '0' })],
    ['no message', answers(Buffer.alloc(0), { 'grpc-status': '0' })],
  ])('with a status counts: %s', async (_, behaviour) => {
    const { url, requests } = await collector(behaviour);
    const { flush } = await deliveredTo({ protocol: 'grpc', url });
    expect(await flush('a')).toEqual(delivered);
    expect(requests).toEqual(['a']);
  });

  test('that asks to come again is heard in trailers only', async () => {
    const { url, requests } = await collector((stream) =>
      stream.respond({ ...grpcHeaders, 'grpc-status': '14' }, { endStream: true }),
    );
    const { flush } = await deliveredTo({ protocol: 'grpc', url });
    expect(await flush('a')).toEqual(delivered);
    expect(requests).toEqual(['a', 'a']);
  });

  const html = { ':status': 200, 'content-type': 'text/html' };
  test.each<[string, Behaviour]>([
    ['a page', page],
    ['a page without end', (stream) => endless(stream, html)],
  ])('that is %s is no export', async (_, behaviour) => {
    const { url, requests } = await collector(behaviour);
    const { flush, items, lines } = await deliveredTo({ protocol: 'grpc', url });
    expect(await flush('a')).toEqual(lost);
    expect(requests).toEqual(['a']);
    expect(items.stats().lost.refused).toBe(1);
    expect(lines[0]).toContain('the answer was HTTP 200 without a gRPC status, of type text/html');
  });
});

function cutsAnswer(stream: ServerHttp2Stream): void {
  stream.respond(grpcHeaders);
  stream.write('x', () => reset(stream));
}

function page(stream: ServerHttp2Stream): void {
  stream.respond({ ':status': 200, 'content-type': 'text/html' });
  stream.end('<html></html>');
}

/** 1 GiB is announced, and begun. */
function long(stream: ServerHttp2Stream): void {
  stream.respond(grpcHeaders);
  stream.write(Buffer.from([0, 0x40, 0, 0, 0, 1, 2, 3]));
}

function endless(stream: ServerHttp2Stream, headers: Record<string, string | number>): void {
  stream.respond(headers);
  const write = (): void => {
    while (!stream.destroyed && stream.write(Buffer.alloc(0x4000)));
  };
  stream.on('drain', write);
  write();
}
