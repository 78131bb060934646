import fc from 'fast-check';
import type {
  FlatAttributes,
  LogRecordFields,
  SpanEventRecord,
  SpanLinkRecord,
  SpanRecord,
} from '../src/encode/index.js';

/** Any string that JavaScript can hold, half surrogate pairs as well; most are short and ASCII, as most are. */
export const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.string({ maxLength: 60 }) },
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 }).map((codes) => String.fromCharCode(...codes)),
  fc
    .tuple(fc.string({ minLength: 1, maxLength: 3 }), fc.integer({ min: 40, max: 4000 }))
    .map(([unit, n]) => unit.repeat(n)),
);

export const hex = (bytes: number): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((id) => Buffer.from(id).toString('hex'));

const number = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.maxSafeInteger(),
  fc.constantFrom(0, -0, 2 ** 53, -(2 ** 53), 2 ** 62, -(2 ** 63), 2 ** 63, 127, 128, -1, 2 ** 31, 2 ** 32, 1e300),
);
const plain = fc.oneof(text, fc.boolean(), number);
const list = fc.oneof(
  fc.array(fc.option(text, { freq: 5, nil: null }), { maxLength: 8 }),
  fc.array(fc.option(number, { freq: 5, nil: undefined }), { maxLength: 8 }),
  fc.array(fc.boolean(), { maxLength: 200 }),
);

/** Flat attributes in the order that an object with the same names would have. */
function flat(values: fc.Arbitrary<unknown>): fc.Arbitrary<FlatAttributes> {
  return fc
    .array(fc.tuple(text, values), { maxLength: 12 })
    .map((pairs) => Object.entries(Object.fromEntries(pairs)).flat());
}

export const attributes: fc.Arbitrary<FlatAttributes> = flat(fc.oneof({ weight: 4, arbitrary: plain }, list));

/** A value of a log record: nested up to a depth that both encoders write. */
export const anyValue: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, depthSize: 'small' },
    plain,
    fc.constantFrom(null, undefined),
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(text, tie('value'), { maxKeys: 5 }),
  ),
})).value;

const seconds = fc.oneof(
  fc.integer({ min: 0, max: 4_102_444_800 }),
  fc.constantFrom(0, 2 ** 31, 2 ** 32, 18_446_744_072),
);
const nanos = fc.integer({ min: 0, max: 999_999_999 });
const dropped = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
const traceState = fc.option(fc.constantFrom('a=1', 'vendor=00f067aa0ba902b7,other=x'), { nil: undefined });
const flags = fc.constantFrom(0x100, 0x101, 0x301, 0x300, 0x103);

export const spanRecord: fc.Arbitrary<SpanRecord> = fc
  .record<SpanRecord>({
    traceId: hex(16),
    spanId: hex(8),
    parentSpanId: fc.option(hex(8), { nil: undefined }),
    traceState,
    flags,
    name: text,
    kind: fc.integer({ min: 0, max: 4 }),
    startSeconds: seconds,
    startNanos: nanos,
    endSeconds: seconds,
    endNanos: nanos,
    attributes,
    droppedAttributesCount: dropped,
    events: fc.array(
      fc.record<SpanEventRecord>({ name: text, seconds, nanos, attributes, droppedAttributesCount: dropped }),
      { maxLength: 3 },
    ),
    droppedEventsCount: dropped,
    links: fc.array(
      fc.record<SpanLinkRecord>({
        traceId: hex(16),
        spanId: hex(8),
        traceState,
        flags,
        attributes,
        droppedAttributesCount: dropped,
      }),
      { maxLength: 3 },
    ),
    droppedLinksCount: dropped,
    statusCode: fc.integer({ min: 0, max: 2 }),
    statusMessage: fc.option(text, { nil: undefined }),
  })
  // A span without a parent has none that is remote.
  .map((span) => (span.parentSpanId === undefined ? { ...span, flags: span.flags & ~0x200 } : span));

export const logRecord: fc.Arbitrary<LogRecordFields> = fc.record({
  timeSeconds: seconds,
  timeNanos: nanos,
  observedSeconds: seconds,
  observedNanos: nanos,
  severityNumber: fc.integer({ min: 0, max: 24 }),
  severityText: fc.option(text, { nil: undefined }),
  body: anyValue,
  attributes: flat(anyValue),
  droppedAttributesCount: dropped,
  traceId: hex(16),
  spanId: hex(8),
  flags: fc.integer({ min: 0, max: 255 }),
  eventName: fc.option(text, { nil: undefined }),
});
