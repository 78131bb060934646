import { createMetrics } from '@sightline/core';
import { createTestMetrics } from '@sightline/testing/metrics';
import { expect, test } from 'vitest';
import { meterProvider } from '../../src/meter-provider/meter-provider.js';
import { otelProducer } from '../../src/producer.js';
import { setting } from '../setting.js';

test.each(['http/protobuf', 'http/json'] as const)(
  'metrics are sent in their scopes, with exact names and units: %s',
  async (protocol) => {
    const { collector, metrics } = await setting({ protocol });
    metrics.counter('own_total', { help: 'Own.' }).inc();
    const provider = meterProvider(metrics);
    provider
      .getMeter('b', '2')
      .createCounter('Second/Counter', { unit: '{thing}', description: 'Things.' })
      .add(2, { n: 7, s: 'x' });
    provider.getMeter('a', '1').createUpDownCounter('first', { unit: 'By' }).add(-3);
    provider
      .getMeter('b', '2')
      .createHistogram('third', { unit: 's', advice: { explicitBucketBoundaries: [1] } })
      .record(0.5);
    await metrics.flush();
    const scopes = collector.received.flatMap(({ resourceMetrics }) =>
      resourceMetrics.flatMap((each) => each.scopeMetrics),
    );
    const sent = scopes.map(({ scope, metrics: ofScope }) => [
      scope.name,
      scope.version,
      ofScope?.map(({ name }) => name).filter((name) => !name.startsWith('sightline_')),
    ]);
    expect(sent).toEqual([
      ['@sightline/core', expect.any(String), ['own_total']],
      ['b', '2', ['Second/Counter', 'third']],
      ['a', '1', ['first']],
    ]);
    const [second, third, first] = scopes.slice(1).flatMap(({ metrics: ofScope }) => ofScope ?? []);
    expect(second).toMatchObject({ unit: '{thing}', description: 'Things.', sum: { isMonotonic: true } });
    expect(second?.sum?.dataPoints[0]?.attributes).toEqual([
      { key: 'n', value: { intValue: '7' } },
      { key: 's', value: { stringValue: 'x' } },
    ]);
    expect(first).toMatchObject({ unit: 'By', sum: { dataPoints: [{ asDouble: -3 }] } });
    expect(first?.sum?.isMonotonic ?? false).toBe(false);
    expect(third).toMatchObject({ unit: 's', histogram: { dataPoints: [{ explicitBounds: [1], sum: 0.5 }] } });
  },
);

test('our producer for an OpenTelemetry SDK shows them in their scopes', async () => {
  const metrics = createMetrics();
  meterProvider(metrics).getMeter('a', '1').createCounter('c').add(1);
  metrics.counter('own_total', { help: 'Own.' });
  const { resourceMetrics } = await otelProducer(metrics).collect();
  expect(
    resourceMetrics.scopeMetrics.map(({ scope, metrics: of }) => [scope.name, of.map((m) => m.descriptor.name)]),
  ).toEqual([
    ['a', ['c']],
    ['@sightline/core', ['own_total']],
  ]);
});

test('test doubles take them', async () => {
  const metrics = createTestMetrics();
  meterProvider(metrics).getMeter('a').createCounter('c').add(2, { x: '1' });
  expect(metrics.value('c', { x: '1' })).toBe(2);
});
