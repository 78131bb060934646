import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, Server, type ServerResponse } from 'node:http';
import {
  connect as connectHttp2,
  createServer as createHttp2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  constants as http2,
} from 'node:http2';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { currentContext, runWithContext } from '@sightline/context';
import { createTestMetrics } from '@sightline/testing/metrics';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tracedFetch } from '../src/client.js';
import { instrumentHandler, instrumentServer, type ServerOptions } from '../src/node.js';
import { type Observing, observing } from './observing.js';
import { listening } from './shop/listening.js';

let given: Observing;
const open: Array<{ close(): unknown }> = [];
beforeEach(() => {
  given = observing();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

const fail = (): never => {
  throw new Error('no route known');
};
const routeOf = ({ url }: IncomingMessage): string => String(url?.split('?')[0]);

async function serve(handler: RequestListener): Promise<number> {
  const running = await listening(createServer(instrumentHandler(given.obs, handler, { routeOf })));
  open.push(running);
  return Number(new URL(running.url).port);
}

/** Writes raw bytes and gives what comes back until the text is there. */
async function talk(port: number, text: string, until: string): Promise<{ socket: Socket; got: string }> {
  const socket = connect(port, '127.0.0.1');
  open.push({ close: () => socket.destroy() });
  socket.write(text);
  let got = '';
  while (!got.includes(until)) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    got += chunk.toString();
  }
  return { socket, got };
}

const recorded = () =>
  given.metrics
    .series('http.server.request.duration')
    .map(({ labels, value }) => [
      labels['http.request.method'],
      labels['http.route'],
      labels['http.response.status_code'] ?? '',
      labels['error.type'] ?? '',
      value,
    ]);

describe('one connection', () => {
  test('keeps requests apart that are pipelined, and ends those that wait when it closes', async () => {
    const seen: unknown[] = [];
    const waiting: ServerResponse[] = [];
    const port = await serve((request, response) => {
      seen.push(currentContext()?.request_id);
      if (request.url === '/slow') waiting.push(response);
      else response.end('done');
    });
    const { socket } = await talk(
      port,
      'GET /a HTTP/1.1\r\nHost: x\r\nX-Request-Id: one\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\nX-Request-Id: two\r\n\r\n' +
        'GET /slow HTTP/1.1\r\nHost: x\r\nX-Request-Id: three\r\n\r\nGET /c HTTP/1.1\r\nHost: x\r\n\r\n',
      'x-request-id: two',
    );
    await given.until(2);
    socket.destroy();
    await given.until(4);
    expect(seen.slice(0, 3)).toEqual(['one', 'two', 'three']);
    expect(recorded().sort()).toEqual([
      ['GET', '/a', '200', '', 1],
      ['GET', '/b', '200', '', 1],
      // Its handler had answered; the answer waited behind the slow one.
      ['GET', '/c', '200', 'aborted', 1],
      ['GET', '/slow', '', 'aborted', 1],
    ]);
    expect(given.metrics.value('http.server.active_requests')).toBe(0);
    given.spans.assertNoOpenSpans();
  });

  test('leaves no request in flight if the collector was full when the request began', async () => {
    const metrics = createTestMetrics({ strict: false, maxTotalSeries: 1, log: { info() {}, warn() {}, error() {} } });
    const others = metrics.counter('others_total', { help: 'Others.', labelNames: ['queue'] });
    others.inc({ queue: 'mail' });
    given = { ...given, obs: { ...given.obs, metrics } };
    const port = await serve((_request, response) => {
      others.clear();
      response.end('done');
    });
    await talk(port, 'GET /a HTTP/1.1\r\nHost: x\r\n\r\n', 'done');
    await given.until(1);
    expect(metrics.series('http.server.active_requests').map(({ value }) => value)).toEqual([0]);
  });

  test('keeps nothing of a request for the next one, nor of the context in which the server was started', async () => {
    const contexts: unknown[] = [];
    const port = await runWithContext({ user_id: 'starter', request_id: 'start' }, () =>
      serve((_request, response) => {
        contexts.push({ ...currentContext() });
        runWithContext({ user_id: 'of the request' }, () => response.end('ok'));
      }),
    );
    const { socket } = await talk(port, 'GET /a HTTP/1.1\r\nHost: x\r\n\r\n', 'ok');
    socket.write('GET /b HTTP/1.1\r\nHost: x\r\n\r\n');
    await given.until(2);
    expect(contexts).toEqual(
      [1, 2].map(() => ({ request_id: expect.any(String), correlation_id: expect.any(String) })),
    );
    expect(new Set(contexts.map((each) => (each as { request_id: string }).request_id)).size).toBe(2);
    expect(new Set(given.spans.finished.map(({ traceId }) => traceId)).size).toBe(2);
    expect(given.spans.finished.every(({ parentSpanId }) => parentSpanId === undefined)).toBe(true);
  });

  test('speaks HTTP/1.0', async () => {
    const port = await serve((_request, response) => void response.end('old'));
    await talk(port, 'GET /old HTTP/1.0\r\n\r\n', 'old');
    await given.until(1);
    expect(given.spans.named('GET /old').attributes).toMatchObject({ 'network.protocol.version': '1.0' });
    expect(given.spans.named('GET /old').attributes).not.toHaveProperty('server.address');
  });

  test('answers Expect: 100-continue', async () => {
    const port = await serve((request, response) => void request.pipe(response));
    const { socket } = await talk(
      port,
      'POST /big HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n',
      '100 Continue',
    );
    socket.write('body');
    await given.until(1);
    expect(recorded()).toEqual([['POST', '/big', '200', '', 1]]);
    expect(given.metrics.observations('http.server.request.body.size')).toEqual([4]);
  });

  test('counts chunked bodies of both directions', async () => {
    const port = await serve(async (request, response) => {
      for await (const chunk of request) response.write(chunk);
      response.end('é');
    });
    await talk(
      port,
      'POST /chunks HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n',
      '0\r\n\r\n',
    );
    await given.until(1);
    expect(given.metrics.observations('http.server.request.body.size')).toEqual([7]);
    expect(given.metrics.observations('http.server.response.body.size')).toEqual([9]);
  });

  test('emits what a service emits by itself as it is', async () => {
    const seen: unknown[] = [];
    const port = await serve((request, response) => {
      request.on('data', (chunk: unknown) => seen.push(chunk));
      seen.push(request.emit('data', null), request.emit('data'), request.emit('nothing'));
      const failure = new Error('nobody listens');
      try {
        request.emit('error', failure);
      } catch (error) {
        seen.push(error === failure);
      }
      response.end('ok');
    });
    await talk(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', 'ok');
    expect(seen).toEqual([null, undefined, true, true, false, true]);
  });

  test('hands everything on that a handler is called with', () => {
    const given: unknown[] = [];
    const handler = instrumentHandler(observing().obs, (...all: unknown[]) => given.push(...all), {
      ignore: () => true,
    });
    const called = ['request', 'response', 'next'].map((name) => ({ name, headers: {} }));
    (handler as (...all: unknown[]) => void)(...called);
    expect(given).toEqual(called);
  });

  test('folds methods that are unknown', async () => {
    const port = await serve((_request, response) => void response.end('ok'));
    await talk(port, 'PROPFIND /dav HTTP/1.1\r\nHost: x\r\n\r\n', 'ok');
    await given.until(1);
    expect(recorded()).toEqual([['_OTHER', '/dav', '200', '', 1]]);
    expect(given.spans.named('HTTP /dav').attributes).toMatchObject({
      'http.request.method': '_OTHER',
      'http.request.method_original': 'PROPFIND',
    });
  });

  test('reads a target in absolute form', async () => {
    const port = await serve((_request, response) => void response.end('ok'));
    await talk(port, 'GET http://shop.test:8080/a/b?c=1#d HTTP/1.1\r\nHost: shop.test:8080\r\n\r\n', 'ok');
    await given.until(1);
    expect(given.spans.finished[0]?.attributes).toMatchObject({
      'url.path': '/a/b',
      'url.query': 'c=1',
      'server.address': 'shop.test',
      'server.port': 8080,
    });
  });
});

test('HTTP/2: a stream that its client gives up is aborted, and the others of the session are not', async () => {
  const handler = instrumentHandler(
    given.obs,
    (request: Http2ServerRequest, response: Http2ServerResponse) => {
      if (request.url === '/slow') response.write('begun');
      else response.end('ok');
    },
    { routeOf: ({ url }) => url },
  );
  const running = await listening(createHttp2Server(handler));
  open.push(running);
  const session = connectHttp2(running.url);
  const slow = session.request({ ':path': '/slow' });
  await once(slow, 'data');
  const quick = session.request({ ':path': '/quick' }).resume();
  await once(quick, 'close');
  slow.close(http2.NGHTTP2_CANCEL);
  await given.until(2);
  session.destroy();
  expect(recorded()).toEqual([
    ['GET', '/quick', '200', '', 1],
    ['GET', '/slow', '200', 'aborted', 1],
  ]);
  given.spans.assertNoOpenSpans();
});

test('another trace in the headers is linked to', async () => {
  const { b3Propagator, compositePropagator, w3cPropagator } = await import('@sightline/tracing/propagation');
  given = { ...given, obs: { ...given.obs, propagator: compositePropagator([w3cPropagator, b3Propagator()]) } };
  const port = await serve((_request, response) => void response.end('ok'));
  const b3 = '80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1';
  await talk(
    port,
    `GET / HTTP/1.1\r\nHost: x\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\nb3: ${b3}\r\n\r\n`,
    'ok',
  );
  await given.until(1);
  const [span] = given.spans.finished;
  expect(span?.traceId).toBe('0af7651916cd43dd8448eb211c80319c');
  expect(span?.links.map(({ traceId }) => traceId)).toEqual(['80f198ee56343ba864fe8b2a57d3eff7']);
});

describe('ids of requests', () => {
  test.each([
    ['a1b2-c3', true],
    ['Root=1-67891233-abcdef012345678912345678', true],
    ['x'.repeat(128), true],
    ['x'.repeat(129), false],
    ['', false],
    ['a b', false],
    ['{"a":1}', false],
    ['<script>', false],
    ['ü', false],
  ])('%s is taken: %s', async (id, isTaken) => {
    let seen: string | undefined;
    const port = await serve((_request, response) => {
      seen = currentContext()?.request_id;
      response.end('ok');
    });
    const { got } = await talk(port, `GET / HTTP/1.1\r\nHost: x\r\nX-Request-Id: ${id}\r\n\r\n`, '\r\n\r\n');
    expect(seen === id).toBe(isTaken);
    expect(got).toContain(`x-request-id: ${seen}\r\n`);
  });

  test('the correlation id comes from its header, or from baggage', async () => {
    const seen: unknown[] = [];
    const { baggagePropagator, compositePropagator, w3cPropagator } = await import('@sightline/tracing/propagation');
    given = { ...given, obs: { ...given.obs, propagator: compositePropagator([w3cPropagator, baggagePropagator]) } };
    const port = await serve((_request, response) => {
      seen.push(currentContext()?.correlation_id);
      response.end('ok');
    });
    await talk(port, 'GET / HTTP/1.1\r\nHost: x\r\nX-Correlation-Id: c-1\r\nBaggage: correlation_id=b-1\r\n\r\n', 'ok');
    await talk(port, 'GET / HTTP/1.1\r\nHost: x\r\nBaggage: correlation_id=b-1\r\n\r\n', 'ok');
    expect(seen).toEqual(['c-1', 'b-1']);
  });
});

describe('instrumentServer', () => {
  test('observes a server whose handlers were there before, and stops', async () => {
    const server = createServer((_request, response) => void response.end(currentContext()?.request_id));
    const stop = instrumentServer(given.obs, server, { routeOf });
    const running = await listening(server);
    open.push(running);
    const port = Number(new URL(running.url).port);
    await talk(port, 'GET /a HTTP/1.1\r\nHost: x\r\nX-Request-Id: one\r\n\r\n', 'one');
    await given.until(1);
    stop();
    expect(Object.hasOwn(server, 'emit')).toBe(false);
    expect(server.emit).toBe(Server.prototype.emit);
    await talk(port, 'GET /b HTTP/1.1\r\nHost: x\r\n\r\n', '200 OK');
    expect(recorded()).toEqual([['GET', '/a', '200', '', 1]]);
  });

  test('leaves upgrades alone', async () => {
    const server = createServer();
    instrumentServer(given.obs, server);
    server.on('upgrade', (_request, socket: Socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\nhello'));
    const running = await listening(server);
    open.push(running);
    await talk(
      Number(new URL(running.url).port),
      'GET /ws HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n',
      'hello',
    );
    expect(recorded()).toEqual([]);
    expect(given.metrics.series('http.server.active_requests')).toEqual([]);
  });

  test('observes requests that a listener for Expect gets', async () => {
    const server = createServer();
    instrumentServer(given.obs, server, { routeOf });
    server.on('checkContinue', (_request, response: ServerResponse) => void response.writeHead(417).end());
    const running = await listening(server);
    open.push(running);
    await talk(
      Number(new URL(running.url).port),
      'POST /e HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n',
      '417',
    );
    await given.until(1);
    expect(recorded()).toEqual([['POST', '/e', '417', '', 1]]);
  });

  test('and a handler that is observed too are one request', async () => {
    const inner = instrumentHandler(given.obs, (_request, response) => void response.end('ok'), { routeOf });
    const server = createServer(inner);
    instrumentServer(given.obs, server, { routeOf });
    const running = await listening(server);
    open.push(running);
    await talk(Number(new URL(running.url).port), 'GET /once HTTP/1.1\r\nHost: x\r\n\r\n', 'ok');
    await given.until(1);
    expect(recorded()).toEqual([['GET', '/once', '200', '', 1]]);
    expect(given.spans.finished).toHaveLength(1);
  });
});

describe('telemetry that is broken', () => {
  test('breaks no request: callbacks, propagators, loggers and span builders that throw', async () => {
    const broken = (): never => {
      throw new Error('broken');
    };
    const obs = {
      ...given.obs,
      propagator: { extract: broken, inject: broken },
      logger: { info: broken, warn: broken, error: broken },
      spans: { startSpan: broken },
    };
    const handler = instrumentHandler(obs, (_request, response) => void response.end(currentContext()?.request_id), {
      routeOf: broken,
      ignore: broken,
    });
    const running = await listening(createServer(handler));
    open.push(running);
    const { got } = await talk(
      Number(new URL(running.url).port),
      'GET / HTTP/1.1\r\nHost: x\r\nX-Request-Id: still-here\r\n\r\n',
      '\r\n\r\nstill-here',
    );
    expect(got).toContain('200 OK');
    expect(recorded()).toEqual([['GET', 'unmatched', '200', '', 1]]);
  });

  test.each<[string, ServerOptions['ignore']]>([
    ['throws', ({ url }) => url === '/never' || fail()],
    ['answers by a promise', (() => Promise.reject(new Error('late'))) as never],
  ])('a callback that %s is counted each time and logged once, and the requests go on', async (_, callback) => {
    const options = { ignore: callback, routeOf: callback as never };
    const running = await listening(
      createServer(instrumentHandler(given.obs, (_request, response) => void response.end('ok'), options)),
    );
    open.push(running);
    for (let i = 0; i < 3; i++) expect(await (await fetch(running.url)).text()).toBe('ok');
    await given.until(5);
    const traced = tracedFetch(given.obs, { ignore: callback as never });
    expect(await (await traced(running.url)).text()).toBe('ok');
    await given.until(7);
    const failures = (option: string): unknown =>
      given.metrics.value('sightline_http_callback_failures_total', { callback: option });
    expect([failures('ignore'), failures('routeOf')]).toEqual([5, 4]);
    // The client reports its own.
    expect(given.lines.filter(({ level }) => level === 'warn').map(({ message }) => message.split(',')[0])).toEqual([
      '[http] The option ignore failed',
      '[http] The option routeOf failed',
      '[http] The option ignore failed',
    ]);
  });

  test('wrong set-up says what is missing', () => {
    expect(() => instrumentHandler({} as never, () => {})).toThrow(
      '[http] instrumentHandler() needs { metrics, spans }. Pass the result of createObservability(), or test doubles of both.',
    );
  });
});

describe('options', () => {
  test('headers for browsers, addresses behind a proxy, and what lines hold', async () => {
    const handler = instrumentHandler(given.obs, (_request, response) => void response.end('ok'), {
      routeOf: () => '/x',
      trustProxy: true,
      traceResponse: true,
      serverTiming: true,
      logsClientAddress: true,
      bodySizes: false,
    });
    const running = await listening(createServer(handler));
    open.push(running);
    const { got } = await talk(
      Number(new URL(running.url).port),
      'GET /x HTTP/1.1\r\nHost: x\r\nX-Forwarded-Proto: HTTPS\r\nX-Forwarded-For: 203.0.113.9, 10.0.0.1\r\n\r\n',
      'ok',
    );
    await given.until(1);
    const span = given.spans.named('GET /x');
    expect(got).toMatch(new RegExp(`traceresponse: 00-${span.traceId}-${span.spanId}-0[13]\r\n`));
    expect(got).toContain(`server-timing: traceparent;desc="00-${span.traceId}-`);
    expect(span.attributes).toMatchObject({ 'url.scheme': 'https', 'client.address': '203.0.113.9' });
    expect(given.lines[0]?.fields).toMatchObject({ client_address: '203.0.113.9' });
    expect(() => given.metrics.series('http.server.response.body.size')).toThrow();
  });
});

test('a handler that fails after the client went away keeps its own error', async () => {
  let fail: () => void = () => {};
  const failures: unknown[] = [];
  const handler = instrumentHandler(
    given.obs,
    () =>
      new Promise<void>((_, reject) => {
        fail = () => reject(new TypeError('too late'));
      }),
  );
  const server = createServer((request, response) => {
    (handler(request, response) as Promise<void>).catch((error) => {
      failures.push(error);
      response.destroy();
    });
  });
  const running = await listening(server);
  open.push(running);
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(server, 'request');
  fail();
  await given.until(1);
  expect(failures).toHaveLength(1);
  expect(recorded()).toEqual([['GET', 'unmatched', '', 'TypeError', 1]]);
  expect(given.lines[0]?.level).toBe('error');
});
