import { isDeepStrictEqual } from 'node:util';
import type { Check } from './checks.js';
import { editDistance } from './edit-distance.js';
import { matchesPattern } from './matches-pattern.js';
import { kindNames, type ReadableSpan, readSpan, type SpanReading, statusNames } from './span-reading.js';

/** Where test doubles keep their finished spans for matchers and assertions. */
export const SPANS: unique symbol = Symbol.for('sightline.testing.spans') as never;

/** What matchers and assertions look at: test spans, or spans as an exporter of OpenTelemetry's SDK got them. */
export type SpansToCheck = { readonly [SPANS]: () => readonly SpanReading[] } | readonly ReadableSpan[];

/** What a span is expected to be; only what is given is compared. Values may be those of `expect.any` and its like. */
export interface ExpectedSpan {
  name?: string | RegExp | undefined;
  kind?: SpanReading['kind'] | undefined;
  status?: SpanReading['status'] | undefined;
  statusMessage?: string | RegExp | undefined;
  /** All of these, and perhaps others; `undefined` for one that must not be there. */
  attributes?: Readonly<Record<string, unknown>> | undefined;
  /** The name of the span around it, or a span; `null` for the first span of a trace. */
  parent?: string | RegExp | { readonly spanId: string } | null | undefined;
  /** All of these, and perhaps others. */
  links?: readonly ExpectedLink[] | undefined;
  /** All of these, by name or closer, and perhaps others. */
  events?: ReadonlyArray<string | ExpectedEvent> | undefined;
  traceId?: string | undefined;
  durationMs?: number | undefined;
}

export interface ExpectedLink {
  traceId?: string | undefined;
  spanId?: string | undefined;
  attributes?: Readonly<Record<string, unknown>> | undefined;
}

export interface ExpectedEvent {
  name: string | RegExp;
  attributes?: Readonly<Record<string, unknown>> | undefined;
}

export function checkSpan(received: unknown, expected: ExpectedSpan): Check {
  checkExpectation(expected);
  const spans = spansOf(received);
  const compared = spans
    .map((span) => ({ span, differences: differencesOf(span, expected, spans) }))
    .sort((a, b) => distance(a.differences) - distance(b.differences));
  const met = compared.filter(({ differences }) => differences.length === 0);
  const [nearest] = compared;
  return {
    isMet: met.length > 0,
    message: () =>
      met.length > 0
        ? `expected no span ${shown(expected)}, but there is\n${met.slice(0, 3).map(listed).join('\n')}`
        : `expected a span ${shown(expected)}, but there is none such${nearest === undefined ? ': no span has ended' : `\n\nNearest spans:\n${compared.slice(0, 3).map(listed).join('\n')}`}`,
    actual: nearest?.span,
    expected,
  };
}

interface Difference {
  readonly part: string;
  readonly expected: unknown;
  readonly actual: unknown;
  /** How much it counts; a name that is nearly right counts less than one that is not. */
  readonly weight: number;
}

const distance = (differences: readonly Difference[]): number =>
  differences.reduce((sum, { weight }) => sum + weight, 0);

function spansOf(received: unknown): readonly SpanReading[] {
  if (typeof received === 'object' && received !== null) {
    if (SPANS in received) return (received as { [SPANS]: () => readonly SpanReading[] })[SPANS]();
    if (Array.isArray(received) && received.every((span) => typeof span?.spanContext === 'function')) {
      return received.map(readSpan);
    }
  }
  throw new TypeError(
    `[testing] toHaveSpan looks at what createTestSpans() returned, or at an array of finished spans of OpenTelemetry's SDK, but got ${received === null ? 'null' : typeof received}. If that is a promise, await it.`,
  );
}

const parts: ReadonlySet<string> = new Set([
  'name',
  'kind',
  'status',
  'statusMessage',
  'attributes',
  'parent',
  'links',
  'events',
  'traceId',
  'durationMs',
]);

/** A slip here would make `not.toHaveSpan` hold for ever. */
function checkExpectation(expected: ExpectedSpan): void {
  if (typeof expected !== 'object' || expected === null) {
    throw new TypeError(
      '[testing] toHaveSpan takes what a span is to be: { name: "command PlaceOrder", status: "error" }.',
    );
  }
  const wrong = Object.keys(expected).find((part) => !parts.has(part));
  if (wrong !== undefined) {
    throw new TypeError(`[testing] toHaveSpan compares ${[...parts].join(', ')}, but got "${wrong}".`);
  }
  checkChoice('kind', expected.kind, kindNames);
  checkChoice('status', expected.status, statusNames);
}

function checkChoice(part: string, value: string | undefined, allowed: readonly string[]): void {
  if (value === undefined || allowed.includes(value)) return;
  throw new TypeError(
    `[testing] The ${part} of a span is one of ${allowed.join(', ')}, but got ${JSON.stringify(value)}.`,
  );
}

function differencesOf(span: SpanReading, expected: ExpectedSpan, spans: readonly SpanReading[]): Difference[] {
  const differences: Difference[] = [];
  const compare = (part: string, wanted: unknown, actual: unknown, weight = 1): void => {
    if (!meets(actual, wanted)) differences.push({ part, expected: wanted, actual, weight });
  };
  const { name, attributes = {}, parent, links = [], events = [] } = expected;
  if (name !== undefined) compare('name', name, span.name, nameWeight(span.name, name));
  for (const part of ['kind', 'status', 'statusMessage', 'traceId', 'durationMs'] as const) {
    if (expected[part] !== undefined) compare(part, expected[part], span[part]);
  }
  for (const [key, value] of Object.entries(attributes)) compare(`attribute ${key}`, value, span.attributes[key]);
  if (parent !== undefined) {
    const isSpan = typeof parent === 'object' && parent !== null && !(parent instanceof RegExp);
    const around = spans.find(({ spanId, traceId }) => spanId === span.parentSpanId && traceId === span.traceId);
    if (isSpan) compare('parent', parent.spanId, span.parentSpanId);
    else if (parent === null) compare('parent', undefined, span.parentSpanId);
    else compare('parent', parent, around?.name);
  }
  for (const link of links) {
    if (!span.links.some((actual) => meetsAll(actual, link))) {
      differences.push({ part: 'link', expected: link, actual: span.links, weight: 1 });
    }
  }
  for (const event of events) {
    const wanted = typeof event === 'string' ? { name: event } : event;
    if (!span.events.some((actual) => meetsAll(actual, wanted))) {
      differences.push({ part: 'event', expected: wanted, actual: span.events.map((each) => each.name), weight: 1 });
    }
  }
  return differences;
}

function meetsAll(
  actual: { readonly attributes: Readonly<Record<string, unknown>> } & object,
  { attributes = {}, ...wanted }: ExpectedLink | ExpectedEvent,
): boolean {
  return (
    Object.entries(wanted).every(
      ([key, value]) => value === undefined || meets((actual as Record<string, unknown>)[key], value),
    ) && Object.entries(attributes).every(([key, value]) => meets(actual.attributes[key], value))
  );
}

function meets(actual: unknown, wanted: unknown): boolean {
  if (wanted instanceof RegExp) return typeof actual === 'string' && matchesPattern(wanted, actual);
  const { asymmetricMatch } = (wanted ?? {}) as { asymmetricMatch?: unknown };
  if (typeof asymmetricMatch === 'function') return Boolean(asymmetricMatch.call(wanted, actual));
  return isDeepStrictEqual(actual, wanted);
}

/** Between 1 and 3: the name says more than anything else which span was meant. */
function nameWeight(name: string, wanted: string | RegExp): number {
  if (typeof wanted !== 'string') return 3;
  return 1 + (2 * editDistance(name, wanted)) / Math.max(name.length, wanted.length, 1);
}

function listed({ span, differences }: { span: SpanReading; differences: readonly Difference[] }): string {
  const attributes = Object.keys(span.attributes).length === 0 ? '' : ` ${shown(span.attributes)}`;
  return [
    `  "${span.name}" ${span.kind}, ${span.status}${attributes}`,
    ...differences.map(
      ({ part, expected, actual }) => `    ${part}: expected ${shown(expected)}, but it is ${shown(actual)}`,
    ),
  ].join('\n');
}

function shown(value: unknown): string {
  if (value === undefined) return 'absent';
  const text = JSON.stringify(value, (_, each: unknown) => {
    if (each instanceof RegExp) return String(each);
    if (typeof each === 'bigint') return `${each}n`;
    const { asymmetricMatch } = (each ?? {}) as { asymmetricMatch?: unknown };
    return typeof asymmetricMatch === 'function' ? String(each) : each;
  });
  return (text ?? String(value)).slice(0, 500);
}
