import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rounds } from '../../../scripts/rounds.js';
import { encodeMessage } from '../../../scripts/test/official-messages.js';
import {
  type DecodeOptions,
  type DecodeReport,
  decodeLogRecords,
  decodeMetrics,
  decodeSpans,
  type Visit,
} from '../src/decode/index.js';
import { logEncoder, type RecordEncoder, type Scope, spanEncoder } from '../src/encode/index.js';
import { officialLogs, officialSpans, type Scoped } from './official-encoding.js';
import { attributes, logRecord, spanRecord } from './random-records.js';

const scopes: ReadonlyArray<Required<Scope>> = [
  { name: 'shop', version: '1.2.3', attributes: [], schemaUrl: '' },
  { name: 'späte', version: '', attributes: ['a', 'b', 'n', 1], schemaUrl: 'https://opentelemetry.io/schemas/1.40.0' },
];
const encodings = ['protobuf', 'json'] as const;

const signals = [
  { signal: 'spans', record: spanRecord, encoder: spanEncoder, decode: decodeSpans, official: officialSpans },
  { signal: 'log records', record: logRecord, encoder: logEncoder, decode: decodeLogRecords, official: officialLogs },
].map((each) => each as unknown as Signal);

interface Signal {
  readonly signal: string;
  readonly record: fc.Arbitrary<never>;
  encoder(options: object): RecordEncoder<never>;
  decode(bytes: Uint8Array, options: DecodeOptions, visit: Visit<object>): DecodeReport;
  official(records: ReadonlyArray<Scoped<never>>, resource: readonly unknown[], encoding: string): Uint8Array;
}

/** Limits that random records stay within. */
const wide = { maxTextBytes: 1_000_000 };

describe.each(signals)('$signal', ({ record, encoder, decode, official }) => {
  const batch = fc.array(fc.tuple(record, fc.constantFrom(...scopes)), { minLength: 1, maxLength: 6 });
  const decoded = (bytes: Uint8Array, encoding: 'protobuf' | 'json') => {
    const records: unknown[] = [];
    const report = decode(bytes, { encoding, ...wide }, (each, scope, resource) => {
      records.push([each, scope.name, scope.version, scope.attributes, scope.schemaUrl, resource.attributes]);
    });
    expect(report).toEqual({ records: records.length, leftOut: nothing });
    return records;
  };

  test.each(encodings)('what we encode in %s is decoded as it was', (encoding) => {
    fc.assert(
      fc.property(batch, attributes, (records, resource) => {
        const ours = encoder({ encoding, resource });
        const bytes = ours.request(records.map(([fields, scope]) => ours.encode(fields, scope)));
        const given = scopes.flatMap((scope) =>
          records
            .filter(([, each]) => each === scope)
            .map(([fields]) => [
              withoutEmpty(fields),
              scope.name,
              scope.version,
              scope.attributes,
              scope.schemaUrl,
              resource,
            ]),
        );
        const order = (list: unknown[]) => list.map((each) => JSON.stringify(asDecoded(each), replacer)).sort();
        expect(order(decoded(bytes, encoding))).toEqual(order(given));
      }),
      { numRuns: rounds(2000) },
    );
  });

  test.each(encodings)(
    "what OpenTelemetry's encoder writes in %s is decoded as ours",
    { timeout: 60_000 },
    (encoding) => {
      fc.assert(
        fc.property(batch, attributes, (given, givenResource) => {
          // Its JSON has no NaN, and writes an absent body as an empty one.
          const as = (value: unknown): unknown => (encoding === 'json' ? asJsonHas(value) : value);
          const records = given.map(([fields, scope]) => [as(fields), scope] as unknown as Scoped<never>);
          const resource = as(givenResource) as readonly unknown[];
          const ours = encoder({ encoding, resource });
          const bytes = ours.request(records.map(([fields, scope]) => ours.encode(fields, scope)));
          expect(decoded(official(records, resource, encoding), encoding)).toEqual(decoded(bytes, encoding));
        }),
        { numRuns: rounds(2000) },
      );
    },
  );
});

const nothing = { records: 0, attributes: 0, events: 0, elements: 0, nested: 0, cut: 0 };

/** Values without numbers and strings that JSON cannot hold. */
function asJsonHas(value: unknown): unknown {
  if (typeof value === 'string') return Buffer.from(value).toString();
  if (typeof value === 'number')
    return Number.isFinite(value) && (Number.isSafeInteger(value) || value % 1 !== 0) ? value || 0 : 1;
  if (Array.isArray(value)) return value.map(asJsonHas);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [asJsonHas(name), asJsonHas(name === 'body' ? (each ?? null) : each)]),
  );
}

/** Optional texts of a record: '' is nothing. */
function withoutEmpty(record: object): object {
  const optional = ['statusMessage', 'severityText', 'eventName'];
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, value === '' && optional.includes(name) ? undefined : value]),
  );
}

/** What a decoder can know of what was given: well-formed strings, `null` for no value, `undefined` for nothing. */
function asDecoded(value: unknown): unknown {
  if (typeof value === 'string') return Buffer.from(value).toString();
  if (value === undefined) return null;
  if (typeof value === 'number') return Object.is(value, -0) ? 0 : value;
  if (Array.isArray(value)) return value.map((each) => asDecoded(each));
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  const members = Object.entries(value).map(([name, each]) => [asDecoded(name), asDecoded(each)] as const);
  return Object.fromEntries(members.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
}

/** Numbers that JSON has no word for. */
function replacer(_name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  return value ?? null;
}

describe('metrics', () => {
  const attribute = { key: 'k', value: { stringValue: 'v' } };
  const times = { startTimeUnixNano: '1735689600000000001', timeUnixNano: '1735689601999999999' };
  const point = { ...times, attributes: [attribute], flags: 1 };
  const read = {
    attributes: ['k', 'v'],
    startSeconds: 1_735_689_600,
    startNanos: 1,
    seconds: 1_735_689_601,
    nanos: 999_999_999,
    flags: 1,
  };
  const exemplar = {
    timeUnixNano: '1',
    asInt: '-7',
    traceId: Buffer.alloc(16, 0xab),
    spanId: Buffer.alloc(8, 0xcd),
    filteredAttributes: [attribute],
  };
  const readExemplar = {
    seconds: 0,
    nanos: 1,
    value: -7,
    traceId: 'ab'.repeat(16),
    spanId: 'cd'.repeat(8),
    attributes: ['k', 'v'],
  };
  const head = { name: 'm', description: 'd', unit: 's', metadata: [attribute] };
  const message = {
    resourceMetrics: [
      {
        resource: { attributes: [attribute] },
        scopeMetrics: [
          {
            scope: { name: 'scope' },
            metrics: [
              { ...head, gauge: { dataPoints: [{ ...point, asDouble: 0.5, exemplars: [exemplar] }, times] } },
              {
                ...head,
                sum: {
                  dataPoints: [{ ...point, asInt: '9223372036854775807' }],
                  aggregationTemporality: 2,
                  isMonotonic: true,
                },
              },
              {
                ...head,
                histogram: {
                  dataPoints: [
                    { ...point, count: 3, sum: 4.5, min: 1, max: 2, bucketCounts: [1, 2], explicitBounds: [1.5] },
                  ],
                  aggregationTemporality: 1,
                },
              },
              {
                ...head,
                exponentialHistogram: {
                  dataPoints: [
                    {
                      ...point,
                      count: 3,
                      scale: -2,
                      zeroCount: 1,
                      zeroThreshold: 0.25,
                      positive: { offset: -5, bucketCounts: [1, 300] },
                      negative: { offset: 7, bucketCounts: [] },
                    },
                  ],
                  aggregationTemporality: 1,
                },
              },
              {
                ...head,
                summary: {
                  dataPoints: [
                    { ...point, count: 3, sum: 6, quantileValues: [{ quantile: 0.5, value: 2 }, { value: 1 }] },
                  ],
                },
              },
              head,
            ],
          },
        ],
      },
    ],
  };
  const expected = [
    {
      kind: 'gauge',
      points: [
        { ...read, value: 0.5, exemplars: [readExemplar] },
        { ...read, attributes: [], flags: 0, value: undefined, exemplars: [] },
      ],
    },
    {
      kind: 'sum',
      points: [{ ...read, value: 9_223_372_036_854_775_807n, exemplars: [] }],
      temporality: 2,
      isMonotonic: true,
    },
    {
      kind: 'histogram',
      points: [
        { ...read, count: 3, sum: 4.5, min: 1, max: 2, bucketCounts: [1, 2], explicitBounds: [1.5], exemplars: [] },
      ],
      temporality: 1,
    },
    {
      kind: 'exponentialHistogram',
      points: [
        {
          ...read,
          count: 3,
          sum: undefined,
          min: undefined,
          max: undefined,
          scale: -2,
          zeroCount: 1,
          zeroThreshold: 0.25,
          positive: { offset: -5, bucketCounts: [1, 300] },
          negative: { offset: 7, bucketCounts: [] },
          exemplars: [],
        },
      ],
      temporality: 1,
    },
    {
      kind: 'summary',
      points: [
        {
          ...read,
          count: 3,
          sum: 6,
          quantiles: [
            { quantile: 0.5, value: 2 },
            { quantile: 0, value: 1 },
          ],
        },
      ],
    },
  ].map((data) => ({ name: 'm', description: 'd', unit: 's', metadata: ['k', 'v'], ...data }));

  test.each(encodings)('of every kind are read from %s', (encoding) => {
    const bytes =
      encoding === 'protobuf'
        ? encodeMessage('ExportMetricsServiceRequest', message)
        : Buffer.from(
            JSON.stringify(message, (_key, value) =>
              value?.type === 'Buffer' ? Buffer.from(value).toString('hex') : value,
            ),
          );
    const metrics: unknown[] = [];
    const report = decodeMetrics(bytes, { encoding }, (metric) => metrics.push(metric));
    expect(metrics).toEqual(expected);
    expect(report).toEqual({ records: 6, leftOut: nothing });
  });
});
