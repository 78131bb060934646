import { expect, test } from 'vitest';
import { createBroadcaster } from '../../src/broadcaster/index.js';
import { broadcasting } from './broadcasting.js';

test('keeps what a message says, with the time, the service and the active span', () => {
  const span = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
  const { broadcaster, clock } = broadcasting({ activeSpan: () => span });
  broadcaster.publish('commands', {
    type: 'PlaceOrder',
    payload: { sku: 'lamp' },
    correlationId: 'c1',
    causationId: 'm0',
    messageId: 'm1',
  });
  expect(broadcaster.read({ limit: 10 }).messages).toEqual([
    {
      id: 'boot:101',
      topic: 'commands',
      type: 'PlaceOrder',
      timestampMs: clock.now(),
      source: 'shop',
      payload: { sku: 'lamp' },
      isCut: false,
      ...span,
      correlationId: 'c1',
      causationId: 'm0',
      messageId: 'm1',
    },
  ]);
});

test('keeps the source, time and span that the message itself names', () => {
  const traceId = 'a'.repeat(32);
  const { broadcaster } = broadcasting({
    activeSpan: () => ({ traceId: 'b'.repeat(32), spanId: 'b'.repeat(16) }),
  });
  broadcaster.publish('events', { type: 'Paid', source: 'billing', timestampMs: 1.5, traceId });
  expect(broadcaster.read({ limit: 1 }).messages[0]).toMatchObject({
    source: 'billing',
    timestampMs: 1.5,
    traceId,
    spanId: null,
  });
});

test('an id, a time or a span that cannot be right is left out', () => {
  const { broadcaster, clock } = broadcasting({
    activeSpan: () => {
      throw new Error('no span');
    },
  });
  const wrong = { type: 'Paid', timestampMs: Number.NaN, traceId: '0'.repeat(32), spanId: 'x', messageId: 7 };
  broadcaster.publish('events', wrong as never);
  broadcaster.publish('events', { type: 'Paid', timestampMs: 1e300 });
  for (const message of broadcaster.read({ limit: 2 }).messages) {
    expect(message).toMatchObject({ timestampMs: clock.now(), traceId: null, spanId: null, messageId: null });
  }
});

test('has the four topics from the start, and those of the service from their first message', () => {
  const { broadcaster } = broadcasting();
  broadcaster.publish('prices', { type: 'PriceChanged' });
  expect(broadcaster.statistics().map(({ topic, published }) => [topic, published])).toEqual([
    ['events', 0],
    ['commands', 0],
    ['queries', 0],
    ['sagas', 0],
    ['prices', 1],
  ]);
});

test('refuses what has no type, and topics beyond the limit, and counts them', () => {
  const { broadcaster } = broadcasting({ maxTopics: 5 });
  broadcaster.publish('events', { type: '' });
  broadcaster.publish('events', { type: 7 } as never);
  broadcaster.publish('events', undefined as never);
  broadcaster.publish('', { type: 'Test' });
  broadcaster.publish('x'.repeat(201), { type: 'Test' });
  broadcaster.publish('own', { type: 'Test' });
  broadcaster.publish('one too many', { type: 'Test' });
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  broadcaster.publish('events', revoked.proxy as never);
  expect(broadcaster.refused).toBe(7);
  expect(broadcaster.read({ limit: 10 }).messages).toHaveLength(1);
});

test('a subscriber of a topic without messages takes no place of one', async () => {
  const { broadcaster } = broadcasting({ maxTopics: 5 });
  const waiting = ['a', 'b', 'c'].map((topic) => broadcaster.subscribe(topic));
  broadcaster.publish('own', { type: 'Test' });
  expect(broadcaster.refused).toBe(0);
  expect(broadcaster.statistics()).toHaveLength(5);
  for (const messages of waiting) await messages.return?.();
});

test('keeps the newest messages of a topic', () => {
  const { broadcaster } = broadcasting({ maxMessages: 3 });
  for (let i = 1; i <= 5; i++) broadcaster.publish('events', { type: 'Test', payload: i });
  expect(broadcaster.read({ limit: 10 }).messages.map(({ payload }) => payload)).toEqual([5, 4, 3]);
  expect(broadcaster.statistics()[0]).toMatchObject({ published: 5, kept: 3, overwritten: 2 });
  expect(broadcaster.find('boot:200')).toBeUndefined();
  expect(broadcaster.find('boot:300')?.payload).toBe(3);
});

test('beyond its bytes the topic that takes most loses its oldest messages', () => {
  const { broadcaster } = broadcasting({ maxBytes: 20_000 });
  for (let i = 0; i < 3; i++) broadcaster.publish('sagas', { type: 'Small', payload: i });
  for (let i = 0; i < 50; i++) broadcaster.publish('events', { type: 'Large', payload: 'x'.repeat(2000) });
  const [events, , , sagas] = broadcaster.statistics();
  expect(sagas).toMatchObject({ kept: 3, overwritten: 0 });
  expect(events).toMatchObject({ published: 50 });
  expect((events?.kept ?? 0) + (events?.overwritten ?? 0)).toBe(50);
  expect(broadcaster.bytes).toBeLessThan(25_000);
});

test('finds a message by its id', () => {
  const { broadcaster } = broadcasting();
  broadcaster.publish('queries', { type: 'FindOrder' });
  expect(broadcaster.find('boot:102')?.type).toBe('FindOrder');
  for (const id of [
    'boot:101',
    'boot:202',
    'boot:2',
    'boot:0',
    'other:102',
    'boot:',
    'boot:1e2',
    'boot:-98',
    '',
    '102',
  ]) {
    expect(broadcaster.find(id), id).toBeUndefined();
  }
});

test('rates are of the last ten seconds and of the last minute, per topic and type', () => {
  const { broadcaster, clock } = broadcasting();
  for (let second = 0; second < 60; second++) {
    for (let i = 0; i < 6; i++) broadcaster.publish('events', { type: i === 0 ? 'Rare' : 'Often' });
    clock.advance(1000);
  }
  const rate = () => broadcaster.statistics()[0];
  expect(rate()?.perSecond).toBeCloseTo(6, 0);
  expect(rate()?.perSecondOfMinute).toBeCloseTo(6, 0);
  expect(rate()?.types.map(({ type, published }) => [type, published])).toEqual([
    ['Often', 300],
    ['Rare', 60],
  ]);
  expect(rate()?.types[0]?.perSecond).toBeCloseTo(5, 0);
  clock.advance(30_000);
  expect(rate()).toMatchObject({ perSecond: 0, types: [{ perSecond: 0 }, { perSecond: 0 }] });
  expect(rate()?.perSecondOfMinute).toBeCloseTo(3, 0);
  clock.advance(1e9);
  expect(rate()).toMatchObject({ perSecond: 0, perSecondOfMinute: 0, published: 360 });
});

test('the rate of a young process is of the time that it has run', () => {
  const { broadcaster, clock } = broadcasting();
  for (let i = 0; i < 20; i++) broadcaster.publish('events', { type: 'Test' });
  clock.advance(2000);
  expect(broadcaster.statistics()[0]?.perSecond).toBe(10);
});

test('counts at most 200 types of a topic by name, and the others together', () => {
  const { broadcaster } = broadcasting();
  for (let i = 0; i < 300; i++) broadcaster.publish('events', { type: `Type${i}` });
  const types = broadcaster.statistics()[0]?.types ?? [];
  expect(types).toHaveLength(200);
  expect(types[0]).toMatchObject({ type: 'other', published: 101 });
  expect(broadcaster.read({ limit: 1 }).messages[0]?.type).toBe('Type299');
});

test.each([
  [{ bootId: 'a:b' }, '[live] bootId is "a:b": give up to 100 letters, digits, "_" and "-".'],
  [{ maxMessages: 0 }, '[live] maxMessages is 0: give a whole number from 1 to 1000000.'],
  [{ maxPayloadBytes: 1.5 }, '[live] maxPayloadBytes is 1.5: give a whole number from 64 to 1048576.'],
  [{ maxTopics: 1 }, '[live] maxTopics is 1: give a whole number from 4 to 1000.'],
])('throws for wrong options: %j', (options, message) => {
  expect(() => broadcasting(options)).toThrow(message);
});

test('takes any part of the memory that its owner was given', () => {
  expect(() => broadcasting({ maxBytes: 1_048_577 / 2 })).not.toThrow();
});

test('throws for a subscription with a wrong rate', () => {
  const { broadcaster } = broadcasting();
  expect(() => broadcaster.subscribe('events', { maxPerSecond: Number.NaN })).toThrow(
    '[live] maxPerSecond is NaN: give a whole number from 1 to 1000000.',
  );
});

test('topics and types may be called anything', () => {
  const { broadcaster } = broadcasting();
  for (const name of ['__proto__', 'constructor', 'toString']) broadcaster.publish(name, { type: name, payload: 1 });
  expect(broadcaster.read({ topic: '__proto__', limit: 1 }).messages[0]).toMatchObject({ type: '__proto__' });
  expect(broadcaster.statistics()).toHaveLength(7);
  expect(Object.getPrototypeOf({})).toBe(Object.prototype);
});

test('works without any option but the required ones', () => {
  const { clock } = broadcasting();
  const broadcaster = createBroadcaster({ bootId: 'b', service: 's', clock });
  broadcaster.publish('events', { type: 'Test' });
  broadcaster.shutdown();
  expect(broadcaster.read({ limit: 5 }).messages).toHaveLength(1);
});
