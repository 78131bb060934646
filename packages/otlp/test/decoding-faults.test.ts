import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rounds } from '../../../scripts/rounds.js';
import { encodeMessage, type MessageName } from '../../../scripts/test/official-messages.js';
import {
  type DecodeOptions,
  decodeLogRecords,
  decodeMetrics,
  decodeSpans,
  OtlpDecodeError,
} from '../src/decode/index.js';
import { logEncoder, type SpanRecord, spanEncoder } from '../src/encode/index.js';
import { logRecord, spanRecord } from './random-records.js';

const scope = { name: 'shop' };

function spansIn(bytes: Uint8Array, options: Partial<DecodeOptions> = {}) {
  const spans: SpanRecord[] = [];
  const report = decodeSpans(bytes, { encoding: 'protobuf', ...options }, (span) => spans.push(span));
  return { spans, report };
}

/** A field of wire type 2. */
function field(number: number, ...contents: Uint8Array[]): Uint8Array {
  const content = Buffer.concat(contents);
  const size: number[] = [];
  let left = content.length;
  for (; left > 0x7f; left >>>= 7) size.push((left & 0x7f) | 0x80);
  return Buffer.concat([Uint8Array.of(number * 8 + 2, ...size, left), content]);
}

const text = (value: string): Uint8Array => Buffer.from(value);
const request = (...spanFields: Uint8Array[]): Uint8Array => field(1, field(2, field(2, ...spanFields)));
const attribute = (value: Uint8Array): Uint8Array => field(9, field(1, text('k')), field(2, value));
const message = (name: MessageName, value: object): Uint8Array => encodeMessage(name, value);

describe('as protobuf says', () => {
  test('unknown fields of every wire type are passed over', () => {
    const unknown = Uint8Array.of(
      0xf8,
      7,
      0xac,
      2,
      0xf9,
      7,
      1,
      2,
      3,
      4,
      5,
      6,
      7,
      8,
      0xfd,
      7,
      1,
      2,
      3,
      4,
      0xfa,
      7,
      1,
      9,
    );
    const { spans } = spansIn(
      Buffer.concat([unknown, field(1, unknown, field(2, field(2, unknown, field(5, text('a')))))]),
    );
    expect(spans.map(({ name }) => name)).toEqual(['a']);
  });

  test('a known field of another wire type is unknown', () => {
    const { spans } = spansIn(
      request(Uint8Array.of(5 * 8, 7), Uint8Array.of(7 * 8, 1), Uint8Array.of(0x82, 1, 1, 0x78)),
    );
    expect(spans[0]).toMatchObject({ name: '', startSeconds: 0, flags: 0 });
  });

  test('resource and scope hold for records that came before them, and parts of them are joined', () => {
    const resourceOf = (key: string) =>
      field(1, message('Resource', { attributes: [{ key, value: { boolValue: true } }] }));
    const scopeOf = (value: object) => field(1, message('InstrumentationScope', value));
    const records = field(
      2,
      field(2, field(5, text('a'))),
      scopeOf({ name: 'x', version: '1' }),
      scopeOf({ name: 'y' }),
    );
    const seen: unknown[] = [];
    const bytes = field(1, records, resourceOf('first'), resourceOf('second'));
    decodeSpans(bytes, { encoding: 'protobuf' }, ({ name }, { name: ofScope, version }, { attributes }) =>
      seen.push([name, ofScope, version, attributes]),
    );
    expect(seen).toEqual([['a', 'y', '1', ['first', true, 'second', true]]]);
  });

  test('the last of several values wins, and lists and messages are joined', () => {
    const list = (...values: object[]) => message('AnyValue', { arrayValue: { values } });
    const map = (key: string) => message('AnyValue', { kvlistValue: { values: [{ key, value: { intValue: 1 } }] } });
    const { spans } = spansIn(
      request(
        field(5, text('first')),
        field(5, text('last')),
        field(15, message('Status', { message: 'failed' })),
        field(15, message('Status', { code: 2 })),
        attribute(Buffer.concat([message('AnyValue', { stringValue: 'x' }), message('AnyValue', { intValue: 5 })])),
        field(9, field(2, list({ intValue: 1 })), field(2, list({ intValue: 2 }))),
        attribute(Buffer.concat([map('a'), map('b')])),
        attribute(Buffer.concat([list({ intValue: 1 }), message('AnyValue', { boolValue: true })])),
      ),
    );
    expect(spans[0]).toMatchObject({ name: 'last', statusCode: 2, statusMessage: 'failed' });
    expect(spans[0]?.attributes).toEqual(['k', 5, '', [1, 2], 'k', { a: 1, b: 1 }, 'k', true]);
  });

  test('of several kinds of data of a metric the last one wins, and the same kind is joined', () => {
    const data = (kind: string, ...values: number[]) =>
      message('Metric', { [kind]: { dataPoints: values.map((asDouble) => ({ asDouble })) } });
    const metrics: unknown[] = [];
    const metric = field(2, data('gauge', 1), data('sum', 2), data('sum', 3, 4));
    const report = decodeMetrics(field(1, field(2, metric)), { encoding: 'protobuf' }, (each) =>
      metrics.push([each.kind, each.kind === 'sum' && each.points.map(({ value }) => value)]),
    );
    expect(metrics).toEqual([['sum', [2, 3, 4]]]);
    expect(report.records).toBe(3);
  });

  test('lists of numbers are read packed, one by one, and mixed', () => {
    const one = Buffer.from('310700000000000000', 'hex'); // bucket_counts = 7, of fixed64
    const packed = field(6, Buffer.from('08000000000000000900000000000000', 'hex'));
    const counts: unknown[] = [];
    const histogram = field(9, field(1, one, packed, one));
    decodeMetrics(field(1, field(2, field(2, histogram))), { encoding: 'protobuf' }, (each) => {
      if (each.kind === 'histogram') counts.push(each.points[0]?.bucketCounts);
    });
    expect(counts).toEqual([[7, 8, 9, 7]]);
  });

  test('times are exact over all of their 64 bits', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (nanos) => {
        const bytes = Buffer.alloc(9);
        bytes[0] = 7 * 8 + 1;
        bytes.writeBigUInt64LE(nanos, 1);
        const [span] = spansIn(request(bytes)).spans;
        expect(BigInt(span?.startSeconds ?? 0) * 1_000_000_000n + BigInt(span?.startNanos ?? 0)).toBe(nanos);
        expect(span?.startNanos).toBeLessThan(1e9);
      }),
      { numRuns: rounds(20_000) },
    );
  });

  test('members named as properties of objects are members like others', () => {
    const values = ['__proto__', 'constructor', 'hasOwnProperty'].map((key) => ({ key, value: { stringValue: key } }));
    for (const [encoding, bytes] of [
      ['protobuf', request(attribute(message('AnyValue', { kvlistValue: { values } })))],
      [
        'json',
        text(
          JSON.stringify({
            resourceSpans: [
              { scopeSpans: [{ spans: [{ attributes: [{ key: 'k', value: { kvlistValue: { values } } }] }] }] },
            ],
          }),
        ),
      ],
    ] as const) {
      const [span] = spansIn(bytes, { encoding }).spans;
      expect(Object.keys(span?.attributes[1] as object)).toEqual(['__proto__', 'constructor', 'hasOwnProperty']);
      expect(({} as { stringValue?: unknown }).stringValue).toBeUndefined();
    }
  });
});

describe('what is no request', () => {
  const fault = (bytes: Uint8Array, encoding: 'protobuf' | 'json' = 'protobuf', options = {}) => {
    try {
      decodeSpans(bytes, { encoding, ...options }, () => {});
    } catch (error) {
      expect(error).toBeInstanceOf(OtlpDecodeError);
      return (error as OtlpDecodeError).message;
    }
    throw new Error('It was decoded.');
  };

  test('has an error that names it', () => {
    expect(fault(Uint8Array.of(0x0a, 3, 1))).toBe(
      '[otlp] The request is truncated: a field at byte 2 goes beyond the end, byte 3.',
    );
    expect(fault(field(1, Uint8Array.of(0x0a, 9)))).toContain('goes beyond the end');
    expect(fault(Uint8Array.of(0x0b))).toContain('malformed: it has a group');
    expect(fault(Uint8Array.of(0x0c))).toContain('malformed: it has a group');
    expect(fault(Uint8Array.of(0x0e))).toContain('malformed: a field has the wire type 6');
    expect(fault(Uint8Array.of(0x02, 0))).toContain('malformed: a field has a number that none can have');
    expect(fault(Uint8Array.of(0x80))).toContain('truncated');
    expect(fault(new Uint8Array(11).fill(0xff))).toContain('malformed: a number has more than 10 bytes');
    expect(fault(new Uint8Array(5), 'protobuf', { maxBytes: 4 })).toBe(
      '[otlp] The request is too large: 5 bytes, of at most 4.',
    );
    expect(fault(text('{"resourceSpans":['), 'json')).toContain('The request is truncated');
    expect(fault(text('nonsense'), 'json')).toContain('The request is malformed');
  });

  test.each([
    ['[]', '"request" is [], which is not an object'],
    ['{"resourceSpans":{}}', '"resourceSpans" is {}, which is not a list'],
    [spanJson({ name: 5 }), '"name" is 5, which is not a string'],
    [spanJson({ kind: 'SPAN_KIND_SERVER' }), '"kind" is "SPAN_KIND_SERVER", which is not a whole number of 32 bits'],
    [spanJson({ startTimeUnixNano: '-1' }), 'which is not a time in nanoseconds since 1970'],
    [spanJson({ startTimeUnixNano: '99999999999999999999' }), 'which is not a whole number of 64 bits'],
    [spanJson({ startTimeUnixNano: '1e9' }), '"startTimeUnixNano" is "1e9", which is not a whole number of 64 bits'],
    [
      spanJson({ traceId: 'CuekEPvkPvRF' + '=' }),
      '"traceId" is "CuekEPvkPvRF=", which is not an id in hexadecimal digits',
    ],
    [
      spanJson({ attributes: [{ key: 'k', value: { doubleValue: 'x' } }] }),
      '"doubleValue" is "x", which is not a number',
    ],
    [spanJson({ attributes: [{ key: 'k', value: { bytesValue: '*' } }] }), '"bytesValue" is "*", which is not bytes'],
  ])('of JSON, %s, says which field is wrong', (json, message_) => {
    expect(fault(text(json), 'json')).toContain(message_);
  });

  function spanJson(span: object): string {
    return JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
  }

  test('JSON members may be null, unknown, or 64-bit integers as numbers', () => {
    const span = {
      name: null,
      droppedEventsCount: '3',
      startTimeUnixNano: 5_000_000_001,
      later: { a: 1 },
      trace_id: 'ab',
    };
    const json = JSON.stringify({ resourceSpans: [{ resource: null, scopeSpans: [{ scope: null, spans: [span] }] }] });
    expect(spansIn(text(json), { encoding: 'json' }).spans[0]).toMatchObject({
      name: '',
      traceId: '',
      droppedEventsCount: 3,
      startSeconds: 5,
      startNanos: 1,
    });
  });
});

describe('limits', () => {
  const span = spanJsonAndProtobuf();

  function spanJsonAndProtobuf() {
    const nested = (depth: number): object =>
      depth === 0 ? { intValue: 1 } : { arrayValue: { values: [nested(depth - 1)] } };
    const given = {
      name: 'äöü'.repeat(10),
      attributes: [1, 2, 3].map((i) => ({ key: `k${i}`, value: nested(i) })),
      events: [{ name: 'a' }, { name: 'b' }, { name: 'c' }],
    };
    const wide = {
      attributes: [{ key: 'k', value: { arrayValue: { values: [1, 2, 3, 4].map((i) => ({ intValue: i })) } } }],
    };
    const value = { resourceSpans: [{ scopeSpans: [{ spans: [given, wide, {}, {}] }] }] };
    return [
      ['protobuf', message('ExportTraceServiceRequest', value)],
      ['json', text(JSON.stringify(value))],
    ] as const;
  }

  test.each(span)('in %s leave out what is beyond them, and count it', (encoding, bytes) => {
    const limits = { maxRecords: 3, maxAttributes: 2, maxEvents: 2, maxElements: 3, maxDepth: 1, maxTextBytes: 9 };
    const { spans, report } = spansIn(bytes, { encoding, ...limits });
    expect(report).toEqual({
      records: 3,
      leftOut: { records: 1, attributes: 1, events: 1, elements: 1, nested: 1, cut: 1 },
    });
    expect(spans[0]).toMatchObject({ name: 'äöüä', attributes: ['k1', [1], 'k2', [null]] });
    expect(spans[1]?.attributes).toEqual(['k', [1, 2, 3]]);
  });

  test('deep values end at the limit and never overflow the stack', { timeout: 60_000 }, () => {
    let value: Uint8Array = message('AnyValue', { intValue: 1 });
    for (let i = 0; i < 5000; i++) value = field(5, field(1, value));
    const { report } = spansIn(request(attribute(value)));
    expect(report.leftOut.nested).toBe(1);
    const json = `${'{"arrayValue":{"values":['.repeat(20_000)}{}${']}}'.repeat(20_000)}`;
    const whole = `{"resourceSpans":[{"scopeSpans":[{"spans":[{"attributes":[{"key":"k","value":${json}}]}]}]}]}`;
    expect(spansIn(text(whole), { encoding: 'json' }).report.leftOut.nested).toBe(1);
  });
});

describe('in JSON', () => {
  const ofSpan = (span: string): Uint8Array => text(`{"resourceSpans":[{"scopeSpans":[{"spans":[${span}]}]}]}`);
  const message = (bytes: Uint8Array): string => {
    try {
      spansIn(bytes, { encoding: 'json' });
      return 'none';
    } catch (error) {
      if (error instanceof OtlpDecodeError) return error.message;
      throw error;
    }
  };

  test('deep values in the place of others are named, and never overflow the stack', () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    expect(message(text(deep))).toContain('"request" is a deeply nested value, which is not an object');
    expect(message(ofSpan(`{"name":${deep}}`))).toContain('"name" is a deeply nested value, which is not a string');
    expect(message(ofSpan(`{"attributes":{"a":${deep}}}`))).toContain('is a deeply nested value, which is not a list');
  });

  test('integers beyond 64 bits are malformed', () => {
    const withInt = (value: string): Uint8Array => ofSpan(`{"attributes":[{"key":"a","value":{"intValue":${value}}}]}`);
    for (const value of ['"99999999999999999999"', '"-9223372036854775809"', '1e300', '18446744073709551616']) {
      expect(message(withInt(value)), value).toContain('not a whole number of 64 bits');
    }
    for (const value of ['"18446744073709551615"', '"-9223372036854775808"', '1e15']) {
      expect(message(withInt(value)), value).toBe('none');
    }
  });
});

test('a limit that is undefined is the default', () => {
  const limits = { encoding: 'json', maxDepth: undefined } as unknown as DecodeOptions;
  const value = `${'{"arrayValue":{"values":['.repeat(100)}{}${']}}'.repeat(100)}`;
  const whole = `{"resourceSpans":[{"scopeSpans":[{"spans":[{"attributes":[{"key":"k","value":${value}}]}]}]}]}`;
  expect(decodeSpans(text(whole), limits, () => {}).leftOut.nested).toBe(1);
});

describe('of any bytes', () => {
  const decoders = [decodeSpans, decodeLogRecords, decodeMetrics] as const;

  /** Reads with every decoder. What they throw has a name. */
  function decodeAll(bytes: Uint8Array): void {
    for (const decode of decoders) {
      for (const encoding of ['protobuf', 'json'] as const) {
        try {
          decode(bytes, { encoding }, () => {});
        } catch (error) {
          if (!(error instanceof OtlpDecodeError)) throw error;
        }
      }
    }
  }

  test('only named errors come', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => decodeAll(bytes)),
      { numRuns: rounds(50_000) },
    );
  });

  const requests = fc.oneof(
    fc.tuple(spanRecord, fc.constantFrom('protobuf' as const, 'json' as const)).map(([span, encoding]) => {
      const encoder = spanEncoder({ encoding, resource: ['service.name', 'x'] });
      return encoder.request([encoder.encode(span, scope)]);
    }),
    fc.tuple(logRecord, fc.constantFrom('protobuf' as const, 'json' as const)).map(([record, encoding]) => {
      const encoder = logEncoder({ encoding, resource: ['service.name', 'x'] });
      return encoder.request([encoder.encode(record, scope)]);
    }),
  );

  test('every truncation and mutation of a request gives records or a named error', () => {
    fc.assert(
      fc.property(
        requests,
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
        fc.nat(),
        (given, mutations, cut) => {
          const bytes = Uint8Array.from(given);
          for (const [at, byte] of mutations) bytes[at % bytes.length] = byte;
          decodeAll(bytes);
          decodeAll(bytes.subarray(0, cut % bytes.length));
        },
      ),
      { numRuns: rounds(5000) },
    );
  });
});
