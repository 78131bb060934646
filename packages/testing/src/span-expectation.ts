import { inspect } from 'node:util';
import { isObject } from '@sightline/base';
import { type Asymmetric, isAsymmetric, isPlain, isTextLike } from './meets.js';
import { kindNames, type SpanReading, statusNames } from './span-reading.js';

/**
 * The expected span. Only given members are compared; `undefined` is not allowed. Values may be matchers such as `expect.any`.
 */
export interface ExpectedSpan {
  name?: string | RegExp | undefined;
  kind?: SpanReading['kind'] | undefined;
  status?: SpanReading['status'] | undefined;
  statusMessage?: string | RegExp | undefined;
  /** At least these. `undefined`: must be absent. */
  attributes?: Readonly<Record<string, unknown>> | undefined;
  /** The parent span or its name; `null` for the first span of a trace. */
  parent?: string | RegExp | SpanIdentity | null | undefined;
  /** At least these: the linked span, or members of the link. An empty list: none. */
  links?: ReadonlyArray<ExpectedLink | SpanIdentity> | undefined;
  /** At least these: the name, or members of the event. An empty list: none. */
  events?: ReadonlyArray<string | RegExp | ExpectedEvent> | undefined;
  traceId?: string | undefined;
  /** Within a microsecond. */
  durationMs?: number | undefined;
}

/** A span of a test double or of the code under test, or its context. */
export type SpanIdentity = SpanIds | { spanContext(): SpanIds };

export interface SpanIds {
  readonly traceId: string;
  readonly spanId: string;
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

const parts = [
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
] as const satisfies ReadonlyArray<keyof ExpectedSpan>;

/** Throws for an impossible expectation: with such an error `not.toHaveSpan` would always pass. */
export function checkExpectation(expected: ExpectedSpan): void {
  if (!isPlain(expected)) {
    throw new TypeError(
      `[testing] toHaveSpan takes an expected span, such as { name: "command PlaceOrder", status: "error" }, but got ${inspect(expected)}.`,
    );
  }
  checkKeys('toHaveSpan compares', expected, parts);
  checkGiven('toHaveSpan', expected);
  const { attributes, parent, links, events, durationMs } = expected;
  for (const part of ['name', 'statusMessage', 'traceId'] as const) {
    check(part, expected[part], isTextLike, 'a string, a regular expression or a matcher of the test runner');
  }
  checkChoice('kind', expected.kind, kindNames);
  checkChoice('status', expected.status, statusNames);
  check('attributes', attributes, isPlain, 'an object');
  check('parent', parent, isParent, "the parent's name, a span, or null for none");
  check('durationMs', durationMs, isDuration, 'a number');
  check('links', links, Array.isArray, 'a list');
  check('events', events, Array.isArray, 'a list');
  for (const link of links ?? []) {
    check('links', link, isObject, 'a span, or { traceId, spanId, attributes }');
    if (idsOf(link) === undefined) {
      checkKeys('A link of toHaveSpan has', link, ['traceId', 'spanId', 'attributes']);
      check('attributes of a link', (link as ExpectedLink).attributes, isPlain, 'an object');
      checkGiven('A link of toHaveSpan', link);
    }
  }
  for (const event of events ?? []) {
    if (typeof event === 'string' || isTextLike(event)) continue;
    check('events', event, isObject, 'a name, or { name, attributes }');
    checkKeys('An event of toHaveSpan has', event, ['name', 'attributes']);
    check('attributes of an event', (event as ExpectedEvent).attributes, isPlain, 'an object');
    checkGiven('An event of toHaveSpan', event);
  }
}

/** The ids of a span or of its context; `undefined` for the members of a link. */
export function idsOf(given: object): SpanIds | undefined {
  const { spanContext } = given as { spanContext?: unknown };
  if (typeof spanContext === 'function') return spanContext.call(given);
  // A context has flags. A span's attributes are not those of the link.
  return 'traceFlags' in given || 'parentSpanId' in given ? (given as unknown as SpanIds) : undefined;
}

function isParent(parent: unknown): boolean {
  return parent === null || isTextLike(parent) || parentSpanId(parent) !== undefined;
}

export function parentSpanId(parent: unknown): string | undefined {
  if (!isObject(parent)) return undefined;
  const { spanId } = idsOf(parent) ?? (parent as Partial<SpanIds>);
  return typeof spanId === 'string' ? spanId : undefined;
}

function isDuration(value: unknown): boolean {
  return (typeof value === 'number' && !Number.isNaN(value)) || isAsymmetric(value);
}

function check(part: string, value: unknown, isRight: (value: unknown) => boolean, wanted: string): void {
  if (value === undefined || isRight(value)) return;
  throw new TypeError(`[testing] toHaveSpan takes ${wanted} for ${part}, but got ${inspect(value)}.`);
}

function checkKeys(claim: string, given: object, known: readonly string[]): void {
  const wrong = Object.keys(given).find((key) => !known.includes(key));
  if (wrong !== undefined) throw new TypeError(`[testing] ${claim} ${known.join(', ')}, but got "${wrong}".`);
}

/** With a misspelt or unset variable the comparison would always pass. */
function checkGiven(claim: string, given: object): void {
  const missing = Object.entries(given).find(([, value]) => value === undefined);
  if (missing === undefined) return;
  throw new TypeError(`[testing] ${claim} got undefined for ${missing[0]}. Omit it if it does not matter.`);
}

function checkChoice(part: string, value: string | Asymmetric | undefined, allowed: readonly string[]): void {
  if (value === undefined || isAsymmetric(value) || allowed.includes(value)) return;
  throw new TypeError(
    `[testing] The ${part} of a span is one of ${allowed.join(', ')}, but got ${JSON.stringify(value)}.`,
  );
}
