import { expect, test } from 'vitest';
import { ownPageAnswer } from '../../src/embedded/own-page-answer.js';

test('rows become columns by the names of their members', () => {
  expect(
    ownPageAnswer('Carts', [
      { id: 7, open: true },
      { id: 8, note: 'gift' },
    ]),
  ).toEqual({
    kind: 'rows',
    columns: ['id', 'open', 'note'],
    rows: [
      [7, true, null],
      [8, null, 'gift'],
    ],
    moreRows: 0,
  });
});

test('rows show no secret, and are bounded', () => {
  const answer = ownPageAnswer('Users', [
    { password: 'hunter2', dsn: 'postgres://me:hunter2@db/x', text: 'x'.repeat(10_000), nested: { token: 'hunter2' } },
    ...Array.from({ length: 2000 }, () => ({ text: 'y' })),
  ]);
  expect(JSON.stringify(answer)).not.toContain('hunter2');
  expect(JSON.stringify(answer).length).toBeLessThan(100_000);
  expect(answer).toMatchObject({ moreRows: 1001 });
});

test('a chart has a value or a gap for each time', () => {
  const given = { unit: 'bytes', timesMs: [1, 2, 3], series: { carts: [1, Number.NaN] } };
  expect(ownPageAnswer('Carts', given)).toEqual({
    kind: 'chart',
    unit: 'bytes',
    timesMs: [1, 2, 3],
    series: [{ name: 'carts', values: [1, null, null] }],
  });
});

test.each([undefined, null, 7, 'text', { series: {} }, [1, 2], [null]])('%j is no page', (given) => {
  expect(() => ownPageAnswer('Carts', given)).toThrow(
    'Page "Carts" gave neither rows, an array of objects, nor a chart',
  );
});

test('a page of a hundred megabytes is shown in part, and says how much is left out', () => {
  const large = 'x'.repeat(100_000_000);
  const row = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`column${i}`, large]));
  const answer = ownPageAnswer(
    'Large',
    Array.from({ length: 5000 }, () => row),
  );
  expect(JSON.stringify(answer).length).toBeLessThan(1_200_000);
  expect(answer.kind === 'rows' && answer.rows.length + answer.moreRows).toBe(5000);
});

test('cells are shown as texts whatever they are', () => {
  class Cart {
    readonly items = [1, { two: 2 }];
  }
  const answer = ownPageAnswer('Values', [
    { big: 7n, when: new Date(0), map: new Map([['a', 1]]), cart: new Cart(), symbol: Symbol('s'), fn: () => 1 },
  ]);
  expect(answer.kind === 'rows' && answer.rows[0]).toEqual([
    '7',
    '1970-01-01T00:00:00.000Z',
    '{"a":1}',
    '{"items":[1,{"two":2}]}',
    expect.any(String),
    expect.any(String),
  ]);
});

test('times that are no numbers are no chart', () => {
  expect(() => ownPageAnswer('Carts', { timesMs: [Symbol('now')], series: {} })).toThrow('gave neither rows');
});
