import { once } from 'node:events';
import {
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
} from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { type Clock, type Log, systemClock } from '@sightline/base';
import { onTestFinished } from 'vitest';
import { createBroadcaster } from '../../src/broadcaster/index.js';
import { ApiError, type LiveApi } from '../../src/model/api.js';
import type { Broadcaster } from '../../src/model/broadcaster.js';
import { type LiveHandler, type LiveHandlerOptions, liveHandler } from '../../src/serve/index.js';

export const token = 'a-token-for-tests-only-0123456789';

export interface Serving {
  readonly live: LiveHandler;
  readonly broadcaster: Broadcaster;
  readonly server: Server;
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  readonly port: number;
  /** Lines that were logged. */
  readonly logged: readonly string[];
  /** Requests that were not for the dashboard. */
  readonly passedOn: readonly string[];
}

export interface ServingOptions extends Partial<LiveHandlerOptions> {
  /** Makes the server of the handler. Default: a plain one. */
  readonly serve?: (live: LiveHandler) => Server | Promise<Server>;
}

/** A dashboard on a free port, which closes with the test. */
export async function serving(given: ServingOptions = {}): Promise<Serving> {
  const { serve, ...options } = given;
  const logged: string[] = [];
  const log = recordingLog(logged);
  const clock: Clock = options.clock ?? systemClock;
  const broadcaster = options.broadcaster ?? createBroadcaster({ bootId: 'boot', service: 'shop', clock });
  const live = liveHandler({
    api: fakeApi(),
    bootId: 'boot',
    access: { host: '127.0.0.1', token },
    services: () => [],
    clock,
    log,
    broadcaster,
    ...options,
  });
  const passedOn: string[] = [];
  const server =
    (await serve?.(live)) ??
    createServer((request, response) => {
      live.handler(request, response, () => {
        passedOn.push(String(request.url));
        response.writeHead(404).end();
      });
    });
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    if (!live.upgrade(request, socket, head)) socket.destroy();
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  if (!server.listening) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
  onTestFinished(async () => {
    await live.shutdown({ timeoutMs: 0 });
    broadcaster.shutdown();
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  const { port } = server.address() as AddressInfo;
  return { live, broadcaster, server, origin: `http://127.0.0.1:${port}`, port, logged, passedOn };
}

function recordingLog(lines: string[]): Log {
  const write = (_fields: object, message: string): void => void lines.push(message);
  return { info: write, warn: write, error: write };
}

/** Answers `echo` with its parameters, and what `answers` holds. */
export function fakeApi(answers: Readonly<Record<string, (parameters: URLSearchParams) => unknown>> = {}): LiveApi {
  return {
    get(path, parameters) {
      const answer = Object.hasOwn(answers, path) ? answers[path] : undefined;
      if (answer !== undefined) return answer(parameters);
      if (path === 'echo') return { path, parameters: [...parameters] };
      throw new ApiError(404, `There is no path ${JSON.stringify(path)}.`);
    },
    methods: (path) => (path === 'echo' ? ['GET', 'POST'] : ['GET']),
    post: collected,
  };
}

async function collected(path: string, parameters: URLSearchParams, body: AsyncIterable<Uint8Array>): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return { path, parameters: [...parameters], body: Buffer.concat(chunks).toString() };
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: unknown;
}

export interface Request {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** Unlike `fetch` it sends any header. */
export async function send(url: string, { method = 'GET', headers = {}, body }: Request = {}): Promise<Answer> {
  const request = httpRequest(url, { method, headers, agent: false });
  request.on('error', () => {}); // also of a connection that is reset after its answer, which nothing waits for any more
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return { status: response.statusCode ?? 0, headers: response.headers, text, json: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const bearer: Readonly<Record<string, string>> = { Authorization: `Bearer ${token}` };

/** The cookie of a new session, as a browser sends it. */
export async function sessionCookie(origin: string): Promise<string> {
  const { headers } = await send(`${origin}/live/login?t=${token}`);
  const [cookie = ''] = headers['set-cookie'] ?? [];
  return cookie.split(';')[0] ?? '';
}

/** Sends the bytes of a request for an upgrade, and resolves with the first line of the answer. */
export async function upgradeStatus(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const lines = Object.entries({
    Host: `127.0.0.1:${port}`,
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Protocol': 'graphql-transport-ws',
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return chunk.toString('latin1').split('\r\n')[0] ?? '';
}
