import { createTestSpans } from '@sightline/testing/spans';
import '@sightline/testing/vitest';
import { expect, test } from 'vitest';
import { createOrders } from './orders.js';

const warehouse = { reserve: async () => 'r-1', release: async () => {} };

test('releases what was reserved when the card is declined', async () => {
  const test = createTestSpans();
  const declined = () => Promise.reject(new RangeError('card declined'));
  const orders = createOrders(test.spans, warehouse, declined);

  await expect(orders.place('tea')).rejects.toThrow('card declined');

  expect(test).toHaveSpan({
    name: 'saga place-order',
    status: 'error',
    attributes: { 'cqrs.saga.outcome': 'compensated', 'error.type': 'RangeError' },
  });
  expect(test.tree().text).toBe(`saga place-order error: card declined
├─ step reserve
├─ step charge error: card declined
└─ compensate reserve`);
  test.assertNoOpenSpans();
});

test('takes as long as the card company does', async () => {
  const test = createTestSpans();
  const orders = createOrders(test.spans, warehouse, async () => test.clock.advance(250));

  await orders.place('tea');

  expect(test.named('step charge').durationMs).toBe(250);
  expect(test).not.toHaveSpan({ name: /^compensate/ });
});
