import { createMetrics, type Metrics } from '@sightline/core';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { rounds } from '../../../../scripts/rounds.js';
import { type LogSnapshotOptions, logSnapshotBackend } from '../src/index.js';
import { dimensionValueSchema, emfSchema, metricValueSchema } from './emf-schema.js';

interface Document {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: ReadonlyArray<{
      readonly Namespace: string;
      readonly Dimensions: readonly string[][];
      readonly Metrics: ReadonlyArray<{ readonly Name: string; readonly Unit: string }>;
    }>;
  };
  readonly [member: string]: unknown;
}

const ajv = new Ajv({ allErrors: true });
const isDocument = ajv.compile(emfSchema);
const isDimensionValue = ajv.compile(dimensionValueSchema);
const isMetricValue = ajv.compile(metricValueSchema);

/** One window of what `record` records, as documents that were checked against the published rules. */
async function documentsOf(record: (metrics: Metrics) => void, options: LogSnapshotOptions = {}): Promise<Document[]> {
  const lines: string[] = [];
  const logger = pino({ level: 'silent' }, { write: (line: string) => void lines.push(line) });
  const metrics = createMetrics({ backends: [logSnapshotBackend({ layout: 'emf', logger, ...options })], log: quiet });
  record(metrics);
  await metrics.shutdown();
  return lines.map(checkedDocument);
}

const quiet = { info() {}, warn() {}, error() {} };

function checkedDocument(line: string): Document {
  expect(Buffer.byteLength(line)).toBeLessThan(256 * 1024);
  const document: Document = JSON.parse(line);
  expect(isDocument(document), JSON.stringify(isDocument.errors)).toBe(true);
  // A JSON parser hides members that are there twice.
  const middle = /^\{"level":30,"time":\d+,(.*),"msg":"metrics"\}\n$/s.exec(line)?.[1];
  const ours = Object.keys(JSON.parse(`{${middle}}`));
  expect(ours.filter((name) => ['level', 'time', 'msg'].includes(name))).toEqual([]);
  for (const directive of document._aws.CloudWatchMetrics) {
    for (const name of directive.Dimensions.flat()) expect(isDimensionValue(own(document, name)), name).toBe(true);
    for (const { Name } of directive.Metrics) expect(isMetricValue(own(document, Name)), Name).toBe(true);
    const names = [...directive.Dimensions.flat(), ...directive.Metrics.map(({ Name }) => Name)];
    expect(new Set(names).size).toBe(names.length);
  }
  return document;
}

function own(document: Document, name: string): unknown {
  return Object.getOwnPropertyDescriptor(document, name)?.value;
}

describe('embedded metric format', () => {
  test('has one document for each set of labels, with units', async () => {
    const documents = await documentsOf(
      (metrics) => {
        const received = metrics.counter('received_total', { help: 'h', labelNames: ['channel', 'symbol'] });
        const lag = metrics.gauge('lag', { help: 'h', unit: 'milliseconds', labelNames: ['symbol', 'channel'] });
        received.inc({ channel: 'ticker', symbol: 'BTC_JPY' }, 150);
        lag.set({ channel: 'ticker', symbol: 'BTC_JPY' }, 3.5);
        metrics.gauge('depth', { help: 'h' }).set(2);
        metrics.gauge('odd', { help: 'h', unit: 'furlongs' }).set(1);
      },
      { keys: { received_total: 'received' }, namespace: 'Collector', storageResolution: 1 },
    );
    expect(documents).toHaveLength(2);
    expect(documents[0]).toMatchObject({
      level: 30,
      msg: 'metrics',
      window_seconds: expect.any(Number),
      _aws: {
        CloudWatchMetrics: [
          {
            Namespace: 'Collector',
            Dimensions: [['channel', 'symbol']],
            Metrics: [
              { Name: 'received', Unit: 'Count', StorageResolution: 1 },
              { Name: 'lag', Unit: 'Milliseconds', StorageResolution: 1 },
            ],
          },
        ],
      },
      ...{ channel: 'ticker', symbol: 'BTC_JPY', received: 150, lag: 3.5 },
    });
    expect(documents[1]).toMatchObject({ depth: 2, odd: 1 });
    expect(documents[1]?._aws.CloudWatchMetrics[0]).toMatchObject({ Dimensions: [[]] });
  });

  test('has a histogram as values that percentiles can be computed from, with exact count and sum', async () => {
    const [document] = await documentsOf((metrics) => {
      const latency = metrics.histogram('latency', { help: 'h', unit: 'seconds' });
      for (let i = 1; i <= 10_000; i++) latency.observe(i / 1000);
    });
    const values = document?.['latency'] as number[];
    expect(document).toMatchObject({ latency_count: 10_000 });
    expect(document?.['latency_sum']).toBeCloseTo(50_005, 6);
    expect(values).toHaveLength(100);
    for (const [index, exact] of [
      [49, 4.95],
      [98, 9.85],
    ] as const) {
      expect(Math.abs((values[index] ?? 0) / exact - 1)).toBeLessThan(0.05);
    }
  });

  test('has each of a few observations, and only the count if there were none', async () => {
    const documents = await documentsOf((metrics) => {
      const sizes = metrics.histogram('sizes', { help: 'h', unit: 'bytes', labelNames: ['kind'] });
      for (const size of [1, 10, 100]) sizes.observe({ kind: 'few' }, size);
      sizes.labels({ kind: 'none' });
    });
    const [few, none] = documents;
    const values = few?.['sizes'] as number[];
    expect(values).toHaveLength(3);
    expect([values[0], values[2]]).toEqual([1, 100]);
    expect(none).toMatchObject({ kind: 'none', sizes_count: 0 });
    expect(Object.keys(none ?? {})).not.toContain('sizes');
  });

  test('keeps to 100 metrics a document without losing one', async () => {
    const documents = await documentsOf((metrics) => {
      for (let i = 0; i < 250; i++) metrics.counter(`jobs_${i}`, { help: 'h' }).inc(i);
    });
    const total = documents.flatMap((document) =>
      (document._aws.CloudWatchMetrics[0]?.Metrics ?? []).map(({ Name }) => document[Name] as number),
    );
    expect(documents).toHaveLength(3);
    expect(total.reduce((sum, value) => sum + value, 0)).toBe((249 * 250) / 2);
  });

  test('renames labels that the line itself uses, and metrics named as their labels', async () => {
    const [document] = await documentsOf((metrics) => {
      const counter = metrics.counter('channel', { help: 'h', labelNames: ['level', 'channel', 'time'] });
      counter.inc({ level: 'high', channel: 'ticker', time: 'now' }, 3);
    });
    expect(document).toMatchObject({ level: 30, level_: 'high', channel: 'ticker', time_: 'now', channel_: 3 });
  });

  test('leaves out numbers that CloudWatch refuses, and says how many', async () => {
    const [document] = await documentsOf((metrics) => {
      metrics.gauge('huge', { help: 'h' }).set(1e300);
      metrics.gauge('tiny', { help: 'h' }).set(1e-300);
    });
    expect(document).toMatchObject({ tiny: 0 });
    expect(Object.keys(document ?? {})).not.toContain('huge');
  });

  test('loses no count, whatever the labels are', { timeout: 60_000 }, async () => {
    const label = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom('', ' ', '__proto__', 'münchen', 'm%C3%BCnchen', '\ud800', ':x', 'x'.repeat(3000), '\u0000'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(label, label, fc.nat(1000)), { maxLength: 20 }), async (recordings) => {
        const documents = await documentsOf((metrics) => {
          const counter = metrics.counter('hits', { help: 'h', labelNames: ['path', 'err'] });
          for (const [path, err, by] of recordings) counter.inc({ path, err }, by);
        });
        const counted = documents.reduce((sum, document) => sum + ((document['hits'] as number | undefined) ?? 0), 0);
        expect(counted).toBe(recordings.reduce((sum, [, , by]) => sum + by, 0));
      }),
      { numRuns: rounds(60) },
    );
  });
});

test('what was written before the log failed is not written again', async () => {
  const lines: object[] = [];
  let failures = 1;
  const logger = {
    info(fields: object): void {
      if (lines.length === 2 && failures-- > 0) throw new Error('disk full');
      lines.push(fields);
    },
  };
  const metrics = createMetrics({ backends: [logSnapshotBackend({ layout: 'emf', logger })], log: quiet });
  const jobs = metrics.counter('jobs', { help: 'h', labelNames: ['queue'] });
  for (const [i, queue] of ['a', 'b', 'c', 'd'].entries()) jobs.inc({ queue }, 10 ** i);
  await metrics.ready;
  await expect(metrics.flush()).rejects.toThrow();
  await metrics.flush();
  const total = lines.reduce((sum, line) => sum + ((line as { jobs?: number }).jobs ?? 0), 0);
  expect(total).toBe(1111);
  await metrics.shutdown();
});

test('nothing overwrites the count and sum of a histogram, whatever keys and other sources are called', async () => {
  const [document] = await documentsOf(
    (metrics) => {
      metrics.histogram('body', { help: 'h', unit: 'bytes' }).observe(512);
      metrics.counter('payload_count', { help: 'h' }).inc(7);
      metrics.gauge('total_bytes', { help: 'h' }).set(9);
    },
    { keys: { body: 'payload', total_bytes: 'payload_sum' } },
  );
  expect(document).toMatchObject({ payload: [expect.closeTo(512, 0)], payload_count: 1, payload_sum: 512 });
  expect(document).toMatchObject({ payload_count_: 7, payload_sum_: 9 });
});

test('agrees with the other backends on the unit that a name ends in', async () => {
  const [document] = await documentsOf((metrics) => {
    metrics.gauge('heap_bytes', { help: 'h' }).set(1);
    metrics.histogram('publish_latency_ms', { help: 'h' }).observe(1);
    metrics.counter('sent_bytes_total', { help: 'h' }).inc(1);
    metrics.gauge('cpu_percent', { help: 'h' }).set(1);
  });
  const units = Object.fromEntries(
    document?._aws.CloudWatchMetrics[0]?.Metrics.map(({ Name, Unit }) => [Name, Unit]) ?? [],
  );
  expect(units).toMatchObject({
    heap_bytes: 'Bytes',
    publish_latency_ms: 'Milliseconds',
    publish_latency_ms_sum: 'Milliseconds',
    publish_latency_ms_count: 'Count',
    sent_bytes_total: 'Bytes',
    cpu_percent: 'Percent',
  });
});

test('has no dimension for an optional label that a series lacks', async () => {
  const documents = await documentsOf((metrics) => {
    const logins = metrics.counter('logins', { help: 'h', labelNames: ['user', 'plan'], optionalLabels: ['plan'] });
    logins.inc({ user: 'a' });
    logins.inc({ user: 'a', plan: 'pro' });
  });
  expect(documents.map((document) => document._aws.CloudWatchMetrics[0]?.Dimensions)).toEqual([
    [['user']],
    [['user', 'plan']],
  ]);
});
