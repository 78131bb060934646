import { createTestMetrics } from '@sightline/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  counter,
  createEvents,
  distribution,
  lastValue,
  type MetricDefinition,
  recordEvents,
  sum,
  summary,
} from '../src/index.js';
import { conversionOf } from '../src/unit-conversion.js';

function setting(...definitions: MetricDefinition[]) {
  const metrics = createTestMetrics({ strict: false, log: { info() {}, warn() {}, error() {} } });
  const events = createEvents();
  const stop = recordEvents(events, metrics, definitions);
  return { metrics, events, stop };
}

test('counter counts executions, whatever was measured', () => {
  const { metrics, events } = setting(counter('command.dispatched.count', { tags: ['command_type'] }));
  events.execute(['command', 'dispatched'], { count: 17 }, { command_type: 'PlaceOrder', user_id: 'u-1' });
  events.execute(['command', 'dispatched'], {}, { command_type: 'PlaceOrder', user_id: 'u-2' });
  expect(metrics.series('command.dispatched.count').map(({ labels, value }) => [labels, value])).toEqual([
    [{ command_type: 'PlaceOrder' }, 2],
  ]);
});

test('sum adds up a measurement, last value keeps the newest', () => {
  const { metrics, events } = setting(
    sum('http.request.bytes', { unit: 'byte' }),
    lastValue('http.request.size', { measurement: 'bytes' }),
  );
  events.execute('http.request', { bytes: 10 });
  events.execute('http.request', { bytes: 32 });
  expect(metrics.value('http.request.bytes')).toBe(42);
  expect(metrics.value('http.request.size')).toBe(32);
});

test('a sum that may fall is a gauge', () => {
  const { metrics, events } = setting(sum('pool.checkout.delta', { isAdditive: true }));
  events.execute('pool.checkout', { delta: 3 });
  events.execute('pool.checkout', { delta: -2 });
  expect(metrics.value('pool.checkout.delta')).toBe(1);
});

test('summary and distribution record what they are given, converted', () => {
  const { metrics, events } = setting(
    summary('command.processing.duration', { unit: ['native', 'millisecond'] }),
    distribution('command.processing.time', { measurement: 'duration', unit: ['native', 'second'], buckets: [0.1, 1] }),
  );
  events.execute('command.processing', { duration: 250_000_000 });
  expect(metrics.observations('command.processing.duration')).toEqual([250]);
  expect(metrics.observations('command.processing.time')).toEqual([0.25]);
});

test('several definitions may be made from one event', () => {
  const { metrics, events } = setting(
    counter('a.b.count', { event: 'job' }),
    sum('a.b.items', { event: ['job'], measurement: (measurements) => (measurements['items'] ?? 0) * 2 }),
  );
  events.execute('job', { items: 4 });
  expect([metrics.value('a.b.count'), metrics.value('a.b.items')]).toEqual([1, 8]);
});

test('tag values may be computed, and executions kept or dropped', () => {
  const { metrics, events } = setting(
    counter('http.request.count', {
      tags: ['status'],
      tagValues: ({ code }) => ({ status: `${Math.floor(Number(code) / 100)}xx` }),
      keep: ({ path }) => path !== '/healthz',
    }),
    counter('http.request.dropped', { drop: ({ path }) => path === '/healthz' }),
  );
  events.execute('http.request', {}, { code: 204, path: '/' });
  events.execute('http.request', {}, { code: 503, path: '/healthz' });
  expect(metrics.value('http.request.count', { status: '2xx' })).toBe(1);
  expect(metrics.series('http.request.count')).toHaveLength(1);
  expect(metrics.value('http.request.dropped')).toBe(1);
});

test('an execution without the measurement is none of the metric', () => {
  const { metrics, events } = setting(sum('repo.query.queue_time'));
  events.execute('repo.query', { total_time: 1 });
  expect(metrics.value('repo.query.queue_time') ?? 0).toBe(0);
});

test('an execution without a tag goes to the overflow series and is counted as mislabelled', () => {
  const { metrics, events } = setting(counter('command.dispatched.count', { tags: ['command_type'] }));
  events.execute('command.dispatched', {}, {});
  expect(metrics.value('command.dispatched.count', { command_type: '__overflow__' })).toBe(1);
  expect(metrics.value('sightline_mislabelled_total', { metric: 'command.dispatched.count' })).toBe(1);
});

test('nothing is recorded after the end', () => {
  const { metrics, events, stop } = setting(counter('a.b.count'));
  events.execute('a.b', {});
  stop();
  events.execute('a.b', {});
  expect(metrics.value('a.b.count')).toBe(1);
  expect(events.handlers()).toEqual([]);
});

describe('A wrong definition throws', () => {
  test.each(['user_id', 'run_id', 'requestId', 'email', 'trace_id', 'id', 'url'])('tag %s', (tag) => {
    expect(() => counter('a.b.count', { tags: [tag] })).toThrow(`has the tag "${tag}"`);
    expect(counter('a.b.count', { tags: [tag], allowsIds: true }).tags).toEqual([tag]);
  });

  test.each(['command_type', 'status', 'valid', 'grid', 'direction', 'gpu_id', 'zip', 'client'])(
    'tag %s is fine',
    (tag) => {
      expect(counter('a.b.count', { tags: [tag] }).tags).toEqual([tag]);
    },
  );

  test('keep and drop together', () => {
    expect(() => counter('a.b.count', { keep: () => true, drop: () => false })).toThrow('pass only one');
  });

  test('a name without an event', () => {
    expect(() => counter('count')).toThrow('has no event in its name');
  });

  test('a distribution without buckets', () => {
    expect(() => distribution('a.b.duration', {} as never)).toThrow('has no buckets: pass { buckets: [0.1, 1, 10] }');
  });

  test('tags that are no list, a unit that is none', () => {
    expect(() => counter('a.b.count', { tags: 'type' as never })).toThrow(
      'counter "a.b.count": tags is "type": give a list of names.',
    );
    expect(() => summary('a.b.time', { unit: 5 as never })).toThrow('has the unit 5: pass two of');
  });

  test('an option that there is not', () => {
    expect(() => counter('a.b.count', { tag: ['type'] } as never)).toThrow(
      '[events] counter "a.b.count" has an unknown option "tag". Did you mean "tags"?',
    );
    expect(() => counter('a.b.count', { isAdditive: true } as never)).toThrow('unknown option "isAdditive"');
  });

  test('units that do not fit', () => {
    // @ts-expect-error a time is no size
    expect(() => summary('a.b.c', { unit: ['native', 'megabyte'] })).toThrow('pass two of native, nanosecond');
  });
});

test('a unit converted to itself changes nothing, and there and back neither', () => {
  const times = fc.constantFrom('native', 'nanosecond', 'microsecond', 'millisecond', 'second', 'minute');
  fc.assert(
    fc.property(times, times, fc.double({ min: 1e-3, max: 1e12, noNaN: true }), (from, to, value) => {
      expect(conversionOf('m', [from, from] as never).convert(value)).toBe(value);
      const there = conversionOf('m', [from, to] as never).convert(value);
      expect(conversionOf('m', [to, from] as never).convert(there)).toBeCloseTo(
        value,
        -Math.floor(Math.log10(value)) + 9,
      );
    }),
  );
});

test('whole results are exact, so that they are in the bucket of which they are the bound', () => {
  const seconds = conversionOf('m', ['native', 'second']);
  for (let second = 1; second <= 10_000; second++) expect(seconds.convert(second * 1e9)).toBe(second);
  const { metrics, events } = setting(distribution('job.duration', { unit: ['native', 'second'], buckets: [15] }));
  events.execute('job', { duration: 15e9 });
  expect(metrics.observations('job.duration')).toEqual([15]);
});

test('a wrong definition leaves none of its list behind', () => {
  const events = createEvents();
  const definitions = [counter('job.count'), counter('Bad.count')];
  expect(() => recordEvents(events, createTestMetrics(), definitions)).toThrow('bad name');
  expect(events.handlers()).toEqual([]);
});

test('what callers without types measure is converted, or counted as dropped, and ends no metric', () => {
  const { metrics, events } = setting(
    lastValue('job.duration', { unit: ['native', 'second'] }),
    counter('job.failures', { keep: ({ failed }) => failed === true }),
  );
  for (const measured of [
    { duration: 3_000_000_000n },
    { duration: '7' },
    { duration: Symbol('x') },
    null,
    undefined,
  ]) {
    events.execute('job', measured as never, null as never);
  }
  expect(metrics.value('job.duration')).toBe(3);
  expect(metrics.value('sightline_dropped_total', { metric: 'job.duration', reason: 'not_a_number' })).toBe(2);
  events.execute('job', {}, { failed: true });
  expect(metrics.value('job.failures')).toBe(1);
});

describe('functions of a definition that fail', () => {
  const broken = ({ id }: { id?: unknown }): never => {
    throw new TypeError(`no plan for ${id}`);
  };
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const definitions: ReadonlyArray<readonly [string, () => MetricDefinition, unknown]> = [
    ['drop', () => counter('job.count', { drop: (meta) => (meta['bad'] ? broken(meta) : false) }), { bad: true }],
    ['keep', () => counter('job.count', { keep: (meta) => (meta['bad'] ? broken(meta) : true) }), { bad: true }],
    [
      'tagValues',
      () => counter('job.count', { tags: ['plan'], tagValues: (meta) => (meta['bad'] ? broken(meta) : { plan: 'a' }) }),
      { bad: true },
    ],
    [
      'tagValues that give nothing',
      () => sum('job.count', { tags: ['plan'], tagValues: (meta) => (meta['bad'] ? null : { plan: 'a' }) as never }),
      { bad: true },
    ],
    [
      'measurement',
      () => summary('job.count', { measurement: (_, meta) => (meta['bad'] ? broken(meta) : 1) }),
      { bad: true },
    ],
    [
      'a drop that is asynchronous',
      () =>
        counter('job.count', {
          drop: ((meta: object) => ('bad' in meta ? Promise.reject(new Error('late')) : false)) as never,
        }),
      { bad: true },
    ],
    [
      'a measurement that is asynchronous',
      () =>
        lastValue('job.count', {
          measurement: ((_: object, meta: object) => ('bad' in meta ? Promise.reject(new Error('late')) : 1)) as never,
        }),
      { bad: true },
    ],
    ['metadata that cannot be read', () => counter('job.count', { tags: ['plan'] }), revoked.proxy],
    [
      'what throws no error',
      () =>
        counter('job.count', {
          drop: (meta) => {
            if (meta['bad']) throw Object.create(null);
            return false;
          },
        }),
      { bad: true },
    ],
  ];

  test.each(definitions)(
    '%s: the execution is counted as dropped, warned about once, and the metric goes on',
    (_, define, bad) => {
      const warnings: string[] = [];
      const warn = (_fields: object, message: string): unknown => warnings.push(message);
      const metrics = createTestMetrics({ strict: false, log: { info() {}, warn, error() {} } });
      const events = createEvents();
      recordEvents(events, metrics, [define()]);
      for (let i = 0; i < 3; i++) events.execute('job', { count: 1 }, bad as never);
      events.execute('job', { count: 1 }, { plan: 'a' });
      expect(metrics.series('job.count')).toHaveLength(1);
      expect(metrics.value('sightline_dropped_total', { metric: 'job.count', reason: 'failed' })).toBe(3);
      expect(warnings).toEqual([expect.stringContaining('got no value: computing it failed with ')]);
      expect(events.handlers('job')).toHaveLength(1);
    },
  );

  test.each(definitions)(
    '%s: a strict collector throws at the call site, and no handler is detached',
    (_, define, bad) => {
      const metrics = createTestMetrics();
      const events = createEvents();
      const received: string[] = [];
      recordEvents(events, metrics, [define()]);
      events.attach('after', 'job', () => void received.push('after'));
      const message = 'got no value: computing it failed with ';
      expect(() => events.execute('job', { count: 1 }, bad as never)).toThrow(message);
      expect(received).toEqual(['after']);
      expect(events.handlers('job')).toHaveLength(2);
    },
  );
});

test('any value that a span or handler throws is reported', () => {
  const reports: string[] = [];
  const log = { info() {}, warn() {}, error: (_: object, message: string) => void reports.push(message) };
  const events = createEvents({ log });
  const types: unknown[] = [];
  const hostile: unknown = new Proxy(new Error('x'), {
    get() {
      throw new Error('not to be read');
    },
  });
  events.attach('types', 'job.exception', (_event, _measurements, { error_type }) => void types.push(error_type));
  events.attach('broken', 'other', () => {
    throw Object.create(null);
  });
  let thrown: unknown;
  try {
    events.span('job', {}, () => {
      throw hostile;
    });
  } catch (error) {
    thrown = error;
  }
  expect(Object.is(thrown, hostile)).toBe(true);
  expect(types).toEqual(['unknown']);
  events.execute('other', {});
  expect(reports).toEqual(['[events] Handler "broken" failed at "other" and was detached: an object']);
});
