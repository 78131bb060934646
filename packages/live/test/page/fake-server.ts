import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import type { Watch } from '../../src/model/stream.js';
import { type FakeState, fakeAnswer } from './fake-answers.js';
import { createFakeShop } from './fake-shop.js';

/** A server of the page, its API and its stream by `model/answers.ts` and `model/stream.ts`, with the shop's data. */
export interface FakeServer {
  /** Of the page, with `/live/` at its end. */
  readonly url: string;
  readonly state: FakeState;
  /** Requests with a body, newest last. */
  readonly posts: Array<{ readonly path: string; readonly body: unknown }>;
  /** Lets `count` more things happen now, and sends what is watched. */
  tick(count?: number): void;
  /** Does so once a second until the server ends. */
  run(): void;
  /** Sends something else than the state says, to all tabs. */
  send(path: string, event: 'view' | 'more' | 'failed', answer: unknown): void;
  watches(): readonly Watch[];
  /** Ends all streams; refuses new ones and all requests with `status`, if one is given. */
  cut(status?: number): void;
  /** Answers again; with another process's data if `isRestarted`. */
  restore(isRestarted?: boolean): void;
  close(): Promise<void>;
}

export interface FakeServerOptions {
  readonly pageFolder: string;
  readonly kind?: FakeState['kind'];
  readonly isEmpty?: boolean;
  readonly isReady?: boolean;
  readonly traces?: number;
  /** What becomes of each answer before it is sent. */
  readonly change?: <Answer>(answer: Answer) => Answer;
}

/** That of the real server. */
export const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'; trusted-types 'none'";

export async function startFakeServer(options: FakeServerOptions): Promise<FakeServer> {
  const change = options.change ?? (<Answer>(answer: Answer): Answer => answer);
  const streams = new Map<string, { response: ServerResponse; watches: Watch[]; sent: Map<string, string> }>();
  const posts: FakeServer['posts'] = [];
  let refusal: number | undefined;
  let lastStream = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  const state: FakeState = {
    kind: options.kind ?? 'embedded',
    bootId: 'boot-1',
    startedMs: Date.now() - 11_520_000,
    shop: createFakeShop({ nowMs: Date.now(), count: options.traces ?? 300 }),
    isEmpty: options.isEmpty ?? false,
    isReady: options.isReady ?? true,
    running: null,
    profiles: [],
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const path = url.pathname.replace(/^\/live\//, '');
    response.setHeader('content-security-policy', contentSecurityPolicy);
    response.setHeader('x-content-type-options', 'nosniff');
    if (request.method === 'POST') posts.push({ path, body: await bodyOf(request) });
    if (refusal !== undefined && (path === 'stream' || path.startsWith('api/')))
      return json(response, refusal, { problem: 'Ten tabs watch already. Close one of them.' });
    if (path === 'stream') return openStream(response);
    if (path.startsWith('stream/')) return watch(path.slice('stream/'.length), posts.at(-1)?.body, response);
    if (path.startsWith('api/')) return api(path.slice('api/'.length), url.searchParams, request, response);
    await file(path === '' ? 'index.html' : path, response);
  }

  function api(path: string, parameters: URLSearchParams, request: IncomingMessage, response: ServerResponse): void {
    if (request.method === 'POST' && path === 'profiles') return startProfile(response);
    if (request.method === 'POST') return json(response, 200, {});
    const given = fakeAnswer(state, { path, parameters, nowMs: Date.now() });
    if (typeof given === 'number') json(response, given, { problem: `There is no ${path}.` });
    else json(response, 200, change(given));
  }

  function startProfile(response: ServerResponse): void {
    if (state.running !== null) return json(response, 409, { problem: 'A profile is being recorded.' });
    state.running = { startedMs: Date.now(), endsMs: Date.now() + 10_000 };
    json(response, 200, fakeAnswer(state, { path: 'profiles', parameters: new URLSearchParams(), nowMs: Date.now() }));
    sendChanges();
  }

  function openStream(response: ServerResponse): void {
    const streamId = `stream-${++lastStream}`;
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    streams.set(streamId, { response, watches: [], sent: new Map() });
    response.on('close', () => streams.delete(streamId));
    event(response, 'hello', { streamId, bootId: state.bootId, nowMs: Date.now() });
  }

  function watch(streamId: string, body: unknown, response: ServerResponse): void {
    const stream = streams.get(streamId);
    if (stream === undefined) return json(response, 404, { problem: 'There is no such stream.' });
    const next = (body as { watch: Watch[] }).watch;
    const same = new Set(stream.watches.map((each) => JSON.stringify(each)));
    for (const each of next) if (!same.has(JSON.stringify(each))) stream.sent.delete(each.id);
    stream.watches = next;
    response.writeHead(204).end();
    sendChanges();
  }

  /** What changed: whole, or, for an answer with a cursor, what came after it. */
  function sendChanges(): void {
    for (const { response, watches, sent } of streams.values()) {
      for (const { id, path, parameters } of watches) {
        const query = new URLSearchParams();
        for (const [name, value] of Object.entries(parameters))
          for (const each of [value].flat()) query.append(name, each);
        const before = sent.get(id);
        const cursor = before?.startsWith('cursor ') ? before.slice('cursor '.length) : undefined;
        if (cursor !== undefined) query.set('after', cursor);
        const given = fakeAnswer(state, { path, parameters: query, nowMs: Date.now() });
        if (typeof given === 'number') {
          if (before !== String(given))
            event(response, 'failed', { id, status: given, problem: `There is no ${path}.` });
          sent.set(id, String(given));
          continue;
        }
        if (typeof given === 'object' && given !== null && 'cursor' in given) {
          if (cursor === given.cursor) continue;
          sent.set(id, `cursor ${given.cursor}`);
          if (cursor !== undefined && isEmptyAnswer(given)) continue;
          event(response, cursor === undefined ? 'view' : 'more', { id, answer: change(given) });
          continue;
        }
        const text = JSON.stringify(given);
        if (text === before) continue;
        sent.set(id, text);
        event(response, 'view', { id, answer: change(given) });
      }
    }
  }

  async function file(path: string, response: ServerResponse): Promise<void> {
    const bytes = await readFile(join(options.pageFolder, normalize(`/${path}`))).catch(() => undefined);
    if (bytes === undefined) {
      response.writeHead(404).end();
      return;
    }
    const types: Record<string, string> = {
      '.html': 'text/html; charset=utf-8',
      '.js': 'text/javascript',
      '.css': 'text/css',
    };
    response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' }).end(bytes);
  }

  const tick = (count = 2): void => {
    for (let index = 0; index < count; index++) state.shop.happen(Date.now() - 500 + index);
    sendChanges();
  };

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/live/`,
    state,
    posts,
    tick,
    run() {
      timer ??= setInterval(tick, 1000);
    },
    send(path, type, given) {
      for (const { response, watches } of streams.values()) {
        for (const each of watches) if (each.path === path) event(response, type, { id: each.id, answer: given });
      }
    },
    watches: () => [...streams.values()].flatMap((stream) => stream.watches),
    cut(status) {
      refusal = status ?? 503;
      for (const { response } of streams.values()) response.destroy();
    },
    restore(isRestarted = false) {
      refusal = undefined;
      if (!isRestarted) return;
      state.bootId = 'boot-2';
      state.startedMs = Date.now();
      state.shop = createFakeShop({ nowMs: Date.now(), count: 20, seed: 11 });
    },
    close: () =>
      new Promise((resolve) => {
        clearInterval(timer);
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function isEmptyAnswer(given: object): boolean {
  return ['lines', 'messages', 'timesMs'].some(
    (name) => name in given && (given as Record<string, readonly unknown[]>)[name]?.length === 0,
  );
}

function event(response: ServerResponse, type: string, data: unknown): void {
  response.write(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}
