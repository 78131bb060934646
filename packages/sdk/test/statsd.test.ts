import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { configure } from '../src/configure.js';
import { createObservability } from '../src/index.js';
import { collectedLog } from './collected-log.js';

let server: Socket;
let port: number;
let datagrams: string[];
beforeEach(async () => {
  datagrams = [];
  server = createSocket('udp4').on('message', (message) => datagrams.push(message.toString()));
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  port = server.address().port;
});
afterEach(() => void server.close());

test('METRICS_BACKEND=statsd sends to the Datadog agent that the environment names', async () => {
  const obs = createObservability({
    env: { METRICS_BACKEND: 'statsd', DD_AGENT_HOST: '127.0.0.1', DD_DOGSTATSD_PORT: `${port}`, DD_ENV: 'test' },
    processMetrics: false,
    signals: false,
  });
  obs.metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] }).inc({ queue: 'mail' }, 3);
  await obs.ready;
  await obs.shutdown();
  await expect.poll(() => datagrams.join('\n')).toContain('jobs_total:3|c|#env:test,queue:mail');
});

test('an address in code is not mixed with one from the environment', () => {
  const log = collectedLog();
  const env = { STATSD_HOST: 'elsewhere', STATSD_PORT: '9', DD_ENV: 'test' };
  const { settings } = configure({ log, env, backend: 'statsd', statsd: { url: 'udp://here:8125' } });
  expect(settings.get('statsd.url')?.value).toBe('udp://here:8125');
  expect(settings.get('statsd.host')?.value).toBeUndefined();
  expect(settings.get('statsd.env')?.value).toBe('test');
  expect(log.warnings).toEqual([]);
});

test('variables that do not fit together are told, and none of them is used', () => {
  const log = collectedLog();
  const env = { STATSD_DIALECT: 'statsd', STATSD_HISTOGRAM_TYPE: 'd' };
  const { settings } = configure({ log, env, backend: 'statsd' });
  expect(log.warnings).toHaveLength(1);
  expect(log.warnings[0]).toContain(
    'STATSD_DIALECT="statsd", STATSD_HISTOGRAM_TYPE="d" do not fit together: histogramType',
  );
  expect(settings.get('statsd.dialect')?.value ?? 'dogstatsd').toBe('dogstatsd');
});

test('an address that cannot be used is told with the alternatives', () => {
  const log = collectedLog();
  configure({ log, env: { DD_DOGSTATSD_URL: 'unixgram:///var/run/dsd.socket' }, backend: 'statsd' });
  expect(log.warnings[0]).toContain('Node.js cannot open Unix datagram sockets');
});
