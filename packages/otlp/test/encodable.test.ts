import { expect, test } from 'vitest';
import { encodable } from '../src/delivery/encodable.js';

test('finds the few that are wrong in a batch of any size', async () => {
  const batch = Array.from({ length: 500_000 }, (_, i) => i);
  const encode = (items: readonly number[]): void => {
    if (items.includes(0) || items.includes(400_000)) throw new Error('no such attribute');
  };
  const good = await encodable(batch, encode);
  expect(good.length).toBe(499_998);
  expect(good.includes(0) || good.includes(400_000)).toBe(false);
});
