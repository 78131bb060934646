import { once } from 'node:events';
import { createServer, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { expect, test } from 'vitest';
import { rounds } from '../../../scripts/rounds.js';
import { expressMiddleware } from '../src/express.js';
import { instrumentHandler } from '../src/node.js';
import { type Observing, observing } from './observing.js';

const total = rounds(10_000);
/** At the same time, each over connections of its own. */
const lanes = Math.ceil(total / 10);
const kinds = ['answers', 'answers later', 'throws', 'destroys', 'times out', 'hangs', 'half'] as const;
type Kind = (typeof kinds)[number];

/** What the server did, counted beside the telemetry. */
class Tally {
  readonly counts = new Map<string, number>();
  add(kind: string): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
  }
}

function answer(kind: Kind, response: ServerResponse): void | Promise<void> {
  switch (kind) {
    case 'answers':
      response.end('ok');
      return;
    case 'answers later':
      setImmediate(() => response.end('later'));
      return;
    case 'throws':
      throw new RangeError('thrown');
    case 'destroys':
      response.socket?.destroy();
      return;
    case 'times out':
      response.setTimeout(1); // which destroys the connection
      return;
    case 'hangs':
      return; // until the client goes away
    case 'half':
      response.writeHead(200, { 'content-length': '100' });
      response.write('half');
      return;
  }
}

const build: Record<string, (given: Observing, tally: Tally) => (request: never, response: never) => unknown> = {
  'node:http': (given, tally) => {
    const handler = instrumentHandler(
      given.obs,
      ({ url = '' }, response) => {
        const kind = kinds[Number(url.slice(1)) % kinds.length] ?? 'answers';
        tally.add(kind);
        return answer(kind, response);
      },
      { routeOf: () => '/:number' },
    );
    return (request: never, response: ServerResponse) => {
      try {
        handler(request, response);
      } catch {
        response.writeHead(500).end();
      }
    };
  },
  express: (given, tally) => {
    const app = express();
    app.use(expressMiddleware(given.obs));
    app.get('/:number', (request, response) => {
      const kind = kinds[Number(request.params.number) % kinds.length] ?? 'answers';
      tally.add(kind);
      return answer(kind, response);
    });
    const errors: express.ErrorRequestHandler = (_error, _request, response, _next) => void response.status(500).end();
    app.use(errors);
    return app as never;
  },
};

/** Sends one request; the client disconnects if the server does not finish. */
function send(port: number, number: number): Promise<string> {
  return new Promise((resolve) => {
    const sent = request({ port, host: '127.0.0.1', path: `/${number}`, agent: false });
    const kind = kinds[number % kinds.length];
    sent.on('response', (response) => {
      if (kind === 'half') response.once('data', () => sent.destroy());
      response.resume();
      response.on('error', () => {});
      response.on('close', () => resolve(String(response.statusCode)));
    });
    sent.on('error', () => resolve('aborted'));
    if (kind === 'hangs') sent.once('finish', () => setImmediate(() => sent.destroy()));
    sent.end();
  });
}

test.each(Object.keys(build))(
  `%s: ${total} requests with aborts, throws, time-outs and destroyed sockets are counted as they were, and none stays in flight`,
  async (name) => {
    const given = observing();
    const tally = new Tally();
    const server = createServer(build[name]?.(given, tally) as never);
    // A client that goes away early may do so before the server has read its request.
    let started = 0;
    server.on('request', () => started++);
    server.listen({ port: 0, host: '127.0.0.1', backlog: 2048 });
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const clients = Array.from({ length: lanes }, async (_, lane) => {
      for (let number = lane; number < total; number += lanes) await send(port, number);
    });
    await Promise.all(clients);
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
    await given.until(started);

    const count = (labels: Record<string, string>): number =>
      given.metrics.series('http.server.request.duration', labels).reduce((sum, each) => sum + each.value, 0);
    const { counts } = tally;
    const done = (counts.get('answers') ?? 0) + (counts.get('answers later') ?? 0);
    expect(started).toBeGreaterThan(total * 0.8);
    expect([...counts.values()].reduce((a, b) => a + b)).toBe(started);
    expect(count({})).toBe(started);
    expect(count({ 'http.response.status_code': '500' })).toBe(counts.get('throws'));
    expect(count({ 'error.type': 'aborted', 'http.response.status_code': '' })).toBe(
      (counts.get('destroys') ?? 0) + (counts.get('times out') ?? 0) + (counts.get('hangs') ?? 0),
    );
    expect(count({ 'error.type': 'aborted', 'http.response.status_code': '200' })).toBe(counts.get('half'));
    expect(count({ 'error.type': '', 'http.response.status_code': '200' })).toBe(done);
    expect(given.metrics.value('http.server.active_requests')).toBe(0);
    expect(given.lines).toHaveLength(started);
    given.spans.assertNoOpenSpans();
    given.spans.assertNoMisuse();
  },
);
