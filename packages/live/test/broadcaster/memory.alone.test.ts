import { expect, test } from 'vitest';
import { heldBytes } from '../../../../scripts/held-memory.js';
import { broadcasting } from './broadcasting.js';

test('parts of long texts do not keep these alive', async () => {
  const { broadcaster } = broadcasting();
  const before = await heldBytes();
  for (let i = 0; i < 100; i++) {
    const long = `${i} and quite long, ${'z'.repeat(1e6)}`;
    // Each its own: a string that has once been the key of an object is a copy.
    const part = (): string => long.slice(0, 30);
    broadcaster.publish('events', {
      type: part(),
      source: part(),
      correlationId: part(),
      payload: { part: part(), long, [part()]: part(), more: { [long.slice(1, 25)]: long.slice(2, 18) } },
    });
  }
  // A message takes 5 kB at most; each text that stays alive takes a megabyte.
  expect((await heldBytes()) - before).toBeLessThan(10e6);
  expect(broadcaster.read({ limit: 1000 }).messages).toHaveLength(100);
});

test('the estimate of its memory is on the safe side', async () => {
  const { broadcaster } = broadcasting();
  const before = await heldBytes();
  for (let i = 0; i < 8000; i++) {
    const topic = ['events', 'commands', 'queries', 'sagas'][i % 4] ?? 'events';
    const text = i % 3 === 0 ? `€${'u'.repeat(700)}` : 'a'.repeat((i * 37) % 3000);
    broadcaster.publish(topic, {
      type: `T${i % 50}`,
      payload: { i, text },
      correlationId: `correlation ${i}`,
      messageId: `message ${i}`,
    });
  }
  const used = (await heldBytes()) - before;
  expect(used).toBeLessThan(broadcaster.bytes);
  expect(used).toBeGreaterThan(broadcaster.bytes / 3);
});
