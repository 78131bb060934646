import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rounds } from '../../../../scripts/rounds.js';
import { changedView, formatView, parseView, rangeMs, timeOf, type View } from '../../page/src/state/view.js';

const name = fc.string({ minLength: 1 });
const views: fc.Arbitrary<View> = fc.record({
  page: fc.oneof(
    fc.constantFrom('overview', 'traces', 'logs'),
    name.map((id) => `own/${id}`),
  ),
  service: fc.option(name),
  last: fc.constantFrom('1m', '5m', '15m', '1h', '90s', '250ms'),
  untilMs: fc.option(fc.nat()),
  parameters: fc.dictionary(
    name.filter((key) => !['service', 'last', 'until'].includes(key)),
    name,
  ),
});

test('a link holds everything that is shown', () => {
  fc.assert(
    fc.property(views, (view) => {
      const parsed = parseView(formatView(view));
      expect({ ...parsed, parameters: { ...parsed.parameters } }).toEqual({
        ...view,
        parameters: { ...view.parameters },
      });
    }),
    { numRuns: rounds(10_000) },
  );
});

test('what is as usual is left out of the link', () => {
  expect(formatView(parseView(''))).toBe('#/overview');
  expect(formatView(parseView('#/traces?last=15m&filter=duration%3E2s'))).toBe('#/traces?filter=duration%3E2s');
});

test('any text is a view', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(parseView(text).page).not.toBe('');
    }),
    { numRuns: rounds(10_000) },
  );
  expect(parseView('#/traces?last=soon&until=-5&%E0%A4%A')).toMatchObject({
    page: 'traces',
    last: '15m',
    untilMs: null,
  });
});

test('a parameter may have any name, also one that objects inherit', () => {
  const { parameters } = parseView('#/logs?__proto__=x&constructor=y&toString=z');
  expect(Object.entries(parameters)).toEqual([
    ['__proto__', 'x'],
    ['constructor', 'y'],
    ['toString', 'z'],
  ]);
  expect(parseView('#/logs').parameters['toString']).toBeUndefined();
});

test('another page keeps service and time, and drops what belongs to the one before', () => {
  const view = parseView('#/traces?service=shop&last=5m&filter=x&trace=abc');
  expect(formatView(changedView(view, { page: 'logs', parameters: { trace: 'abc' } }))).toBe(
    '#/logs?service=shop&last=5m&trace=abc',
  );
});

test('on the same page parameters change one by one', () => {
  const view = parseView('#/traces?filter=x&sort=slowest');
  expect(formatView(changedView(view, { parameters: { sort: undefined, trace: 'abc' } }))).toBe(
    '#/traces?filter=x&trace=abc',
  );
  expect(formatView(changedView(view, { service: 'shop', untilMs: 5 }))).toBe(
    '#/traces?service=shop&until=5&filter=x&sort=slowest',
  );
  expect(formatView(changedView(changedView(view, { service: 'shop' }), { service: null }))).toBe(
    '#/traces?filter=x&sort=slowest',
  );
});

test('a range is milliseconds, and an interval a range', () => {
  expect(['1m', '90s', '1h', '250ms'].map(rangeMs)).toEqual([60_000, 90_000, 3_600_000, 250]);
  expect(timeOf(10_000, 12_500.5)).toEqual({ last: '3s', untilMs: 12_501 });
});
