import { createServer, type IncomingMessage } from 'node:http';
import { context, propagation } from '@opentelemetry/api';
import { runWithContext } from '@sightline/context';
import { baggagePropagator, compositePropagator, w3cPropagator } from '@sightline/tracing/propagation';
import { Agent, fetch as undiciFetch, request as undiciRequest } from 'undici';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { instrumentUndici, tracedFetch, type UndiciOptions } from '../src/client.js';
import { type PropagationTargets, targetTest } from '../src/propagation-targets.js';
import { type Observing, observing } from './observing.js';
import { listening } from './shop/listening.js';
import type { RunningShop } from './shop/shop.js';

let ours: RunningShop;
let theirs: RunningShop;
let seen: Array<readonly [host: string, headers: IncomingMessage['headers']]> = [];
let given: Observing;

beforeAll(async () => {
  const start = (name: string): Promise<RunningShop> =>
    listening(
      createServer((request, response) => {
        seen.push([name, request.headers]);
        const to = { '/to-them': theirs, '/to-us': ours }[request.url ?? ''];
        if (to === undefined)
          response.writeHead(200, { 'x-answer': ['a', 'b'], 'set-cookie': 'session=abc' }).end('ok');
        else response.writeHead(307, { location: `${to.url}/there` }).end();
      }),
    );
  [ours, theirs] = await Promise.all([start('ours'), start('theirs')]);
});
afterAll(() => Promise.all([ours.close(), theirs.close()]));
beforeEach(() => {
  seen = [];
  const doubles = observing();
  const propagator = compositePropagator([w3cPropagator, baggagePropagator]);
  given = { ...doubles, obs: { ...doubles.obs, propagator } };
});

const ids = ['traceparent', 'baggage', 'x-correlation-id'];
/** Which of the headers with ids each host got. */
const idsSeen = (): unknown[] => seen.map(([host, headers]) => [host, ids.filter((name) => name in headers)]);

/** A caller with a trace, a baggage and a correlation id. */
const asCaller = <T>(fn: () => Promise<T>): Promise<T> =>
  runWithContext({ correlation_id: 'cause-9' }, () =>
    given.spans.spans.span('caller', () =>
      context.with(
        propagation.setBaggage(context.active(), propagation.createBaggage({ tenant: { value: 'acme' } })),
        fn,
      ),
    ),
  );

const onlyOurs = (): { propagateTo: string[] } => ({ propagateTo: [new URL(ours.url).host] });

type Call = (url: string, init?: RequestInit) => Promise<unknown>;
const stops: Array<() => void> = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});
const instrumented = (client: unknown, options: UndiciOptions = onlyOurs()): Call => {
  stops.push(instrumentUndici(given.obs, options));
  return client as Call;
};

const clients: ReadonlyArray<readonly [string, () => Call]> = [
  ['tracedFetch', () => tracedFetch(given.obs, onlyOurs())],
  ['tracedFetch beside instrumentUndici', () => instrumented(tracedFetch(given.obs, onlyOurs()))],
  ["tracedFetch of undici's fetch", () => tracedFetch(given.obs, { ...onlyOurs(), fetch: undiciFetch as never })],
  ['the global fetch', () => instrumented(fetch)],
  ["undici's fetch", () => instrumented(undiciFetch)],
];

describe.each(clients)('%s with an allow-list', (_, client) => {
  test('sends ids only to the listed hosts, and makes a span for all', async () => {
    const call = client();
    await asCaller(async () => {
      await call(`${ours.url}/`);
      await call(`${theirs.url}/`);
    });
    expect(idsSeen()).toEqual([
      ['ours', ids],
      ['theirs', []],
    ]);
    expect(given.spans.finished.filter(({ name }) => name === 'GET')).toHaveLength(2);
  });

  test('sends the ids to no other host when it follows a redirect', async () => {
    const call = client();
    await asCaller(async () => {
      await call(`${ours.url}/to-them`, { headers: { 'x-mine': '1' } });
      await call(`${ours.url}/to-us`, { headers: { 'x-mine': '1' } });
    });
    expect(idsSeen()).toEqual([
      ['ours', ids],
      ['theirs', []],
      ['ours', ids],
      ['ours', ids],
    ]);
    expect(seen.map(([, headers]) => headers['x-mine'])).toEqual(['1', '1', '1', '1']);
  });
});

test('what the service itself sends to a third party stays', async () => {
  instrumented(fetch);
  const headers = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, 'x-correlation-id': 'theirs' };
  const traced = tracedFetch(given.obs, onlyOurs());
  await asCaller(async () => {
    await fetch(theirs.url, { headers });
    await traced(theirs.url, { headers });
    const dispatcher = new Agent();
    await (await undiciRequest(theirs.url, { headers, dispatcher })).body.text();
    await dispatcher.close();
  });
  expect(seen.map(([, got]) => [got['traceparent'], got['x-correlation-id'], got['baggage']])).toEqual(
    Array(3).fill([headers.traceparent, 'theirs', undefined]),
  );
});

test('an empty list sends ids to no host, and no list to all', async () => {
  await asCaller(async () => {
    await tracedFetch(given.obs, { propagateTo: [] })(ours.url);
    await tracedFetch(given.obs)(theirs.url);
  });
  expect(idsSeen()).toEqual([
    ['ours', []],
    ['theirs', ids],
  ]);
});

test('a function that fails sends no ids, and is counted and logged', async () => {
  const propagateTo = (): boolean => {
    throw new Error('broken');
  };
  await asCaller(() => tracedFetch(given.obs, { propagateTo })(ours.url));
  expect(idsSeen()).toEqual([['ours', []]]);
  expect(given.metrics.value('sightline_http_callback_failures_total', { callback: 'propagateTo' })).toBe(1);
  expect(given.lines.map(({ message }) => message)).toEqual([
    '[http] The option propagateTo failed, so the request carries no ids. Further failures are counted, not logged.',
  ]);
});

describe('a target', () => {
  const ask = <T>(_: string, callback: () => T): T => callback();
  const reaches = (targets: PropagationTargets, url: string): boolean =>
    targetTest(targets, 'tracedFetch()', ask)?.(new URL(url)) === true;

  test.each<[PropagationTargets, string, boolean]>([
    [['stock.internal'], 'https://stock.internal/items?x=1', true],
    [['Stock.Internal'], 'http://STOCK.internal:8080/', true],
    [['stock.internal'], 'https://stock.internal.evil.example/', false],
    [['stock.internal'], 'https://evil.example/?stock.internal', false],
    [['stock.internal'], 'https://stock.internal@evil.example/', false],
    [['stock.internal'], 'https://my-stock.internal/', false],
    [['stock.internal:8443'], 'https://stock.internal:8443/', true],
    [['stock.internal:8443'], 'https://stock.internal/', false],
    [['stock.internal:443'], 'https://stock.internal/', true],
    [['stock.internal:443'], 'http://stock.internal/', false],
    [['*.internal'], 'https://a.b.internal/', true],
    [['*.internal'], 'https://internal/', false],
    [['*.internal'], 'https://evilinternal/', false],
    [['*.internal:80'], 'http://a.internal/', true],
    [['10.0.0.7'], 'http://10.0.0.7:3000/', true],
    [['[::1]:3000'], 'http://[::1]:3000/', true],
    [['m\u00fcnchen.example'], 'http://xn--mnchen-3ya.example/', true],
    [[/^https:\/\/stock-\d+\.internal$/g], 'https://stock-7.internal/a', true],
    [[/^https:\/\/stock-\d+\.internal$/g], 'https://stock-7.internal.evil.example/', false],
    [(url) => url.pathname.startsWith('/api'), 'https://anywhere/api/x', true],
    [['stock.internal'], 'http://stock.internal./', true],
    [['Stock.Internal.:80'], 'http://stock.internal/', true],
    [['*.internal.'], 'http://stock.internal./', true],
    [['*.internal'], 'http://notinternal/', false],
    [['127.0.0.1'], 'http://2130706433/', true],
    [['[0:0:0:0:0:0:0:1]:8080'], 'http://[::1]:8080/', true],
    [['a', 'b'], 'http://b/', true],
  ])('%j and %s', (targets, url, expected) => {
    expect([reaches(targets, url), reaches(targets, url)]).toEqual([expected, expected]);
  });

  test.each([
    ['https://stock.internal'],
    ['stock.internal/'],
    ['user@stock.internal'],
    [''],
    ['*'],
    ['*.'],
    ['stock.*.internal'],
    ['stock.internal:port'],
    ['stock.internal:0'],
    ['stock.internal:65536'],
    ['.'],
    [7],
    [{}],
  ])('%j is refused at set-up', (target) => {
    const options = { propagateTo: [target as string] };
    const message = /^\[http\] tracedFetch\(\): propagateTo has .*give hosts, such as "stock.internal"/;
    expect(() => tracedFetch(given.obs, options)).toThrow(message);
    expect(() => instrumentUndici(given.obs, options)).toThrow('instrumentUndici(): propagateTo has');
    expect(() => tracedFetch(given.obs, { propagateTo: target as never })).toThrow(message);
  });
});

describe('headers of the lists are attributes of the span', () => {
  const lists = {
    recordedRequestHeaders: ['X-Tenant', 'authorization', 'x-none'],
    recordedResponseHeaders: ['x-answer', 'Set-Cookie', 'x-none'],
  };
  const recorders: ReadonlyArray<readonly [string, () => Call]> = [
    ['tracedFetch', () => tracedFetch(given.obs, lists)],
    ['the global fetch', () => instrumented(fetch, lists)],
    ["undici's request", () => instrumented(undiciRequest, lists)],
  ];

  test.each(recorders)('%s', async (_, client) => {
    await client()(ours.url, { headers: { 'x-tenant': 'acme', authorization: 'Bearer abc', 'x-other': '1' } });
    const headers = Object.entries(given.spans.finished[0]?.attributes ?? {}).filter(([key]) => key.includes('header'));
    const joined = headers.map(([key, values]) => [key, Array.isArray(values) ? values.join(', ') : values]);
    expect(Object.fromEntries(joined)).toEqual({
      'http.request.header.x-tenant': 'acme',
      'http.request.header.authorization': '[redacted]',
      'http.response.header.x-answer': 'a, b',
      'http.response.header.set-cookie': '[redacted]',
    });
    expect(headers.every(([, values]) => Array.isArray(values))).toBe(true);
  });
});
