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
    'STATSD_DIALECT="statsd", STATSD_HISTOGRAM_TYPE="d" contradict each other: histogramType',
  );
  expect(settings.get('statsd.dialect')?.value ?? 'dogstatsd').toBe('dogstatsd');
});

const kept = { STATSD_HOST: 'metrics.example', STATSD_DIALECT: 'graphite', METRICS_INTERVAL_SECONDS: '5' };

test.each<[Record<string, string>, string]>([
  [{ STATSD_PORT: '0' }, 'STATSD_PORT="0" is not a port number from 1 to 65535.'],
  [{ STATSD_PORT: 'abc' }, 'STATSD_PORT="abc" is not a port number'],
  [{ STATSD_PROTOCOL: 'unix' }, 'STATSD_PROTOCOL="unix" is not used: protocol is "unix": give the path of the socket'],
  [{ STATSD_HISTOGRAM_TYPE: 'x' }, 'STATSD_HISTOGRAM_TYPE="x" is not one of'],
  [{ DD_DOGSTATSD_PORT: '0' }, 'DD_DOGSTATSD_PORT="0" is not a port number from 1 to 65535'],
])('a wrong variable costs no other: %o', (wrong, problem) => {
  const log = collectedLog();
  const { settings } = configure({ log, env: { ...kept, ...wrong }, backend: 'statsd' });
  expect(log.warnings).toEqual([expect.stringContaining(problem)]);
  const value = (name: string): unknown => settings.get(`statsd.${name}`)?.value;
  expect([value('host'), value('dialect'), value('intervalMs')]).toEqual(['metrics.example', 'graphite', 5000]);
});

test('several wrong variables are told together, and the others are used', () => {
  const log = collectedLog();
  const env = { ...kept, STATSD_PORT: '0', STATSD_PROTOCOL: 'unix', STATSD_HISTOGRAM_TYPE: 'd' };
  const { settings } = configure({ log, env, backend: 'statsd' });
  expect(log.warnings).toHaveLength(1);
  expect(log.warnings[0]).toContain('STATSD_PORT="0" is not a port number from 1 to 65535');
  expect(log.warnings[0]).toContain('STATSD_PROTOCOL="unix" is not used: protocol is "unix"');
  expect(log.warnings[0]).toContain('STATSD_DIALECT="graphite", STATSD_HISTOGRAM_TYPE="d" contradict each other');
  expect(settings.get('statsd.host')?.value).toBe('metrics.example');
  expect(settings.get('statsd.intervalMs')?.value).toBe(5000);
});

test('a variable that contradicts code gives way alone', () => {
  const log = collectedLog();
  const env = { STATSD_HOST: 'metrics.example', STATSD_HISTOGRAM_TYPE: 'd' };
  const { settings } = configure({ log, env, backend: 'statsd', statsd: { dialect: 'statsd' } });
  expect(log.warnings).toEqual([
    expect.stringContaining('STATSD_HISTOGRAM_TYPE="d" is not used: histogramType is "d"'),
  ]);
  expect(settings.get('statsd.host')?.value).toBe('metrics.example');
});

test('a mistake in code is told as one, whatever the environment says', () => {
  const env = { STATSD_PROTOCOL: 'unix', STATSD_HOST: 'metrics.example' };
  expect(() => configure({ log: collectedLog(), env, statsd: { histogramValues: 1 } })).toThrow('histogramValues is 1');
});

test('an address that cannot be used is told with the alternatives', () => {
  const log = collectedLog();
  configure({ log, env: { DD_DOGSTATSD_URL: 'unixgram:///var/run/dsd.socket' }, backend: 'statsd' });
  expect(log.warnings[0]).toContain('Node.js cannot open Unix datagram sockets');
});
