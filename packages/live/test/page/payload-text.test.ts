import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rounds } from '../../../../scripts/rounds.js';
import { payloadText } from '../../page/src/pages/messages/payload-text.js';

test.each([
  [{ order: 'o-1', quantity: 2, isPaid: true, note: null }, 'order=o-1 quantity=2 isPaid=true note=null'],
  [{ order: { id: 'o-1', items: [1, 2] }, empty: {} }, 'order.id=o-1 order.items=[1,2] empty={}'],
  [{ durationMs: 82.85306700000001 }, 'durationMs=82.8531'],
  [{ measurements: { count: 1 }, metadata: { order: 'o-1' } }, 'order=o-1 count=1'],
  [{ measurements: 3, metadata: { order: 'o-1' } }, 'measurements=3 metadata.order=o-1'],
  [{ a: { b: { c: { d: 1 } } } }, 'a.b.c={"d":1}'],
  ['text', 'text'],
  [[1, 'two'], '[1,"two"]'],
  [null, 'null'],
  [7, '7'],
])('%j is shown as %s', (payload, text) => {
  expect(payloadText(payload)).toBe(text);
});

test('any JSON fits a row', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (payload) => {
      expect(payloadText(payload).length).toBeLessThanOrEqual(300);
    }),
    { numRuns: rounds(1000) },
  );
});
