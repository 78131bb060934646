import { editDistance } from '@sightline/base';
import type { Check } from './checks.js';
import { isAsymmetric, isTextLike, meets } from './meets.js';
import {
  checkExpectation,
  type ExpectedEvent,
  type ExpectedLink,
  type ExpectedSpan,
  idsOf,
  parentSpanId,
  type SpanIdentity,
} from './span-expectation.js';
import { type ReadableSpan, readSpan, type SpanReading } from './span-reading.js';

/** The key under which test doubles keep their spans for matchers and assertions. */
export const SPANS: unique symbol = Symbol.for('sightline.testing.spans') as never;

/** What matchers and assertions accept: test spans, or spans from an exporter of OpenTelemetry's SDK. */
export type SpansToCheck = { readonly [SPANS]: () => SpansReading } | readonly ReadableSpan[];

export interface SpansReading {
  readonly finished: readonly SpanReading[];
  /** Spans that have not ended: they may be parents, and messages show them. */
  readonly open: readonly SpanReading[];
}

export function checkSpan(received: unknown, expected: ExpectedSpan): Check {
  checkExpectation(expected);
  const { finished, open } = spansOf(received);
  const all = [...finished, ...open];
  const compare = (span: SpanReading): Compared => ({ span, differences: differencesOf(span, expected, all) });
  const compared = finished.map(compare).sort((a, b) => distance(a.differences) - distance(b.differences));
  const met = compared.filter(({ differences }) => differences.length === 0);
  const [nearest] = compared;
  const stillOpen = open.map(compare).filter(({ differences }) => differences.every(({ part }) => isUntilEnd(part)));
  return {
    isMet: met.length > 0,
    mayBeMet: stillOpen.length > 0,
    message: (isNot = false) => {
      if (isNot && met.length === 0) {
        return `expected no span ${shown(expected)}, but this one has not ended and may still match. Wait until it ends:\n${list(stillOpen)}`;
      }
      if (met.length > 0) return `expected no span ${shown(expected)}, but there is\n${list(met)}`;
      const found =
        stillOpen.length > 0
          ? `but it has not ended:\n${list(stillOpen)}`
          : `but there is none${nearest === undefined ? ': no span has ended' : ''}`;
      return `expected a span ${shown(expected)}, ${found}${nearest === undefined ? '' : `\n\nNearest spans:\n${list(compared)}`}`;
    },
    actual: nearest?.span,
    expected,
  };
}

interface Compared {
  readonly span: SpanReading;
  readonly differences: readonly Difference[];
}

interface Difference {
  readonly part: string;
  readonly expected: unknown;
  readonly actual: unknown;
  /** The weight of the difference: a similar name weighs less than another one. */
  readonly weight: number;
}

const distance = (differences: readonly Difference[]): number =>
  differences.reduce((sum, { weight }) => sum + weight, 0);

/** Whether an open span may still match. */
function isUntilEnd(part: string): boolean {
  return part !== 'name' && part !== 'kind' && part !== 'parent' && part !== 'traceId';
}

function spansOf(received: unknown): SpansReading {
  if (typeof received === 'object' && received !== null) {
    if (SPANS in received) return (received as { [SPANS]: () => SpansReading })[SPANS]();
    if (Array.isArray(received) && received.every((span) => typeof span?.spanContext === 'function')) {
      return { finished: received.map((span: ReadableSpan) => readSpan(span)), open: [] };
    }
  }
  throw new TypeError(
    `[testing] toHaveSpan looks at what createTestSpans() returned, or at an array of finished spans of OpenTelemetry's SDK, but got ${received === null ? 'null' : typeof received}. If that is a promise, await it.`,
  );
}

function differencesOf(span: SpanReading, expected: ExpectedSpan, spans: readonly SpanReading[]): Difference[] {
  const differences: Difference[] = [];
  const compare = (part: string, wanted: unknown, actual: unknown, weight = 1): void => {
    if (!meets(actual, wanted)) differences.push({ part, expected: wanted, actual, weight });
  };
  const { name, attributes = {}, parent, links = [], events = [], durationMs } = expected;
  if (name !== undefined) compare('name', name, span.name, nameWeight(span.name, name));
  for (const part of ['kind', 'status', 'statusMessage', 'traceId'] as const) {
    if (expected[part] !== undefined) compare(part, expected[part], span[part]);
  }
  // Differences of fractional milliseconds are not exact.
  const isNear = typeof durationMs === 'number' && Math.abs(span.durationMs - durationMs) < 0.001;
  if (durationMs !== undefined && !isNear) compare('durationMs', durationMs, span.durationMs);
  for (const [key, value] of Object.entries(attributes)) compare(`attribute ${key}`, value, span.attributes[key]);
  if (parent !== undefined && !meetsParent(span, parent, spans)) {
    differences.push({ part: 'parent', expected: parent, actual: parentOf(span, spans), weight: 1 });
  }
  // An empty list means none.
  if (expected.links?.length === 0) compare('links', [], span.links);
  if (expected.events?.length === 0) compare('events', [], span.events);
  for (const link of links) {
    if (!span.links.some((actual) => meetsLink(actual, link))) {
      differences.push({ part: 'link', expected: idsOf(link) ?? link, actual: span.links, weight: 1 });
    }
  }
  for (const event of events) {
    const wanted = isTextLike(event) ? { name: event } : event;
    if (!span.events.some((actual) => meetsAll(actual, wanted as ExpectedEvent))) {
      const actual = span.events.map((each) => ({ name: each.name, attributes: each.attributes }));
      differences.push({ part: 'event', expected: wanted, actual, weight: 1 });
    }
  }
  return differences;
}

function meetsParent(
  span: SpanReading,
  parent: NonNullable<ExpectedSpan['parent']> | null,
  spans: readonly SpanReading[],
): boolean {
  if (parent === null) return span.parentSpanId === undefined;
  const spanId = parentSpanId(parent);
  return spanId === undefined ? meets(around(span, spans)?.name, parent) : span.parentSpanId === spanId;
}

/** The parent span, if it is known. */
function around({ traceId, parentSpanId }: SpanReading, spans: readonly SpanReading[]): SpanReading | undefined {
  return spans.find((each) => each.spanId === parentSpanId && each.traceId === traceId);
}

function parentOf(span: SpanReading, spans: readonly SpanReading[]): unknown {
  const { parentSpanId } = span;
  return around(span, spans)?.name ?? (parentSpanId && { spanId: parentSpanId });
}

function meetsLink(actual: SpanReading['links'][number], wanted: ExpectedLink | SpanIdentity): boolean {
  const ids = idsOf(wanted);
  if (ids === undefined) return meetsAll(actual, wanted as ExpectedLink);
  return actual.traceId === ids.traceId && actual.spanId === ids.spanId;
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

/** From 1 to 3: the name counts most for the similarity of spans. */
function nameWeight(name: string, wanted: string | RegExp): number {
  if (typeof wanted !== 'string') return 3;
  return 1 + (2 * editDistance(name, wanted)) / Math.max(name.length, wanted.length, 1);
}

const MAX_SHOWN = 3;

function list(compared: readonly Compared[]): string {
  return compared.slice(0, MAX_SHOWN).map(listed).join('\n');
}

function listed({ span, differences }: Compared): string {
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
    if (each === undefined) return 'absent';
    if (each instanceof RegExp) return String(each);
    if (typeof each === 'bigint') return `${each}n`;
    return isAsymmetric(each) ? (each.toAsymmetricMatcher?.() ?? String(each)) : each;
  });
  return (text ?? String(value)).slice(0, 500);
}
