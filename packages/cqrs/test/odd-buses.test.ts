import { EventEmitter } from 'node:events';
import { createEvents } from '@sightline/events';
import { createTestSpans } from '@sightline/testing/spans';
import { expect, onTestFinished, test, vi } from 'vitest';
import { busEvents, type CqrsEvents, countedSagas, tracedCommandBus, tracedEventBus } from '../src/index.js';

const publisher = { publish: (_message: unknown): string => 'published' };

function fail(): never {
  throw new Error('unreadable');
}

test.each<[string, unknown, string]>([
  ['a getter that throws', Object.defineProperty({}, 'type', { get: fail }), 'unknown'],
  ['a proxy that throws', new Proxy({}, { get: fail }), 'unknown'],
  ['a class whose name is none', new (Object.defineProperty(class Placed {}, 'name', { value: 5 }))(), 'unknown'],
  ['a constructor that is a field', { constructor: { name: 7 } }, 'unknown'],
  ['a function whose name is none', Object.defineProperty(() => 1, 'name', { value: 5 }), 'unknown'],
  ['a long name', 'x'.repeat(200), 'x'.repeat(100)],
])('a message of %s is sent all the same', (_, message, type) => {
  const { spans, tree } = createTestSpans();
  expect(tracedEventBus(publisher, { spans }).publish(message)).toBe('published');
  expect(tree().text).toBe(`event ${type}`);
});

test('a typeOf that throws, or gives no string, costs the type and a warning only', async () => {
  const warnings: string[] = [];
  const listener = (warning: Error): void => void warnings.push(warning.message);
  process.on('warning', listener);
  onTestFinished(() => void process.off('warning', listener));
  const { spans, tree } = createTestSpans();
  for (const typeOf of [fail, () => 5 as never]) {
    const bus = tracedEventBus(publisher, { spans, typeOf });
    for (let i = 0; i < 2; i++) expect(bus.publish({})).toBe('published');
  }
  expect(tree().text).toBe(Array(4).fill('event unknown').join('\n'));
  await new Promise(setImmediate);
  const warning =
    '[cqrs] typeOf threw or gave no string for a message: its type is "unknown". Give a string, or undefined.';
  expect(warnings).toEqual([warning, warning]);
});

test.each<[string, () => unknown, string]>([
  ['no bus', () => tracedEventBus(null as never), '[cqrs] There is no event bus to trace, but null. Pass the bus.'],
  [
    'one method instead of a list',
    () => tracedCommandBus({ run() {} }, { dispatchMethods: 'run' as never }),
    '[cqrs] dispatchMethods is "run": give a list.',
  ],
  [
    'a kind of messages that there is not',
    () => tracedCommandBus({ dispatch() {} }, { operation: 'event' as never }),
    "[cqrs] operation is \"event\": give 'command' or 'query'.",
  ],
  [
    'no spans',
    () => tracedEventBus(publisher, { spans: {} as never }),
    '[cqrs] spans is {}: give obs.spans, or what createSpans() gives.',
  ],
  [
    'null for spans',
    () => tracedEventBus(publisher, { spans: null as never }),
    '[cqrs] spans is null: give obs.spans, or what createSpans() gives.',
  ],
  [
    'no events',
    () => tracedEventBus(publisher, { events: {} as never }),
    '[cqrs] events is {}: give what createEvents() gives.',
  ],
  [
    'null for events',
    () => tracedCommandBus({ dispatch() {} }, { events: null as never }),
    '[cqrs] events is null: give what createEvents() gives.',
  ],
  [
    'no events for a bus of its own',
    () => busEvents(undefined as never),
    '[cqrs] events is undefined: give what createEvents() gives.',
  ],
  [
    'sagas without spans',
    () => countedSagas({ spans: {} as never, events: createEvents<CqrsEvents>() }),
    '[cqrs] spans is {}: give obs.spans, or what createSpans() gives.',
  ],
  [
    'sagas without events',
    () => countedSagas({ ...createTestSpans(), events: {} as never }),
    '[cqrs] events is {}: give what createEvents() gives.',
  ],
])('%s is refused when it is given', (_, make, message) => {
  expect(make).toThrow(message);
});

test('a saga without a function is refused, and counted neither as started nor as ended', async () => {
  const events = createEvents<CqrsEvents>();
  const counted: string[] = [];
  events.attach('test', ['saga.started', 'saga.completed'], (event) => counted.push(event));
  const sagas = countedSagas({ ...createTestSpans(), events });
  expect(() => sagas.run('Order', '1', undefined as never)).toThrow('has no function to run');
  expect(counted).toEqual([]);
  await sagas.run('Order', '1', () => 1);
  expect(counted).toEqual(['saga.started', 'saga.completed']);
});

test('what is defined, deleted or listed on the traced bus is the bus’s own', () => {
  const { spans, tree } = createTestSpans();
  const bare = Object.assign(new EventEmitter(), { extra: 1 });
  const bus = tracedEventBus(bare, { spans });
  const spy = vi.spyOn(bus, 'emit');
  bus.emit('Placed', 1);
  expect(spy).toHaveBeenCalledWith('Placed', 1);
  expect(tree().text).toContain('event Placed');
  spy.mockRestore();
  expect(Object.keys(bus)).toEqual(Object.keys(bare));
  expect({ ...bus }).toEqual({ ...bare });
  Reflect.deleteProperty(bus, 'extra');
  expect('extra' in bare).toBe(false);
});

test('a frozen bus can be traced, and a traced one can be frozen', () => {
  const { spans, tree } = createTestSpans();
  const bus = Object.freeze(tracedEventBus(Object.freeze({ ...publisher }), { spans }));
  expect(bus.publish('Placed')).toBe('published');
  expect(Object.isFrozen(bus)).toBe(true);
  expect(tree().text).toBe('event Placed');
});
