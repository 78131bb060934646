import { type ObservableGauge, ValueType } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';
import { type Measured, official, ours, type Subject } from './measured.js';

// What every MeterProvider does. Runs on that of `@opentelemetry/sdk-metrics`, too: what is written here is what instrumentations rely on.

const subjects: ReadonlyArray<readonly [string, () => Subject]> = [
  ['ours', ours],
  ['of sdk-metrics', official],
];

describe.each(subjects)('the MeterProvider %s', (_, subject) => {
  test('counts by attributes, under the name, unit and description of the instrument and the scope of its meter', async () => {
    const { provider, read } = subject();
    const requests = provider
      .getMeter('http-client', '1.2.3')
      .createCounter('http.requests', { description: 'Requests.', unit: '{request}' });
    requests.add(1, { method: 'GET' });
    requests.add(2, { method: 'GET' });
    requests.add(0.5, { method: 'POST' });
    requests.add(4);
    expect(await read()).toEqual([
      {
        name: 'http.requests',
        unit: '{request}',
        description: 'Requests.',
        scope: 'http-client@1.2.3',
        kind: 'counter',
        points: { '{"method":"GET"}': 3, '{"method":"POST"}': 0.5, '{}': 4 },
      } satisfies Measured,
    ]);
  });

  test('knows the same attributes in any order', async () => {
    const { provider, read } = subject();
    const counter = provider.getMeter('m').createCounter('c');
    counter.add(1, { a: '1', b: '2' });
    counter.add(1, { b: '2', a: '1' });
    expect(await pointsOf(read)).toEqual({ c: { '{"a":"1","b":"2"}': 2 } });
  });

  test('adds up what goes up and down', async () => {
    const { provider, read } = subject();
    const inFlight = provider.getMeter('m').createUpDownCounter('in_flight');
    inFlight.add(3, { queue: 'mail' });
    inFlight.add(-5, { queue: 'mail' });
    const [metric] = await read();
    expect(metric).toMatchObject({ kind: 'up-down counter', points: { '{"queue":"mail"}': -2 } });
  });

  test('keeps the last value of a gauge', async () => {
    const { provider, read } = subject();
    const gauge = provider.getMeter('m').createGauge('temperature', { unit: 'Cel' });
    gauge.record(20);
    gauge.record(-3.5);
    const [metric] = await read();
    expect(metric).toMatchObject({ kind: 'gauge', unit: 'Cel', points: { '{}': -3.5 } });
  });

  test('has the buckets of the specification in histograms without advice', async () => {
    const { provider, read } = subject();
    const size = provider.getMeter('m').createHistogram('size', { unit: 'By' });
    for (const value of [0, 5, 5.1, 10_000, 10_001]) size.record(value);
    const [metric] = await read();
    expect(metric?.points['{}']).toEqual({
      count: 5,
      sum: 20_011.1,
      bounds: [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000],
      counts: [1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1],
    });
  });

  test.each([[[0.1, 1]], [[]]])('takes the buckets of the advice: %j', async (bounds) => {
    const { provider, read } = subject();
    const latency = provider
      .getMeter('m')
      .createHistogram('latency', { unit: 's', advice: { explicitBucketBoundaries: bounds } });
    latency.record(0.1);
    latency.record(2);
    const [metric] = await read();
    expect(metric?.points['{}']).toMatchObject({ count: 2, sum: 2.1, bounds });
  });

  test('ignores what a counter or a histogram may not record', async () => {
    const { provider, read } = subject();
    const meter = provider.getMeter('m');
    meter.createCounter('c').add(1);
    meter.createCounter('c').add(-1);
    meter.createHistogram('h').record(1);
    meter.createHistogram('h').record(-1);
    meter.createCounter('c').add('7' as never);
    const [counter, histogram] = await read();
    expect(counter?.points).toEqual({ '{}': 1 });
    expect(histogram?.points['{}']).toMatchObject({ count: 1, sum: 1 });
  });

  test('cuts off the fractions of integer instruments', async () => {
    const { provider, read } = subject();
    const meter = provider.getMeter('m');
    meter.createCounter('c', { valueType: ValueType.INT }).add(2.7);
    meter.createObservableGauge('g', { valueType: ValueType.INT }).addCallback((result) => result.observe(-1.5));
    expect(await pointsOf(read)).toEqual({ c: { '{}': 2 }, g: { '{}': -1 } });
  });

  test('gives the same meter for the same name and version, and one metric to instruments of one name', async () => {
    const { provider, read } = subject();
    provider.getMeter('m', '1').createCounter('c').add(1);
    provider.getMeter('m', '1').createCounter('c').add(1);
    expect(provider.getMeter('m', '1')).toBe(provider.getMeter('m', '1'));
    expect(provider.getMeter('m', '1')).not.toBe(provider.getMeter('m', '2'));
    expect(await pointsOf(read)).toEqual({ c: { '{}': 2 } });
  });

  test('asks callbacks at each collection, for totals, sums and values', async () => {
    const { provider, read } = subject();
    const meter = provider.getMeter('m');
    let total = 10;
    meter.createObservableCounter('total').addCallback((result) => result.observe(total, { disk: 'a' }));
    meter.createObservableUpDownCounter('sum').addCallback((result) => result.observe(-total));
    meter.createObservableGauge('value').addCallback(async (result) => {
      await Promise.resolve();
      result.observe(total / 4);
    });
    expect(await pointsOf(read)).toEqual({ total: { '{"disk":"a"}': 10 }, sum: { '{}': -10 }, value: { '{}': 2.5 } });
    total = 12;
    expect(await pointsOf(read)).toEqual({ total: { '{"disk":"a"}': 12 }, sum: { '{}': -12 }, value: { '{}': 3 } });
  });

  test('asks one callback for several instruments, and none that was removed', async () => {
    const { provider, read } = subject();
    const meter = provider.getMeter('m');
    const used = meter.createObservableGauge('used');
    const free = meter.createObservableGauge('free');
    const stranger = meter.createObservableGauge('stranger');
    let calls = 0;
    const callback = (result: { observe(observable: ObservableGauge, value: number): void }) => {
      calls++;
      result.observe(used, 3);
      result.observe(free, 7);
      result.observe({} as ObservableGauge, 1);
    };
    meter.addBatchObservableCallback(callback, [used, free]);
    meter.addBatchObservableCallback(callback, [free, used]); // the same
    stranger.addCallback(() => {});
    expect(await pointsOf(read)).toEqual({ used: { '{}': 3 }, free: { '{}': 7 } });
    expect(calls).toBe(1);
    meter.removeBatchObservableCallback(callback, [used, free]);
    await read();
    expect(calls).toBe(1);
  });

  test('asks a callback once, however often it was added, until it is removed', async () => {
    const { provider, read } = subject();
    const gauge = provider.getMeter('m').createObservableGauge('g');
    let calls = 0;
    const callback = () => void calls++;
    gauge.addCallback(callback);
    gauge.addCallback(callback);
    await read();
    gauge.removeCallback(callback);
    gauge.removeCallback(callback);
    await read();
    expect(calls).toBe(1);
  });

  test('reads what other callbacks observe although one fails', async () => {
    const { provider, read } = subject();
    const meter = provider.getMeter('m');
    meter.createObservableGauge('throws').addCallback(() => {
      throw new Error('no');
    });
    meter.createObservableGauge('rejects').addCallback(async () => {
      throw new Error('no');
    });
    meter.createObservableGauge('fine').addCallback((result) => result.observe(1));
    expect(await pointsOf(read)).toEqual({ fine: { '{}': 1 } });
  });

  test('takes attributes of every type that the API allows', async () => {
    const { provider, read } = subject();
    const counter = provider.getMeter('m').createCounter('c');
    counter.add(1, { text: 'a', number: 1.5, integer: 200, no: false, constructor: 'x' });
    expect(await pointsOf(read)).toMatchObject({
      c: { '{"constructor":"x","integer":"200","no":"false","number":"1.5","text":"a"}': 1 },
    });
  });
});

/** The points of metrics that have any. */
async function pointsOf(read: Subject['read']) {
  const metrics = (await read()).filter(({ points }) => Object.keys(points).length > 0);
  return Object.fromEntries(metrics.map(({ name, points }) => [name, points]));
}
