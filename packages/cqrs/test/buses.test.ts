import { EventEmitter } from 'node:events';
import { trace } from '@opentelemetry/api';
import { createTestSpans } from '@sightline/testing/spans';
import '@sightline/testing/vitest';
import { tracedCommandBus, tracedEventBus } from '@sightline/cqrs';
import { from, lastValueFrom, map, of, Subject } from 'rxjs';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createCommandBus } from '../../../examples/cqrs/src/bus/command-bus.js';
import { createEventBus } from '../../../examples/cqrs/src/bus/event-bus.js';

interface Commands {
  PlaceOrder(payload: { sku: string }): string;
  CancelOrder(payload: { id: string }): void;
}

interface Events {
  OrderPlaced: { id: string };
}

test('a chain of calls on a traced bus stays traced, and what else the bus has is as it was', () => {
  const { spans, tree } = createTestSpans();
  class Message {}
  const bare = Object.assign(new EventEmitter(), { Message });
  const bus = tracedEventBus(bare, { spans });
  const chained = bus.setMaxListeners(3).on('Placed', () => {});
  chained.on('Placed', () => {}).emit('Placed');
  expect(chained).toBe(bus);
  expect(tree().text).toBe('event Placed\n├─ handle Placed\n└─ handle Placed');
  expect(new bus.Message()).toBeInstanceOf(Message);
  const failure = new Error('nobody listens');
  expect(() => bus.emit('error', failure)).toThrow(failure);
  expect(bare.listenerCount('Placed')).toBe(2);
});

describe('a traced command bus', () => {
  test('puts dispatching and handling into spans, with no code in the handler', async () => {
    const { spans, tree, ...recorded } = createTestSpans();
    const bus = tracedCommandBus(createCommandBus<Commands>(), { spans });
    bus.register('PlaceOrder', async function placeOrder({ sku }) {
      await new Promise(setImmediate);
      return spans.db('INSERT orders', () => `order-of-${sku}`);
    });
    await expect(bus.dispatch('PlaceOrder', { sku: 'x' })).resolves.toBe('order-of-x');
    expect(tree().text).toBe('command PlaceOrder\n└─ handle PlaceOrder\n   └─ INSERT orders');
    expect(recorded).toHaveSpan({
      name: 'handle PlaceOrder',
      kind: 'internal',
      attributes: { 'cqrs.operation': 'command', 'cqrs.type': 'PlaceOrder', 'cqrs.handler': 'placeOrder' },
    });
  });

  test('records the failure of a handler on both spans, and passes it on', async () => {
    const { spans, tree } = createTestSpans();
    const bus = tracedCommandBus(createCommandBus<Commands>(), { spans });
    const error = new RangeError('sold out');
    bus.register('PlaceOrder', () => {
      throw error;
    });
    await expect(bus.dispatch('PlaceOrder', { sku: 'x' })).rejects.toBe(error);
    expect(tree().text).toBe('command PlaceOrder error: sold out\n└─ handle PlaceOrder error: sold out');
  });

  test('works for classes with private fields, handlers that are objects, and messages that are', async () => {
    class PlaceOrder {
      readonly sku: string;
      constructor(sku: string) {
        this.sku = sku;
      }
    }
    class PlaceOrderHandler {
      #placed = 0;
      async execute({ sku }: PlaceOrder): Promise<string> {
        return `${sku}-${++this.#placed}`;
      }
    }
    class OwnBus {
      #handlers = new Map<unknown, { execute(command: object): Promise<unknown> }>();
      register(type: unknown, handler: { execute(command: never): Promise<unknown> }): this {
        this.#handlers.set(type, handler as never);
        return this;
      }
      async execute(command: object): Promise<unknown> {
        return this.#handlers.get(command.constructor)?.execute(command);
      }
      get size(): number {
        return this.#handlers.size;
      }
    }
    const { spans, tree, ...recorded } = createTestSpans();
    const bus = tracedCommandBus(new OwnBus(), { spans });
    bus.register(PlaceOrder, new PlaceOrderHandler());
    expect(bus).toBeInstanceOf(OwnBus);
    expect([await bus.execute(new PlaceOrder('a')), await bus.execute(new PlaceOrder('b')), bus.size]).toEqual([
      'a-1',
      'b-2',
      1,
    ]);
    expect(tree().text.split('\n').slice(0, 2)).toEqual(['command PlaceOrder', '└─ handle PlaceOrder']);
    expect(recorded).toHaveSpan({ attributes: { 'cqrs.handler': 'PlaceOrderHandler' } });
  });

  test('leads handlers back to their sender if the bus runs them later, in another context', async () => {
    const queue: Array<() => void> = [];
    const handlers = new Map<string, (command: object) => void>();
    const bus = {
      register: (type: string, handler: (command: object) => void) => void handlers.set(type, handler),
      dispatch: (command: { type: string }) => void queue.push(() => handlers.get(command.type)?.(command)),
    };
    const { spans, tree } = createTestSpans();
    const traced = tracedCommandBus(bus, { spans });
    traced.register('Ship', () => {});
    spans.http('POST /orders', () => traced.dispatch({ type: 'Ship' }));
    spans.span('worker', () => {
      for (const run of queue) run();
    });
    expect(tree().text).toBe('POST /orders\n└─ command Ship\n   └─ handle Ship\nworker');
  });

  test('names queries and types by the options', () => {
    const { spans, tree } = createTestSpans();
    const bus = { ask: (question: { q: string }) => question.q };
    const traced = tracedCommandBus(bus, {
      spans,
      operation: 'query',
      dispatchMethods: ['ask'],
      typeOf: (message) => (message as { q: string }).q.toUpperCase(),
    });
    expect(traced.ask({ q: 'orders' })).toBe('orders');
    expect(tree().text).toBe('query ORDERS');
  });

  test('leaves everything else to the bus, which may be frozen', () => {
    const { spans, tree } = createTestSpans();
    const inner = { depth: 1, dispatch: (type: string) => type };
    const frozen = tracedCommandBus(Object.freeze({ dispatch: (type: string) => type }), { spans });
    const traced = tracedCommandBus(inner, { spans });
    traced.depth = 2;
    expect([traced.depth, inner.depth, 'depth' in traced, frozen.dispatch('A')]).toEqual([2, 2, true, 'A']);
    expect(tree().text).toBe('command A');
  });

  test('says that there is nothing to trace', () => {
    expect(() => tracedCommandBus({ run: () => {} })).toThrow(
      '[cqrs] This command bus has no method dispatch or execute or send, so there is nothing to trace.',
    );
  });
});

describe('a traced event bus', () => {
  test('puts publishing and each handler into a span; one that fails stops no other and is not swallowed', async () => {
    const { spans, tree, ...recorded } = createTestSpans();
    const bus = tracedEventBus(createEventBus<Events>(), { spans });
    const seen: string[] = [];
    bus.subscribe('OrderPlaced', async function sendMail() {
      throw new Error('no mail server');
    });
    bus.subscribe('OrderPlaced', function project({ id }) {
      expect(trace.getActiveSpan()).toBeDefined();
      seen.push(id);
    });
    await expect(bus.publish('OrderPlaced', { id: '7' })).rejects.toThrow('no mail server');
    expect(seen).toEqual(['7']);
    expect(tree().text).toBe(
      'event OrderPlaced error: no mail server\n├─ handle OrderPlaced error: no mail server\n└─ handle OrderPlaced',
    );
    expect(recorded).toHaveSpan({ name: 'event OrderPlaced', kind: 'producer' });
    expect(recorded).toHaveSpan({
      name: 'handle OrderPlaced',
      kind: 'consumer',
      status: 'unset',
      attributes: { 'cqrs.handler': 'project' },
    });
  });

  test('leaves PRODUCER and CONSUMER to the messages that it sends, if it sends some', async () => {
    const recorded = createTestSpans();
    const bus = tracedEventBus(createEventBus<Events>(), { spans: recorded.spans, sendsMessages: true });
    bus.subscribe('OrderPlaced', () => {});
    await bus.publish('OrderPlaced', { id: '7' });
    expect(recorded).toHaveSpan({ name: 'event OrderPlaced', kind: 'internal' });
    expect(recorded).toHaveSpan({ name: 'handle OrderPlaced', kind: 'internal' });
  });

  test('works around an EventEmitter, handlers of which can be taken out again', () => {
    const { spans, tree } = createTestSpans();
    const emitter = tracedEventBus(new EventEmitter(), { spans });
    const seen: unknown[] = [];
    const listener = (value: unknown): void => void seen.push(value);
    emitter.on('ready', listener);
    emitter.once('ready', (value) => void seen.push(`once ${value}`));
    expect(emitter.emit('ready', 1)).toBe(true);
    emitter.off('ready', listener);
    expect(emitter.emit('ready', 2)).toBe(false);
    expect(seen).toEqual([1, 'once 1']);
    expect(tree().text).toBe('event ready\n├─ handle ready\n└─ handle ready\nevent ready');
  });

  test('keeps one handler of several types apart', async () => {
    const { spans, tree } = createTestSpans();
    const bus = tracedEventBus(createEventBus<{ A: object; B: object }>(), { spans });
    const log = (): void => {};
    bus.subscribe('A', log);
    bus.subscribe('B', log);
    await bus.publish('B', {});
    expect(tree().text).toBe('event B\n└─ handle B');
  });
});

describe('the command bus', () => {
  test('has one handler per command, until it is taken out', async () => {
    const bus = createCommandBus<Commands>();
    const unregister = bus.register('PlaceOrder', ({ sku }) => sku);
    expect(() => bus.register('PlaceOrder', () => '')).toThrow('"PlaceOrder" has a handler already.');
    expect(await bus.dispatch('PlaceOrder', { sku: 'a' })).toBe('a');
    unregister();
    await expect(bus.dispatch('PlaceOrder', { sku: 'a' })).rejects.toThrow(
      '"PlaceOrder" has no handler. There are handlers for nothing yet.',
    );
  });
});

describe('the event bus', () => {
  test('rejects with all errors where several handlers fail', async () => {
    const bus = createEventBus<Events>();
    const failing = (message: string) => (): never => {
      throw new Error(message);
    };
    bus.subscribe('OrderPlaced', failing('a'));
    const unsubscribe = bus.subscribe('OrderPlaced', failing('b'));
    await expect(bus.publish('OrderPlaced', { id: '1' })).rejects.toMatchObject({
      message: '2 handlers of "OrderPlaced" failed.',
      errors: [new Error('a'), new Error('b')],
    });
    unsubscribe();
    await expect(bus.publish('OrderPlaced', { id: '1' })).rejects.toThrow('a');
  });

  test('publishes without subscribers', async () => {
    await expect(createEventBus<Events>().publish('OrderPlaced', { id: '1' })).resolves.toBeUndefined();
  });
});

describe('what a traced bus cannot trace it reports, once, and does not change', () => {
  const warn = vi.spyOn(process, 'emitWarning');
  beforeEach(() => void warn.mockReset().mockImplementation(() => {}));
  afterAll(() => warn.mockRestore());
  const said = (): unknown[] => warn.mock.calls.map(([sentence]) => sentence);

  class Handler {
    execute(): string {
      return 'done';
    }
  }
  class Derived extends Handler {}
  // As compilers for older targets write classes.
  function OldHandler(this: unknown): void {}
  OldHandler.prototype.execute = () => 'done';

  /** Makes its handlers, or finds them in a container. */
  const makingBus = () => {
    const made = new Map<unknown, new () => Handler>();
    return {
      made,
      register: (type: string, handler: new () => Handler) => void made.set(type, handler),
      dispatch: (type: string) => new (made.get(type) ?? Handler)().execute(),
    };
  };

  test.each([
    ['Handler', Handler],
    ['Derived', Derived],
    ['OldHandler', OldHandler as unknown as typeof Handler],
  ])('a handler that is the class %s', (name, handler) => {
    const { spans, tree } = createTestSpans();
    const bus = makingBus();
    const traced = tracedCommandBus(bus, { spans });
    for (let i = 0; i < 2; i++) traced.register('Place', handler);
    expect([bus.made.get('Place'), traced.dispatch('Place')]).toEqual([handler, 'done']);
    expect(tree().text).toBe('command Place');
    expect(said()).toEqual([
      `[cqrs] The handler of Place is a class (${name}) that the bus instantiates: its handling has no span. Register an instance or a function instead.`,
    ]);
  });

  test.each<[string, unknown[]]>([
    ['a list of classes', [[Handler]]],
    ['an object that handles by another name', ['Place', { process: () => {} }]],
    ['a handler for all types', [() => {}]],
  ])('a call of register with %s', (_, args) => {
    const registered: unknown[][] = [];
    const bus = { register: (...given: unknown[]) => void registered.push(given), dispatch: () => {} };
    tracedCommandBus(bus, createTestSpans()).register(...args);
    expect(registered).toEqual([args]);
    expect(said()).toEqual([expect.stringContaining('register was called without a type and a handler')]);
  });

  test.each([
    ['an Observable', () => of(1)],
    ['an Observable of operators', () => from([1]).pipe(map((n) => n + 1))],
    ['an Observable', () => new Subject()],
    [
      'a generator',
      function* generate() {
        yield 1;
      },
    ],
    [
      'a generator',
      async function* generate() {
        yield 1;
      },
    ],
  ])('a handler that returns %s', (_, handler) => {
    const { spans, tree } = createTestSpans();
    const bus = {
      handler: (): unknown => undefined,
      register(_type: string, fn: () => unknown) {
        this.handler = fn;
      },
      dispatch(_type: string) {
        return void this.handler();
      },
    };
    const traced = tracedCommandBus(bus, { spans });
    traced.register('Place', handler);
    for (let i = 0; i < 2; i++) traced.dispatch('Place');
    expect(tree().text).toContain('handle Place');
    expect(said()).toEqual([
      expect.stringMatching(
        /^\[cqrs\] "handle Place" returned an? (?:Observable|generator), which runs only when it is read/,
      ),
    ]);
  });

  test('a dispatch that returns one, which reaches the caller', async () => {
    const observable = of('answer');
    const traced = tracedCommandBus({ dispatch: (_type: string) => observable }, createTestSpans());
    expect(traced.dispatch('Ask')).toBe(observable);
    await expect(lastValueFrom(traced.dispatch('Ask'))).resolves.toBe('answer');
    expect(said()).toEqual([expect.stringContaining('"command Ask" returned an Observable')]);
  });

  test('and nothing of what it traces', () => {
    const { spans } = createTestSpans();
    const bus = tracedEventBus(new EventEmitter(), { spans });
    const declared = function declared(): void {};
    for (const handler of [() => {}, declared, async () => {}, Object.assign(() => {}, { extra: 1 })])
      bus.on('Placed', handler);
    bus.emit('Placed');
    tracedCommandBus(createCommandBus<Commands>(), { spans }).register('PlaceOrder', ({ sku }) => sku);
    expect(said()).toEqual([]);
  });
});
