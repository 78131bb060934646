import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Observing, observing } from '../observing.js';
import { allShops } from './all-shops.js';
import { request } from './request.js';
import { type RunningShop, type Sighting, StockError, shopWork } from './shop.js';
import { shopCases } from './shop-cases.js';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe.each(allShops)('$name', (framework) => {
  let shop: RunningShop;
  let given: Observing;
  let lineCount = 0;
  const sightings: Sighting[] = [];

  beforeAll(async () => {
    given = observing();
    shop = await framework.start(given.obs, shopWork(sightings), {
      ignore: ({ url }) => url === '/health',
    });
  });
  afterAll(() => shop.close());

  test.each(shopCases)('$method $path: $name', async ({ method, path, body, expected: common, deviations }) => {
    const expected = { ...common, ...deviations?.[framework.name] };
    const { route, errorType } = expected;
    sightings.length = 0;
    given.spans.reset();
    given.metrics.reset();
    const response = await request(shop.url, framework.name === 'http2', {
      method,
      path,
      body,
      headers: { 'x-request-id': 'req-7', 'x-correlation-id': 'cause-9', traceparent, 'user-agent': 'shopper/1' },
    });
    await given.until(++lineCount);

    expect(response.status).toBe(expected.status);
    if (expected.body !== undefined) expect(response.body).toBe(expected.body);
    expect(response.headers['x-trace-id']).toBe('0af7651916cd43dd8448eb211c80319c');
    expect(response.headers['x-request-id']).toBe('req-7');

    const labels = {
      'http.request.method': method,
      'http.route': route,
      'http.response.status_code': String(expected.status),
      'url.scheme': 'http',
      ...(errorType === '' ? {} : { 'error.type': errorType }),
      'network.protocol.version': framework.name === 'http2' ? '2' : '1.1',
    };
    const durations = given.metrics.series('http.server.request.duration');
    expect(durations.map((series) => ({ ...series.labels, count: series.value }))).toEqual([{ ...labels, count: 1 }]);
    expect(given.metrics.observations('http.server.response.body.size', labels)).toEqual([
      Buffer.byteLength(response.body),
    ]);
    expect(given.metrics.observations('http.server.request.body.size', labels)).toEqual(
      body === undefined ? [] : [body.length],
    );
    expect(given.metrics.value('http.server.active_requests')).toBe(0);

    given.spans.assertNoOpenSpans();
    expect(given.spans.finished).toHaveLength(1);
    const [span] = given.spans.finished;
    expect(span).toMatchObject({
      name: route === 'unmatched' ? method : `${method} ${route}`,
      kind: 'server',
      status: expected.status >= 500 ? 'error' : 'unset',
      traceId: '0af7651916cd43dd8448eb211c80319c',
      parentSpanId: 'b7ad6b7169203331',
    });
    const { port, hostname } = new URL(shop.url);
    expect(span?.attributes).toEqual({
      'http.request.method': method,
      'url.path': path.split('?')[0],
      ...(path.includes('?') ? { 'url.query': 'token=REDACTED&page=2' } : {}),
      'url.scheme': 'http',
      'server.address': hostname,
      'server.port': Number(port),
      'client.address': '127.0.0.1',
      'user_agent.original': 'shopper/1',
      'network.protocol.version': framework.name === 'http2' ? '2' : '1.1',
      'http.response.status_code': expected.status,
      ...(route === 'unmatched' ? {} : { 'http.route': route }),
      ...(errorType === '' ? {} : { 'error.type': errorType }),
    });
    expect(span?.events.map((event) => event.name)).toEqual(expected.hasException ? ['exception'] : []);

    expect(given.lines.at(-1)).toEqual({
      level: expected.level,
      message: `${method} ${route} ${expected.status}`,
      requestId: 'req-7',
      fields: {
        method,
        route,
        path: path.split('?')[0],
        status_code: expected.status,
        duration_ms: expect.any(Number),
        bytes: Buffer.byteLength(response.body),
        user_agent: 'shopper/1',
        ...(errorType === '' ? {} : { error_type: errorType }),
        ...(expected.hasException ? { err: expect.any(StockError) } : {}),
      },
    });

    expect(sightings.map(({ where }) => where)).toEqual(expected.seen);
    expect(new Set(sightings.map(({ requestId }) => requestId))).toEqual(
      new Set(expected.seen.length === 0 ? [] : ['req-7']),
    );
    expect(new Set(sightings.map(({ traceId }) => traceId))).toEqual(
      new Set(expected.seen.length === 0 ? [] : ['0af7651916cd43dd8448eb211c80319c']),
    );
  });

  test('a request that is ignored leaves nothing', async () => {
    given.spans.reset();
    given.metrics.reset();
    const response = await request(shop.url, framework.name === 'http2', { method: 'GET', path: '/health' });
    expect(response.status).toBe(200);
    expect(response.headers).not.toHaveProperty('x-request-id');
    await request(shop.url, framework.name === 'http2', { method: 'GET', path: '/products' });
    await given.until(++lineCount);
    expect(given.spans.finished.map(({ name }) => name)).toEqual(['GET /products']);
  });
});
