import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { expressMiddleware } from '../src/express.js';
import { fastifyPlugin } from '../src/fastify.js';
import { honoMiddleware } from '../src/hono.js';
import { koaMiddleware } from '../src/koa.js';
import { instrumentHandler, instrumentServer, type TrustProxy } from '../src/node.js';
import { type Observing, observing } from './observing.js';
import { listening } from './shop/listening.js';
import type { RunningShop } from './shop/shop.js';

let given: Observing;
let server: RunningShop | undefined;
beforeEach(() => {
  given = observing();
});
afterEach(() => server?.close());

/** What is recorded of a request from 127.0.0.1 with these header lines. */
async function recorded(trustProxy: TrustProxy, lines: readonly string[]): Promise<unknown[]> {
  const options = { trustProxy, logsClientAddress: true };
  server = await listening(
    createServer(instrumentHandler(given.obs, (_request, response) => void response.end(), options)),
  );
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(['GET / HTTP/1.1', 'Host: inner:8080', ...lines, 'Connection: close', '', ''].join('\r\n'));
  await text(socket);
  await given.until(1);
  const attributes = given.spans.finished[0]?.attributes ?? {};
  expect(given.lines[0]?.fields['client_address']).toBe(attributes['client.address']);
  return ['client.address', 'url.scheme', 'server.address', 'server.port'].map((name) => attributes[name]);
}

const inner = ['http', 'inner', 8080];
const xff = 'X-Forwarded-For: 203.0.113.66, 198.51.100.7, 10.0.0.2';

describe('trustProxy', () => {
  test.each<[string, TrustProxy, string[], unknown[]]>([
    ['nobody', false, [xff, 'X-Forwarded-Proto: https', 'Forwarded: for=1.2.3.4'], ['127.0.0.1', ...inner]],
    ['no proxy', 0, [xff], ['127.0.0.1', ...inner]],
    ['one proxy', 1, [xff], ['10.0.0.2', ...inner]],
    ['two proxies', 2, [xff], ['198.51.100.7', ...inner]],
    ['more proxies than there are entries', 9, [xff], ['203.0.113.66', ...inner]],
    ['everybody', true, [xff], ['203.0.113.66', ...inner]],
    ['addresses', ['127.0.0.1', '10.0.0.0/8'], [xff], ['198.51.100.7', ...inner]],
    ['addresses with commas', 'loopback, uniquelocal', [xff], ['198.51.100.7', ...inner]],
    ['addresses that the peer has not', ['10.0.0.0/8'], [xff, 'X-Forwarded-Proto: https'], ['127.0.0.1', ...inner]],
    ['addresses, all entries', ['0.0.0.0/0'], [xff], ['203.0.113.66', ...inner]],
    [
      'addresses of IPv6',
      ['::1', '127.0.0.0/8', '2001:db8:1::/48'],
      ['X-Forwarded-For: 2001:db8:2::1, 2001:db8:1::9'],
      ['2001:db8:2::1', ...inner],
    ],
    ['IPv4 within IPv6', ['::ffff:127.0.0.0/104'], ['X-Forwarded-For: 1.2.3.4'], ['1.2.3.4', ...inner]],
    ['a proxy that says nothing', 1, [], ['127.0.0.1', ...inner]],
    [
      'several lines',
      2,
      ['X-Forwarded-For: 203.0.113.66', 'X-Forwarded-For: 198.51.100.7, 10.0.0.2'],
      ['198.51.100.7', ...inner],
    ],
    ['entries that are empty', 1, ['X-Forwarded-For: 203.0.113.66, ,'], ['203.0.113.66', ...inner]],
    ['a port', 1, ['X-Forwarded-For: 203.0.113.7:51234'], ['203.0.113.7', ...inner]],
    ['a port of IPv6', 1, ['X-Forwarded-For: [2001:db8::7]:51234'], ['2001:db8::7', ...inner]],
    ['brackets', 1, ['X-Forwarded-For: [2001:db8::7]'], ['2001:db8::7', ...inner]],
    ['IPv6 without brackets', 1, ['X-Forwarded-For: 2001:db8::7'], ['2001:db8::7', ...inner]],
    [
      'a proxy with a port that is trusted',
      ['127.0.0.1', '10.0.0.2'],
      ['X-Forwarded-For: 203.0.113.7:1, 10.0.0.2:2'],
      ['203.0.113.7', ...inner],
    ],
    ['what is no address', 1, ['X-Forwarded-For: <script>'], [undefined, ...inner]],
    ['a scheme', 1, ['X-Forwarded-Proto: HTTPS'], ['127.0.0.1', 'https', 'inner', 8080]],
    ['a scheme that the client had sent before', 1, ['X-Forwarded-Proto: https, http'], ['127.0.0.1', ...inner]],
    ['a scheme that is none', 1, ['X-Forwarded-Proto: gopher'], ['127.0.0.1', ...inner]],
    ['a host', 1, ['X-Forwarded-Host: shop.test:8443'], ['127.0.0.1', 'http', 'shop.test', 8443]],
    [
      'a host that the client had sent before',
      1,
      ['X-Forwarded-Host: evil.test, shop.test'],
      ['127.0.0.1', 'http', 'shop.test', undefined],
    ],
    // RFC 7239, section 4
    [
      'Forwarded',
      1,
      ['Forwarded: for=192.0.2.60;proto=https;by=203.0.113.43;host=shop.test'],
      ['192.0.2.60', 'https', 'shop.test', undefined],
    ],
    [
      'Forwarded, quoted, in any case',
      1,
      ['Forwarded: For="[2001:db8:cafe::17]:4711";Host="shop.test:8443"'],
      ['2001:db8:cafe::17', 'http', 'shop.test', 8443],
    ],
    ['Forwarded, a port', 1, ['Forwarded: for="192.0.2.43:47011"'], ['192.0.2.43', ...inner]],
    [
      'Forwarded, quoted separators',
      1,
      ['Forwarded: for=1.2.3.4;x="a,b;for=\\"9.9.9.9", for=5.6.7.8;x=","'],
      ['5.6.7.8', ...inner],
    ],
    [
      'Forwarded, two proxies',
      2,
      ['Forwarded: for=6.6.6.6;proto=https, for=192.0.2.43, for=198.51.100.17;proto=https'],
      ['192.0.2.43', ...inner],
    ],
    [
      'Forwarded, addresses',
      ['loopback', '198.51.100.0/24'],
      ['Forwarded: for=6.6.6.6, for=192.0.2.43;proto=https', 'Forwarded: for=198.51.100.17'],
      ['192.0.2.43', 'https', 'inner', 8080],
    ],
    ['Forwarded, a hidden client', 1, ['Forwarded: for=_hidden;proto=https'], [undefined, 'https', 'inner', 8080]],
    ['Forwarded, an unknown client', 1, ['Forwarded: for=unknown'], [undefined, ...inner]],
    [
      'Forwarded of the client beside what the proxy sets',
      1,
      ['Forwarded: for=6.6.6.6;proto=https', 'X-Forwarded-For: 192.0.2.1'],
      ['192.0.2.1', ...inner],
    ],
    ['Forwarded that is broken', 1, ['Forwarded: for="1.2.3.4, ;;=,proto'], [undefined, ...inner]],
  ])('%s', async (_, trustProxy, lines, expected) => {
    expect(await recorded(trustProxy, lines)).toEqual(expected);
  });

  test('applies if there is no connection, in Hono elsewhere than on Node.js', async () => {
    const app = new Hono();
    app.use(honoMiddleware(given.obs, { trustProxy: 1 }));
    const headers = {
      'x-forwarded-for': '6.6.6.6, 192.0.2.1',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'shop.test',
    };
    await app.request('http://inner:8080/', { headers });
    expect(given.spans.finished[0]?.attributes).toMatchObject({
      'client.address': '192.0.2.1',
      'url.scheme': 'https',
      'server.address': 'shop.test',
    });
  });

  test.each([
    ['-1', -1],
    ['1.5', 1.5],
    ['NaN', Number.NaN],
    ['"true"', 'true'],
    ['"1"', '1'],
    ['"10.0.0.0/33"', ['10.0.0.0/33']],
    ['"10.0.0.0/8/8"', '10.0.0.0/8/8'],
    ['"10.0.0"', ['127.0.0.1', '10.0.0']],
    ['7', [7]],
    ['an object', {}],
    ['null', null],
  ])('that is neither a number nor an address is refused: %s', (shown, trustProxy) => {
    const options = { trustProxy: trustProxy as TrustProxy };
    const message = `(): trustProxy is ${shown}: give the number of proxies in front of the service, or their addresses:`;
    expect(() => instrumentHandler(given.obs, () => {}, options)).toThrow(`[http] instrumentHandler${message}`);
    expect(() => instrumentServer(given.obs, createServer(), options)).toThrow(message);
    expect(() => expressMiddleware(given.obs, options)).toThrow(message);
    expect(() => fastifyPlugin(given.obs, options)).toThrow(message);
    expect(() => koaMiddleware(given.obs, options)).toThrow(message);
    expect(() => honoMiddleware(given.obs, options)).toThrow(message);
  });
});
