import { test } from 'node:test';
import { assertSpan, createTestSpans } from '@sightline/testing/spans';
import { createOrders } from './orders.js';

test('places an order', async () => {
  const spans = createTestSpans();
  const orders = createOrders(spans.spans, { reserve: async () => 'r-1', release: async () => {} }, async () => {});

  await orders.place('tea');

  assertSpan(spans, { name: 'step charge', parent: 'saga place-order', status: 'unset' });
});
