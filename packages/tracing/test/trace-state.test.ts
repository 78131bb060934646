import { createContextKey, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rounds } from '../../../scripts/rounds.js';
import { mapCarrier, w3cPropagator } from '../src/propagation/index.js';
import { LayeredContext } from '../src/propagation/layered-context.js';

const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

function stateOf(tracestate: string) {
  const context = w3cPropagator.extract(ROOT_CONTEXT, { traceparent, tracestate }, mapCarrier);
  const state = trace.getSpanContext(context)?.traceState;
  if (state === undefined) throw new Error('there is no tracestate');
  return state;
}

describe('a tracestate that was read', () => {
  test('gives its members', () => {
    const state = stateOf('foo=1, bar= 2 ,foo=3');
    expect([state.get('foo'), state.get('bar'), state.get('fo'), state.get('')]).toEqual([
      '1',
      ' 2',
      undefined,
      undefined,
    ]);
    expect(state.serialize()).toBe('foo=1,bar= 2');
  });

  test('is never changed: a member that is set goes in front of another list', () => {
    const state = stateOf('foo=1,bar=2');
    expect(state.set('bar', '3').serialize()).toBe('bar=3,foo=1');
    expect(state.set('new', '3').unset('foo').serialize()).toBe('new=3,bar=2');
    expect(state.serialize()).toBe('foo=1,bar=2');
  });

  test.each([
    ['Foo', '1'],
    ['foo', ''],
    ['foo', 'a,b'],
    ['foo', 'a=b'],
    ['foo', 'a '],
    ['', '1'],
    ['a=b', '1'],
    ['foo', 'é'],
  ])('takes no member against the grammar: %s=%s', (key, value) =>
    expect(stateOf('bar=2').set(key, value).serialize()).toBe('bar=2'),
  );

  test('loses the last member when a 33rd is set', () => {
    const full = Array.from({ length: 32 }, (_, i) => `k${i}=${i}`).join(',');
    const state = stateOf(full).set('new', 'x');
    expect([state.get('new'), state.get('k30'), state.get('k31')]).toEqual(['x', '30', undefined]);
  });

  test('is not sent when nothing is left of it', () => {
    const context = w3cPropagator.extract(ROOT_CONTEXT, { traceparent, tracestate: 'foo=1' }, mapCarrier);
    const received = trace.getSpanContext(context);
    if (received?.traceState === undefined) throw new Error('there is no tracestate');
    const emptied = { ...received, traceState: received.traceState.unset('foo') };
    const sent = {};
    w3cPropagator.inject(trace.setSpanContext(context, emptied), sent, mapCarrier);
    expect(sent).toEqual({ traceparent });
  });
});

test('white space makes no difference to what is read of a list', () => {
  const key = fc.string({ unit: fc.constantFrom(...'abz09_-*/@='), minLength: 1, maxLength: 4 });
  const value = fc.string({ unit: fc.constantFrom(...'ab 1~!'), minLength: 1, maxLength: 4 });
  const lists = fc.array(fc.tuple(key, value), { minLength: 1, maxLength: 40 });
  const read = (tracestate: string): string | undefined => {
    const context = w3cPropagator.extract(ROOT_CONTEXT, { traceparent, tracestate }, mapCarrier);
    return trace.getSpanContext(context)?.traceState?.serialize();
  };
  fc.assert(
    fc.property(lists, (members) => {
      const written = members.map(([name, text]) => `${name}=${text.trimEnd()}`);
      expect(read(written.join(','))).toBe(read(` ${written.join(' ,\t')},`));
    }),
    { numRuns: rounds(2000) },
  );
});

describe('the context of a message that was read', () => {
  test('behaves as OpenTelemetry’s', () => {
    const keys = ['a', 'b', 'c', 'd'].map((name) => createContextKey(name));
    const step = fc.record({ key: fc.constantFrom(...keys), value: fc.oneof(fc.integer(), fc.constant(undefined)) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let expected = ROOT_CONTEXT.setValue(keys[0] as symbol, 'base');
        let actual = LayeredContext.over(expected);
        for (const { key, value } of steps) {
          const before = keys.map((each) => actual.getValue(each));
          const next = value === undefined ? actual.deleteValue(key) : actual.setValue(key, value);
          expected = value === undefined ? expected.deleteValue(key) : expected.setValue(key, value);
          expect(keys.map((each) => actual.getValue(each))).toEqual(before);
          actual = next;
          expect(keys.map((each) => actual.getValue(each))).toEqual(keys.map((each) => expected.getValue(each)));
        }
      }),
    );
  });
});
