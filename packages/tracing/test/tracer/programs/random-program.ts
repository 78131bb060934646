import { type Attributes, type SpanKind, SpanStatusCode } from '@opentelemetry/api';
import fc from 'fast-check';

/** Calls of OpenTelemetry's API in an order that code could make them in. Spans are named by when they were started. */
export type Program = readonly Step[];

export type Step =
  | {
      readonly do: 'start';
      readonly scope: number;
      readonly name: string;
      readonly options: DescribedOptions;
      readonly parent: Parent;
      /** By `startActiveSpan`: the steps that run within. Otherwise by `startSpan`. */
      readonly within: Program | undefined;
    }
  | { readonly do: 'attribute'; readonly on: number; readonly key: string; readonly value: unknown }
  | { readonly do: 'attributes'; readonly on: number; readonly attributes: Attributes }
  | {
      readonly do: 'event';
      readonly on: number;
      readonly name: string;
      readonly attributes: Attributes | undefined;
      readonly time: Time;
      /** Where the time stands if there are no attributes: second or third. */
      readonly isTimeSecond: boolean;
    }
  | { readonly do: 'link'; readonly on: number; readonly links: readonly DescribedLink[] }
  | { readonly do: 'status'; readonly on: number; readonly code: SpanStatusCode; readonly message: unknown }
  | { readonly do: 'exception'; readonly on: number; readonly exception: unknown; readonly time: Time }
  | { readonly do: 'rename'; readonly on: number; readonly name: string }
  | { readonly do: 'end'; readonly on: number; readonly time: Time }
  | { readonly do: 'wait'; readonly ms: number };

/**
 * The context given to `startSpan`: none, the empty one, one in which tracing is suppressed, one with a remote parent, or one with a
 * span that was started before.
 */
export type Parent = 'active' | 'root' | 'suppressed' | DescribedContext | number;

export interface DescribedContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  readonly isRemote: boolean | undefined;
  readonly traceState: string | undefined;
}

export interface DescribedLink {
  /** A context, or the number of a span. */
  readonly to: DescribedContext | number;
  readonly attributes: Attributes | undefined;
}

export interface DescribedOptions {
  readonly kind: SpanKind | undefined;
  readonly attributes: Attributes | undefined;
  readonly links: readonly DescribedLink[] | undefined;
  readonly startTime: Time;
  readonly root: boolean | undefined;
}

/** A time in one of the forms of `TimeInput`. `sinceMs` counts from the start of the program. */
export type Time =
  | undefined
  | { readonly as: 'Date' | 'epoch' | 'performance'; readonly sinceMs: number }
  | { readonly as: 'hrTime'; readonly seconds: number; readonly nanos: number }
  | { readonly as: 'given'; readonly value: unknown };

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const small = fc.nat({ max: 40 });

const described: fc.Arbitrary<DescribedContext> = fc.record({
  traceId: fc.oneof({ weight: 8, arbitrary: hex(32) }, fc.constantFrom('0'.repeat(32), 'abc', 'A'.repeat(32))),
  spanId: fc.oneof({ weight: 8, arbitrary: hex(16) }, fc.constantFrom('0'.repeat(16), 'abc')),
  traceFlags: fc.constantFrom(0, 1, 1, 1, 3),
  isRemote: fc.constantFrom(true, true, false, undefined),
  traceState: fc.constantFrom(undefined, 'a=1', 'vendor=t61rcWkgMzE,other=00f067aa0ba902b7'),
});

/** Whole numbers of quarters: sums of them are exact. */
const sinceMs = fc.integer({ min: -4000, max: 400_000 }).map((quarters) => quarters / 4);
const time: fc.Arbitrary<Time> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  fc.record({ as: fc.constantFrom('Date', 'epoch', 'performance'), sinceMs }),
  fc.record({
    as: fc.constant('hrTime'),
    seconds: fc.integer({ min: 1_700_000_000, max: 1_800_000_000 }),
    nanos: fc.nat(999_999_999),
  }),
) as fc.Arbitrary<Time>;

/** Strings of whole characters, with some that are special in JSON, UTF-8 and objects. */
const string = fc.oneof(
  fc.string({ maxLength: 20, unit: 'grapheme' }),
  fc.string({ maxLength: 20, unit: 'binary' }).map((text) => text.replace(/\p{Surrogate}/gu, '\ufffd')),
  fc.constantFrom('', '\0', '\u2028"\\', 'é😀', '__proto__', 'constructor', 'x'.repeat(300)),
);
const key = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('a', 'b', 'http.route', 'constructor', 'hasOwnProperty', 'toString', '7') },
  string.filter((each) => each !== '__proto__'),
);
const number = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double(),
  fc.constantFrom(
    0,
    -0,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    2 ** 53,
    -(2 ** 63),
    2 ** 63,
    1e300,
  ),
);
const gap = fc.constantFrom(null, undefined);
const listOf = <T>(each: fc.Arbitrary<T>) =>
  fc.array(fc.oneof({ weight: 5, arbitrary: each as fc.Arbitrary<unknown> }, gap), { maxLength: 6 });
const value: fc.Arbitrary<unknown> = fc.oneof(
  string,
  number,
  fc.boolean(),
  listOf(string),
  listOf(number),
  listOf(fc.boolean()),
  fc.array(fc.oneof(string, number, fc.boolean()), { maxLength: 4 }),
  fc.constantFrom(null, undefined, {}, { a: 1 }, [[1]], [{}]),
);
const attributes = fc.dictionary(key, value, { maxKeys: 8, noNullPrototype: true }) as fc.Arbitrary<Attributes>;
const someAttributes = fc.option(attributes, { nil: undefined });
/**
 * `null` is undefined behaviour: the SDK leaves it out of spans, where its name still has a place before those of the sampler, and
 * writes an attribute without a value in events and links. We leave it out.
 */
const withoutNull = someAttributes.map(
  (given) =>
    given && Object.fromEntries(Object.entries(given).filter(([, each]) => each !== null && each !== undefined)),
);

/** Ids of another length are no ids of OTLP: the SDK sends what is left of them, and a receiver refuses the whole request; we send none. */
const linked = described.filter(({ traceId, spanId }) => traceId.length === 32 && spanId.length === 16);
const link: fc.Arbitrary<DescribedLink> = fc.record({ to: fc.oneof(linked, small), attributes: withoutNull });
const links = fc.array(link, { maxLength: 6 });

const exception: fc.Arbitrary<unknown> = fc.oneof(
  string,
  fc.record(
    {
      name: string,
      message: string,
      stack: string,
      code: fc.oneof(string, fc.integer()),
    },
    { requiredKeys: [], noNullPrototype: true },
  ),
  string.map((message) =>
    Object.assign(new TypeError(message), { stack: `TypeError: ${message}\n    at work (a.js:1:2)` }),
  ),
  fc.constantFrom(null, undefined, {}),
);

const { program } = fc.letrec<{ program: Program }>((tie) => ({
  program: fc.array(
    fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      {
        weight: 4,
        arbitrary: fc.record({
          do: fc.constant('start' as const),
          scope: fc.nat({ max: 3 }),
          name: string,
          options: fc.record({
            kind: fc.constantFrom(undefined, ...[0, 1, 2, 3, 4].map((kind) => kind as SpanKind)),
            attributes: withoutNull,
            links: fc.option(links, { nil: undefined }),
            startTime: time,
            root: fc.constantFrom(undefined, undefined, false, true),
          }),
          parent: fc.oneof(
            { weight: 3, arbitrary: fc.constant('active' as const) },
            { weight: 1, arbitrary: fc.constantFrom('root' as const, 'root' as const, 'suppressed' as const) },
            { weight: 2, arbitrary: described },
            { weight: 2, arbitrary: small },
          ),
          within: fc.option(tie('program'), { nil: undefined }),
        }),
      },
      { weight: 4, arbitrary: fc.record({ do: fc.constant('attribute' as const), on: small, key, value }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('attributes' as const), on: small, attributes }) },
      {
        weight: 3,
        arbitrary: fc.record({
          do: fc.constant('event' as const),
          on: small,
          name: string,
          attributes: withoutNull,
          time,
          isTimeSecond: fc.boolean(),
        }),
      },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('link' as const), on: small, links }) },
      {
        weight: 2,
        arbitrary: fc.record({
          do: fc.constant('status' as const),
          on: small,
          code: fc.constantFrom(SpanStatusCode.UNSET, SpanStatusCode.OK, SpanStatusCode.ERROR, SpanStatusCode.ERROR),
          message: fc.oneof(string, fc.constantFrom(undefined, null, 7)),
        }),
      },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('exception' as const), on: small, exception, time }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('rename' as const), on: small, name: string }) },
      { weight: 4, arbitrary: fc.record({ do: fc.constant('end' as const), on: small, time }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(4000).map((n) => n / 4) }) },
    ) as fc.Arbitrary<Step>,
    { maxLength: 14 },
  ),
}));

/** Programs of up to some dozens of calls. */
export const randomProgram: fc.Arbitrary<Program> = program;
