import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rounds } from '../../../../scripts/rounds.js';
import { formatBytes } from '../../page/src/format/bytes.js';
import { formatDuration, parseDuration } from '../../page/src/format/duration.js';
import { formatExact, formatNumber, formatShare } from '../../page/src/format/number.js';
import { attributeTerm, termsOf, wordTerm } from '../../page/src/format/term.js';
import { formatFull, formatMoment, formatRange } from '../../page/src/format/time.js';
import { formatOfUnit, formatRate } from '../../page/src/format/unit.js';
import { formatValue } from '../../page/src/format/value.js';

/** Narrow spaces as plain ones, so that the expectations can be read. */
const plain = (text: string): string => text.replaceAll('\u202f', ' ');

describe('a number', () => {
  test.each([
    [0, '0'],
    [0.00004, '4.0e−5'],
    [0.0042, '0.0042'],
    [0.123456, '0.12'],
    [1.5, '1.5'],
    [9.999, '10'],
    [12.34, '12.3'],
    [412, '412'],
    [999.7, '1000'],
    [1234, '1 234'],
    [184_220.4, '184 220'],
    [999_999.7, '1 M'],
    [9_123_456, '9.12 M'],
    [4.2e9, '4.2 G'],
    [7e12, '7 T'],
    [-1234, '−1 234'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '−∞'],
  ])('%d is %s', (value, text) => {
    expect(plain(formatNumber(value))).toBe(text);
  });

  test('stays readable whatever it is', () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        expect(formatNumber(value)).toMatch(/^−?(NaN|∞|[\d.\u202f]+(e[−\d]+)?(\u202f[MGT])?)$/);
      }),
      { numRuns: rounds(10_000) },
    );
  });

  test('is exact where it must equal what the service reports', () => {
    expect(plain(formatExact(1_234_567.891))).toBe('1 234 567.891');
    expect(formatExact(1e21)).toBe('1e+21');
    expect(plain(formatExact(-1000))).toBe('−1 000');
  });
});

describe('a share', () => {
  test.each([
    [0, '0 %'],
    [0.0004, '< 0.1 %'],
    [0.018, '1.8 %'],
    [0.5, '50 %'],
    [0.99995, '> 99.9 %'],
    [1, '100 %'],
    [-0.25, '−25 %'],
    [123.456, '12 346 %'],
    [1.7e308, '∞ %'],
    [Number.NaN, 'NaN %'],
    [Number.NEGATIVE_INFINITY, '−∞ %'],
  ])('%d is %s: neither none nor all for what is not', (share, text) => {
    expect(plain(formatShare(share))).toBe(text);
  });
});

describe('a duration', () => {
  test.each([
    [0, '0 ms'],
    [0.0000123, '12.3 ns'],
    [0.84, '840 µs'],
    [0.9999, '1 ms'],
    [12.34, '12.3 ms'],
    [999.7, '1 s'],
    [1234, '1.23 s'],
    [59_960, '1 min'],
    [200_000, '3 min 20 s'],
    [18_720_000, '5 h 12 min'],
    [183_600_000, '2 d 3 h'],
    [-5, '−5 ms'],
  ])('of %d ms is %s', (ms, text) => {
    expect(plain(formatDuration(ms))).toBe(text);
  });

  test.each([
    ['200ms', 200],
    ['1.5s', 1500],
    ['2m', 120_000],
    ['840µs', 0.84],
    ['12', 12],
    ['', undefined],
    ['fast', undefined],
    ['1e3s', undefined],
    ['-5ms', undefined],
  ])('%j is read as %s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [999.6, '1 kB'],
  [118e6, '118 MB'],
  [1.5e12, '1.5 TB'],
  [5e15, '5000 TB'],
  [-2048, '−2.05 kB'],
])('%d bytes are %s', (bytes, text) => {
  expect(plain(formatBytes(bytes))).toBe(text);
});

test.each([
  ['s', 0.0042, '4.2 ms'],
  ['seconds', 90, '1 min 30 s'],
  ['ms', 12, '12 ms'],
  ['By', 2_000_000, '2 MB'],
  ['MiBy', 1, '1.05 MB'],
  ['ratio', 0.25, '25 %'],
  ['{request}', 12, '12 request'],
  ['1', 12, '12'],
  [null, 12, '12'],
])('a value in %s: %d is %s', (unit, value, text) => {
  expect(plain(formatOfUnit(unit)(value))).toBe(text);
});

test('a rate says per what', () => {
  expect(plain(formatRate(412))).toBe('412 /s');
});

test('a time of another day has its date', () => {
  const noon = new Date(2026, 8, 1, 12, 41, 7).getTime();
  expect(formatMoment(noon, noon + 60_000)).toBe('12:41:07');
  expect(formatMoment(noon, noon + 86_400_000)).toBe('2026-09-01 12:41:07');
});

test('what is no time does not break the page', () => {
  expect(formatFull(Number.NaN)).toBe('unknown time');
  expect(formatFull(9e15)).toBe('unknown time');
});

test('a range is written for readers', () => {
  expect(['15m', '90s', '1h', 'odd'].map(formatRange).map(plain)).toEqual(['15 min', '90 s', '1 h', 'odd']);
});

test('a value of an attribute is text, whatever it is', () => {
  const circle: unknown[] = [];
  circle.push(circle);
  expect(['a', 1, true, null, [1, 'b'], { a: 1 }, undefined, circle].map(formatValue)).toEqual([
    'a',
    '1',
    'true',
    'null',
    '[1,"b"]',
    '{"a":1}',
    'undefined',
    '',
  ]);
});

describe('a term of a filter', () => {
  test.each([
    [
      'a b',
      [
        { text: 'a', isWord: false },
        { text: 'b', isWord: false },
      ],
    ],
    ['"POST /orders"', [{ text: 'POST /orders', isWord: true }]],
    [
      'db.query.summary="SELECT orders" x',
      [
        { text: 'db.query.summary=SELECT orders', isWord: false },
        { text: 'x', isWord: false },
      ],
    ],
    ['"open', [{ text: 'open', isWord: true }]],
    ['', []],
  ])('of %j', (filter, terms) => {
    expect(termsOf(filter)).toEqual(terms);
  });

  test('is read as it was written, whatever the value', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z.]+$/), fc.string({ minLength: 1 }), (key, value) => {
        expect(termsOf(attributeTerm(key, value))).toEqual([{ text: `${key}=${value}`, isWord: false }]);
        expect(termsOf(wordTerm(value)).map(({ text }) => text)).toEqual([value]);
      }),
      { numRuns: rounds(10_000) },
    );
  });
});
