import { type SpanContext, TraceFlags, trace } from '@opentelemetry/api';
import { expectThat } from '../conformance-failure.js';
import { extractFrom, givenContext, injected } from './carrier.js';
import type { Headers, PropagatorCase, PropagatorFormat } from './propagator-case.js';

/** One message, and what a propagator makes of it. */
export interface TraceVector {
  readonly name: string;
  readonly headers: Headers;
  /** What is read; `undefined` for nothing. */
  readonly trace: { readonly traceId: string; readonly spanId: string; readonly isSampled: boolean } | undefined;
  /** What is written for the context that was read. Absent: not checked; if nothing was read, nothing must be written. */
  readonly sent?: Readonly<Record<string, string>> | undefined;
}

export interface B3Vector extends Omit<TraceVector, 'sent'> {
  /** By the encoding that is written. */
  readonly sent?: Readonly<Record<'single' | 'multi', Readonly<Record<string, string>>>> | undefined;
}

export function w3cCase(vector: TraceVector, why: string): PropagatorCase {
  return { name: vector.name, why, formats: ['w3c'], run: (propagator) => check(propagator, vector) };
}

export function b3Case(vector: B3Vector, why: string): PropagatorCase {
  return {
    name: vector.name,
    why,
    formats: ['b3-single', 'b3-multi'],
    run: (propagator, format) => check(propagator, { ...vector, sent: vector.sent?.[encodingOf(format)] }),
  };
}

function encodingOf(format: PropagatorFormat): 'single' | 'multi' {
  return format === 'b3-multi' ? 'multi' : 'single';
}

function check(
  propagator: Parameters<PropagatorCase['run']>[0],
  { headers, trace: expected, sent }: TraceVector,
): void {
  const context = extractFrom(propagator, headers);
  const actual = trace.getSpanContext(context);
  const isDecisionOnly = expected === undefined && sent !== undefined;
  expectThat(isAsExpected(actual, expected), () => `Read ${shown(actual)} where ${shown(expected)} is right.`);
  if (expected === undefined && !isDecisionOnly) {
    expectThat(context === givenContext, () => 'Nothing was read, but the context is another one.');
  }
  const written = injected(propagator, context);
  const right = sent ?? (expected === undefined ? {} : undefined);
  if (right === undefined) return;
  expectThat(
    isEqual(written, right),
    () => `Wrote ${JSON.stringify(written)} where ${JSON.stringify(right)} is right.`,
  );
}

function isAsExpected(actual: SpanContext | undefined, expected: TraceVector['trace']): boolean {
  if (actual === undefined || expected === undefined) return actual === expected;
  return (
    actual.traceId === expected.traceId &&
    actual.spanId === expected.spanId &&
    ((actual.traceFlags & TraceFlags.SAMPLED) !== 0) === expected.isSampled &&
    actual.isRemote === true
  );
}

function shown(context: SpanContext | TraceVector['trace']): string {
  return context === undefined ? 'nothing' : JSON.stringify(context);
}

export function isEqual(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key]);
}
