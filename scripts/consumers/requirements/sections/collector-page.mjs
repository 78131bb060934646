import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { assertFamily, boundsOf, familiesOf, pageAt, sampleValue } from '../exposition.mjs';
import { runService, startService } from '../service-process.mjs';

const symbols = /** @type {const} */ (['exchange', 'type', 'symbol']);

/** Name, type, labels and buckets. @type {ReadonlyArray<readonly [string, string, readonly string[], (readonly number[])?]>} */
const names = [
  ['collector_messages_received_total', 'counter', ['channel', 'symbol']],
  ['collector_messages_published_total', 'counter', ['stream', 'symbol']],
  ['collector_errors_total', 'counter', ['error_type']],
  ['collector_reconnects_total', 'counter', []],
  ['collector_publish_latency_seconds', 'histogram', ['stream', 'symbol'], [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1]],
  ['ws_events_received_total', 'counter', symbols],
  ['ws_events_published_total', 'counter', symbols],
  ['redis_publish_errors_total', 'counter', ['exchange']],
  ['redis_publish_latency_ms', 'histogram', ['exchange', 'type'], [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]],
  ['ws_reconnects_total', 'counter', []],
  ['collector_message_size_bytes', 'histogram', []],
  ['collector_send_buffer_bytes', 'gauge', []],
  ['last_message_timestamp', 'gauge', []],
];

/**
 * 1.1, the same collector with METRICS_BACKEND=prometheus.
 * @param {string} project
 * @param {import('../report.mjs').Report} report
 */
export async function collectorPage(project, { item, note }) {
  const env = { METRICS_BACKEND: 'prometheus', METRICS_PORT: '0', METRICS_HOST: '127.0.0.1' };
  const service = startService(project, 'collector.mjs', env);
  const { address } = await service.line(({ recorded }) => recorded);
  const base = `http://127.0.0.1:${address.port}`;
  const families = await pageAt(`${base}/metrics`);
  const healthz = await fetch(`${base}/healthz`);
  const scraped = await fetch(`${base}/metrics`);
  await scraped.text();
  const ended = await service.stop();

  await item('1.1', 'METRICS_BACKEND=prometheus serves /metrics in Prometheus text format', () => {
    assert.match(scraped.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  });
  await item('1.1', '/healthz answers 200', () => assert.equal(healthz.status, 200));
  await item('1.1', 'the server is plain node:http: no framework is installed', () => {
    for (const framework of ['express', 'fastify', 'koa', 'hono', '@nestjs']) {
      assert.ok(!existsSync(join(project, 'node_modules', framework)), framework);
    }
  });
  await item('1.1', 'in this mode no line of metrics is logged', () => {
    assert.ok(!service.lines.some(({ msg }) => msg === 'metrics'));
  });
  await item('1.1', 'SIGTERM ends the service as it would without us', () => {
    assert.deepEqual(ended, { code: null, signal: 'SIGTERM' });
  });
  for (const [name, type, labels, buckets] of names) {
    const bounds = buckets === undefined ? '' : `, buckets ${buckets.join(' ')}`;
    await item('1.1', `${type} ${name}{${labels.join(',')}}${bounds}`, () => {
      assertFamily(families, name, type, labels);
      if (buckets !== undefined) assert.deepEqual(boundsOf(families, name), buckets);
    });
  }
  await item('1.1', 'error_type is parse_error, publish_error, api_error', () => {
    const samples = families.get('collector_errors_total')?.samples ?? [];
    assert.deepEqual(
      samples.map(({ labels }) => labels['error_type']),
      ['parse_error', 'publish_error', 'api_error'],
    );
  });
  await item('1.1', 'last_message_timestamp is Unix time in seconds, for an alert on silence', () => {
    const age = Date.now() / 1000 - Number(sampleValue(families, 'last_message_timestamp'));
    assert.ok(age >= 0 && age < 60, `its age is ${age} s`);
  });
  await item('1.1', 'the page has the samples that prom-client writes', async () => {
    const { lines, errors } = await runService(project, 'prom-client-collector.mjs');
    const theirs = familiesOf(lines[0]?.page ?? assert.fail(errors));
    for (const [name, { type, samples }] of theirs) {
      assert.equal(families.get(name)?.type, type, name);
      for (const { name: sample, labels, value } of samples) {
        const own = Number(sampleValue(families, sample, labels));
        assert.ok(Math.abs(own - value) < 1e-9, `${sample} ${JSON.stringify(labels)} is ${own}, theirs ${value}`);
      }
    }
  });
  note(
    '1.1',
    'alerts on silence, reconnects and publish errors',
    'The rules belong to section 5; the metrics they ask are above.',
  );
}
