import { expect, test } from 'vitest';
import type { MessageReading } from '../../src/model/broadcaster.js';
import { broadcasting } from './broadcasting.js';

const payloads = ({ messages }: MessageReading): readonly unknown[] => messages.map(({ payload }) => payload);

test('reads all topics together in the order of publishing, newest first', () => {
  const { broadcaster } = broadcasting();
  for (const [i, topic] of ['events', 'sagas', 'own', 'events'].entries()) {
    broadcaster.publish(topic, { type: 'Test', payload: i });
  }
  expect(payloads(broadcaster.read({ limit: 10 }))).toEqual([3, 2, 1, 0]);
  expect(payloads(broadcaster.read({ limit: 2 }))).toEqual([3, 2]);
  expect(payloads(broadcaster.read({ topic: 'events', limit: 10 }))).toEqual([3, 0]);
  expect(broadcaster.read({ topic: 'unknown', limit: 10 }).messages).toEqual([]);
});

test('filters by type, source, trace, correlation and words', () => {
  const { broadcaster } = broadcasting();
  const traceId = 'a'.repeat(32);
  broadcaster.publish('events', { type: 'A', source: 'x', traceId, correlationId: 'c', payload: { city: 'Bern' } });
  broadcaster.publish('events', { type: 'B', source: 'y', payload: { city: 'Basel' } });
  for (const query of [
    { type: 'A' },
    { source: 'x' },
    { traceId },
    { correlationId: 'c' },
    { filter: 'bern' },
    { filter: ' BERN   a' },
  ]) {
    const { messages } = broadcaster.read({ ...query, limit: 10 });
    expect(messages.map(({ type }) => type)).toEqual(['A']);
  }
  expect(broadcaster.read({ filter: 'bern basel', limit: 10 }).messages).toEqual([]);
});

test('a cursor goes on with what came since, oldest first', () => {
  const { broadcaster } = broadcasting();
  broadcaster.publish('events', { type: 'Test', payload: 0 });
  const { cursor } = broadcaster.read({ limit: 10 });
  expect(broadcaster.read({ after: cursor, limit: 10 })).toEqual({ messages: [], skipped: 0, cursor });
  broadcaster.publish('commands', { type: 'Test', payload: 1 });
  broadcaster.publish('events', { type: 'Test', payload: 2 });
  const next = broadcaster.read({ after: cursor, limit: 10 });
  expect(payloads(next)).toEqual([1, 2]);
  expect(broadcaster.read({ after: next.cursor, limit: 10 }).messages).toEqual([]);
});

test.each([undefined, 'events'])(
  'a cursor of topic %s says how many were skipped, lost or beyond the limit',
  (topic) => {
    const { broadcaster } = broadcasting({ maxMessages: 5 });
    broadcaster.publish('events', { type: 'Test', payload: 0 });
    const { cursor } = broadcaster.read({ topic, limit: 10 });
    for (let i = 1; i <= 8; i++) broadcaster.publish('events', { type: 'Test', payload: i });
    const reading = broadcaster.read({ topic, after: cursor, limit: 2 });
    expect(payloads(reading)).toEqual([7, 8]);
    expect(reading.skipped).toBe(6);
  },
);

test('goes on after a message too', () => {
  const { broadcaster } = broadcasting();
  for (const [i, topic] of ['events', 'sagas', 'events'].entries())
    broadcaster.publish(topic, { type: 'Test', payload: i });
  const [, , first] = broadcaster.read({ limit: 10 }).messages;
  expect(payloads(broadcaster.read({ after: first?.id, limit: 10 }))).toEqual([1, 2]);
  expect(payloads(broadcaster.read({ topic: 'events', after: first?.id, limit: 10 }))).toEqual([2]);
});

test('a cursor of another boot, or none, reads what is kept', () => {
  const { broadcaster } = broadcasting();
  for (let i = 0; i < 3; i++) broadcaster.publish('events', { type: 'Test', payload: i });
  for (const after of ['earlier@9', 'earlier:900', 'nonsense', '']) {
    expect(payloads(broadcaster.read({ after, limit: 10 }))).toEqual([0, 1, 2]);
  }
});

test('a reading of a topic without messages has a cursor as well', () => {
  const { broadcaster } = broadcasting();
  const { cursor } = broadcaster.read({ topic: 'sagas', limit: 5 });
  broadcaster.publish('sagas', { type: 'Test', payload: 'first' });
  expect(payloads(broadcaster.read({ topic: 'sagas', after: cursor, limit: 5 }))).toEqual(['first']);
  const unknown = broadcaster.read({ topic: 'own', limit: 5 }).cursor;
  broadcaster.publish('own', { type: 'Test', payload: 'own' });
  expect(payloads(broadcaster.read({ topic: 'own', after: unknown, limit: 5 }))).toEqual(['own']);
});
