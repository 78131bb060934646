import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import { Hono } from 'hono';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { instrumentUndici, tracedFetch } from '../../src/client.js';
import { honoMiddleware } from '../../src/hono.js';
import { instrumentHandler } from '../../src/node.js';
import { type Observing, observing } from '../observing.js';
import { type ResponseCase, responseCases } from '../responses/response-cases.js';
import { allShops } from './all-shops.js';
import { listening } from './listening.js';
import { request } from './request.js';
import { type RunningShop, shopWork } from './shop.js';

describe.each(allShops)('$name', (framework) => {
  let shop: RunningShop;
  let given: Observing;

  beforeAll(async () => {
    given = observing();
    shop = await framework.start(given.obs, shopWork([]), {
      recordedRequestHeaders: ['X-Tenant', 'accept-language', 'authorization', 'cookie', 'x-none'],
      recordedResponseHeaders: ['Content-Type', 'x-request-id', 'x-none'],
    });
  });
  afterAll(() => shop.close());

  test('its spans have the headers of the lists, as lists of strings, without secrets, and no others', async () => {
    const response = await request(shop.url, framework.name === 'http2', {
      method: 'GET',
      path: '/products/lamp',
      headers: {
        'x-request-id': 'req-7',
        'x-tenant': 'acme',
        'accept-language': 'de, en;q=0.5',
        authorization: 'Bearer abc',
        cookie: 'session=abc',
        'x-other': 'other',
      },
    });
    await given.until(1);
    const headers = Object.entries(given.spans.finished[0]?.attributes ?? {}).filter(([key]) => key.includes('header'));
    expect(Object.fromEntries(headers)).toEqual({
      'http.request.header.x-tenant': ['acme'],
      'http.request.header.accept-language': ['de, en;q=0.5'],
      'http.request.header.authorization': ['[redacted]'],
      'http.request.header.cookie': ['[redacted]'],
      'http.response.header.content-type': [response.headers['content-type']],
      'http.response.header.x-request-id': ['req-7'],
    });
  });
});

describe('headers of responses, in any form', () => {
  let respond: ResponseCase['respond'] = () => {};
  let server: RunningShop;
  const given = observing();
  const names = ['x-a', 'x-set', 'x-many', 'x-case', 'vary', 'content-type'];
  beforeAll(async () => {
    const handler = instrumentHandler(given.obs, (_request, response) => respond(response), {
      recordedResponseHeaders: names,
    });
    server = await listening(createServer(handler));
  });
  afterAll(() => server.close());
  beforeEach(() => {
    given.spans.reset();
    given.lines.length = 0;
  });

  test.each(responseCases)('$name', async (each) => {
    respond = each.respond;
    const sent = httpRequest(server.url, { agent: false });
    sent.end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.resume();
    await given.until(1);
    const onWire = Object.fromEntries(
      names.flatMap((name) => {
        const values = response.headersDistinct[name];
        return values === undefined ? [] : [[`http.response.header.${name}`, values.join(', ').split(', ')]];
      }),
    );
    const recorded = Object.entries(given.spans.finished[0]?.attributes ?? {})
      .filter(([key]) => key.startsWith('http.response.header.'))
      .map(([key, values]) => [key, (values as string[]).join(', ').split(', ')]);
    expect(Object.fromEntries(recorded)).toEqual(onWire);
  });
});

test.each([
  [
    { recordedRequestHeaders: ['x tenant'] },
    '(): recordedRequestHeaders[0] is "x tenant": give a list of names of headers',
  ],
  [{ recordedResponseHeaders: [''] }, '(): recordedResponseHeaders[0] is "": give a list of names of headers'],
  [
    { recordedRequestHeaders: 'x-tenant' as never },
    '(): recordedRequestHeaders is "x-tenant": give a list of names of headers',
  ],
  [{ recordedHeaders: ['x-tenant'] } as never, '() has an unknown option "recordedHeaders".'],
  [{ ignore: '/healthz' } as never, '(): ignore is "/healthz": give a function'],
])('names that no header can have are refused at set-up (%j)', (options, message) => {
  expect(() => instrumentHandler(observing().obs, () => {}, options)).toThrow(message);
  expect(() => tracedFetch(observing().obs, options)).toThrow(message);
  expect(() => instrumentUndici(observing().obs, options)).toThrow(message);
});

test('Hono elsewhere than on Node.js records them', async () => {
  const given = observing();
  const app = new Hono();
  const lists = { recordedRequestHeaders: ['x-tenant'], recordedResponseHeaders: ['x-many', 'x-request-id'] };
  app.use(honoMiddleware(given.obs, lists));
  app.get('/', (c) => {
    c.header('x-many', 'a');
    c.header('x-many', 'b', { append: true });
    return c.text('ok');
  });
  await app.request('/', { headers: { 'x-tenant': 'acme', 'x-request-id': 'req-7' } });
  expect(given.spans.finished[0]?.attributes).toMatchObject({
    'http.request.header.x-tenant': ['acme'],
    'http.response.header.x-many': ['a, b'],
    'http.response.header.x-request-id': ['req-7'],
  });
});
