import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { rounds } from '../../../../scripts/rounds.js';
import { type OtlpReceiver, openOtlpHttp, type ReceiverOptions, RequestBudget } from '../../src/receive/index.js';
import { type Received, received } from './received.js';
import { spanRequest } from './span-requests.js';

const open: OtlpReceiver[] = [];
afterEach(async () => {
  for (const receiver of open.splice(0)) await receiver.shutdown({ timeoutMs: 0 });
});

const protobuf = { 'content-type': 'application/x-protobuf' };
const json = { 'content-type': 'application/json' };

test('takes protobuf and JSON, plain and compressed', async () => {
  const { post, intake } = await receiver();
  for (const encoding of ['protobuf', 'json'] as const) {
    const body = spanRequest(3, encoding);
    const type = encoding === 'json' ? json : protobuf;
    for (const [name, compressed] of [
      [undefined, body],
      ['identity', body],
      ['gzip', gzipSync(body)],
      ['GZIP', gzipSync(body)],
      ['deflate', deflateSync(body)],
      ['br', brotliCompressSync(body)],
    ] as const) {
      const answer = await post('/v1/traces', compressed, {
        ...type,
        ...(name === undefined ? {} : { 'content-encoding': name }),
      });
      expect([answer.status, answer.headers['content-type']]).toEqual([200, type['content-type']]);
      expect(answer.body.toString()).toBe(encoding === 'json' ? '{}' : '');
    }
  }
  expect(intake.spans).toHaveLength(36);
  expect(intake.spans[0]).toMatchObject({ name: 'work', service: 'shop' });
});

test('an empty protobuf request is a request without records', async () => {
  const { post, intake } = await receiver();
  expect((await post('/v1/traces', Buffer.alloc(0), protobuf)).status).toBe(200);
  expect((await post('/v1/traces', Buffer.from('{}'), json)).status).toBe(200);
  expect(intake.spans).toEqual([]);
});

test.each([
  ['another path', 'POST', '/v1/profiles', protobuf, 404, 12, 'There are /v1/traces, /v1/metrics, /v1/logs.'],
  ['no path', 'POST', '/', protobuf, 404, 12, 'There are'],
  ['GET', 'GET', '/v1/traces', {}, 405, 12, 'OTLP is sent with POST.'],
  ['a question of a browser', 'OPTIONS', '/v1/traces', {}, 405, 12, 'OTLP is sent with POST.'],
  ['no content type', 'POST', '/v1/traces', {}, 415, 12, 'The content type must be'],
  ['plain text', 'POST', '/v1/traces', { 'content-type': 'text/plain' }, 415, 12, 'The content type must be'],
  ['a form', 'POST', '/v1/traces', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 12, ''],
  [
    'JSON of another charset',
    'POST',
    '/v1/traces',
    { 'content-type': 'application/json; charset=utf-16' },
    415,
    12,
    '',
  ],
  ['text that says JSON', 'POST', '/v1/traces', { 'content-type': 'text/plain; application/json' }, 415, 12, ''],
  [
    'another compression',
    'POST',
    '/v1/traces',
    { ...protobuf, 'content-encoding': 'zstd' },
    415,
    12,
    'The content encoding must be',
  ],
  ['two compressions', 'POST', '/v1/traces', { ...protobuf, 'content-encoding': 'gzip, gzip' }, 415, 12, ''],
  ['bytes that are none', 'POST', '/v1/traces', protobuf, 400, 3, 'The request is truncated'],
  ['JSON that is none', 'POST', '/v1/traces', json, 400, 3, 'The request is malformed'],
  [
    'gzip that is none',
    'POST',
    '/v1/traces',
    { ...protobuf, 'content-encoding': 'gzip' },
    400,
    3,
    'cannot be inflated',
  ],
])('refuses %s', async (_, method, path, headers, status, code, message) => {
  const { send, intake, losses } = await receiver();
  const answer = await send(method, path, method === 'POST' ? Buffer.from('\n\u00ffx') : undefined, headers);
  expect(answer.status).toBe(status);
  const isProtobuf = answer.headers['content-type'] === 'application/x-protobuf';
  expect(isProtobuf).toBe(
    status === 404 || status === 415
      ? isProtobuf
      : 'content-type' in headers && headers['content-type'] !== 'application/json',
  );
  const text = answer.body.toString();
  if (isProtobuf) expect(answer.body.subarray(0, 2)).toEqual(Buffer.from([8, code]));
  else expect(JSON.parse(text)).toMatchObject({ code });
  expect(text).toContain(message);
  expect(intake.spans).toEqual([]);
  expect(losses()[0]?.lost).toBe(1);
});

test('says which method and which compressions it takes', async () => {
  const { send, post } = await receiver();
  expect((await send('PUT', '/v1/logs', undefined, {})).headers.allow).toBe('POST');
  const refused = await post('/v1/logs', Buffer.alloc(0), { ...json, 'content-encoding': 'zstd' });
  expect(refused.headers['accept-encoding']).toBe('gzip, deflate, br');
});

describe('bounds', () => {
  test('a body that is too large, by its length and without one', async () => {
    const { post, send, losses } = await receiver({ maxBodyBytes: 1000 });
    expect((await post('/v1/traces', Buffer.alloc(1001), protobuf)).status).toBe(413);
    const chunked = await send('POST', '/v1/traces', Buffer.alloc(200_000), {
      ...protobuf,
      'transfer-encoding': 'chunked',
    });
    expect(chunked.status).toBe(413);
    expect(losses()).toMatchObject([{ lost: 2, reason: 'refused: too large', severity: 'bad' }]);
  });

  test('a body that is small only while it is compressed', async () => {
    const { post, budget } = await receiver({ maxInflatedBytes: 1_000_000 });
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    expect(bomb.length).toBeLessThan(100_000);
    const answer = await post('/v1/traces', bomb, { ...json, 'content-encoding': 'gzip' });
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.body.toString())).toEqual({
      code: 8,
      message: 'The request is larger than 1000000 bytes when it is inflated. Send smaller batches.',
    });
    expect(budget.bytes).toBe(0);
  });

  test('all requests together: senders are asked to send again', async () => {
    const budget = new RequestBudget(5000);
    const { post, url } = await receiver({ budget });
    const { port } = new URL(url);
    const slow = connect(Number(port), '127.0.0.1');
    slow.write(
      `POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n`,
    );
    await until(() => budget.bytes === 4000);
    const answer = await post('/v1/traces', Buffer.alloc(2000), protobuf);
    expect([answer.status, answer.headers['retry-after']]).toEqual([429, '1']);
    slow.destroy();
    await until(() => budget.bytes === 0);
    expect((await post('/v1/traces', spanRequest(), protobuf)).status).toBe(200);
  });

  test('reports to the sender what it left out of a request', { timeout: 60_000 }, async () => {
    const { post, intake } = await receiver({ maxBodyBytes: 64_000_000, maxInflatedBytes: 64_000_000 });
    const spans = 200_003;
    const one = '{"traceId":"00000000000000000000000000000001","spanId":"0000000000000001"}';
    const body = Buffer.from(
      `{"resourceSpans":[{"scopeSpans":[{"spans":[${new Array(spans).fill(one).join(',')}]}]}]}`,
    );
    const answer = await post('/v1/traces', body, json);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body.toString())).toEqual({
      partialSuccess: {
        rejectedSpans: '3',
        errorMessage: '3 spans are more than one request may have. Send smaller batches.',
      },
    });
    expect(intake.spans).toHaveLength(200_000);
  });
});

describe('who may send', () => {
  test.each([
    'localhost',
    'localhost:4318',
    '127.0.0.1:1',
    '127.3.2.1',
    '[::1]:4318',
    'host.docker.internal:4318',
    'LOCALHOST',
  ])('the host %s', async (host) => {
    const { post } = await receiver();
    expect((await post('/v1/traces', spanRequest(), { ...protobuf, host })).status).toBe(200);
  });

  test.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'evil.example:4318',
    'a@localhost',
    '[::1].evil',
  ])('not the host %j: a page of it could be made to lead here', async (host) => {
    const { post, intake } = await receiver();
    expect((await post('/v1/traces', spanRequest(), { ...protobuf, host })).status).toBe(421);
    expect(intake.spans).toEqual([]);
  });

  test('a host that was allowed', async () => {
    const { post } = await receiver({ allowedHosts: ['Viewer.local'] });
    expect((await post('/v1/traces', spanRequest(), { ...protobuf, host: 'viewer.local:80' })).status).toBe(200);
  });

  test.each([
    { origin: 'http://localhost:3000' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-origin' },
  ])('no page in a browser: %j', async (headers) => {
    const { post, intake } = await receiver();
    const answer = await post('/v1/traces', spanRequest(), { ...protobuf, ...headers });
    expect(answer.status).toBe(403);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(intake.spans).toEqual([]);
  });

  test('only those who know the key', async () => {
    const key = 'a-key-of-enough-length';
    const { post } = await receiver({ key });
    const status = async (headers: object): Promise<number> =>
      (await post('/v1/traces', spanRequest(), { ...protobuf, ...headers })).status;
    expect(await status({})).toBe(401);
    expect(await status({ 'x-otlp-api-key': `${key}x` })).toBe(401);
    expect(await status({ 'x-otlp-api-key': key })).toBe(200);
    expect(await status({ authorization: `Bearer ${key}` })).toBe(200);
    expect(await status({ authorization: `Bearer ${key}`, host: 'viewer.example' })).toBe(200);
  });

  test.each([
    [{ host: '0.0.0.0' }, '[live] OTLP on host "0.0.0.0" would be open to everybody who reaches it. Set --otlp-key'],
    [{ host: '::' }, 'would be open'],
    [{ host: '192.168.1.2' }, 'would be open'],
    [{ host: '127.0.0.1.example' }, 'would be open'],
    [{ key: 'short' }, '[live] The key for OTLP must be a string of at least 16 characters.'],
    [{ port: 70_000 }, '[live] The port for OTLP must be a whole number from 0 to 65535, but got 70000.'],
    [{ maxBodyBytes: 0 }, '[live] maxBodyBytes must be a whole number above 0, but got 0.'],
  ])('wrong options throw: %j', async (options, message) => {
    await expect(openOtlpHttp({ port: 0, intake: received(), ...options })).rejects.toThrow(message);
  });

  test('a port that is in use', async () => {
    const { url } = await receiver();
    const port = Number(new URL(url).port);
    await expect(openOtlpHttp({ port, intake: received() })).rejects.toThrow(
      `[live] Port ${port} is in use. Set --otlp-http-port, or pass { otlpHttpPort: 0 } for a free one.`,
    );
  });
});

test('answers running requests when it is shut down, and takes no more', async () => {
  const { url, shutdown, intake } = await receiver();
  const body = spanRequest(1, 'json');
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const head = `POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  const answer = new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString())));
  socket.write(head);
  socket.write(body.subarray(0, 10));
  await new Promise(
    (resolve) => socket.once('connect', resolve).once('drain', resolve).write('') && setImmediate(resolve),
  );
  await fetch(`${url}/v1/traces`); // so that the other has arrived
  const ended = shutdown();
  socket.write(body.subarray(10));
  expect(await answer).toMatch(/^HTTP\/1\.1 200 OK/);
  await ended;
  expect(intake.spans).toHaveLength(1);
});

test('whatever the bytes are, the answer is one of OTLP, and nothing stays reserved', { timeout: 60_000 }, async () => {
  const { post, budget } = await receiver();
  const valid = spanRequest(2);
  const validJson = spanRequest(2, 'json');
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((random) => ({ body: Buffer.from(random), type: protobuf })),
    fc.nat(valid.length).map((end) => ({ body: valid.subarray(0, end), type: protobuf })),
    fc.nat(validJson.length).map((end) => ({ body: validJson.subarray(0, end), type: json })),
    fc.tuple(fc.nat(valid.length - 1), fc.nat(255)).map(([at, byte]) => {
      const body = Buffer.from(valid);
      body[at] = byte;
      return { body, type: protobuf };
    }),
    fc.json().map((text) => ({ body: Buffer.from(text), type: json })),
    fc.json().map((text) => ({ body: Buffer.from(`{"resourceSpans":${text}}`), type: json })),
  );
  await fc.assert(
    fc.asyncProperty(
      bytes,
      fc.constantFrom('/v1/traces', '/v1/logs', '/v1/metrics'),
      fc.boolean(),
      async ({ body, type }, path, isGzip) => {
        const sent = isGzip ? gzipSync(body) : body;
        const { status } = await post(path, sent, isGzip ? { ...type, 'content-encoding': 'gzip' } : type);
        expect([200, 400]).toContain(status);
      },
    ),
    { numRuns: rounds(1000) },
  );
  expect(budget.bytes).toBe(0);
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface TestReceiver {
  readonly url: string;
  readonly intake: Received;
  readonly budget: RequestBudget;
  readonly losses: OtlpReceiver['losses'];
  send(method: string, path: string, body: Buffer | undefined, headers: object): Promise<Answer>;
  post(path: string, body: Buffer, headers: object): Promise<Answer>;
  shutdown(): Promise<void>;
}

async function receiver(options: Partial<ReceiverOptions> = {}): Promise<TestReceiver> {
  const intake = received();
  const { budget = new RequestBudget() } = options;
  const opened = await openOtlpHttp({ port: 0, intake, budget, ...options });
  open.push(opened);
  const { url, port } = opened.address;
  const send: TestReceiver['send'] = (method, path, body, headers) =>
    new Promise((resolve, reject) => {
      const request = httpRequest({ host: '127.0.0.1', port, method, path, headers: { ...headers } }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
        );
        response.on('error', reject);
      });
      request.on('error', reject);
      request.end(body);
    });
  return {
    url,
    intake,
    budget,
    losses: () => opened.losses(),
    send,
    post: (path, body, headers) => send('POST', path, body, headers),
    shutdown: () => opened.shutdown({ timeoutMs: 1000 }),
  };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
