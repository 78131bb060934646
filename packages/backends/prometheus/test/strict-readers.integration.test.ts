import { spawnSync } from 'node:child_process';
import type { FamilySnapshot } from '@sightline/core/backend';
import fc from 'fast-check';
import { collectDefaultMetrics, Registry, Summary } from 'prom-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rounds } from '../../../../scripts/rounds.js';
import { requirePython, requireServer } from '../../../../scripts/servers/require-server.js';
import { promClientSource } from '../src/index.js';
import { counter, exponentialPoint, gauge, histogram, info, page } from './families.js';
import { type SampleService, sampleService, wildValues } from './sample-service.js';

let service: SampleService;
const pages = { text: '', openmetrics: '' };

beforeAll(async () => {
  service = await sampleService({ createdTimestamps: true });
  pages.text = await (await fetch(service.url)).text();
  pages.openmetrics = await openMetricsPage();
});

async function openMetricsPage(): Promise<string> {
  return (await fetch(service.url, { headers: { Accept: 'application/openmetrics-text' } })).text();
}
afterAll(() => service?.metrics.shutdown());

describe.skipIf(!requireServer('promtool'))('promtool', () => {
  test('has nothing to complain about', () => {
    expect(pages.text).toContain('sightline_prometheus_scrapes_total{');
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
      input: pages.text,
      encoding: 'utf8',
    });
    expect(stdout + stderr).toBe('');
    expect(status).toBe(0);
  });
});

const python = requirePython('prometheus_client');

/** One line of JSON per sample, as Python reads the page. */
const readAll = (module: string) => `
import json, sys
from ${module} import text_string_to_metric_families
page = sys.stdin.buffer.read().decode('utf-8')
for family in text_string_to_metric_families(page):
    for sample in family.samples:
        exemplar = sample.exemplar.labels if sample.exemplar else None
        print(json.dumps([family.name, family.type, family.documentation, family.unit, sample.name, sample.labels, repr(sample.value), exemplar]))
`;

type Read = [
  family: string,
  type: string,
  help: string,
  unit: string,
  name: string,
  labels: Record<string, string>,
  value: string,
  exemplar: object | null,
];

function readByPython(module: string, page: string): Read[] {
  const { status, stdout, stderr } = spawnSync(python ?? '', ['-c', readAll(module)], {
    input: page,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe.skipIf(python === undefined)('the reference parser', () => {
  test('reads OpenMetrics as it was meant', () => {
    const samples = readByPython('prometheus_client.openmetrics.parser', pages.openmetrics);
    const received = samples.filter(([, , , , name]) => name === 'collector_messages_received_total');
    expect(received.map(([, , , , , labels]) => labels['symbol'])).toEqual(wildValues);
    expect(received.map(([, , , , , , value]) => Number(value))).toEqual(wildValues.map((_, i) => i + 1));
    expect(received[0]?.slice(0, 4)).toEqual([
      'collector_messages_received',
      'counter',
      'Messages received from "the" exchange.\nWith \\ and a second line.',
      '',
    ]);
    expect(received[0]?.[5]).toEqual({ channel: 'ticker', symbol: 'BTC_JPY', region: 'eu "1"' });
    const buckets = samples.filter(([, , , , name]) => name === 'collector_publish_latency_seconds_bucket');
    expect(buckets.map(([, , , unit, , labels, value]) => [unit, labels['le'], Number(value)])).toEqual([
      ['seconds', '0.001', 1],
      ['seconds', '0.5', 1],
      ['seconds', '1.0', 3],
      ['seconds', '10.0', 3],
      ['seconds', '+Inf', 4],
    ]);
    expect(buckets.at(-1)?.[7]).toEqual({
      trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      span_id: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    expect(samples.map(([, type, , , name]) => [type, name])).toContainEqual(['info', 'build_info']);
    expect(samples.map(([, , , , name]) => name)).toContain('collector_messages_received_created');
  });

  test('reads text as it was meant', () => {
    const samples = readByPython('prometheus_client.parser', pages.text);
    const values = Object.fromEntries(samples.map(([, , , , name, , value]) => [name, Number(value)]));
    expect(values).toMatchObject({
      send_queue_bytes: 5e-324,
      last_message_seconds: -1e308,
      build_info: 1,
      command_dispatched_total: 2 ** 53,
    });
  });

  test('accepts what prom-client measures by default, when it is included', async () => {
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    const summary = new Summary({ name: 'rpc_seconds', help: 'RPCs.', labelNames: ['to'], registers: [registry] });
    summary.observe({ to: 'a' }, 0.5);
    const exclude = service.metrics.include(promClientSource(registry));
    const samples = readByPython('prometheus_client.openmetrics.parser', await openMetricsPage());
    exclude();
    const names = samples.map(([, type, , , name]) => `${type} ${name}`);
    expect(names).toContain('counter process_cpu_seconds_total');
    expect(names).toContain('gauge nodejs_eventloop_lag_seconds');
    expect(names).toContain('summary rpc_seconds');
  });

  test('accepts every exposition that can be made', () => {
    const pages = fc
      .sample(anyFamilies, { numRuns: rounds(300), seed: 42 })
      .map((families) => page('openmetrics', families, { createdTimestamps: true }));
    const { status, stderr, stdout } = spawnSync(python ?? '', ['-c', parseEach], {
      input: JSON.stringify(pages),
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(Number(stdout)).toBe(
      pages
        .join('')
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('# ')).length,
    );
  });
});

/** Prints how many samples there are in all pages together. */
const parseEach = `
import json, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families
samples = 0
for page in json.loads(sys.stdin.buffer.read().decode('utf-8')):
    for family in text_string_to_metric_families(page):
        samples += len(family.samples)
print(samples)
`;

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  // "#" starts an exemplar where the parser looks for one without regard to quotes.
  fc.constantFrom(...wildValues.filter((value) => !value.includes('#'))),
);
const anyNumber = fc.double({ noNaN: true });
const anyRows = fc
  .uniqueArray(
    anyText.filter((value) => !value.includes('#')),
    { minLength: 1, maxLength: 4 },
  )
  .map((values) => values.map((value) => ({ value, other: value })));
const anyCount = fc.oneof(fc.nat(), fc.constantFrom(0, 2 ** 53));

/** One of each kind, with any labels, numbers, bounds and times. */
const anyFamilies = fc
  .record({
    rows: anyRows,
    help: anyText,
    numbers: fc.array(anyNumber, { minLength: 4, maxLength: 4 }),
    counts: fc.array(anyCount, { minLength: 24, maxLength: 24 }),
    bounds: fc.uniqueArray(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 5, selector: String }),
    exponents: fc.array(
      fc.record({ scale: fc.integer({ min: -4, max: 8 }), offset: fc.integer({ min: -2000, max: 2000 }) }),
      { minLength: 4, maxLength: 4 },
    ),
  })
  .map(({ rows, help, numbers, counts, bounds, exponents }): FamilySnapshot[] => {
    const startTimesMs = Float64Array.from(rows, (_, i) => 1.7e12 + i);
    const sorted = [...bounds].sort((a, b) => a - b);
    const given = { help, startTimesMs, constantLabels: { region: help } };
    const countsOf = (width: number) => rows.map((_, i) => counts.slice(i * width, (i + 1) * width));
    const exponential = rows.map((_, i) =>
      exponentialPoint(exponents[i]?.scale ?? 0, exponents[i]?.offset ?? 0, counts.slice(i, i + 4)),
    );
    return [
      counter(
        'jobs',
        rows,
        rows.map((_, i) => Math.abs(numbers[i] ?? 0)),
        given,
      ),
      gauge(
        'depth',
        rows,
        rows.map((_, i) => numbers[i] ?? 0),
        given,
      ),
      info('build', { version: help }, { help }),
      histogram('latency', rows, {
        ...given,
        unit: 'seconds',
        bounds: sorted,
        counts: countsOf(sorted.length + 1),
        sums: rows.map((_, i) => numbers[i] ?? 0),
      }),
      histogram('size', rows, {
        ...given,
        bounds: [],
        counts: exponential.map(({ count }) => [count]),
        sums: rows.map(() => 1),
        exponential,
      }),
    ];
  });
