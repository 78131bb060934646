import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainDecimal } from '../src/plain-decimal.js';

test.each([
  [0, '0'],
  [-0, '0'],
  [12.5, '12.5'],
  [1.5e21, '1500000000000000000000'],
  [-1e21, '-1000000000000000000000'],
  [2.5e-7, '0.00000025'],
  [-1.25e-10, '-0.000000000125'],
  [2 ** 53 - 1, '9007199254740991'],
])('%d is %s', (value, text) => {
  expect(plainDecimal(value)).toBe(text);
});

test('every finite number reads back from digits alone', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const text = plainDecimal(value);
      expect(text).toMatch(/^-?\d+(\.\d+)?$/);
      expect(Number(text)).toBe(value === 0 ? 0 : value);
    }),
  );
  expect(Number(plainDecimal(5e-324))).toBe(5e-324);
  expect(Number(plainDecimal(Number.MAX_VALUE))).toBe(Number.MAX_VALUE);
});
