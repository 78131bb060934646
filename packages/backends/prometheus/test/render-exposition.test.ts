import type { FamilySnapshot } from '@sightline/core/backend';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { chunkBytes } from '../src/exposition-bytes.js';
import type { ExpositionFormat } from '../src/exposition-format.js';
import { expositionText } from '../src/exposition-text.js';
import { expositionChunks } from '../src/render-exposition.js';
import { counter, exponentialPoint, gauge, histogram, info, page, summary } from './families.js';
import { parseExposition } from './parse-exposition.js';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

describe('a counter', () => {
  const jobs = counter('jobs.finished.count', [{ queue: 'mail' }, { queue: 'sms' }], [3, 0.5], {
    help: 'Jobs "done".\nAll \\ kinds.',
  });

  test('is a family with its suffix in text', () => {
    expect(page('text', [jobs])).toBe(
      '# HELP jobs_finished_total Jobs "done".\\nAll \\\\ kinds.\n# TYPE jobs_finished_total counter\n' +
        'jobs_finished_total{queue="mail"} 3\njobs_finished_total{queue="sms"} 0.5\n',
    );
  });

  test('is a family without it in OpenMetrics, where only samples have it', () => {
    expect(page('openmetrics', [jobs])).toBe(
      '# TYPE jobs_finished counter\n# HELP jobs_finished Jobs \\"done\\".\\nAll \\\\ kinds.\n' +
        'jobs_finished_total{queue="mail"} 3\njobs_finished_total{queue="sms"} 0.5\n# EOF\n',
    );
  });

  test('carries its exemplar in OpenMetrics, with the time in seconds', () => {
    const exemplars = new Map([[0, { value: 2, traceId, spanId, timeMs: 1703689200123 }]]);
    const family = counter('jobs', [{}], [3], { exemplars });
    expect(page('openmetrics', [family])).toContain(
      `jobs_total 3 # {trace_id="${traceId}",span_id="${spanId}"} 2 1703689200.123\n`,
    );
    expect(page('text', [family])).toContain('jobs_total 3\n');
  });

  test('goes without an exemplar that is longer than OpenMetrics allows', () => {
    const exemplars = new Map([[0, { value: 2, traceId: 'x'.repeat(120), spanId, timeMs: 1 }]]);
    expect(page('openmetrics', [counter('jobs', [{}], [3], { exemplars })])).toContain('jobs_total 3\n');
  });

  test('of another library keeps its name in text', () => {
    const family = counter('hits', [{}], [1], { origin: 'external' });
    expect(page('text', [family])).toBe('# TYPE hits counter\nhits 1\n');
    expect(page('openmetrics', [family])).toBe('# TYPE hits counter\nhits_total 1\n# EOF\n');
  });

  test('of another library loses the series that are no counts, and says so', () => {
    const onLeftOut = vi.fn();
    const family = counter('hits_total', [{ a: '1' }, { a: '2' }, { a: '3' }], [-1, Number.NaN, 4], {
      origin: 'external',
    });
    expect(parseExposition(page('openmetrics', [family], { onLeftOut }), 'openmetrics')[0]?.samples).toHaveLength(1);
    expect(onLeftOut.mock.calls).toEqual([
      ['hits_total', 'bad_value'],
      ['hits_total', 'bad_value'],
    ]);
  });
});

describe('a gauge', () => {
  test('may have any value', () => {
    const rows = ['a', 'b', 'c', 'd'].map((at) => ({ at }));
    const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0];
    expect(page('text', [gauge('depth', rows, values)])).toBe(
      '# TYPE depth gauge\ndepth{at="a"} NaN\ndepth{at="b"} +Inf\ndepth{at="c"} -Inf\ndepth{at="d"} -0\n',
    );
  });

  test('names its unit in OpenMetrics if its name ends in it', () => {
    expect(page('openmetrics', [gauge('heap', [{}], [1], { unit: 'bytes' })])).toContain('# UNIT heap_bytes bytes\n');
    expect(page('openmetrics', [gauge('lag_ms', [{}], [1], { unit: 'milliseconds' })])).not.toContain('UNIT');
    expect(page('text', [gauge('heap', [{}], [1], { unit: 'bytes' })])).toBe('# TYPE heap_bytes gauge\nheap_bytes 1\n');
  });
});

test('an info is a gauge in text', () => {
  const build = info('build', { version: '1.2.3' });
  expect(page('text', [build])).toBe('# TYPE build_info gauge\nbuild_info{version="1.2.3"} 1\n');
  expect(page('openmetrics', [build])).toBe('# TYPE build info\nbuild_info{version="1.2.3"} 1\n# EOF\n');
});

describe('a histogram', () => {
  const exemplars = new Map([[4, { value: 0.7, traceId, spanId, timeMs: 5000 }]]);
  const latency = histogram('latency', [{ path: '/' }, { path: '/a' }], {
    unit: 'seconds',
    bounds: [0.5, 1],
    counts: [
      [1, 0, 2],
      [0, 1, 0],
    ],
    sums: [7.5, 0.7],
    exemplars,
  });

  test('has cumulated buckets whose last is the count', () => {
    expect(page('text', [latency])).toBe(
      [
        '# TYPE latency_seconds histogram',
        'latency_seconds_bucket{path="/",le="0.5"} 1',
        'latency_seconds_bucket{path="/",le="1.0"} 1',
        'latency_seconds_bucket{path="/",le="+Inf"} 3',
        'latency_seconds_sum{path="/"} 7.5',
        'latency_seconds_count{path="/"} 3',
        'latency_seconds_bucket{path="/a",le="0.5"} 0',
        'latency_seconds_bucket{path="/a",le="1.0"} 1',
        'latency_seconds_bucket{path="/a",le="+Inf"} 1',
        'latency_seconds_sum{path="/a"} 0.7',
        'latency_seconds_count{path="/a"} 1',
        '',
      ].join('\n'),
    );
  });

  test('has exemplars at its buckets in OpenMetrics', () => {
    expect(page('openmetrics', [latency])).toContain(
      `latency_seconds_bucket{path="/a",le="1.0"} 1 # {trace_id="${traceId}",span_id="${spanId}"} 0.7 5\n`,
    );
    expect(page('text', [latency])).not.toContain('trace_id');
  });

  test('without buckets shows what it knows exactly: count and sum', () => {
    const family = histogram('size', [{}], { bounds: [], counts: [[4]], sums: [10] });
    expect(page('text', [family])).toBe('# TYPE size histogram\nsize_bucket{le="+Inf"} 4\nsize_sum 10\nsize_count 4\n');
  });

  test('without buckets, but exponential, shows the powers of two that its unit decides on', () => {
    const exponential = [exponentialPoint(0, 0, [1, 3])];
    const family = histogram('size', [{}], { unit: 'rows', bounds: [], counts: [[4]], sums: [10], exponential });
    expect(page('text', [family])).toContain(
      'size_rows_bucket{le="1.0"} 0\nsize_rows_bucket{le="2.0"} 1\nsize_rows_bucket{le="4.0"} 4\nsize_rows_bucket{le="8.0"} 4\n',
    );
  });

  test('never claims more in a bucket than its count', () => {
    const exponential = [exponentialPoint(0, 0, [1, 3])];
    const family = histogram('size', [{}], { bounds: [], counts: [[2]], sums: [10], exponential });
    expect(() => parseExposition(page('openmetrics', [family]), 'openmetrics')).not.toThrow();
  });

  test('of values that may be negative has neither sum nor count in OpenMetrics, which allows none', () => {
    const family = histogram('drift', [{}], { bounds: [-1, 1], counts: [[1, 1, 0]], sums: [-3] });
    expect(page('openmetrics', [family])).not.toMatch(/_sum|_count/);
    expect(page('text', [family])).toContain('drift_sum -3\ndrift_count 2\n');
  });
});

test('a summary has its quantiles', () => {
  const family = summary('rpc', [{ to: 'a' }], {
    quantiles: [0.5, 1],
    values: [[2, Number.NaN]],
    sums: [9],
    counts: [3],
  });
  expect(page('text', [family])).toBe(
    '# TYPE rpc summary\nrpc{to="a",quantile="0.5"} 2\nrpc{to="a",quantile="1.0"} NaN\nrpc_sum{to="a"} 9\nrpc_count{to="a"} 3\n',
  );
});

describe('creation times', () => {
  const startTimesMs = Float64Array.of(1500, 0);
  const family = counter('jobs', [{ a: '1' }, { a: '2' }], [1, 1], { startTimesMs });

  test('are written on request, if they are known', () => {
    const lines = page('openmetrics', [family], { createdTimestamps: true });
    expect(lines).toBe(
      '# TYPE jobs counter\njobs_total{a="1"} 1\njobs_created{a="1"} 1.5\njobs_total{a="2"} 1\n# EOF\n',
    );
  });

  test('are not written in text', () => {
    expect(page('text', [family], { createdTimestamps: true })).not.toContain('created');
  });
});

describe('labels', () => {
  test('are escaped, and constant ones come last', () => {
    const family = gauge('g', [{ 'error.type': 'a\\b"c\nd' }], [1], { constantLabels: { env: 'p"1' } });
    expect(page('text', [family])).toContain('g{error_type="a\\\\b\\"c\\nd",env="p\\"1"} 1\n');
  });

  test('that are all constant stand alone', () => {
    expect(page('text', [gauge('g', [{}], [1], { constantLabels: { env: 'prod' } })])).toContain('g{env="prod"} 1\n');
  });
});

describe('a family of an included source', () => {
  const external = { origin: 'external' } as const;
  const fine = gauge('fine', [{}], [1]);
  test.each<[FamilySnapshot, string]>([
    [gauge('a-b', [{}], [1], external), 'bad_name'],
    [gauge('g', [{ 'a-b': '' }], [1], external), 'bad_label'],
    [gauge('g', [{ __a: '' }], [1], external), 'bad_label'],
    [gauge('g', [{ a: '' }], [1], { ...external, constantLabels: { a: 'b' } }), 'bad_label'],
    [histogram('h', [{ le: '' }], { ...external, bounds: [1], counts: [[1, 1]], sums: [1] }), 'bad_label'],
    [histogram('h', [{}], { ...external, bounds: [2, 1], counts: [[1, 1, 1]], sums: [1] }), 'bad_buckets'],
    [histogram('h', [{}], { ...external, bounds: [1], counts: [[1, -1]], sums: [1] }), 'bad_buckets'],
    [histogram('h', [{}], { ...external, bounds: [1], counts: [[0.5, 1]], sums: [1] }), 'bad_buckets'],
    [summary('s', [{}], { quantiles: [2], values: [[1]], sums: [1], counts: [1] }), 'bad_quantiles'],
  ])('%# that would make the exposition invalid is left out: %s', (family, reason) => {
    const onLeftOut = vi.fn();
    expect(page('text', [family, fine], { onLeftOut })).toBe('# TYPE fine gauge\nfine 1\n');
    expect(onLeftOut.mock.calls).toEqual([[family.name, reason]]);
  });

  test('that is not even a family does not affect others', () => {
    const onLeftOut = vi.fn();
    const malformed = { kind: 'gauge', name: 'odd', origin: 'external' } as unknown as FamilySnapshot;
    expect(page('text', [malformed, fine], { onLeftOut })).toBe('# TYPE fine gauge\nfine 1\n');
    expect(onLeftOut.mock.calls).toEqual([['odd', 'malformed']]);
  });

  test('whose label is not a string is left out', () => {
    const onLeftOut = vi.fn();
    const family = { ...gauge('g', [{ a: '1' }], [1], external), labelValues: [5] as unknown as string[] };
    expect(page('text', [family, fine], { onLeftOut })).toBe('# TYPE fine gauge\nfine 1\n');
    expect(onLeftOut.mock.calls).toEqual([['g', 'bad_label']]);
  });

  test('that breaks halfway keeps its whole series', () => {
    const onLeftOut = vi.fn();
    const family = counter('hits', [{ a: '1' }, { a: '2' }], [1, 2], external);
    const values = new Proxy(Float64Array.of(1, 2), {
      get: (target, key) => {
        if (key === '1') throw new Error('broken');
        return Reflect.get(target, key);
      },
    });
    expect(page('text', [{ ...family, values }, fine], { onLeftOut })).toBe(
      '# TYPE hits counter\nhits{a="1"} 1\n# TYPE fine gauge\nfine 1\n',
    );
    expect(onLeftOut.mock.calls).toEqual([['hits', 'malformed']]);
  });

  test('keeps the first of two series with the same labels', () => {
    const onLeftOut = vi.fn();
    expect(page('text', [gauge('g', [{ a: '1' }, { a: '1' }], [1, 2], external)], { onLeftOut })).toBe(
      '# TYPE g gauge\ng{a="1"} 1\n',
    );
    expect(onLeftOut.mock.calls).toEqual([['g', 'duplicate_series']]);
  });
});

test('an exposition comes in chunks of about 64 kB that end between lines', () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => ({ id: `series-${i}` }));
  const pieces = [
    ...expositionChunks(
      [
        gauge(
          'depth',
          rows,
          rows.map((_, i) => i),
        ),
      ],
      { format: 'text', createdTimestamps: false },
    ),
  ];
  expect(pieces.length).toBeGreaterThan(5);
  expect(pieces.every((piece) => piece.at(-1) === 10 && piece.length < chunkBytes + 100)).toBe(true);
});

test('an exposition is available as one string', async () => {
  const snapshot = { timeMs: 0, families: [counter('jobs', [{}], [3])] };
  expect(expositionText(snapshot)).toBe('# TYPE jobs_total counter\njobs_total 3\n');
  expect(expositionText(snapshot, { format: 'openmetrics' })).toBe('# TYPE jobs counter\njobs_total 3\n# EOF\n');
});

test('an exposition without families is only its end', () => {
  expect(page('text', [])).toBe('');
  expect(page('openmetrics', [])).toBe('# EOF\n');
});

describe.each<ExpositionFormat>(['text', 'openmetrics'])('in %s, what is read back is what was recorded', (format) => {
  const labelValue = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(
      '',
      '\\',
      '"',
      '\n',
      '\\n',
      '__proto__',
      'constructor',
      '}',
      ',',
      ' # {',
      '😀',
      '\u2028',
      '\r',
      '\t',
      'a="b"',
    ),
  );
  const labelName = fc
    .constantFrom('a', 'queue', '__proto__x', 'constructor', 'userId', 'x_1')
    .filter((name) => !name.startsWith('__'));
  const rows = fc.uniqueArray(labelName, { maxLength: 3 }).chain((names) =>
    fc
      .uniqueArray(fc.tuple(...names.map(() => labelValue)), {
        minLength: 1,
        maxLength: 6,
        selector: (row) => JSON.stringify(row),
      })
      .map((values) => values.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i] ?? ''])))),
  );
  const count = fc.oneof(fc.nat(1000), fc.constantFrom(2 ** 53, 1e21, 0));

  test('counters and gauges', { timeout: 60_000 }, () => {
    const value = fc.oneof(
      fc.double({ min: 0, noNaN: true }),
      fc.constantFrom(5e-324, 1e308, Number.POSITIVE_INFINITY, 0),
    );
    fc.assert(
      fc.property(
        rows,
        fc.array(value, { minLength: 6, maxLength: 6 }),
        fc.string({ unit: 'grapheme' }),
        (labels, values, help) => {
          const wanted = values.slice(0, labels.length);
          const families = [
            counter('jobs', labels, wanted, { help }),
            gauge(
              'depth',
              labels,
              wanted.map((each) => -each),
              { help },
            ),
          ];
          const [jobs, depth] = parseExposition(page(format, families), format);
          expect(jobs?.samples.map((sample) => sample.value)).toEqual(wanted);
          expect(depth?.samples.map((sample) => sample.value)).toEqual(wanted.map((each) => -each));
          expect(jobs?.samples.map((sample) => Object.fromEntries(sample.labels))).toEqual(labels);
          expect(jobs?.help ?? '').toBe(help);
        },
      ),
    );
  });

  test('histograms', () => {
    const buckets = fc.uniqueArray(fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 }), { maxLength: 5 });
    fc.assert(
      fc.property(rows, buckets, fc.array(count, { minLength: 40, maxLength: 40 }), (labels, unsorted, numbers) => {
        const bounds = [...unsorted].sort((a, b) => a - b);
        const counts = labels.map((_, i) => [...bounds, 0].map((_bound, k) => numbers[(i * 7 + k) % 40] ?? 0));
        const family = histogram('latency', labels, { bounds, counts, sums: labels.map((_, i) => i) });
        const samples = parseExposition(page(format, [family]), format)[0]?.samples ?? [];
        const perSeries = bounds.length + 3;
        expect(samples).toHaveLength(labels.length * perSeries);
        labels.forEach((own, i) => {
          const series = samples.slice(i * perSeries, (i + 1) * perSeries);
          const total = counts[i]?.reduce((sum, each) => sum + each, 0);
          expect(series.at(-1)).toMatchObject({ name: 'latency_count', value: total });
          expect(Object.fromEntries(series.at(-1)?.labels ?? [])).toEqual(own);
          expect(series.slice(0, bounds.length).map(({ labels: all }) => Number(all.get('le')))).toEqual(bounds);
        });
      }),
    );
  });
});
