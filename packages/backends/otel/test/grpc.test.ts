import { once } from 'node:events';
import { createServer } from 'node:http2';
import * as grpc from '@grpc/grpc-js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { encodeResponse } from '../../../../scripts/test/official-messages.js';
import { type OtelOptions, otelBackend } from '../src/index.js';
import { totalOf } from './fake-collector.js';
import { type GrpcAnswer, type GrpcCollector, grpcCollector } from './grpc-collector.js';
import { against, type Setting } from './setting.js';

async function setting(options: OtelOptions = {}): Promise<Omit<Setting, 'collector'> & { collector: GrpcCollector }> {
  const collector = await grpcCollector();
  onTestFinished(() => collector.shutdown());
  const backend = otelBackend({ protocol: 'grpc', url: collector.url, temporality: 'delta', ...options });
  const rig = against(backend);
  await rig.metrics.ready;
  return { ...rig, collector };
}

function fails(code: grpc.status, details: string, metadata?: grpc.Metadata): GrpcAnswer {
  return (callback) => callback({ code, details, ...(metadata === undefined ? {} : { metadata }) });
}

/** google.rpc.Status with a google.rpc.RetryInfo of so many seconds, as bytes. */
function retryInfo(seconds: number): grpc.Metadata {
  const field = (number: number, bytes: Buffer): Buffer =>
    Buffer.concat([Buffer.from([number * 8 + 2, bytes.length]), bytes]);
  const delay = field(1, Buffer.from([8, seconds]));
  const any = Buffer.concat([field(1, Buffer.from('type.googleapis.com/google.rpc.RetryInfo')), field(2, delay)]);
  const metadata = new grpc.Metadata();
  metadata.set('grpc-status-details-bin', Buffer.concat([Buffer.from([8, 8]), field(3, any)]));
  return metadata;
}

describe('Over gRPC', () => {
  test('sends headers as metadata, and compressed messages', async () => {
    const { collector, metrics } = await setting({
      compression: 'gzip',
      headers: { Authorization: 'Bearer x', 'X-Scope': 'a' },
    });
    metrics.counter('jobs_total', { help: 'Jobs.' }).inc(3);
    await metrics.flush();
    expect(totalOf('jobs_total', collector.received)).toBe(3);
    expect(collector.metadata[0]?.get('authorization')).toEqual(['Bearer x']);
    expect(collector.metadata[0]?.get('x-scope')).toEqual(['a']);
  });

  test('counts points that the collector rejects', async () => {
    const { collector, metrics } = await setting();
    metrics.counter('jobs_total', { help: 'Jobs.' }).inc(3);
    collector.behaveOnce((callback) => callback(null, encodeResponse(2, 'too old')));
    await expect(metrics.flush()).rejects.toThrow(/rejected 2 of \d+ data points: too old/);
  });

  test.each([
    ['INVALID_ARGUMENT', grpc.status.INVALID_ARGUMENT],
    ['UNAUTHENTICATED', grpc.status.UNAUTHENTICATED],
    ['INTERNAL', grpc.status.INTERNAL],
    ['UNIMPLEMENTED', grpc.status.UNIMPLEMENTED],
  ])('does not send again what is refused with %s', async (_, code) => {
    const { collector, metrics } = await setting();
    const jobs = metrics.counter('jobs_total', { help: 'Jobs.' });
    jobs.inc(3);
    collector.behaveOnce(fails(code, 'nein: 50 % übel'));
    await expect(metrics.flush()).rejects.toThrow(`the answer was gRPC status ${code}: nein: 50 % übel`);
    jobs.inc(4);
    await metrics.flush();
    expect(totalOf('jobs_total', collector.received)).toBe(4);
  });

  test.each([
    ['UNAVAILABLE', grpc.status.UNAVAILABLE],
    ['ABORTED', grpc.status.ABORTED],
    ['DATA_LOSS', grpc.status.DATA_LOSS],
  ])('sends again what failed with %s', async (_, code) => {
    const { collector, metrics, settle } = await setting();
    metrics.counter('jobs_total', { help: 'Jobs.' }).inc(3);
    collector.behaveOnce(fails(code, 'later'));
    expect(await settle(metrics.flush())).toBe('resolved');
    expect(totalOf('jobs_total', collector.received)).toBe(3);
  });

  test('waits as long as RetryInfo says', { timeout: 60_000 }, async () => {
    const { collector, metrics, settle, clock } = await setting();
    metrics.counter('jobs_total', { help: 'Jobs.' }).inc(3);
    collector.behaveOnce(fails(grpc.status.RESOURCE_EXHAUSTED, 'slowly', retryInfo(4)));
    const before = clock.monotonicMs();
    expect(await settle(metrics.flush({ timeoutMs: 9000 }))).toBe('resolved');
    expect(clock.monotonicMs() - before).toBeGreaterThanOrEqual(4000);
    expect(totalOf('jobs_total', collector.received)).toBe(3);
  });

  test('sends smaller messages if one was too large', async () => {
    const { collector, metrics } = await setting();
    const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['id'] });
    for (let i = 0; i < 100; i++) jobs.inc({ id: String(i) });
    collector.behaveOnce(fails(grpc.status.RESOURCE_EXHAUSTED, 'Received message larger than max'));
    await metrics.flush();
    expect(collector.received.length).toBe(2);
    expect(totalOf('jobs_total', collector.received)).toBe(100);
  });

  test('counts what may have arrived when the collector hangs', async () => {
    const { collector, metrics, settle } = await setting({ timeoutMs: 1000 });
    const jobs = metrics.counter('jobs_total', { help: 'Jobs.' });
    jobs.inc(3);
    collector.behaveOnce(() => {});
    expect(await settle(metrics.flush({ timeoutMs: 3000 }))).toMatch(/arrived is unknown: no answer within 1000 ms/);
    jobs.inc(4);
    await metrics.flush();
    expect(totalOf('jobs_total', collector.received)).toBe(4);
  });

  test('takes a proxy that speaks HTTP only at its status', async () => {
    const statuses = [503, 404];
    const proxy = createServer((_request, response) => void response.writeHead(statuses.shift() ?? 200).end('no'));
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const { port } = proxy.address() as { port: number };
    const { metrics, settle } = against(otelBackend({ protocol: 'grpc', url: `http://127.0.0.1:${port}` }));
    metrics.counter('jobs_total', { help: 'Jobs.' }).inc(3);
    expect(await settle(metrics.flush({ timeoutMs: 500 }))).toContain('cannot be reached: the answer was HTTP 503');
    expect(await settle(metrics.flush({ timeoutMs: 500 }))).toContain('refused');
    await settle(metrics.shutdown({ timeoutMs: 500 }));
    proxy.close();
  });
});
