import { expect, test, vi } from 'vitest';
import { pointsOf } from '../src/backend.js';
import { createMetrics, noopMetrics } from '../src/index.js';
import { testSetting } from './setting.js';

test('default labels go with every series, unless an instrument has its own of that name', () => {
  const { metrics } = testSetting({ defaultLabels: { service: 'shop', port: 80 } });
  metrics.counter('jobs_total', { help: 'Jobs.' });
  metrics.counter('calls_total', { help: 'Calls.', labelNames: ['service'] }).inc({ service: 'other' });
  const [jobs, calls] = metrics.snapshot().families;
  expect({ ...jobs?.constantLabels }).toEqual({ service: 'shop', port: '80' });
  expect({ ...calls?.constantLabels }).toEqual({ port: '80' });
});

test('no series gets two labels that Prometheus writes alike', () => {
  const { metrics } = testSetting({ defaultLabels: { 'service.name': 'mailer', zone: 'b' } });
  metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['service_name'] });
  metrics.info('build_info', { help: 'Build.', labels: { service_name: 'x' } });
  expect(metrics.snapshot().families.map(({ constantLabels }) => Object.keys(constantLabels))).toEqual([
    ['zone'],
    ['zone'],
  ]);
  const alike = /"a\.b" and "a_b", which Prometheus writes alike/;
  const child = metrics.child({ labels: { 'a.b': 1 } });
  expect(() => child.child({ labels: { a_b: 1 } })).toThrow(alike);
  expect(() => child.counter('calls_total', { help: 'Calls.', labelNames: ['a_b'] })).toThrow(alike);
  expect(() => child.info('host_info', { help: 'Host.', labels: { a_b: 1 } })).toThrow(alike);
  expect(() => testSetting({ defaultLabels: { 'a.b': 1, a_b: 2 } })).toThrow(alike);
});

test("a child's prefix and labels come before the instrument's own, and children share families", () => {
  const { metrics, exported } = testSetting();
  for (const exchange of ['bitflyer', 'coincheck']) {
    const child = metrics.child({ prefix: 'ws_', labels: { exchange } });
    const received = child.counter('events_received_total', { help: 'Events.', labelNames: ['type'] });
    received.inc({ type: 'ticker' }, 2);
    received.labels({ type: 'ticker' }).inc();
    child.counter('reconnects_total', { help: 'Reconnects.' }).inc();
    expect(child.counter('events_received_total', { help: 'Events.', labelNames: ['type'] })).toBe(received);
  }
  expect(exported('ws_events_received_total')).toEqual([
    { labels: { exchange: 'bitflyer', type: 'ticker' }, value: 3 },
    { labels: { exchange: 'coincheck', type: 'ticker' }, value: 3 },
  ]);
  expect(exported('ws_reconnects_total').map(({ value }) => value)).toEqual([1, 1]);
});

test('children nest, and a label given twice is refused', () => {
  const { metrics, exported } = testSetting();
  const child = metrics.child({ labels: { a: 1 } }).child({ prefix: 'in.', labels: { b: 2 } });
  child.gauge('x', { help: 'X.' }).set(5);
  expect(exported('in.x')).toEqual([{ labels: { a: '1', b: '2' }, value: 5 }]);
  expect(() => child.gauge('y', { help: 'Y.', labelNames: ['a'] })).toThrow(
    'has label "a" twice. Name each label once, and none that a child collector adds.',
  );
});

test('filters deny, rename and re-bucket by name', () => {
  const { metrics } = testSetting({
    filters: [
      { match: 'debug_*', deny: true },
      { match: /^old_/, rename: 'new_name' },
      { match: 'latency_seconds', buckets: [1, 2] },
    ],
  });
  const denied = metrics.counter('debug_calls_total', { help: 'Calls.', labelNames: ['x'] });
  denied.inc({ x: 1 });
  denied.labels({ x: 1 }).inc();
  metrics.counter('old_name', { help: 'Old.' }).inc(3);
  const latency = metrics.histogram('latency_seconds', { help: 'Latency.' });
  latency.observe(1.5);
  expect(metrics.snapshot().families.map(({ name }) => name)).toEqual(['new_name', 'latency_seconds']);
  expect(latency.value()).toMatchObject({ bounds: [1, 2], bucketCounts: [0, 1, 0] });
});

test('a filter that drops a label merges the series that differ in it', () => {
  const { metrics, exported, warnings } = testSetting({ filters: [{ match: '*', dropLabels: ['user_id'] }] });
  const calls = metrics.counter('calls_total', { help: 'Calls.', labelNames: ['route', 'user_id'] });
  calls.inc({ route: '/', user_id: 'a' });
  calls.inc({ route: '/', user_id: 'b' });
  const logins = metrics.counter('logins_total', { help: 'Logins.', labelNames: ['user_id'] });
  logins.inc({ user_id: 'a' });
  logins.inc({ user_id: 'b' });
  expect(exported('calls_total')).toEqual([{ labels: { route: '/' }, value: 2 }]);
  expect(exported('logins_total')).toEqual([{ labels: {}, value: 2 }]);
  expect(warnings).toEqual([]);
});

test('a filter that limits a label lets only so many values through', () => {
  const { metrics, exported } = testSetting({ filters: [{ match: 'calls_total', limitLabels: { route: 2 } }] });
  const calls = metrics.counter('calls_total', { help: 'Calls.', labelNames: ['route', 'method'] });
  for (const route of ['/a', '/b', '/c', '/d', '/a']) calls.inc({ route, method: 'GET' });
  expect(exported('calls_total').map(({ labels, value }) => [labels['route'], labels['method'], value])).toEqual([
    ['/a', 'GET', 2],
    ['/b', 'GET', 1],
    ['__overflow__', 'GET', 2],
  ]);
});

test('looking at values or removing them does not use up the limit of a label', () => {
  const { metrics, exported } = testSetting({ filters: [{ match: 'calls_total', limitLabels: { route: 1 } }] });
  const calls = metrics.counter('calls_total', { help: 'Calls.', labelNames: ['route'] });
  calls.remove({ route: '/a' });
  expect(calls.value({ route: '/b' })).toBeUndefined();
  calls.inc({ route: '/c' });
  expect(exported('calls_total')).toEqual([{ labels: { route: '/c' }, value: 1 }]);
});

test('the limit of a label holds for declared values and for the labels of children, too', () => {
  const { metrics, exported } = testSetting({ filters: [{ match: '*', limitLabels: { route: 1, tenant: 1 } }] });
  const labelValues = { route: ['/a', '/b', '/c'] };
  metrics.counter('calls_total', { help: 'Calls.', labelNames: ['route'], labelValues });
  expect(exported('calls_total').map(({ labels }) => labels['route'])).toEqual(['/a', '__overflow__']);
  for (const tenant of ['x', 'y', 'z'])
    metrics.child({ labels: { tenant } }).counter('logins_total', { help: 'L.' }).inc();
  expect(exported('logins_total')).toEqual([
    { labels: { tenant: 'x' }, value: 1 },
    { labels: { tenant: '__overflow__' }, value: 2 },
  ]);
});

test('info is one series that is always 1, and newer labels replace older ones', () => {
  const { metrics, exported } = testSetting();
  metrics.info('build_info', { help: 'Build.', labels: { version: '1', commit: 'abc' } });
  metrics.info('build_info', { help: 'Build.', labels: { version: 2 } });
  expect(exported('build_info')).toEqual([{ labels: { version: '2' }, value: 1 }]);
});

test('what collects for a denied metric is not run', async () => {
  const { metrics } = testSetting({ filters: [{ match: 'orders_open', deny: true }] });
  const collect = vi.fn(() => 5);
  metrics.gauge('orders_open', { help: 'Orders.', collect });
  await metrics.collect();
  expect(collect).not.toHaveBeenCalled();
});

test('filters reach infos, too', () => {
  const { metrics } = testSetting({
    filters: [
      { match: 'secret_info', deny: true },
      { match: 'build_*', rename: 'release_info', dropLabels: ['user'] },
      { match: 'host_*', keepLabels: ['arch'] },
    ],
  });
  metrics.info('secret_info', { help: 'Secret.', labels: { token: 'x' } });
  metrics.info('build_info', { help: 'Build.', labels: { user: 'me', version: '1' } });
  metrics.info('host_info', { help: 'Host.', labels: { arch: 'x64', name: 'h1' } });
  const { families } = metrics.snapshot();
  expect(families.map(({ name, labelNames }) => [name, labelNames])).toEqual([
    ['release_info', ['version']],
    ['host_info', ['arch']],
  ]);
  const points = families.flatMap((family) => [...pointsOf(family)]);
  expect(points).toMatchObject([{ labels: { version: '1' } }, { labels: { arch: 'x64' } }]);
});

test('the names of its own counters are taken from the start, so that a failure never meets a clash', () => {
  const { metrics, exported } = testSetting();
  const declare = (name: string) => () => metrics.counter(name, { help: 'Mine.' });
  expect(declare('sightline_dropped_total')).toThrow('is reserved: Sightline counts failures in it');
  expect(declare('sightline_dropped')).toThrow('are both written as "sightline_dropped"');
  metrics.counter('jobs_total', { help: 'Jobs.' }).inc(-1);
  expect(exported('sightline_dropped_total')).toHaveLength(1);
});

test('a collector with a strange logger survives it', () => {
  const metrics = createMetrics({
    log: {
      info: vi.fn(),
      error: vi.fn(),
      warn: () => {
        throw new Error('disk full');
      },
    },
  });
  const jobs = metrics.counter('jobs_total', { help: 'Jobs.' });
  expect(() => jobs.inc(-1)).not.toThrow();
});

test('the collector that keeps nothing takes every call', async () => {
  const jobs = noopMetrics.child({}).counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] });
  jobs.inc({ queue: 'mail' });
  jobs.labels({ queue: 'mail' }).inc();
  const latency = noopMetrics.histogram('latency', { help: 'Latency.' });
  expect(latency.time(() => 7)).toBe(7);
  expect(latency.startTimer()()).toBe(0);
  expect(noopMetrics.gauge('x', { help: 'X.', labelNames: ['a'] }).track({ a: 1 }, () => 8)).toBe(8);
  expect((await noopMetrics.collect()).families).toEqual([]);
  await noopMetrics.shutdown();
});

test('instruments work when their methods are taken off them', () => {
  const { metrics } = testSetting();
  const { inc } = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] });
  expect(() => inc({ queue: 'mail' })).not.toThrow();
  const [family] = metrics.snapshot().families;
  expect(family && [...pointsOf(family)]).toMatchObject([{ value: 1 }]);
});
