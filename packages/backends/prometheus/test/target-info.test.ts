import { createMetrics } from '@sightline/core';
import { expect, test } from 'vitest';
import { expositionText } from '../src/exposition-text.js';
import { prometheusBackend } from '../src/prometheus-backend.js';

const shop = { 'service.name': 'shop', 'service.version': '1.2', 'host.cores': 4, 'k8s.pod/name': 'a', empty: '' };

async function page(accept: string, options = {}, declare = (_: ReturnType<typeof createMetrics>) => {}) {
  const backend = prometheusBackend({ resource: shop, ...options });
  const metrics = createMetrics({ backends: [backend], defaultLabels: { zone: 'eu' } });
  await metrics.ready;
  declare(metrics);
  const response = await backend.fetch(new Request('http://localhost/metrics', { headers: { accept } }));
  await metrics.shutdown();
  return response.text();
}

const written = 'target_info{host_cores="4",k8s_pod_name="a",service_name="shop",service_version="1.2"} 1\n';

test('says in text the resource, with no other label', async () => {
  const text = await page('text/plain');
  expect(text).toContain(`# HELP target_info Target metadata\n# TYPE target_info gauge\n${written}`);
});

test('says in OpenMetrics the resource, as an info', async () => {
  const text = await page('application/openmetrics-text; version=1.0.0');
  expect(text).toContain(`# TYPE target info\n# HELP target Target metadata\n${written}`);
});

test("leaves the place to the service's own target_info", async () => {
  const text = await page('text/plain', {}, (metrics) => metrics.info('target', { help: 'Mine.', labels: { a: 'b' } }));
  expect(text.match(/^target_info\{/gm)).toHaveLength(1);
  expect(text).toContain('target_info{a="b"');
});

test('says nothing without a resource', async () => {
  expect(await page('text/plain', { resource: {} })).not.toContain('target_info');
});

test('joins the values of attributes that are written alike', async () => {
  const text = await page('text/plain', { resource: { 'a.b': 'x', a_b: 'y', '1st': 'z' } });
  expect(text).toContain('target_info{key_1st="z",a_b="x;y"} 1\n');
});

test('refuses a resource that no label can hold', () => {
  expect(() => prometheusBackend({ resource: { a: {} } as never })).toThrow(
    'resource["a"] is {}: give a string, a number, true or false.',
  );
});

test('writes a series without labels that another series of its family has', () => {
  const metrics = createMetrics();
  const labels = { labelNames: ['plan', 'zone'], optionalLabels: ['plan', 'zone'] } as const;
  const logins = metrics.counter('logins_total', { help: 'h', ...labels });
  logins.inc({});
  logins.inc({ plan: 'pro' });
  logins.inc({ zone: 'eu' });
  const latency = metrics.histogram('login_seconds', { help: 'h', ...labels, buckets: [1] });
  latency.observe({}, 0.5);
  latency.observe({ zone: 'eu' }, 0.5);
  const text = expositionText(metrics.snapshot(), { format: 'openmetrics' });
  expect(text.split('\n').filter((line) => line.startsWith('log'))).toEqual([
    'logins_total 1',
    'logins_total{plan="pro"} 1',
    'logins_total{zone="eu"} 1',
    'login_seconds_bucket{le="1.0"} 1',
    'login_seconds_bucket{le="+Inf"} 1',
    'login_seconds_sum 0.5',
    'login_seconds_count 1',
    'login_seconds_bucket{zone="eu",le="1.0"} 1',
    'login_seconds_bucket{zone="eu",le="+Inf"} 1',
    'login_seconds_sum{zone="eu"} 0.5',
    'login_seconds_count{zone="eu"} 1',
  ]);
});
