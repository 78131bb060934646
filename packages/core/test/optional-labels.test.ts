import { describe, expect, test } from 'vitest';
import { labelReader } from '../src/instruments/label-reader.js';
import { LabelTrie } from '../src/store/label-trie.js';
import { testSetting } from './setting.js';

const logins = { help: 'Logins.', labelNames: ['user', 'plan'], optionalLabels: ['plan'] } as const;

describe('an optional label', () => {
  test('is one series where it is absent, undefined or empty', () => {
    const { metrics, exported, warnings } = testSetting();
    const counter = metrics.counter('login_total', logins);
    counter.inc({ user: 'a' });
    counter.inc({ user: 'a', plan: undefined });
    counter.inc({ user: 'a', plan: '' });
    counter.labels({ user: 'a' }).inc();
    counter.inc({ user: 'a', plan: 'pro' });
    expect(exported('login_total')).toEqual([
      { labels: { user: 'a' }, value: 4 },
      { labels: { user: 'a', plan: 'pro' }, value: 1 },
    ]);
    expect(counter.value({ user: 'a', plan: '' })).toBe(4);
    expect(counter.value({ user: 'a' })).toBe(4);
    counter.remove({ user: 'a' });
    expect(counter.value({ user: 'a', plan: undefined })).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  test('may be left out of gauges and histograms, too, and may be the only label', () => {
    const { metrics, exported } = testSetting();
    const declared = { help: 'h', labelNames: ['plan'], optionalLabels: ['plan'] } as const;
    metrics.gauge('open', declared).set({}, 3);
    metrics.histogram('login_seconds', declared).observe({ plan: undefined }, 1);
    expect(exported('open')).toEqual([{ labels: {}, value: 3 }]);
    expect(exported('login_seconds')).toEqual([{ labels: {}, value: 1 }]);
  });

  test('is absent in what is exported from the start, and takes each listed value', () => {
    const { metrics, exported } = testSetting();
    metrics.counter('runs_total', {
      help: 'Runs.',
      labelNames: ['status', 'error.type'],
      optionalLabels: ['error.type'],
      labelValues: { status: ['success', 'failed'] },
    });
    expect(exported('runs_total')).toEqual([
      { labels: { status: 'success' }, value: 0 },
      { labels: { status: 'failed' }, value: 0 },
    ]);
    const listed = metrics.counter('tries_total', {
      help: 'Tries.',
      labelNames: ['why'],
      optionalLabels: ['why'],
      labelValues: { why: ['late'] },
    });
    listed.inc({});
    expect(exported('tries_total')).toEqual([
      { labels: {}, value: 1 },
      { labels: { why: 'late' }, value: 0 },
    ]);
  });

  test('takes no place of a limited label while it is absent', () => {
    const { metrics, exported } = testSetting({ filters: [{ match: 'login_total', limitLabels: { plan: 1 } }] });
    const counter = metrics.counter('login_total', logins);
    counter.inc({ user: 'a' });
    counter.inc({ user: 'a', plan: 'pro' });
    counter.inc({ user: 'a', plan: 'free' });
    counter.inc({ user: 'b' });
    expect(exported('login_total').map(({ labels }) => labels)).toEqual([
      { user: 'a' },
      { user: 'a', plan: 'pro' },
      { user: 'a', plan: '__overflow__' },
      { user: 'b' },
    ]);
  });

  test('leaves the others needed, and its own type checked', () => {
    const { metrics, exported, warnings } = testSetting();
    const counter = metrics.counter('login_total', logins);
    counter.inc({ plan: 'pro' } as never);
    counter.inc({ user: 'a', plan: {} } as never);
    expect(exported('login_total')).toEqual([{ labels: { user: '__overflow__', plan: '__overflow__' }, value: 2 }]);
    expect(warnings).toHaveLength(2);
  });

  test.each([
    [
      { optionalLabels: ['plna'] },
      'has "plna" in optionalLabels, which is not one of its labels. Did you mean "plan"?',
    ],
    [{ optionalLabels: 'plan' }, 'has optionalLabels: "plan". Pass an array of its label names.'],
    [
      { integerLabels: ['status'] },
      'has "status" in integerLabels, which is not one of its labels. Add it to labelNames.',
    ],
  ])('is refused as %j', (options, message) => {
    const { metrics } = testSetting();
    const declare = () => metrics.counter('login_total', { ...logins, ...options } as never);
    expect(declare).toThrow(message);
  });

  test('is part of what two declarations of one name are compared by', () => {
    const { metrics } = testSetting();
    metrics.counter('login_total', logins);
    metrics.counter('login_total', logins);
    const declare = () => metrics.counter('login_total', { help: 'Logins.', labelNames: ['user', 'plan'] });
    expect(declare).toThrow('already declared with other options');
  });

  test('is read alike if code generation is disallowed', () => {
    const trie = new LabelTrie();
    trie.set(['a', ''], 7);
    const labels = [{ name: 'user' }, { name: 'plan', isOptional: true }];
    for (const generate of [true, false]) {
      const find = labelReader(trie.root, labels, generate);
      expect(find({ user: 'a' })).toBe(7);
      expect(find({ user: 'a', plan: '' })).toBe(7);
      expect(find({ user: 'a', plan: 'pro' })).toBe(-1);
      expect(find({ plan: '' })).toBe(-1);
    }
  });
});

describe('the unit', () => {
  const unitOf = (name: string, kind: 'counter' | 'gauge' | 'histogram', options = {}): string | undefined => {
    const { metrics } = testSetting();
    metrics[kind as 'counter'](name, { help: 'h', ...options });
    return metrics.snapshot().families[0]?.unit;
  };

  test.each([
    ['redis_publish_latency_ms', 'histogram', 'milliseconds'],
    ['request_duration_seconds', 'histogram', 'seconds'],
    ['sent_bytes_total', 'counter', 'bytes'],
    ['sent.bytes.count', 'counter', 'bytes'],
    ['cache_hit_ratio', 'gauge', 'ratio'],
    ['disk_gib', 'gauge', 'gibibytes'],
    ['bytes_per_seconds', 'gauge', undefined],
    ['bytes', 'gauge', undefined],
    ['queue_s', 'gauge', undefined],
    ['open_jobs', 'gauge', undefined],
  ] as const)('that %s ends in is its unit', (name, kind, unit) => {
    expect(unitOf(name, kind)).toBe(unit);
  });

  test('that a declaration states may not differ from that of the name', () => {
    expect(() => unitOf('latency_ms', 'histogram', { unit: 'seconds' })).toThrow(
      'has unit "seconds", but its name says milliseconds',
    );
    expect(unitOf('latency_ms', 'histogram', { unit: 'milliseconds' })).toBe('milliseconds');
  });

  test('of a new name that a filter gives is the unit on every wire', () => {
    const { metrics } = testSetting({ filters: [{ match: 'sent', rename: 'sent_bytes' }] });
    metrics.gauge('sent', { help: 'h' });
    expect(metrics.snapshot().families[0]?.unit).toBe('bytes');
  });

  test.each([
    [undefined, [0.005, 10]],
    ['seconds', [0.005, 10]],
    ['milliseconds', [5, 10_000]],
    ['bytes', [100, 1e9]],
    ['megabytes', [0.0001, 1000]],
    ['rows', [1, 1e7]],
    ['ratio', [0.05, 1]],
    ['percent', [5, 100]],
    ['hours', [0.25, 500]],
  ])('%s has default buckets that fit it', (unit, [first, last]) => {
    const { metrics } = testSetting();
    const bounds = metrics.histogram('amount', { help: 'h', unit });
    bounds.observe(1);
    const { bounds: given = [] } = bounds.value() ?? {};
    expect([given[0], given.at(-1)]).toEqual([first, last]);
    expect([...given].sort((a, b) => a - b)).toEqual(given);
    expect(given.every((bound) => Number(bound.toPrecision(3)) === bound)).toBe(true);
  });

  test('in the name decides on default buckets', () => {
    const { metrics } = testSetting();
    const sizes = metrics.histogram('body_size_bytes', { help: 'h' });
    sizes.observe(1);
    expect(sizes.value()?.bounds.at(-1)).toBe(1e9);
  });
});

test.each([true, false])('null is absent, as callers without types write it (the series exists: %s)', (exists) => {
  const { metrics, exported, warnings } = testSetting();
  const declared = { help: 'h', labelNames: ['plan'], optionalLabels: ['plan'] } as const;
  const opened = metrics.counter('opened_total', declared);
  if (exists) opened.inc({});
  opened.inc({ plan: null as never });
  expect(exported('opened_total')).toEqual([{ labels: {}, value: exists ? 2 : 1 }]);
  expect(warnings).toEqual([]);
});
