import { describe, expect, test } from 'vitest';
import { decodeJsonMessage, decodeMessage } from '../../../scripts/test/official-messages.js';
import {
  type EncodedRecord,
  type LogRecordFields,
  logEncoder,
  type RecordEncoder,
  type SpanRecord,
  spanEncoder,
} from '../src/encode/index.js';
import { PAGE_BYTES, type PagedRecord } from '../src/encode/record-pages.js';

const scope = { name: 'shop', version: '1' };
const span: SpanRecord = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  parentSpanId: undefined,
  traceState: undefined,
  flags: 0x101,
  name: 'GET /orders',
  kind: 1,
  startSeconds: 1_735_689_600,
  startNanos: 1,
  endSeconds: 1_735_689_601,
  endNanos: 0,
  attributes: [],
  droppedAttributesCount: 0,
  events: [],
  droppedEventsCount: 0,
  links: [],
  droppedLinksCount: 0,
  statusCode: 0,
  statusMessage: undefined,
};
const line: LogRecordFields = {
  timeSeconds: 1_735_689_600,
  timeNanos: 0,
  observedSeconds: 1_735_689_600,
  observedNanos: 0,
  severityNumber: 9,
  body: 'order placed',
  attributes: [],
  droppedAttributesCount: 0,
  flags: 0,
};

interface Decoded {
  readonly resourceSpans: ReadonlyArray<{
    readonly schemaUrl?: string;
    readonly scopeSpans?: ReadonlyArray<{
      readonly scope: object;
      readonly spans: ReadonlyArray<Readonly<Record<string, unknown>>>;
    }>;
  }>;
}

describe.each(['protobuf', 'json'] as const)('%s', (encoding) => {
  const decodeAs = encoding === 'json' ? decodeJsonMessage : decodeMessage;
  const encoder = (): RecordEncoder<SpanRecord> => spanEncoder({ encoding, resource: ['service.name', 'orders'] });
  const logs = (): RecordEncoder<LogRecordFields> => logEncoder({ encoding, resource: [] });
  const decode = (bytes: Uint8Array): Decoded => decodeAs('ExportTraceServiceRequest', bytes) as Decoded;
  const namesIn = (bytes: Uint8Array): unknown[][] =>
    decode(bytes).resourceSpans.flatMap(({ scopeSpans = [] }) =>
      scopeSpans.map(({ spans }) => spans.map(({ name }) => name)),
    );
  const bodyOf = (body: unknown): unknown => {
    const records = logs();
    const bytes = records.request([records.encode({ ...line, body }, scope)]);
    const decoded = decodeAs('ExportLogsServiceRequest', bytes) as {
      resourceLogs: Array<{ scopeLogs: Array<{ logRecords: Array<{ body: unknown }> }> }>;
    };
    return decoded.resourceLogs[0]?.scopeLogs[0]?.logRecords[0]?.body;
  };

  test('puts records together by the scope object and keeps their order', () => {
    const spans = encoder();
    const other = { ...scope };
    const records = ['a', 'b', 'c', 'd'].map((name, i) => spans.encode({ ...span, name }, i % 2 === 0 ? scope : other));
    expect(namesIn(spans.request(records))).toEqual([
      ['a', 'c'],
      ['b', 'd'],
    ]);
  });

  test('a record can be in several requests, as when they are sent again in halves', () => {
    const spans = encoder();
    const records = ['a', 'b', 'c'].map((name) => spans.encode({ ...span, name }, scope));
    spans.request(records);
    expect(namesIn(spans.request(records.slice(1)))).toEqual([['b', 'c']]);
    expect(namesIn(spans.request([]))).toEqual([]);
  });

  test('records of every size follow each other, over the ends of pages', () => {
    const spans = encoder();
    const sizes = [1, 90, 120, 127, 128, 8000, 8192, 8200, 16_383, 16_384, 65_000, 65_536, 70_000, 1_000_000];
    const names = Array.from({ length: 60 }, (_, i) => 'x'.repeat(sizes[i % sizes.length] ?? 0) + i);
    const records = names.map((name) => spans.encode({ ...span, name }, scope));
    const request = spans.request(records);
    expect(namesIn(request)).toEqual([names]);
    expect(request.length - records.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(200);
  });

  test('a large record has a buffer of its own and leaves the pages of others as they are', () => {
    const spans = encoder();
    const large = spans.encode({ ...span, attributes: ['text', 'x'.repeat(1_000_000)] }, scope) as PagedRecord<unknown>;
    const small = [1, 2].map(() => spans.encode(span, scope) as PagedRecord<unknown>);
    expect(large.page.length).toBe(large.size);
    expect(small.map(({ page }) => page.length)).toEqual([PAGE_BYTES, PAGE_BYTES]);
    expect(small[0]?.page).toBe(small[1]?.page);
  });

  test('records changed after encoding are sent as they were', () => {
    const spans = encoder();
    const attributes = ['a', ['b']];
    const record = spans.encode({ ...span, attributes }, scope);
    (attributes[1] as string[])[0] = 'changed';
    expect(JSON.stringify(decode(spans.request([record])))).not.toContain('changed');
  });

  test('a record that cannot be encoded costs that record only', { timeout: 60_000 }, () => {
    const spans = encoder();
    const records: EncodedRecord[] = [spans.encode({ ...span, name: 'before' }, scope)];
    const throwing = {
      get x(): never {
        throw new Error('a getter');
      },
    };
    expect(() => spans.encode({ ...span, traceId: 'none' }, scope)).toThrow(
      '[otlp] The trace id is "none". It must be 32 hexadecimal digits.',
    );
    expect(() => spans.encode({ ...span, spanId: 'b7ad6b716920333ß' }, scope)).toThrow('The span id is');
    expect(() => spans.encode({ ...span, attributes: ['a', 'b', 'x', throwing] }, scope)).toThrow('a getter');
    const tooLarge = 'x'.repeat(64 * 1024 * 1024);
    expect(() => spans.encode({ ...span, attributes: ['text', tooLarge] }, scope)).toThrow(
      'larger than 67108864 bytes',
    );
    const sparse: unknown[] = [];
    sparse.length = 2 ** 32 - 1;
    expect(() => spans.encode({ ...span, attributes: ['list', sparse] }, scope)).toThrow('more than 1000000 values');
    records.push(spans.encode({ ...span, name: 'after' }, scope));
    expect(namesIn(spans.request(records))).toEqual([['before', 'after']]);
  });

  test('a getter may encode a record itself', () => {
    const spans = encoder();
    const inner: EncodedRecord[] = [];
    const logging = {
      get x() {
        inner.push(spans.encode({ ...span, name: 'inner' }, scope));
        return 'read';
      },
    };
    const outer = spans.encode({ ...span, name: 'outer', attributes: ['a', logging, 'b', 'c'] }, scope);
    const next = spans.encode({ ...span, name: 'next' }, scope);
    expect(namesIn(spans.request([outer, ...inner, next]))).toEqual([['outer', 'inner', 'next']]);
  });

  test('leaves out ids of links and parents that are none', () => {
    const spans = encoder();
    const link = {
      traceId: '',
      spanId: 'xyz',
      traceState: 'a=1',
      flags: 0x100,
      attributes: [],
      droppedAttributesCount: 0,
    };
    const record = spans.encode({ ...span, parentSpanId: '12', links: [link] }, scope);
    const [read] = decode(spans.request([record])).resourceSpans[0]?.scopeSpans?.[0]?.spans ?? [];
    expect(read?.['links']).toEqual([{ traceState: 'a=1', flags: 0x100 }]);
    expect(read).not.toHaveProperty('parentSpanId');
  });

  test('takes the resource as resourceMessage makes it, with its schema', () => {
    const resource = { attributes: [{ key: 'n', value: { intValue: 7 } }] };
    const resourceSchemaUrl = 'https://opentelemetry.io/schemas/1.40.0';
    const spans = spanEncoder({ encoding, resource, resourceSchemaUrl });
    expect(decode(spans.request([spans.encode(span, scope)])).resourceSpans[0]).toMatchObject({
      resource: { attributes: [{ key: 'n', value: { intValue: '7' } }] },
      schemaUrl: resourceSchemaUrl,
    });
  });

  test('circular, deep and endlessly shared values are cut where they are', { timeout: 60_000 }, () => {
    const circular: Record<string, unknown> = { a: 1 };
    circular['self'] = circular;
    expect(JSON.stringify(bodyOf(circular))).toContain('[circular]');
    let deep: unknown = 'end';
    for (let i = 0; i < 100_000; i++) deep = i % 2 === 0 ? [deep] : { deep };
    expect(JSON.stringify(bodyOf(deep))).toContain('[nested too deeply]');
    let shared: unknown = 'end';
    for (let i = 0; i < 20; i++) shared = [shared, shared, shared];
    expect(JSON.stringify(bodyOf(shared))).toContain('[too many nested values]');
  });

  test('big integers within 64 bits are integers, others their digits', () => {
    expect(bodyOf([2n ** 63n - 1n, -(2n ** 63n), 2n ** 63n])).toEqual({
      arrayValue: {
        values: [
          { intValue: '9223372036854775807' },
          { intValue: '-9223372036854775808' },
          { stringValue: '9223372036854775808' },
        ],
      },
    });
  });

  test('values that OTLP has no kind of have no value, and dates are text', () => {
    const date = new Date(Date.UTC(2025, 0, 1));
    expect(bodyOf([Symbol('x'), () => {}, undefined, new Date(Number.NaN), date])).toEqual({
      arrayValue: { values: [{}, {}, {}, {}, { stringValue: '2025-01-01T00:00:00.000Z' }] },
    });
  });

  test('times that 64 bits of nanoseconds cannot hold are unknown', () => {
    const spans = encoder();
    const wrong = [Number.NaN, -1, Infinity, 18_446_744_074].map((startSeconds) =>
      spans.encode({ ...span, startSeconds, startNanos: 0 }, scope),
    );
    const read = decode(spans.request(wrong)).resourceSpans[0]?.scopeSpans?.[0]?.spans ?? [];
    expect(read.map(({ startTimeUnixNano = '0' }) => startTimeUnixNano)).toEqual(['0', '0', '0', '0']);
  });

  test('more names of attributes than are kept make no difference', { timeout: 60_000 }, () => {
    const spans = encoder();
    const attributes = Array.from({ length: 10_000 }, (_, i) => [`name-${i}`, i]).flat();
    const [read] =
      decode(spans.request([spans.encode({ ...span, attributes }, scope)])).resourceSpans[0]?.scopeSpans?.[0]?.spans ??
      [];
    const keyValues = read?.['attributes'] as ReadonlyArray<{ key: string; value: object }>;
    expect([keyValues.length, keyValues[9999]]).toEqual([10_000, { key: 'name-9999', value: { intValue: '9999' } }]);
  });
});
