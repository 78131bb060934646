import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';

/**
 * @typedef {object} OtlpRequest
 * @property {string} path
 * @property {string} contentType
 * @property {Buffer} body  of gRPC without its five bytes of framing
 */

/**
 * A collector that takes OTLP over HTTP, in JSON and protobuf, and keeps what it gets.
 * @returns {Promise<{ url: string, requests: OtlpRequest[], spans(): any[], points(): any[], close(): void }>}
 */
export async function otlpReceiver() {
  /** @type {OtlpRequest[]} */
  const requests = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const contentType = request.headers['content-type'] ?? '';
    requests.push({ path: request.url ?? '', contentType, body });
    response.writeHead(200, { 'content-type': contentType }).end(contentType.includes('json') ? '{}' : '');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const json = () =>
    requests.filter(({ contentType }) => contentType.includes('json')).map(({ body }) => JSON.parse(String(body)));
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    requests,
    spans: () =>
      json()
        .flatMap(({ resourceSpans = [] }) => resourceSpans)
        .flatMap(({ resource, scopeSpans }) =>
          scopeSpans.flatMap((/** @type {any} */ scope) =>
            scope.spans.map((/** @type {any} */ span) => ({
              ...span,
              attributes: attributesOf(span),
              resource: attributesOf(resource),
              events: (span.events ?? []).map((/** @type {any} */ each) => ({
                ...each,
                attributes: attributesOf(each),
              })),
            })),
          ),
        ),
    points: () =>
      json()
        .flatMap(({ resourceMetrics = [] }) => resourceMetrics)
        .flatMap(({ scopeMetrics }) => scopeMetrics)
        .flatMap(({ metrics }) => metrics),
    close: () => server.close(),
  };
}

/** Values by key, of a span, a resource, a point. @returns {Record<string, any>} */
export function attributesOf(/** @type {any} */ { attributes = [] }) {
  return Object.fromEntries(attributes.map((/** @type {any} */ { key, value }) => [key, plain(value)]));
}

/** @returns {any} */
function plain(/** @type {any} */ value) {
  if (value.arrayValue !== undefined) return (value.arrayValue.values ?? []).map(plain);
  if (value.intValue !== undefined) return Number(value.intValue);
  return value.stringValue ?? value.boolValue ?? value.doubleValue;
}

/** A collector that takes OTLP over gRPC. @returns {Promise<{ address: string, requests: OtlpRequest[], close(): void }>} */
export async function grpcReceiver() {
  /** @type {OtlpRequest[]} */
  const requests = [];
  const server = createHttp2Server();
  server.on('stream', async (stream, headers) => {
    const body = Buffer.concat(await stream.toArray());
    requests.push({
      path: String(headers[':path']),
      contentType: String(headers['content-type']),
      body: body.subarray(5),
    });
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(Buffer.alloc(5));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { address: `127.0.0.1:${portOf(server)}`, requests, close: () => server.close() };
}

/**
 * A StatsD server. `until` waits for a line, because a datagram may arrive after its sender has ended.
 * @returns {Promise<{ port: string, lines: string[], until(isWanted: (line: string) => boolean): Promise<void>, close(): void }>}
 */
export async function statsdReceiver() {
  /** @type {string[]} */
  const lines = [];
  const socket = createSocket('udp4');
  socket.on('message', (datagram) =>
    lines.push(
      ...String(datagram)
        .split('\n')
        .filter((line) => line !== ''),
    ),
  );
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    port: String(socket.address().port),
    lines,
    async until(isWanted) {
      while (!lines.some(isWanted)) await once(socket, 'message', { signal: AbortSignal.timeout(10_000) });
    },
    close: () => socket.close(),
  };
}

/** @returns {number} */
function portOf(/** @type {import('node:net').Server | import('node:http2').Http2Server} */ server) {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return address.port;
}
