import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMetrics } from '../src/index.js';
import { labelReader, recorder } from '../src/instruments/label-reader.js';
import { LabelTrie } from '../src/store/label-trie.js';
import { testSetting } from './setting.js';

const declared = { help: 'Jobs.', labelNames: ['queue', 'outcome'] } as const;

test('numbers and booleans are strings', () => {
  const { metrics, exported } = testSetting();
  const jobs = metrics.counter('jobs_total', declared);
  jobs.inc({ queue: 404, outcome: true });
  jobs.inc({ queue: '404', outcome: 'true' });
  expect(exported('jobs_total')).toEqual([{ labels: { queue: '404', outcome: 'true' }, value: 2 }]);
});

test.each([
  ['no labels', undefined, 'no_labels', 'Counter "jobs_total" has labels "queue", "outcome", but got undefined.'],
  ['null', null, 'no_labels', 'but got null.'],
  ['text', 'mail', 'no_labels', 'but got "mail".'],
  ['a missing label', { queue: 'mail' }, 'missing_label', 'but got only "queue". Pass "outcome" as well.'],
  ['a misspelt label', { queue: 'mail', outcom: 'ok' }, 'missing_label', 'but got "outcom". Did you mean "outcome"?'],
  ['null as a value', { queue: null, outcome: 'ok' }, 'wrong_label_type', 'but "queue" is null.'],
  ['an object as a value', { queue: {}, outcome: 'ok' }, 'wrong_label_type', 'but "queue" is an object.'],
  ['a symbol as a value', { queue: Symbol('q'), outcome: 'ok' }, 'wrong_label_type', 'but "queue" is a symbol.'],
  ['a bigint as a value', { queue: 1n, outcome: 'ok' }, 'wrong_label_type', 'but "queue" is 1n.'],
  [
    'a getter that throws',
    {
      get queue() {
        throw new Error('no');
      },
      outcome: 'ok',
    },
    'wrong_label_type',
    'a getter that throws',
  ],
])('with %s the recording goes to the overflow series, counted and warned about once', (_, labels, reason, message) => {
  const { metrics, exported, warnings } = testSetting();
  const jobs = metrics.counter('jobs_total', declared);
  jobs.inc(labels as never, 2);
  jobs.inc(labels as never);
  expect(exported('jobs_total')).toEqual([{ labels: { queue: '__overflow__', outcome: '__overflow__' }, value: 3 }]);
  expect(exported('sightline_mislabelled_total')).toEqual([{ labels: { metric: 'jobs_total', reason }, value: 2 }]);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain(message);
});

describe('a label value of more than 8192 characters', () => {
  const longest = 'x'.repeat(8192);

  test('goes to the overflow series, counted and warned about once, and into no other series', () => {
    const { metrics, exported, warnings } = testSetting();
    const jobs = metrics.counter('jobs_total', declared);
    jobs.inc({ queue: longest, outcome: 'ok' });
    jobs.inc({ queue: `${longest}y`, outcome: 'ok' }, 2);
    jobs.inc({ queue: `${longest}z`, outcome: 'ok' }, 3);
    jobs.labels({ queue: 'mail', outcome: 'x'.repeat(1_000_000) }).inc(4);
    expect(exported('jobs_total')).toEqual([
      { labels: { queue: longest, outcome: 'ok' }, value: 1 },
      { labels: { queue: '__overflow__', outcome: '__overflow__' }, value: 9 },
    ]);
    expect(exported('sightline_mislabelled_total')).toEqual([
      { labels: { metric: 'jobs_total', reason: 'too_long' }, value: 3 },
    ]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/got label "queue" with "x+\.\.\." of 8193 characters.*at most 8192/);
    expect(warnings[0]?.length).toBeLessThan(400);
  });

  test('makes no series of a gauge or histogram', () => {
    const { metrics, exported } = testSetting();
    const queued = metrics.gauge('queued', { help: 'Queued.', labelNames: ['queue'] });
    const seconds = metrics.histogram('wait_seconds', { help: 'Wait.', labelNames: ['queue'], buckets: [1] });
    queued.set({ queue: `${longest}x` }, 1);
    seconds.observe({ queue: `${longest}x` }, 0.5);
    expect(exported('queued')).toEqual([]);
    expect(seconds.value({ queue: '__overflow__' })?.count).toBe(1);
    queued.remove({ queue: `${longest}x` });
    expect(queued.value({ queue: `${longest}x` })).toBeUndefined();
  });

  test.each<[string, (metrics: ReturnType<typeof testSetting>['metrics'], value: string) => unknown]>([
    ['child', (metrics, value) => metrics.child({ labels: { tenant: value } })],
    [
      'Info "build_info"',
      (metrics, value) => metrics.info('build_info', { help: 'Build.', labels: { version: value } }),
    ],
    [
      'Counter "jobs_total"',
      (metrics, value) =>
        metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'], labelValues: { queue: [value] } }),
    ],
    ['defaultLabels', (_, value) => createMetrics({ defaultLabels: { tenant: value } })],
  ])('is refused where it is declared: %s', (subject, declare) => {
    expect(() => declare(testSetting().metrics, longest)).not.toThrow();
    expect(() => declare(testSetting().metrics, `${longest}x`)).toThrow(subject);
    expect(() => declare(testSetting().metrics, `${longest}x`)).toThrow('of 8193 characters');
  });
});

test('an undeclared label beside right ones is left out, and warned about when the series is made', () => {
  const { metrics, exported, warnings } = testSetting();
  const jobs = metrics.counter('jobs_total', declared);
  jobs.inc({ queue: 'mail', outcome: 'ok', user: 'u1' } as never);
  expect(exported('jobs_total')).toEqual([{ labels: { queue: 'mail', outcome: 'ok' }, value: 1 }]);
  expect(warnings).toEqual([expect.stringContaining('but got "user" as well. The recording counts without them.')]);
});

test("a gauge's set is dropped if the labels are wrong, its steps go to the overflow series", () => {
  const { metrics, exported } = testSetting();
  const queue = metrics.gauge('queue_length', { help: 'Queue.', labelNames: ['queue'] });
  queue.set({} as never, 5);
  queue.inc({} as never, 5);
  queue.dec({} as never, 2);
  expect(exported('queue_length')).toEqual([{ labels: { queue: '__overflow__' }, value: 3 }]);
  expect(exported('sightline_mislabelled_total')).toEqual([
    { labels: { metric: 'queue_length', reason: 'missing_label' }, value: 3 },
  ]);
});

test('a series bound with wrong labels records into the overflow series, counted per recording', () => {
  const { metrics, exported } = testSetting();
  const bound = metrics.counter('jobs_total', declared).labels({ queue: 'mail' } as never);
  expect(exported('sightline_mislabelled_total')).toEqual([]);
  bound.inc();
  bound.inc();
  expect(exported('jobs_total')).toEqual([{ labels: { queue: '__overflow__', outcome: '__overflow__' }, value: 2 }]);
  expect(exported('sightline_mislabelled_total')[0]?.value).toBe(2);
});

test('declared label values are zeroes from the start, and others go to the overflow series', () => {
  const { metrics, exported, warnings } = testSetting();
  const errors = metrics.counter('errors_total', {
    help: 'Errors.',
    labelNames: ['error_type'],
    labelValues: { error_type: ['parse_error', 'publish_error', 'api_error'] },
  });
  expect(exported('errors_total').map(({ labels, value }) => [labels['error_type'], value])).toEqual([
    ['parse_error', 0],
    ['publish_error', 0],
    ['api_error', 0],
  ]);
  errors.inc({ error_type: 'parse_eror' });
  expect(exported('errors_total')[3]).toEqual({ labels: { error_type: '__overflow__' }, value: 1 });
  expect(exported('sightline_mislabelled_total')[0]?.labels).toEqual({
    metric: 'errors_total',
    reason: 'undeclared_value',
  });
  expect(warnings[0]).toContain('Did you mean "parse_error"?');
});

test('declared values of only some labels make no series', () => {
  const { metrics, exported } = testSetting();
  metrics.counter('jobs_total', { ...declared, labelValues: { outcome: ['ok', 'failed'] } });
  expect(exported('jobs_total')).toEqual([]);
});

test('a product of declared values beyond the cap makes no series', () => {
  const { metrics, exported } = testSetting({ maxSeries: 3 });
  metrics.counter('jobs_total', { ...declared, labelValues: { outcome: ['ok', 'failed'], queue: ['mail', 'sms'] } });
  expect(exported('jobs_total')).toEqual([]);
});

test('values that UTF-8 writes alike are one series', () => {
  const { metrics, exported } = testSetting();
  const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] });
  jobs.inc({ queue: 'a\ud800' });
  jobs.inc({ queue: 'a\udfff' });
  jobs.inc({ queue: 'a\ufffd' });
  jobs.labels({ queue: 'a\ud801' }).inc();
  expect(exported('jobs_total')).toEqual([{ labels: { queue: 'a\ufffd' }, value: 4 }]);
});

test('a series can be removed by labels that needed mending', () => {
  const { metrics, exported } = testSetting();
  const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] });
  jobs.inc({ queue: 'a\ud800' });
  expect(jobs.value({ queue: 'a\ud800' })).toBe(1);
  jobs.remove({ queue: 'a\ud800' });
  expect(exported('jobs_total')).toEqual([]);
});

describe.each([
  ['generated code', true],
  ['a loop, if code generation is disallowed', false],
])('the label reader as %s', (_, generate) => {
  test('any strings are labels of their own', { timeout: 60_000 }, () => {
    const awkward = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('__proto__', 'constructor', 'toString', '', '"', "'", '\\', '\n', '\u2028', '😀', '__overflow__'),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(awkward, awkward), { maxLength: 30 }), (pairs) => {
        const trie = new LabelTrie();
        const find = labelReader(trie.root, [{ name: 'a' }, { name: 'b' }], generate);
        const rows = new Map<string, number>();
        for (const [a, b] of pairs) {
          const key = JSON.stringify([a, b]);
          expect(find({ a, b })).toBe(rows.get(key) ?? -1);
          if (!rows.has(key)) {
            trie.set([a, b], rows.size);
            rows.set(key, rows.size);
          }
          expect(find({ a, b })).toBe(rows.get(key));
        }
        for (const [a, b] of pairs) trie.delete([a, b]);
        expect(trie.root.size).toBe(0);
      }),
    );
  });

  test('awkward label names, fixed labels and none at all are read', () => {
    const trie = new LabelTrie();
    trie.set(['x"\n', 'v'], 7);
    expect(
      labelReader(
        trie.root,
        [{ name: 'child', fixed: 'x"\n' }, { name: 'error.type' }],
        generate,
      )({ 'error.type': 'v' }),
    ).toBe(7);
    const bare = new LabelTrie();
    const find = labelReader(bare.root, [], generate);
    expect(find({})).toBe(-1);
    bare.set([], 3);
    expect(find({})).toBe(3);
    expect(find(null)).toBe(-1);
  });

  test('anything may be given', () => {
    const trie = new LabelTrie();
    trie.set(['true'], 1);
    const find = labelReader(trie.root, [{ name: 'a' }], generate);
    fc.assert(
      fc.property(fc.anything(), (labels) => {
        expect(find(labels)).toBe(isTrueA(labels) ? 1 : -1);
      }),
    );
    const trap = new Proxy(
      {},
      {
        get: () => {
          throw new Error('no');
        },
      },
    );
    expect(find(trap)).toBe(-1);
    expect(find({ a: true })).toBe(1);
  });

  test('the recorder hands over row, labels and value', () => {
    const seen: unknown[] = [];
    const record = recorder<number>(
      () => 4,
      (...args) => void seen.push(args),
      generate,
    );
    record('labels', 2);
    expect(seen).toEqual([[4, 'labels', 2]]);
  });
});

function isTrueA(labels: unknown): boolean {
  const a = (labels as { a?: unknown } | null | undefined)?.a;
  return a === true || a === 'true';
}

test('label names of every allowed form work', () => {
  const metrics = createMetrics({ strict: true });
  const requests = metrics.counter('requests_total', {
    help: 'Requests.',
    labelNames: ['errorType', 'http.route', 'constructor', '_x'],
  });
  requests.inc({ errorType: 'a', 'http.route': '/', constructor: 'c', _x: 1 });
  expect(requests.value({ errorType: 'a', 'http.route': '/', constructor: 'c', _x: '1' })).toBe(1);
});

test('a proxy that was revoked is no value, and no reason to throw', () => {
  const { metrics, exported } = testSetting();
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const revoked = proxy as never;
  const labels = { queue: 'mail', outcome: 'ok' };
  metrics.counter('jobs_total', declared).inc(labels, revoked);
  metrics.gauge('depth', { help: 'Depth.' }).set(revoked);
  metrics.histogram('job_seconds', declared).observe(labels, revoked);
  expect(exported('jobs_total')).toEqual([]);
});
