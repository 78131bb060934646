import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boundText, valueText } from '../src/number-text.js';

describe('a sample value', () => {
  test.each([
    [0, '0'],
    [-0, '-0'],
    [1, '1'],
    [-2.5, '-2.5'],
    [5e-324, '5e-324'],
    [1e308, '1e+308'],
    [2 ** 53, '9007199254740992'],
    [1e21, '1e+21'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf'],
  ])('%d is written %s', (value, text) => {
    expect(valueText(value)).toBe(text);
  });

  test('reads back as the same number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) =>
        Object.is(Number(valueText(value)), value),
      ),
    );
  });
});

describe('a bound', () => {
  // OpenMetrics 1.0, "Canonical numbers".
  const canonical = '0.0 0.001 0.002 0.01 0.1 0.9 0.95 0.99 0.999 1.0 1.7 10.0'.split(' ');
  const powersOfTen = '1e-10 1e-09 1e-05 0.0001 0.1 1.0 100000.0 1e+06 1e+10'.split(' ');
  test.each([
    ...canonical,
    ...powersOfTen,
    '+Inf',
    '-0.5',
    '-10.0',
    '1.5e+06',
    '123456.0',
    '1.234567e+06',
    '1e+100',
    '5e-324',
  ])('%s is spelled canonically', (text) => {
    expect(boundText(text === '+Inf' ? Number.POSITIVE_INFINITY : Number(text))).toBe(text);
  });

  test('reads back as the same number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (bound) => Number(boundText(bound)) === bound),
    );
  });
});
