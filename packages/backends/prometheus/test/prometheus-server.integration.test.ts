import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Prometheus, startPrometheus } from '../../../../scripts/servers/prometheus.js';
import { requireServer } from '../../../../scripts/servers/require-server.js';
import { type SampleService, sampleService, traceId, wildValues } from './sample-service.js';

describe.skipIf(!requireServer('prometheus'))('a Prometheus server', () => {
  let service: SampleService;
  let textOnly: Server;
  let prometheus: Prometheus;

  beforeAll(async () => {
    service = await sampleService({ bearerToken: 'secret' });
    // The same service as a server sees it that does not know OpenMetrics.
    textOnly = createServer((request, response) => {
      request.headers.accept = 'text/plain;version=0.0.4';
      service.backend.handler(request, response);
    }).listen(0, '127.0.0.1');
    await once(textOnly, 'listening');
    const textUrl = `http://127.0.0.1:${(textOnly.address() as AddressInfo).port}/metrics`;
    prometheus = await startPrometheus({
      features: ['exemplar-storage'],
      targets: [
        { job: 'openmetrics', url: service.url, bearerToken: 'secret' },
        { job: 'text', url: textUrl, bearerToken: 'secret' },
        { job: 'locked-out', url: service.url },
      ],
    });
    // A target's health is known a moment before its samples are, and a scrape of a busy machine may be too late.
    await vi.waitUntil(
      async () => {
        const up = new Map((await prometheus.query('up')).map(({ labels, value }) => [labels['job'], value]));
        return up.get('openmetrics') === 1 && up.get('text') === 1 && up.get('locked-out') === 0;
      },
      { timeout: 60_000, interval: 200 },
    );
  });

  afterAll(async () => {
    await prometheus?.stop();
    textOnly?.close().closeAllConnections();
    await service?.metrics.shutdown();
  });

  test('scrapes both formats, and only with the token', async () => {
    const targets = (await prometheus.targets()).sort((a, b) => a.job.localeCompare(b.job));
    expect(targets).toEqual([
      { job: 'locked-out', health: 'down', lastError: expect.stringContaining('401') },
      { job: 'openmetrics', health: 'up', lastError: '' },
      { job: 'text', health: 'up', lastError: '' },
    ]);
  });

  test.each(['openmetrics', 'text'])('reads back from %s what was recorded', async (job) => {
    const received = await prometheus.query(`collector_messages_received_total{job="${job}"}`);
    const bySymbol = new Map(received.map(({ labels, value }) => [labels['symbol'] ?? '', value]));
    expect(bySymbol).toEqual(new Map(wildValues.map((symbol, i) => [symbol, i + 1])));
    expect(received[0]?.labels['region']).toBe('eu "1"');
    const read = async (name: string) => (await prometheus.query(`${name}{job="${job}"}`))[0]?.value;
    expect(await read('command_dispatched_total')).toBe(2 ** 53);
    expect(await read('send_queue_bytes')).toBe(5e-324);
    expect(await read('last_message_seconds')).toBe(-1e308);
    expect(await read('collector_publish_latency_seconds_sum')).toBeCloseTo(101.7005);
    expect(await read('build_info')).toBe(1);
  });

  test('knows the same bucket series from both formats', async () => {
    const bounds = async (job: string) =>
      (await prometheus.query(`collector_publish_latency_seconds_bucket{job="${job}"}`))
        .map(({ labels }) => labels['le'])
        .sort();
    expect(await bounds('text')).toEqual(await bounds('openmetrics'));
    expect(await bounds('text')).toEqual(['+Inf', '0.001', '0.5', '1.0', '10.0']);
  });

  test('knows the families’ types and help', async () => {
    const metadata = await prometheus.metadata();
    expect(metadata['collector_publish_latency_seconds']).toContainEqual({
      type: 'histogram',
      help: 'Time to publish.',
      unit: 'seconds',
    });
    expect(
      JSON.stringify(metadata['collector_messages_received'] ?? metadata['collector_messages_received_total']),
    ).toContain('counter');
  });

  test('keeps the exemplars', async () => {
    const exemplars = await prometheus.exemplars('collector_publish_latency_seconds_bucket{job="openmetrics"}');
    expect(exemplars).toContainEqual({ labels: { trace_id: traceId, span_id: '00f067aa0ba902b7' }, value: 100 });
  });
});
