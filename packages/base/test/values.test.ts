import { createContextKey } from '@opentelemetry/api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  didYouMean,
  editDistance,
  errorText,
  hasNamedMembers,
  isObject,
  isObjectOrFunction,
  isRecord,
  isThenable,
  messageOf,
  nearestName,
  suppressedTracingKey,
  valueText,
} from '../src/index.js';

const revoked = (() => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
})();
const hostile = [
  revoked,
  Object.create(null),
  {
    get message(): never {
      throw new Error('x');
    },
  },
  Object.defineProperty(new Error('a'), 'message', {
    get() {
      throw new Error('x');
    },
  }),
  {
    toString() {
      throw new Error('x');
    },
  },
  Symbol('s'),
  undefined,
  null,
];

test.each([
  ['a "quoted" one', '"a \\"quoted\\" one"'],
  ['x'.repeat(61), `"${'x'.repeat(57)}..."`],
  [12n, '12n'],
  [Number.NaN, 'NaN'],
  [undefined, 'undefined'],
  [null, 'null'],
  [[1], 'an array'],
  [{ a: 1 }, 'an object'],
  [() => 1, 'a function'],
  [Symbol('s'), 'a symbol'],
])('valueText: %#', (value, text) => {
  expect(valueText(value)).toBe(text);
});

test('a revoked proxy is an object', () => {
  expect(valueText(revoked)).toBe('an object');
});

test('messages of any thrown value are strings, and making them never throws', () => {
  for (const value of hostile) {
    expect(typeof messageOf(value)).toBe('string');
    expect(typeof errorText(value)).toBe('string');
    expect(typeof valueText(value)).toBe('string');
  }
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true, withSymbolDescription: true } as never), (value) => {
      expect(typeof messageOf(value)).toBe('string');
      expect(typeof errorText(value)).toBe('string');
    }),
  );
  expect(messageOf(new TypeError('no'))).toBe('no');
  expect(errorText(new TypeError('no.'))).toBe('TypeError: no');
});

test('kinds of values', () => {
  expect([{}, [], null, 'a', () => 1].map((value) => isObject(value))).toEqual([true, true, false, false, false]);
  expect([{}, [], null].map((value) => isRecord(value))).toEqual([true, false, false]);
  expect([{}, [], null, () => 1].map(isObjectOrFunction)).toEqual([true, true, false, true]);
  // biome-ignore lint/suspicious/noThenProperty: that is what is asked
  expect([Promise.resolve(), { then() {} }, { then: 1 }, null, 'a'].map(isThenable)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

test('members that have names', () => {
  const refuses = new Proxy(
    {},
    {
      has: () => {
        throw new Error('x');
      },
    },
  );
  expect([{}, Object.create(null), new (class Options {})()].map((value) => hasNamedMembers(value))).toEqual([
    true,
    true,
    true,
  ]);
  for (const value of [null, 'a', [], new Map(), new Headers(), new URLSearchParams(), revoked, refuses, () => 1])
    expect(hasNamedMembers(value)).toBe(false);
});

test('near names', () => {
  expect(nearestName('outcom', ['queue', 'outcome'])).toBe('outcome');
  expect(nearestName('zebra', ['queue', 'outcome'])).toBe(undefined);
  expect(didYouMean('outcom', ['outcome'])).toBe(' Did you mean "outcome"?');
  expect(didYouMean('zebra', ['outcome'])).toBe('');
});

test('the edit distance is a metric', () => {
  const word = fc.string({ maxLength: 12 });
  fc.assert(
    fc.property(word, word, word, (a, b, c) => {
      expect(editDistance(a, a)).toBe(0);
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
      expect(editDistance(a, b)).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
    }),
  );
});

test('the mark of suppressed tracing is that of OpenTelemetry', () => {
  expect(suppressedTracingKey).toBe(createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING'));
});
