import { ROOT_CONTEXT, type TextMapPropagator, TraceFlags, trace } from '@opentelemetry/api';
import {
  describePropagator,
  type PropagatorCase,
  propagatorCases,
  runPropagatorCase,
} from '@sightline/conformance/propagator';
import { w3cPropagator } from '@sightline/tracing/propagation';
import { describe, expect, test } from 'vitest';

const idle: TextMapPropagator = { inject() {}, extract: (context) => context, fields: () => [] };

/** Takes what stands between dashes, whatever it is. */
const gullible: TextMapPropagator = {
  inject(context, carrier, setter) {
    const { traceId, spanId } = trace.getSpanContext(context) ?? {};
    if (traceId !== undefined) setter.set(carrier, 'traceparent', `00-${traceId}-${spanId}-01`);
  },
  extract(context, carrier, getter) {
    const [, traceId, spanId] = String(getter.get(carrier, 'traceparent')).split('-');
    if (traceId === undefined || spanId === undefined) return context;
    return trace.setSpanContext(context, { traceId, spanId, traceFlags: 1, isRemote: true });
  },
  fields: () => ['tracestate'],
};

/** Starts a context of its own, sends no tracestate of what is not sampled, and takes the span away if nothing came. */
const careless: TextMapPropagator = {
  inject: (context, carrier, setter) =>
    w3cPropagator.inject(context, carrier, {
      set(_, key, value) {
        const isSampled = trace.getSpanContext(context)?.traceFlags === TraceFlags.SAMPLED;
        if (isSampled || key !== 'tracestate') setter.set(carrier, key, value);
      },
    }),
  extract(context, carrier, getter) {
    const read = trace.getSpanContext(w3cPropagator.extract(ROOT_CONTEXT, carrier, getter));
    return read === undefined ? trace.deleteSpan(context) : trace.setSpanContext(ROOT_CONTEXT, read);
  },
  fields: () => w3cPropagator.fields(),
};

test('the names of cases are different from each other', () => {
  const names = propagatorCases.flatMap(({ cases }) => cases.map((one) => one.name));
  expect(new Set(names).size).toBe(names.length);
});

describe('a wrong propagator is caught', () => {
  test.each([
    ['reads a sampled traceparent', idle],
    ['writes a local span and reads it back', idle],
    ['names every field it writes', idle],
    ['reads an unsampled traceparent', gullible],
    ['rejects version ff', gullible],
    ['rejects a trace id of zeroes', gullible],
    ['rejects a very long traceparent', gullible],
    ['keeps the random flag', gullible],
    ['keeps a tracestate', gullible],
    ['writes nothing for an invalid span context', gullible],
    ['writes nothing while tracing is suppressed', gullible],
    ['names every field it writes', gullible],
    ['survives a carrier that throws when it is read', gullible],
    ['survives a carrier that throws when it is written', gullible],
    ['survives random messages, and sends on what it read', gullible],
    ['reads back every span context it writes', gullible],
    ['keeps the tracestate of an unsampled trace', careless],
    ['keeps the span of a context in which nothing is received', careless],
    ['keeps what else a context holds', careless],
  ])('%s', { timeout: 60_000 }, async (name, propagator) => {
    const under = { name: 'wrong', propagator, format: 'w3c' } as const;
    await expect(runPropagatorCase(under, caseNamed(name))).rejects.toThrow('[conformance] wrong: ');
    await runPropagatorCase({ ...under, deviations: [{ case: name, reason: 'It is wrong.' }] }, caseNamed(name));
  });
});

describe('a deviation', () => {
  const listing = (deviations: Array<{ case: string; reason: string }>) => () =>
    describePropagator('mine', idle, { formats: ['w3c'], deviations, runner: { describe() {}, test() {} } });

  test('that is none fails', async () => {
    const name = 'rejects version ff';
    const run = runPropagatorCase(
      { name: 'mine', propagator: idle, format: 'w3c', deviations: [{ case: name, reason: 'Not yet.' }] },
      caseNamed(name),
    );
    await expect(run).rejects.toThrow('mine passes "rejects version ff", so its deviation is no longer needed.');
  });

  test('names a case of the formats, once, with a reason', () => {
    expect(listing([{ case: 'rejects version f', reason: 'x' }])).toThrow('Did you mean "rejects version ff"?');
    expect(listing([{ case: 'keeps empty values', reason: 'x' }])).toThrow('which is only for baggage. Remove it.');
    expect(listing([{ case: 'rejects version ff', reason: ' ' }])).toThrow('without a reason.');
    const twice = { case: 'rejects version ff', reason: 'x' };
    expect(listing([twice, twice])).toThrow('twice. Remove one.');
  });
});

function caseNamed(name: string): PropagatorCase {
  const found = propagatorCases.flatMap(({ cases }) => cases).find((each) => each.name === name);
  if (found === undefined) throw new Error(`No case is named "${name}".`);
  return found;
}
