import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { systemClock } from '@sightline/base';
import { expect, onTestFinished, test } from 'vitest';
import { type Delivery, delivery, openTransport, otlpSettings } from '../src/index.js';

/** A request must reach the other thread in this time. */
const timeoutMs = 600;

/** Answers each request once the other thread stands still, and wakes it when the answer is with the kernel. */
const servers = {
  'http/protobuf': `
    require('node:http').createServer((request, response) => {
      request.resume().on('end', () => answered((done) => response.end(done)));
    })`,
  grpc: `
    require('node:http2').createServer().on('stream', (stream) => {
      stream.resume().on('end', () => answered((done) => {
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
        stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
        stream.on('close', () => setImmediate(done));
        stream.end(Buffer.alloc(5));
      }));
    })`,
};

const around = (server: string): string => `
  const { parentPort, workerData: state } = require('node:worker_threads');
  function answered(answer) {
    parentPort.postMessage('arrived');
    Atomics.wait(state, 0, 0);
    answer(() => { Atomics.store(state, 1, 1); Atomics.notify(state, 1); });
  }
  const server = ${server};
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

async function delivered(protocol: keyof typeof servers): Promise<{
  items: Delivery<string>;
  /** Stands still from when the request has arrived until after the time-out; the answer comes meanwhile. */
  suspended: Promise<void>;
}> {
  const state = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(around(servers[protocol]), { eval: true, workerData: state });
  onTestFinished(async () => void (await worker.terminate()));
  const [port] = (await once(worker, 'message')) as [number];
  const url = `http://127.0.0.1:${port}`;
  const settings = otlpSettings('traces', 'tracing', 'otlp').resolve({ protocol, url, timeoutMs });
  const log = { info() {}, warn() {}, error() {} };
  const items = delivery<string, Uint8Array>({
    ...{ signal: 'traces', subject: 'tracing', maxQueueSize: 10, maxBatchSize: 1, intervalMs: 1000, timeoutMs, log },
    encode: (texts) => Buffer.from(texts.join()),
    transport: await openTransport(settings, { signal: 'traces', subject: 'tracing', clock: systemClock }),
    clock: systemClock,
  });
  return {
    items,
    suspended: once(worker, 'message').then(() => {
      Atomics.store(state, 0, 1);
      Atomics.notify(state, 0);
      Atomics.wait(state, 1, 0);
      Atomics.wait(state, 1, 1, 2 * timeoutMs);
    }),
  };
}

test.each(['http/protobuf', 'grpc'] as const)(
  'an answer that came while the process was suspended is read before a time-out counts (%s)',
  { timeout: 60_000 },
  async (protocol) => {
    const { items, suspended } = await delivered(protocol);
    items.add('a');
    const [report] = await Promise.all([items.flush({ timeoutMs: 10_000 }), suspended]);
    expect(report).toEqual({ exported: 1, dropped: 0, pending: 0 });
    expect(items.stats().lost.unconfirmed).toBe(0);
  },
);

test.each(['http/protobuf', 'grpc'] as const)(
  'an answer that came while the process was suspended counts, although the shutdown is over (%s)',
  { timeout: 60_000 },
  async (protocol) => {
    const { items, suspended } = await delivered(protocol);
    items.add('a');
    const [report] = await Promise.all([items.shutdown({ timeoutMs }), suspended]);
    expect(report).toEqual({ exported: 1, dropped: 0, pending: 0 });
  },
);
