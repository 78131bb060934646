import { trace } from '@opentelemetry/api';
import { createTestMetrics } from '@sightline/testing';
import { createTestSpans } from '@sightline/testing/spans';
import { describe, expect, test } from 'vitest';
import { operationsOf } from '../src/operation.js';

function setting() {
  const lines: Array<readonly [object, string]> = [];
  const traceIds: Array<string | undefined> = [];
  const metrics = createTestMetrics({ strict: false, log: { info() {}, warn() {}, error() {} } });
  const spans = createTestSpans();
  const log = {
    info() {},
    warn() {},
    error(fields: object, message: string): void {
      lines.push([fields, message]);
      traceIds.push(trace.getActiveSpan()?.spanContext().traceId);
    },
  };
  return { metrics, spans, lines, traceIds, operation: operationsOf({ metrics, spans: spans.spans, log }) };
}

const options = { labels: { region: 'eu' }, attributes: { 'order.id': 'o-17' } };

test('one call is a span, a duration, a gauge that is back at 0, and no line', async () => {
  const { metrics, spans, lines, operation } = setting();
  const result = await operation('order.process', options, async () => {
    expect(metrics.value('order.process.active', { region: 'eu' })).toBe(1);
    return 7;
  });
  expect(result).toBe(7);
  expect(metrics.value('order.process.active', { region: 'eu' })).toBe(0);
  expect(metrics.observations('order.process.duration', { region: 'eu' })).toHaveLength(1);
  expect(metrics.series('order.process.errors')).toEqual([]);
  expect(lines).toEqual([]);
  expect(spans.named('order.process').attributes).toMatchObject({ region: 'eu', 'order.id': 'o-17' });
});

test('a failure is counted by its type, logged in its trace, and goes on to the caller', async () => {
  const { metrics, spans, lines, traceIds, operation } = setting();
  const error = new RangeError('too many');
  await expect(operation('order.process', options, () => Promise.reject(error))).rejects.toBe(error);
  expect(() =>
    operation('order.process', options, () => {
      throw error;
    }),
  ).toThrow(error);
  expect(metrics.value('order.process.errors', { region: 'eu', 'error.type': 'RangeError' })).toBe(2);
  expect(metrics.value('order.process.active', { region: 'eu' })).toBe(0);
  expect(metrics.observations('order.process.duration')).toHaveLength(2);
  expect(lines).toHaveLength(2);
  expect(lines[0]).toEqual([
    { operation: 'order.process', region: 'eu', duration_ms: expect.any(Number), err: error },
    'order.process failed',
  ]);
  expect(spans.finished.map(({ status }) => status)).toEqual(['error', 'error']);
  expect(traceIds).toEqual(spans.finished.map(({ traceId }) => traceId));
});

test('operations that are named without end have metrics up to a thousand, which is told once', {
  timeout: 60_000,
}, () => {
  const errors: string[] = [];
  const metrics = createTestMetrics({ strict: false, maxSeries: 2, log: { info() {}, warn() {}, error() {} } });
  const log = { info() {}, warn() {}, error: (_fields: object, line: string) => void errors.push(line) };
  const operation = operationsOf({ metrics, spans: createTestSpans().spans, log });
  for (let i = 0; i < 1100; i++) expect(operation(`order.show${i}`, () => i)).toBe(i);
  operation('x'.repeat(100_000), () => {});
  expect(errors).toEqual([
    '[sdk] Operation "order.show1000" has no metrics, and so have further ones: there are 1000, and names have at most 200 characters. Name the kind of work, and put ids into attributes.',
  ]);
  expect(metrics.observations('order.show999.duration')).toHaveLength(1);
});

test('a label that looks like an id is told at the first call, and counted up to the cap all the same', () => {
  const warnings: string[] = [];
  const metrics = createTestMetrics({ strict: false, maxSeries: 2, log: { info() {}, warn() {}, error() {} } });
  const log = { info() {}, warn: (_fields: object, line: string) => void warnings.push(line), error() {} };
  const operation = operationsOf({ metrics, spans: createTestSpans().spans, log });
  for (let user = 0; user < 5; user++) operation('order.show', { labels: { user_id: user } }, () => user);
  expect(warnings).toEqual([
    '[sdk] Operation "order.show" has the label "user_id", of which every value makes a series of three metrics. Put it into attributes, which are on the span only.',
  ]);
  expect(metrics.series('order.show.duration').map(({ labels }) => labels['user_id'])).toEqual([
    '0',
    '1',
    '__overflow__',
  ]);
});

test('the gauge is back at 0 also where the collector was full at the beginning and had room at the end', async () => {
  const metrics = createTestMetrics({ strict: false, maxTotalSeries: 1, log: { info() {}, warn() {}, error() {} } });
  const operation = operationsOf({
    metrics,
    spans: createTestSpans().spans,
    log: { info() {}, warn() {}, error() {} },
  });
  const others = metrics.counter('others_total', { help: 'Others.', labelNames: ['queue'] });
  others.inc({ queue: 'mail' });
  await operation('order.process', options, async () => others.clear());
  expect(metrics.series('order.process.active').map(({ value }) => value)).toEqual([0]);
});

test('ids are on the span only, never on a metric or in the line', async () => {
  const { metrics, lines, operation } = setting();
  await operation('order.process', options, () => Promise.reject(new Error('no'))).catch(() => {});
  expect(metrics.snapshot().families.flatMap(({ labelNames }) => labelNames)).not.toContain('order.id');
  expect(JSON.stringify(lines)).not.toContain('o-17');
});

test('without labels and options', () => {
  const { metrics, operation } = setting();
  expect(operation('tick', () => 'done')).toBe('done');
  expect(metrics.value('tick.active')).toBe(0);
  expect(metrics.observations('tick.duration')).toHaveLength(1);
});

describe('The gauge cannot drift', () => {
  test('when the labels object is changed meanwhile', () => {
    const { metrics, operation } = setting();
    const labels = { region: 'eu' };
    operation('a', { labels }, () => {
      labels.region = 'us';
    });
    expect(metrics.series('a.active').map(({ labels: of, value }) => [of['region'], value])).toEqual([['eu', 0]]);
  });

  test('when the cap is reached', () => {
    const tight = createTestMetrics({ strict: false, maxSeries: 1, log: { info() {}, warn() {}, error() {} } });
    const log = { info() {}, warn() {}, error() {} };
    const capped = operationsOf({ metrics: tight, spans: createTestSpans().spans, log });
    capped('a', { labels: { k: '1' } }, () => {
      capped('a', { labels: { k: '2' } }, () => {
        expect(tight.series('a.active').map(({ labels, value }) => [labels['k'], value])).toEqual([
          ['1', 1],
          ['__overflow__', 1],
        ]);
      });
    });
    for (const { value } of tight.series('a.active')) expect(value).toBe(0);
  });

  test('through 1000 operations that succeed, throw, reject and overlap', { timeout: 60_000 }, async () => {
    const { metrics, operation } = setting();
    const all = Array.from({ length: 1000 }, async (_, i) => {
      await operation('mixed', { labels: { kind: String(i % 3) }, logsFailure: false }, async () => {
        if (i % 5 === 0) throw new Error('at once');
        await new Promise((resolve) => setImmediate(resolve));
        if (i % 7 === 0) throw new TypeError('later');
      });
    });
    const outcomes = await Promise.allSettled(all);
    const failed = outcomes.filter(({ status }) => status === 'rejected').length;
    for (const { value } of metrics.series('mixed.active')) expect(value).toBe(0);
    expect(metrics.observations('mixed.duration')).toHaveLength(1000);
    expect(metrics.series('mixed.errors').reduce((sum, { value }) => sum + (value ?? 0), 0)).toBe(failed);
  });
});

test('the first call fixes the label names; a later mismatch is a wrong recording, not an error', () => {
  const { metrics, operation } = setting();
  operation('a', { labels: { region: 'eu' } }, () => {});
  operation('a', { labels: { zone: '1' } }, () => {});
  operation('a', () => {});
  expect(metrics.value('a.active', { region: '__overflow__' })).toBe(0);
  expect(metrics.value('sightline_mislabelled_total', { metric: 'a.active' })).toBeGreaterThan(0);
});

test('an operation whose name cannot be a metric runs all the same, and says so once', () => {
  const { lines, operation } = setting();
  expect(operation('no good!', () => 1)).toBe(1);
  expect(operation('no good!', () => 2)).toBe(2);
  expect(lines).toHaveLength(1);
  expect(lines[0]?.[1]).toContain('Operation "no good!" has no metrics');
});

describe('Beside a metric of the service that has one of its names', () => {
  const besides = (name: string) => {
    const made = setting();
    made.metrics.histogram(name, { help: 'Time of a training.', buckets: [60, 600] });
    const failed = made.operation('nf.training', { labels: { model: 'nhits' } }, () =>
      Promise.reject(new RangeError('x')),
    );
    return { ...made, failed };
  };

  test('it records the others, and says what to do, once', async () => {
    const { metrics, lines, operation, failed } = besides('nf_training_duration_seconds');
    expect(metrics.value('nf.training.active', { model: 'nhits' })).toBe(1);
    await expect(failed).rejects.toThrow('x');
    operation('nf.training', { labels: { model: 'nhits' } }, () => 7);
    expect(metrics.value('nf.training.active', { model: 'nhits' })).toBe(0);
    expect(metrics.value('nf.training.errors', { model: 'nhits', 'error.type': 'RangeError' })).toBe(1);
    expect(metrics.observations('nf_training_duration_seconds')).toEqual([]);
    expect(lines.map(([, message]) => message)).toEqual([
      '[sdk] Operation "nf.training" does not record "nf.training.duration": [core] "nf.training.duration" and "nf_training_duration_seconds" are both written as "nf_training_duration_seconds" by a backend. Rename one. Its other metrics are recorded. Give the operation another name, or leave out the other declaration: the operation makes these metrics itself, its duration with { buckets }.',
      'nf.training failed',
    ]);
    expect(Object.entries(lines[1]?.[0] ?? {})).toContainEqual([
      'duration_ms',
      expect.toSatisfy((ms: number) => ms > 0),
    ]);
  });

  test.each(['nf.training.duration', 'nf.training.active', 'nf.training.errors'])('called %s', async (name) => {
    const { metrics, lines, failed } = besides(name);
    await expect(failed).rejects.toThrow('x');
    const recorded = ['nf.training.duration', 'nf.training.active', 'nf.training.errors'].filter(
      (each) => each !== name && metrics.series(each).length > 0,
    );
    expect(recorded).toHaveLength(2);
    expect(lines[0]?.[1]).toContain(
      `does not record "${name}": [core] "${name}" is already declared with other options: `,
    );
  });
});

test('a logger that fails does not hide the error', () => {
  const spans = createTestSpans().spans;
  const log = {
    info() {},
    warn() {},
    error() {
      throw new Error('disk full');
    },
  };
  const operation = operationsOf({ metrics: createTestMetrics(), spans, log });
  expect(() =>
    operation('a', () => {
      throw new RangeError('mine');
    }),
  ).toThrow(RangeError);
});

describe('Usable as wrapper and decorator', () => {
  test('a wrapped function keeps its this, arguments and name', () => {
    const { metrics, spans, operation } = setting();
    const add = operation.wrap(
      'add',
      { labels: { kind: 'sum' }, attributes: (a: number) => ({ first: a }) },
      function add(this: { base: number }, a: number, b: number) {
        return this.base + a + b;
      },
    );
    expect(add.call({ base: 1 }, 2, 3)).toBe(6);
    expect([add.name, add.length]).toEqual(['add', 2]);
    expect(metrics.observations('add.duration', { kind: 'sum' })).toHaveLength(1);
    expect(spans.named('add').attributes).toMatchObject({ first: 2, kind: 'sum' });
  });

  test('a decorated method is an operation', () => {
    const { metrics, operation } = setting();
    class Orders {
      process(id: string): string {
        return `processed ${id}`;
      }
    }
    const descriptor = Object.getOwnPropertyDescriptor(Orders.prototype, 'process') as TypedPropertyDescriptor<
      Orders['process']
    >;
    Object.defineProperty(
      Orders.prototype,
      'process',
      operation.wrap('order.process', { labels: { region: 'eu' } })(Orders.prototype, 'process', descriptor),
    );
    expect(new Orders().process('o-1')).toBe('processed o-1');
    expect(metrics.observations('order.process.duration', { region: 'eu' })).toHaveLength(1);
  });
});

test('a caller without types may give nothing for options', () => {
  const { metrics, operation } = setting();
  expect(operation('a', undefined as never, () => 1)).toBe(1);
  expect(operation('b', { labels: null } as never, () => 2)).toBe(2);
  expect(metrics.observations('a.duration')).toHaveLength(1);
});
