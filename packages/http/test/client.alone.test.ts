import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { context, createContextKey } from '@opentelemetry/api';
import { runWithContext } from '@sightline/context';
import {
  Agent,
  BalancedPool,
  Client,
  type Dispatcher,
  getGlobalDispatcher,
  interceptors,
  Pool,
  RetryAgent,
  setGlobalDispatcher,
  fetch as undiciFetch,
  request as undiciRequest,
} from 'undici';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { instrumentUndici, tracedFetch } from '../src/client.js';
import { instrumentHandler } from '../src/node.js';
import { type Observing, observing } from './observing.js';
import { listening } from './shop/listening.js';
import type { RunningShop } from './shop/shop.js';

let server: RunningShop;
let headers: IncomingMessage['headers'][] = [];
let given: Observing;
const flaky = new Set<string>();
const hanging = new Set<ServerResponse>();

beforeAll(async () => {
  server = await listening(
    createServer((request, response) => {
      // One that was aborted may arrive when the next test has begun.
      if (request.url !== '/hang') headers.push(request.headers);
      if (request.url === '/hang') hanging.add(response);
      else if (request.url === '/moved') response.writeHead(302, { location: '/there' }).end();
      else if (request.url === '/missing') response.writeHead(404).end();
      else if (
        request.url === '/flaky' &&
        !flaky.delete(String(request.headers['x-mine'] ?? request.headers['x-correlation-id']))
      ) {
        flaky.add(String(request.headers['x-mine'] ?? request.headers['x-correlation-id']));
        response.writeHead(503).end();
      } else if (request.url === '/flaky') response.end();
      else if (request.url === '/cut') response.destroy();
      else {
        response.writeEarlyHints({ link: '</style.css>; rel=preload; as=style' });
        request.pipe(response);
      }
    }),
  );
});
afterAll(() => server.close());
beforeEach(() => {
  headers = [];
  given = observing();
});

const traceparentOf = (index = 0): string[] => String(headers[index]?.['traceparent']).split('-');
const series = () =>
  given.metrics
    .series('http.client.request.duration')
    .map(({ labels, value }) => [
      labels['http.request.method'],
      labels['http.response.status_code'] ?? '',
      labels['error.type'] ?? '',
      value,
    ]);

describe('tracedFetch', () => {
  test('sends the context of its own span, a child of the active one', async () => {
    const fetch = tracedFetch(given.obs);
    const body = await given.spans.spans.span('caller', async () =>
      (await fetch(`${server.url}/echo?api_key=1`, { method: 'post', body: 'hello' })).text(),
    );
    expect(body).toBe('hello');
    const span = given.spans.named('POST');
    const { port } = new URL(server.url);
    expect(span).toMatchObject({ kind: 'client', status: 'unset', parentSpanId: given.spans.named('caller').spanId });
    expect(span.attributes).toEqual({
      'http.request.method': 'POST',
      'url.full': `${server.url}/echo?api_key=REDACTED`,
      'server.address': '127.0.0.1',
      'server.port': Number(port),
      'http.response.status_code': 200,
    });
    expect(traceparentOf().slice(1, 3)).toEqual([span.traceId, span.spanId]);
    expect(series()).toEqual([['POST', '200', '', 1]]);
  });

  test('changes neither init nor Request, and keeps what they say', async () => {
    const fetch = tracedFetch(given.obs);
    const init = Object.freeze({ headers: Object.freeze({ 'x-mine': '1', traceparent: 'stale' }) });
    await (await fetch(`${server.url}/`, init)).text();
    const request = new Request(`${server.url}/`, { method: 'PUT', body: 'b', headers: { 'x-mine': '2' } });
    expect(await (await fetch(request)).text()).toBe('b');
    await (await fetch(new URL(server.url), { headers: [['x-mine', '3']] })).text();
    expect(headers.map((each) => each['x-mine'])).toEqual(['1', '2', '3']);
    expect(headers.every((each) => /^00-[0-9a-f]{32}-[0-9a-f]{16}-0[13]$/.test(String(each['traceparent'])))).toBe(
      true,
    );
    expect(init).toEqual({ headers: { 'x-mine': '1', traceparent: 'stale' } });
    expect([...request.headers.keys()]).not.toContain('traceparent');
  });

  test('takes a body that is a stream', async () => {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('streamed'));
        controller.close();
      },
    });
    const response = await tracedFetch(given.obs)(`${server.url}/`, { method: 'POST', body, duplex: 'half' });
    expect(await response.text()).toBe('streamed');
  });

  test('takes a Request in place of init', async () => {
    const fetch = tracedFetch(given.obs);
    const like = new Request('http://localhost/elsewhere', { method: 'PUT', body: 'b', headers: { 'x-mine': '3' } });
    expect(await (await fetch(`${server.url}/`, like)).text()).toBe('b');
    expect(headers[0]).toMatchObject({ 'x-mine': '3', traceparent: expect.any(String) });
    expect(given.spans.named('PUT').attributes['url.full']).toBe(`${server.url}/`);
  });

  test('a status from 400 on is an error of a client', async () => {
    await tracedFetch(given.obs)(`${server.url}/missing`);
    expect(given.spans.named('GET')).toMatchObject({
      status: 'error',
      attributes: { 'error.type': '404' },
      events: [],
    });
    expect(series()).toEqual([['GET', '404', '404', 1]]);
  });

  test('follows redirects as one request', async () => {
    const response = await tracedFetch(given.obs)(`${server.url}/moved`);
    await response.text();
    expect(response.redirected).toBe(true);
    expect(headers).toHaveLength(2);
    expect(series()).toEqual([['GET', '200', '', 1]]);
  });

  test('hands on the very error of fetch', async () => {
    const error = new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code: 'ECONNREFUSED' }) });
    const fetch = tracedFetch(given.obs, { fetch: () => Promise.reject(error) });
    await expect(fetch('http://unreachable.test/')).rejects.toBe(error);
    expect(given.spans.named('GET')).toMatchObject({ status: 'error', attributes: { 'error.type': 'ECONNREFUSED' } });
    expect(series()).toEqual([['GET', '', 'ECONNREFUSED', 1]]);
  });

  test('a request that its caller cancels is no error, and one that takes too long is', async () => {
    const fetch = tracedFetch(given.obs);
    const abort = new AbortController();
    const pending = fetch(`${server.url}/hang`, { signal: abort.signal });
    abort.abort();
    await expect(pending).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    await expect(fetch(`${server.url}/hang`, { signal: AbortSignal.timeout(20) })).rejects.toThrow(
      expect.objectContaining({ name: 'TimeoutError' }),
    );
    const own = new AbortController();
    const left = fetch(new Request(`${server.url}/hang`, { signal: own.signal }));
    own.abort(new Error('the user has left'));
    await expect(left).rejects.toThrow('the user has left');
    const both = fetch(`${server.url}/hang`, {
      signal: AbortSignal.any([new AbortController().signal, AbortSignal.timeout(20)]),
    });
    await expect(both).rejects.toThrow(expect.objectContaining({ name: 'TimeoutError' }));
    expect(series()).toEqual([
      ['GET', '', '', 2],
      ['GET', '', 'TimeoutError', 2],
    ]);
    expect(given.spans.finished.map(({ status, attributes }) => [status, attributes['error.type']])).toEqual(
      expect.arrayContaining([
        ['unset', undefined],
        ['error', 'TimeoutError'],
      ]),
    );
    given.spans.assertNoOpenSpans();
  });

  test('carries the correlation id on, unless the caller names another', async () => {
    const fetch = tracedFetch(given.obs);
    await runWithContext({ correlation_id: 'c-1' }, async () => {
      await (await fetch(`${server.url}/`)).text();
      await (await fetch(`${server.url}/`, { headers: { 'X-Correlation-Id': 'mine' } })).text();
    });
    await runWithContext({ correlation_id: 'no\nheader' }, async () => {
      expect((await fetch(`${server.url}/`)).status).toBe(200);
    });
    expect(headers.map((each) => each['x-correlation-id'])).toEqual(['c-1', 'mine', undefined]);
  });

  test('an invalid request fails as in fetch, or is not observed', async () => {
    const fetch = tracedFetch(given.obs);
    await expect(fetch('no url')).rejects.toBeInstanceOf(TypeError);
    await expect(fetch(`${server.url}/`, { headers: { 'bad name': '1' } })).rejects.toBeInstanceOf(TypeError);
    expect(await (await fetch('data:,hi')).text()).toBe('hi');
    given.spans.assertNoOpenSpans();
  });

  test('ignores the requests of the option, and survives callbacks and propagators that throw', async () => {
    const quiet = tracedFetch(given.obs, { ignore: ({ pathname }) => pathname === '/quiet' });
    await (await quiet(`${server.url}/quiet`)).text();
    const broken = () => {
      throw new Error('broken');
    };
    const throwing = tracedFetch({ ...given.obs, propagator: { extract: broken, inject: broken } }, { ignore: broken });
    expect((await throwing(`${server.url}/`)).status).toBe(200);
    expect(given.spans.finished).toHaveLength(1);
    expect(headers.map((each) => each['traceparent'])).toEqual([undefined, undefined]);
  });
});

describe('instrumentUndici', () => {
  test('observes the global fetch, each redirect, and undici itself', async () => {
    const stop = instrumentUndici(given.obs);
    try {
      await given.spans.spans.span('caller', async () => {
        await (await fetch(`${server.url}/moved`)).text();
        const { body } = await undiciRequest(`${server.url}/`, { method: 'POST', body: 'x' });
        await body.text();
      });
    } finally {
      stop();
    }
    const caller = given.spans.named('caller');
    const clients = given.spans.finished.filter(({ kind }) => kind === 'client');
    expect(clients.map(({ name, parentSpanId }) => [name, parentSpanId])).toEqual([
      ['GET', caller.spanId],
      ['GET', caller.spanId],
      ['POST', caller.spanId],
    ]);
    expect(clients.map(({ spanId }) => spanId)).toEqual([0, 1, 2].map((index) => traceparentOf(index)[2]));
    expect(series()).toEqual([
      ['GET', '302', '302', 1].map((each, i) => (i === 2 ? '' : each)),
      ['GET', '200', '', 1],
      ['POST', '200', '', 1],
    ]);
  });

  test('works in a process whose folder is gone', async () => {
    const cwd = vi.spyOn(process, 'cwd').mockImplementation(() => {
      throw Object.assign(new Error('ENOENT: no such file or directory, uv_cwd'), { code: 'ENOENT' });
    });
    try {
      const stop = instrumentUndici(given.obs);
      await (await fetch(server.url)).text();
      stop();
    } finally {
      cwd.mockRestore();
    }
    expect(headers[0]).toHaveProperty('traceparent');
  });

  test('makes no second span for tracedFetch', async () => {
    const stop = instrumentUndici(given.obs);
    await (await tracedFetch(given.obs)(`${server.url}/moved`)).text();
    stop();
    expect(given.spans.finished).toHaveLength(1);
    expect(series()).toEqual([['GET', '200', '', 1]]);
  });

  test('notes failures and aborts', async () => {
    const stop = instrumentUndici(given.obs);
    const abort = new AbortController();
    const pending = fetch(`${server.url}/hang`, { signal: abort.signal });
    abort.abort();
    await expect(pending).rejects.toThrow();
    await expect(fetch(`${server.url}/cut`)).rejects.toThrow();
    const closed = await listening(createServer());
    await closed.close();
    await expect(fetch(closed.url)).rejects.toThrow();
    stop();
    given.spans.assertNoOpenSpans();
    expect(series().map(([, , type]) => type)).toEqual(expect.arrayContaining(['', 'SocketError', 'ECONNREFUSED']));
  });

  test('keeps a traceparent that is there already, and leaves exporters alone', async () => {
    const stop = instrumentUndici(given.obs);
    const mine = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await (await fetch(`${server.url}/`, { headers: { TraceParent: mine } })).text();
    const suppressed = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
    await context.with(context.active().setValue(suppressed, true), async () => (await fetch(`${server.url}/`)).text());
    stop();
    await (await fetch(`${server.url}/`)).text();
    expect(headers.map(({ traceparent }) => traceparent)).toEqual([mine, undefined, undefined]);
    expect(given.spans.finished).toHaveLength(1);
  });

  test('observes connections of its own, with several requests in flight', async () => {
    const stop = instrumentUndici(given.obs);
    const agent = new Agent({ connections: 1, pipelining: 1 });
    await Promise.all(
      Array.from({ length: 5 }, async (_, i) =>
        given.spans.spans.span(`caller ${i}`, async () => {
          const { body } = await undiciRequest(`${server.url}/`, { dispatcher: agent });
          await body.text();
        }),
      ),
    );
    stop();
    await agent.close();
    const parents = given.spans.finished
      .filter(({ kind }) => kind === 'client')
      .map(({ parentSpanId }) => parentSpanId);
    expect(new Set(parents).size).toBe(5);
  });
});

describe('requests that wait for a connection', () => {
  const waiting = 6;
  const ways: ReadonlyArray<readonly [string, () => { send: () => Promise<unknown>; close(): Promise<unknown> }]> = [
    [
      'Pool.request',
      () => {
        const pool = new Pool(server.url, { connections: 1 });
        return {
          send: async () => (await pool.request({ path: '/', method: 'GET' })).body.dump(),
          close: () => pool.close(),
        };
      },
    ],
    [
      'Pool.request with the same options each time',
      () => {
        const pool = new Pool(server.url, { connections: 1 });
        const options = Object.freeze({ path: '/', method: 'GET' } as const);
        return { send: async () => (await pool.request(options)).body.dump(), close: () => pool.close() };
      },
    ],
    [
      'Pool.stream and Pool.dispatch',
      () => {
        const pool = new Pool(server.url, { connections: 1 });
        const send = (): Promise<void> =>
          new Promise((resolve, reject) => {
            const handler = {
              onConnect() {},
              onHeaders: () => true,
              onData: () => true,
              onComplete: () => resolve(),
              onError: reject,
            };
            pool.dispatch({ path: '/', method: 'GET' }, handler as never);
          });
        return { send, close: () => pool.close() };
      },
    ],
    [
      'a pool that was composed before',
      () => {
        const pool = composedBefore;
        return {
          send: async () => (await pool.request({ path: '/', method: 'GET' })).body.dump(),
          close: () => pool.close(),
        };
      },
    ],
    [
      'Agent through request()',
      () => {
        const agent = new Agent({ connections: 1 });
        return {
          send: async () => (await undiciRequest(`${server.url}/`, { dispatcher: agent })).body.dump(),
          close: () => agent.close(),
        };
      },
    ],
    [
      'Agent through fetch of undici',
      () => {
        const agent = new Agent({ connections: 1 });
        return {
          send: async () => (await undiciFetch(`${server.url}/`, { dispatcher: agent })).text(),
          close: () => agent.close(),
        };
      },
    ],
    [
      'Client with pipelining',
      () => {
        const client = new Client(server.url, { pipelining: 1 });
        return {
          send: async () => (await client.request({ path: '/', method: 'GET' })).body.dump(),
          close: () => client.close(),
        };
      },
    ],
    [
      'BalancedPool',
      () => {
        const pool = new BalancedPool([server.url], { connections: 1 });
        return {
          send: async () => (await pool.request({ path: '/', method: 'GET' })).body.dump(),
          close: () => pool.close(),
        };
      },
    ],
    [
      'RetryAgent, each request twice',
      () => {
        const agent = new RetryAgent(new Pool(server.url, { connections: 1 }), { minTimeout: 1, statusCodes: [503] });
        return {
          send: async () => (await agent.request({ origin: server.url, path: '/flaky', method: 'GET' })).body.dump(),
          close: () => agent.close(),
        };
      },
    ],
    [
      'redirects by an interceptor',
      () => {
        const pool = new Pool(server.url, { connections: 1 }).compose(interceptors.redirect({ maxRedirections: 1 }));
        return {
          send: async () => (await pool.request({ origin: server.url, path: '/moved', method: 'GET' })).body.dump(),
          close: () => pool.close(),
        };
      },
    ],
    [
      'the global fetch, by a global dispatcher of the installed undici',
      () => {
        const before = getGlobalDispatcher();
        const agent = new Agent({ connections: 1 });
        setGlobalDispatcher(agent);
        return {
          send: async () => (await fetch(`${server.url}/`)).text(),
          close: () => {
            setGlobalDispatcher(before);
            return agent.close();
          },
        };
      },
    ],
  ];
  let composedBefore: Dispatcher;
  beforeEach(() => {
    composedBefore = new Pool(server.url, { connections: 1 }).compose(
      (dispatch) => (opts, handler) => dispatch(opts, handler),
    );
  });
  afterEach(() => composedBefore.destroy());

  test.each(ways)('%s: each is in the trace of its own caller, with its correlation id', async (_, start) => {
    const stop = instrumentUndici(given.obs);
    const { send, close } = start();
    try {
      await Promise.all(
        Array.from({ length: waiting }, (_, i) =>
          runWithContext({ correlation_id: `cause-${i}` }, () => given.spans.spans.span(`caller ${i}`, send)),
        ),
      );
    } finally {
      stop();
      await close();
    }
    const callers = Array.from({ length: waiting }, (_, i) => given.spans.named(`caller ${i}`));
    const clients = given.spans.finished.filter(({ kind }) => kind === 'client');
    expect(clients.length % waiting).toBe(0);
    expect(headers).toHaveLength(clients.length);
    for (const sent of headers) {
      const index = Number(String(sent['x-correlation-id']).slice('cause-'.length));
      const [, traceId, spanId] = String(sent['traceparent']).split('-');
      expect(traceId).toBe(callers[index]?.traceId);
      expect(clients.find((client) => client.spanId === spanId)?.parentSpanId).toBe(callers[index]?.spanId);
    }
    const each = clients.length / waiting;
    expect(callers.map(({ spanId }) => clients.filter(({ parentSpanId }) => parentSpanId === spanId).length)).toEqual(
      callers.map(() => each),
    );
  });

  test('and those of tracedFetch, whose own spans stay the only ones', async () => {
    const agent = new Agent({ connections: 1 });
    const stop = instrumentUndici(given.obs);
    const traced = tracedFetch(given.obs, {
      fetch: ((url: string) => undiciFetch(url, { dispatcher: agent })) as never,
    });
    await Promise.all([
      ...Array.from({ length: 3 }, async () => (await traced(`${server.url}/`)).text()),
      ...Array.from({ length: 3 }, async () =>
        (await undiciRequest(`${server.url}/`, { dispatcher: agent })).body.dump(),
      ),
    ]);
    stop();
    await agent.close();
    expect(given.spans.finished).toHaveLength(6);
  });

  test('of an unknown copy of undici have no ids, and that is logged once', async () => {
    const copy = copyOfUndici();
    const pool = new copy.Pool(server.url, { connections: 1 });
    const stop = instrumentUndici(given.obs);
    const sent = Array.from({ length: 3 }, () =>
      given.spans.spans.span('caller', async () => (await pool.request({ path: '/', method: 'GET' })).body.dump()),
    );
    await Promise.all(sent);
    stop();
    expect(headers.map((each) => each['traceparent'] ?? each['x-correlation-id'])).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(
      given.spans.finished.filter(({ kind }) => kind === 'client').map(({ parentSpanId }) => parentSpanId),
    ).toEqual([undefined, undefined, undefined]);
    expect(given.lines.map(({ level, message }) => [level, message])).toEqual([
      ['warn', expect.stringContaining('instrumentUndici(obs, { undici })')],
    ]);

    headers = [];
    const stopWithCopy = instrumentUndici(given.obs, { undici: copy });
    await given.spans.spans.span('known', async () => (await pool.request({ path: '/', method: 'GET' })).body.dump());
    stopWithCopy();
    await pool.close();
    expect(traceparentOf()[1]).toBe(given.spans.named('known').traceId);
  });

  test('leave nothing behind after the end, also if others watch', () => {
    const { dispatch } = Pool.prototype;
    const stops = [instrumentUndici(given.obs), instrumentUndici(given.obs)];
    expect(Pool.prototype.dispatch).not.toBe(dispatch);
    stops[0]?.();
    stops[0]?.();
    expect(Pool.prototype.dispatch).not.toBe(dispatch);
    stops[1]?.();
    expect(Pool.prototype.dispatch).toBe(dispatch);
  });

  test('that are made again by what undici composes have no ids of others', async () => {
    const agent = new Agent({ connections: 1 }).compose(
      interceptors.dns(),
      interceptors.dump(),
      interceptors.retry({ minTimeout: 1, statusCodes: [503] }),
    );
    const origin = server.url.replace('127.0.0.1', 'localhost');
    const stop = instrumentUndici(given.obs);
    await Promise.all(
      Array.from({ length: 6 }, (_, i) =>
        runWithContext({ correlation_id: `cause-${i}` }, async () => {
          const { body } = await agent.request({
            origin,
            path: '/flaky',
            method: 'GET',
            headers: { 'x-mine': `cause-${i}` },
          });
          await body.dump();
        }),
      ),
    );
    stop();
    await agent.close();
    expect(headers).toHaveLength(12);
    for (const sent of headers) expect([undefined, sent['x-mine']]).toContain(sent['x-correlation-id']);
  });

  test('of a handler that is used for several have no ids of others', async () => {
    const pool = new Pool(server.url, { connections: 1 });
    const stop = instrumentUndici(given.obs);
    let left = 4;
    await new Promise<void>((resolve, reject) => {
      const shared = {
        onConnect() {},
        onHeaders: () => true,
        onData: () => true,
        onComplete: () => --left === 0 && resolve(),
        onError: reject,
      };
      for (let i = 0; i < 4; i++) {
        runWithContext({ correlation_id: `cause-${i}` }, () =>
          pool.dispatch({ path: '/', method: 'GET', headers: { 'x-mine': `cause-${i}` } }, shared as never),
        );
      }
    });
    stop();
    await pool.close();
    for (const sent of headers) expect([undefined, sent['x-mine']]).toContain(sent['x-correlation-id']);
  });
});

/** Loaded again, from an unknown place. */
function copyOfUndici(): typeof import('undici') {
  const load = createRequire(import.meta.url);
  const paths = Object.keys(load.cache).filter((path) => /[\\/]undici[\\/]/.test(path));
  const kept = paths.map((path) => [path, load.cache[path]] as const);
  for (const path of paths) delete load.cache[path];
  const copy = load('undici') as typeof import('undici');
  for (const path of Object.keys(load.cache)) if (/[\\/]undici[\\/]/.test(path)) delete load.cache[path];
  for (const [path, module] of kept) load.cache[path] = module;
  return copy;
}

test('a request through two services is one trace', async () => {
  const inner = observing();
  const outer = observing();
  const stock = await listening(
    createServer(
      instrumentHandler(inner.obs, (_request, response) => void response.end('3'), { routeOf: () => '/stock' }),
    ),
  );
  const call = tracedFetch(outer.obs);
  const shop = await listening(
    createServer(
      instrumentHandler(
        outer.obs,
        async (_request, response) => void response.end(await (await call(`${stock.url}/stock`)).text()),
        { routeOf: () => '/shop' },
      ),
    ),
  );
  const response = await tracedFetch(given.obs)(shop.url);
  expect(await response.text()).toBe('3');
  await Promise.all([inner.until(1), outer.until(1)]);
  const [first] = given.spans.finished;
  const chain = [first, outer.spans.named('GET /shop'), outer.spans.named('GET'), inner.spans.named('GET /stock')];
  expect(new Set(chain.map((span) => span?.traceId)).size).toBe(1);
  expect(chain.slice(1).map((span) => span?.parentSpanId)).toEqual(chain.slice(0, -1).map((span) => span?.spanId));
  expect(response.headers.get('x-trace-id')).toBe(first?.traceId);
  await Promise.all([stock.close(), shop.close()]);
});

test('says which version of the protocol a request used, and nothing of errors if there was none', async () => {
  const stop = instrumentUndici(given.obs);
  await (await fetch(`${server.url}/echo`)).text();
  stop();
  await (await tracedFetch(given.obs)(`${server.url}/echo`)).text();
  const labels = given.metrics.series('http.client.request.duration').map((each) => each.labels);
  expect(labels).toEqual([
    {
      'http.request.method': 'GET',
      'server.address': '127.0.0.1',
      'server.port': new URL(server.url).port,
      'http.response.status_code': '200',
      'network.protocol.version': '1.1',
    },
  ]);
});
