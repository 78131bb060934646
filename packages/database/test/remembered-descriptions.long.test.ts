import { expect, test } from 'vitest';
import { heldBytes } from '../../../scripts/held-memory.js';
import { rememberedDescriptions } from '../src/remembered-descriptions.js';

test.each([
  ['long', 200, (i: number) => `INSERT INTO big VALUES (${i}, '${'x'.repeat(1_000_000)}')`],
  ['nearly as long as is kept', 1000, (i: number) => `SELECT ${i} FROM ${'t, '.repeat(3200)} t`],
  ['short', 50_000, (i: number) => `SELECT * FROM t WHERE a = 'some text number ${i}'`],
  ['cut out of a long one', 300, (i: number) => `${' '.repeat(1_000_000)}SELECT ${i} FROM orders`.slice(1_000_000)],
])('texts of queries that are %s and all different take no more than some megabytes', async (_, count, textOf) => {
  const describe = rememberedDescriptions('postgresql');
  const before = await heldBytes();
  for (let i = 0; i < count; i++) describe(textOf(i));
  // A million characters are kept, and as many of their descriptions. Without a limit the least of these takes 12 MB.
  expect((await heldBytes()) - before).toBeLessThan(6e6);
  expect(describe('SELECT 1 FROM orders')).toEqual({
    operation: 'SELECT',
    collection: 'orders',
    summary: 'SELECT orders',
    text: 'SELECT ? FROM orders',
  });
});
