import { expect, test } from 'vitest';
import { createObservability } from '../src/index.js';

test('tells every effective setting with its source', () => {
  const obs = createObservability({
    serviceName: 'mail',
    env: { METRICS_BACKEND: 'log', METRICS_PORT: '9465', STATSD_HOST: 'agent' },
    defaults: { http: { host: '127.0.0.1' } },
    metrics: { maxSeries: 10 },
    signals: false,
  });
  const lines = obs.explain().split('\n');
  expect(lines[0]).toBe('Observability of "mail"');
  for (const line of [
    'serviceName = "mail" (code)',
    'backend = "log" (environment: METRICS_BACKEND)',
    'http.port = 9465 (environment: METRICS_PORT)',
    'http.host = "127.0.0.1" (defaults)',
    'logSnapshot.intervalMs = 10000 (default)',
    'metrics = { maxSeries: 10 } (code)',
    'shutdownTimeoutMs = 5000 (default)',
    'collector: running',
  ]) {
    expect(lines).toContain(`  ${line}`);
  }
  const sections = lines.filter((line) => !line.startsWith(' '));
  expect(sections).toEqual([
    'Observability of "mail"',
    'State',
    'Service',
    'Metrics: log',
    'Spans: to http://localhost:4318/v1/traces',
    'Log lines: written',
    'Live page',
    'Process',
    'Set, but not used',
  ]);
  expect(lines.slice(lines.indexOf('Set, but not used') + 1)).toEqual([
    '  statsd.host = "agent" (environment: STATSD_HOST)',
    '  http.port = 9465 (environment: METRICS_PORT)',
    '  http.host = "127.0.0.1" (defaults)',
  ]);
  expect(obs.explain()).not.toMatch(/otel\.|not set/);
});

test('shows no secret', () => {
  const obs = createObservability({
    env: { METRICS_BACKEND: 'none', OTEL_RESOURCE_ATTRIBUTES: 'acme.api_key=hunter1' },
    prometheus: {
      bearerToken: 'hunter2',
      pushGateway: {
        url: 'http://me:hunt@er3@gateway:9091/?token=hunter4&x=1',
        jobName: 'nightly',
        headers: { 'X-Team': 'hunter5' },
      },
    },
    signals: false,
  });
  const text = obs.explain();
  expect(text).not.toMatch(/hunter\d|hunt@er3/);
  expect(text).toContain('prometheus.bearerToken = *** (code)');
  expect(text).toContain('url: "http://***@gateway:9091/?token=***&x=1"');
  expect(text).toContain('jobName: "nightly"');
});
