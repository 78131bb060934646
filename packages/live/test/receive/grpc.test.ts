import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { rounds } from '../../../../scripts/rounds.js';
import { type OtlpReceiver, openOtlpGrpc, type ReceiverOptions, RequestBudget } from '../../src/receive/index.js';
import { type Received, received } from './received.js';
import { spanRequest } from './span-requests.js';

const TRACES = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const ending: Array<() => unknown> = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

test('takes an unary call', async () => {
  const { call, intake } = await receiver();
  const answer = await call([frame(spanRequest(3))]);
  expect(answer).toMatchObject({ status: '0', body: Buffer.alloc(5) });
  expect(intake.spans).toHaveLength(3);
});

test('takes a message that is split anyhow over frames', async () => {
  const { call, intake } = await receiver();
  const whole = frame(spanRequest(50));
  for (const size of [1, 3, 5, 6, 1000]) {
    const parts = [];
    for (let at = 0; at < whole.length; at += size) parts.push(whole.subarray(at, at + size));
    expect((await call(parts)).status).toBe('0');
  }
  expect(intake.spans).toHaveLength(250);
});

test('takes a compressed message, and says which compressions it takes', async () => {
  const { call, intake } = await receiver();
  const body = frame(gzipSync(spanRequest(2)), 1);
  expect((await call([body], { 'grpc-encoding': 'gzip' })).status).toBe('0');
  expect((await call([frame(spanRequest(2))], { 'grpc-encoding': 'gzip' })).status).toBe('0');
  expect(intake.spans).toHaveLength(4);
  const refused = await call([body], { 'grpc-encoding': 'zstd' });
  expect(refused).toMatchObject({ status: '12' });
  expect(refused.headers['grpc-accept-encoding']).toBe('identity, gzip, deflate, br');
  expect((await call([body])).message).toBe('A message is compressed, but grpc-encoding is missing.');
});

test.each([
  [
    'another method',
    [frame(Buffer.alloc(0))],
    { ':path': '/opentelemetry.proto.collector.trace.v1.TraceService/Import' },
    '12',
    'There is only Export',
  ],
  ['bytes that are none', [frame(Buffer.from('xyz'))], {}, '3', 'The request is'],
  ['no message', [], {}, '3', 'The call has no message.'],
  ['half of a prefix', [Buffer.alloc(3)], {}, '3', 'The call has no message.'],
  ['half of a message', [frame(spanRequest()).subarray(0, 20)], {}, '3', 'The message has 15 of its'],
  ['two messages', [frame(spanRequest()), frame(spanRequest())], {}, '3', 'The call has more than one message.'],
  ['a flag that is none', [frame(spanRequest(), 7)], {}, '3', 'The message has the flag 7'],
  ['a page in a browser', [frame(spanRequest())], { origin: 'http://localhost' }, '7', 'Pages in browsers'],
  ['another host', [frame(spanRequest())], { ':authority': 'evil.example' }, '7', 'This host name'],
])('refuses %s', async (_, body, headers, status, message) => {
  const { call, intake, losses } = await receiver();
  const answer = await call(body, headers);
  expect(answer.status).toBe(status);
  expect(answer.message).toContain(message);
  expect(answer.headers['content-type']).toBe('application/grpc');
  expect(intake.spans).toEqual([]);
  expect(losses()[0]?.lost).toBe(1);
});

test('what is no gRPC gets the HTTP status 415', async () => {
  const { call } = await receiver();
  for (const type of ['application/json', 'application/grpc-web', 'application/grpc+json']) {
    expect((await call([], { 'content-type': type })).headers[':status']).toBe(415);
  }
});

test('a message that is too large, plain and inflated, is RESOURCE_EXHAUSTED', async () => {
  const { call, budget } = await receiver({ maxBodyBytes: 100_000, maxInflatedBytes: 200_000 });
  expect((await call([frame(Buffer.alloc(100_001))])).status).toBe('8');
  const bomb = frame(gzipSync(Buffer.alloc(10_000_000)), 1);
  expect((await call([bomb], { 'grpc-encoding': 'gzip' })).status).toBe('8');
  expect(budget.bytes).toBe(0);
});

test('each of many calls that are refused at once and half read gets its status', async () => {
  const { call } = await receiver({ maxBodyBytes: 100_000 });
  const body = [frame(Buffer.alloc(200_000))];
  const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await call(body)).status));
  expect(new Set(statuses)).toEqual(new Set(['8']));
});

test('when too many send at once, they are asked to send again', async () => {
  const budget = new RequestBudget(5000);
  const { call, session } = await receiver({ budget });
  const slow = session.request(headersOf({}));
  slow.on('error', () => {});
  slow.write(Buffer.alloc(4000));
  await until(() => budget.bytes === 4000);
  expect((await call([frame(Buffer.alloc(2000))])).status).toBe('14');
  slow.close(8);
  await until(() => budget.bytes === 0);
  expect((await call([frame(spanRequest())])).status).toBe('0');
});

test('asks for the key', async () => {
  const key = 'a-key-of-enough-length';
  const { call } = await receiver({ key });
  expect((await call([frame(spanRequest())])).status).toBe('16');
  expect((await call([frame(spanRequest())], { 'x-otlp-api-key': key })).status).toBe('0');
  await expect(openOtlpGrpc({ port: 0, host: '0.0.0.0', intake: received() })).rejects.toThrow('would be open');
});

test('many calls at once, on one connection', { timeout: 60_000 }, async () => {
  const { call, intake } = await receiver();
  const body = frame(spanRequest(100));
  const answers = await Promise.all(Array.from({ length: 300 }, () => call([body])));
  expect(answers.every(({ status }) => status === '0')).toBe(true);
  expect(intake.spans).toHaveLength(30_000);
});

test('a client that speaks something else, or ends in the middle, costs its connection only', async () => {
  const { call, port } = await receiver();
  for (const bytes of ['GET / HTTP/1.1\r\n\r\n', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '\u0000'.repeat(1000)]) {
    const socket = connectTcp(port, '127.0.0.1');
    socket.on('error', () => {});
    await new Promise((resolve) => socket.write(bytes, resolve));
    socket.destroy();
  }
  expect((await call([frame(spanRequest())])).status).toBe('0');
});

test('a port that is in use is refused with what to do', async () => {
  const { port } = await receiver();
  await expect(openOtlpGrpc({ port, intake: received() })).rejects.toThrow(
    `[live] Port ${port} is in use. Set --otlp-grpc-port, or pass { otlpGrpcPort: 0 } for a free one.`,
  );
});

test('answers running calls when it is shut down', async () => {
  const { session, shutdown, budget } = await receiver();
  const stream = session.request(headersOf({}));
  const trailers = new Promise<IncomingHttpHeaders>((resolve) => stream.once('trailers', resolve));
  const body = frame(spanRequest());
  stream.resume();
  stream.write(body.subarray(0, 10));
  await until(() => budget.bytes === 10);
  const ended = shutdown();
  stream.end(body.subarray(10));
  expect((await trailers)['grpc-status']).toBe('0');
  await ended;
});

test('whatever the bytes are, each call gets a status, and nothing stays reserved', async () => {
  const { call, budget } = await receiver();
  const valid = frame(spanRequest(2));
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 100 }).map((random) => Buffer.from(random)),
    fc.uint8Array({ maxLength: 100 }).map((random) => frame(Buffer.from(random))),
    fc.nat(valid.length).map((end) => valid.subarray(0, end)),
    fc.tuple(fc.nat(valid.length - 1), fc.nat(255)).map(([at, byte]) => {
      const body = Buffer.from(valid);
      body[at] = byte;
      return body;
    }),
  );
  await fc.assert(
    fc.asyncProperty(bytes, fc.constantFrom('gzip', 'identity'), async (body, encoding) => {
      expect(['0', '3', '8']).toContain((await call([body], { 'grpc-encoding': encoding })).status);
    }),
    { numRuns: rounds(1000) },
  );
  expect(budget.bytes).toBe(0);
});

interface GrpcAnswer {
  readonly status: string;
  readonly message: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface TestReceiver {
  readonly intake: Received;
  readonly budget: RequestBudget;
  readonly session: ClientHttp2Session;
  readonly port: number;
  readonly losses: OtlpReceiver['losses'];
  call(parts: readonly Buffer[], headers?: object): Promise<GrpcAnswer>;
  shutdown(): Promise<void>;
}

async function receiver(options: Partial<ReceiverOptions> = {}): Promise<TestReceiver> {
  const intake = received();
  const { budget = new RequestBudget() } = options;
  const opened = await openOtlpGrpc({ port: 0, intake, budget, ...options });
  const session = connect(opened.address.url);
  session.on('error', () => {});
  await new Promise((resolve) => session.once('remoteSettings', resolve)); // they say how many calls may run
  ending.push(() => opened.shutdown({ timeoutMs: 0 }));
  ending.push(() => session.destroy());
  return {
    intake,
    budget,
    session,
    port: opened.address.port,
    losses: () => opened.losses(),
    shutdown: () => opened.shutdown({ timeoutMs: 1000 }),
    call: (parts, headers = {}) =>
      new Promise((resolve, reject) => {
        const stream = session.request(headersOf(headers));
        let head: IncomingHttpHeaders = {};
        const chunks: Buffer[] = [];
        stream.on('response', (given) => {
          head = given;
        });
        stream.on('trailers', (given) => {
          head = { ...head, ...given };
        });
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('error', () => {}); // the receiver reads no more of what it refused
        stream.on('close', () => {
          if (head[':status'] === undefined) return reject(new Error('The call was not answered.'));
          const message = decodeURI(String(head['grpc-message'] ?? ''));
          resolve({ status: String(head['grpc-status']), message, headers: head, body: Buffer.concat(chunks) });
        });
        for (const part of parts) stream.write(part);
        stream.end();
      }),
  };
}

function headersOf(more: object): Record<string, string> {
  return { ':method': 'POST', ':path': TRACES, 'content-type': 'application/grpc', te: 'trailers', ...more };
}

function frame(message: Buffer, flag = 0): Buffer {
  const prefix = Buffer.alloc(5);
  prefix[0] = flag;
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
