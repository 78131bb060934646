import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server, type Http2ServerResponse } from 'node:http2';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { honoMiddleware } from '../../src/hono.js';
import { instrumentHandler } from '../../src/node.js';
import { observing } from '../observing.js';
import { listening } from '../shop/listening.js';
import type { RunningShop } from '../shop/shop.js';
import { responders } from './responders.js';
import { responseCases } from './response-cases.js';

type Respond = (response: ServerResponse) => void;

/** All bytes of the answer, without the hour. */
async function bytesOf(url: string, path = '/', method = 'GET'): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.setEncoding('latin1');
  socket.write(
    `${method} ${path} HTTP/1.1\r\nHost: shop\r\nX-Request-Id: given-id\r\nTE: trailers\r\nConnection: close\r\n\r\n`,
  );
  const bytes = await text(socket);
  return bytes.replace(/^(Date: )(?!Mon, 01 Jan 2024).*$/gim, '$1now');
}

const withoutOurs = (bytes: string): string =>
  bytes.replaceAll(/^x-(request-id: given-id|trace-id: [0-9a-f]{32})\r\n/gm, '');

describe.each(responders)('$name', ({ start }) => {
  let respond: Respond = () => {};
  let plain: RunningShop;
  let observed: RunningShop;
  beforeAll(async () => {
    const answer: Respond = (response) => respond(response);
    plain = await start(answer);
    observed = await start(answer, observing().obs);
  });
  afterAll(() => Promise.all([plain.close(), observed.close()]));

  test.each(responseCases)('$name is as without us, with two headers more', async (given) => {
    respond = given.respond;
    const [without, withUs] = [await bytesOf(plain.url), await bytesOf(observed.url)];
    expect(withoutOurs(withUs)).toBe(without);
    const ownIds = /^x-request-id: /im.test(without);
    expect(withUs.match(/^x-request-id: given-id\r$/gm) ?? []).toHaveLength(ownIds ? 0 : 1);
    expect(withUs.match(/^x-trace-id: [0-9a-f]{32}\r$/gm) ?? []).toHaveLength(ownIds ? 0 : 1);
  });

  test.each(['/native', '/fail', '/nowhere'])('%s by the means of the framework', async (path) => {
    respond = (response) => response.end('answered');
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      const [without, withUs] = [await bytesOf(plain.url, path, method), await bytesOf(observed.url, path, method)];
      expect(withoutOurs(withUs)).toBe(without);
      expect(withUs).toContain('x-request-id: given-id\r\n');
    }
  });
});

describe('http2', () => {
  let respond: Respond = () => {};
  let plain: RunningShop;
  let observed: RunningShop;
  beforeAll(async () => {
    const answer = (_request: unknown, response: Http2ServerResponse): void => respond(response as never);
    plain = await listening(createHttp2Server(answer));
    observed = await listening(createHttp2Server(instrumentHandler(observing().obs, answer as never)));
  });
  afterAll(() => Promise.all([plain.close(), observed.close()]));

  const streamCases = [
    {
      name: 'stream.respond(headers)',
      respond: (response: unknown) => {
        const { stream } = response as Http2ServerResponse;
        stream.respond({ ':status': 203, 'set-cookie': ['a=1', 'b=2'], 'x-a': '1' });
        stream.end('body');
      },
    },
    {
      name: 'stream.respond()',
      respond: (response: unknown) => {
        const { stream } = response as Http2ServerResponse;
        stream.respond();
        stream.end('body');
      },
    },
    {
      name: 'stream.respondWithFile(path, headers)',
      respond: (response: unknown) => {
        const { stream } = response as Http2ServerResponse;
        stream.respondWithFile(new URL(import.meta.url).pathname, { 'x-a': '1' });
      },
    },
    {
      name: 'the state of the stream',
      respond: (response: unknown) => {
        const { stream } = response as Http2ServerResponse;
        (response as Http2ServerResponse).end(JSON.stringify([Object.keys(stream), stream.eventNames().map(String)]));
      },
    },
  ];

  test.each([...responseCases.filter(({ isHttp1Only }) => isHttp1Only !== true), ...streamCases])(
    '$name is as without us, with two headers more',
    async (given) => {
      respond = given.respond;
      const [without, withUs] = [await answerOf(plain.url), await answerOf(observed.url)];
      expect(withUs.body).toBe(without.body);
      expect(withUs.hints).toEqual(without.hints);
      expect(withUs.headers.filter((line) => !/^x-(request|trace)-id: /.test(line))).toEqual(without.headers);
      expect(withUs.headers).toContain('x-request-id: given-id');
    },
  );

  /** Headers as they came, in their order. */
  async function answerOf(url: string): Promise<{ headers: string[]; hints: string[]; body: string }> {
    const session = connectHttp2(url);
    const stream = session.request({ ':path': '/', 'x-request-id': 'given-id' });
    const hints: string[] = [];
    const heard = (_headers: unknown, _flags: unknown, raw: string[]): unknown => hints.push(...linesOf(raw));
    stream.on('headers', heard as never);
    const [, , raw] = (await once(stream, 'response')) as [unknown, unknown, string[]];
    const body = await text(stream);
    session.close();
    return { headers: linesOf(raw), hints, body };
  }

  function linesOf(raw: readonly string[]): string[] {
    return raw.flatMap((name, index) =>
      index % 2 === 1
        ? []
        : [`${name}: ${name === 'date' && !raw[index + 1]?.includes('2024') ? 'now' : raw[index + 1]}`],
    );
  }
});

test('hono without a server keeps the response that a handler gave, and the headers that it set', async () => {
  const app = new Hono();
  app.use(honoMiddleware(observing().obs));
  const own = new Response('mine', { headers: { 'x-request-id': 'theirs' } });
  const redirected = Response.redirect('http://shop.test/', 302); // whose headers cannot be changed
  app.get('/own', () => own);
  app.get('/moved', () => redirected);
  const response = await app.request('/own');
  expect(response).toBe(own);
  expect(response.headers.get('x-request-id')).toBe('theirs');
  expect(response.headers.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/);
  const moved = await app.request('/moved', { headers: { 'x-request-id': 'given-id' } });
  expect([moved.status, moved.headers.get('location')]).toEqual([302, 'http://shop.test/']);
  expect(moved.headers.get('x-request-id')).toBe('given-id');
});
