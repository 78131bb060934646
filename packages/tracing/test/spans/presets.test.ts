import { SpanKind } from '@opentelemetry/api';
import type { SpanBuilder } from '@sightline/tracing';
import { describe, expect, test } from 'vitest';
import { recordedSpans } from '../fixtures/recorded-spans.js';

/** What the preset made of a call. */
function made(call: (spans: SpanBuilder) => unknown) {
  const { spans, only } = recordedSpans();
  call(spans);
  const { name, kind, attributes } = only();
  return [name, SpanKind[kind], attributes];
}

const nothing = (): void => {};

describe('commands, queries and events are named by their type', () => {
  test.each(['command', 'query', 'event'] as const)('%s', (operation) => {
    expect(made((spans) => spans[operation]('PlaceOrder', nothing))).toEqual([
      `${operation} PlaceOrder`,
      'INTERNAL',
      { 'cqrs.operation': operation, 'cqrs.type': 'PlaceOrder' },
    ]);
  });

  test('and described by their ids', () => {
    const options = {
      messageId: 'm-1',
      correlationId: 'c-1',
      causationId: 'q-1',
      aggregateType: 'Order',
      aggregateId: '7',
    };
    expect(made((spans) => spans.command('PlaceOrder', options, nothing))[2]).toEqual({
      'cqrs.operation': 'command',
      'cqrs.type': 'PlaceOrder',
      'cqrs.message.id': 'm-1',
      'cqrs.correlation_id': 'c-1',
      'cqrs.causation_id': 'q-1',
      'cqrs.aggregate.type': 'Order',
      'cqrs.aggregate.id': '7',
    });
  });
});

describe('http spans are named by method and route', () => {
  test('of a server, given as one text', () => {
    expect(made((spans) => spans.http('GET /orders/:id', { url: '/orders/42?token=x&a=1' }, nothing))).toEqual([
      'GET /orders/:id',
      'SERVER',
      {
        'http.request.method': 'GET',
        'http.route': '/orders/:id',
        'url.path': '/orders/42',
        'url.query': 'token=REDACTED&a=1',
      },
    ]);
  });

  test('of a client, given apart', () => {
    const url = new URL('https://me:secret@shop.test/orders/42');
    const options = {
      side: 'client',
      route: '/orders/{id}',
      url,
      serverAddress: 'shop.test',
      serverPort: 443,
    } as const;
    expect(made((spans) => spans.http('POST', options, nothing))).toEqual([
      'POST /orders/{id}',
      'CLIENT',
      {
        'http.request.method': 'POST',
        'url.template': '/orders/{id}',
        'url.full': 'https://REDACTED:REDACTED@shop.test/orders/42',
        'server.address': 'shop.test',
        'server.port': 443,
      },
    ]);
  });

  test('without a route, by the method, and never by the path', () => {
    expect(made((spans) => spans.http('GET', { url: 'http://shop.test/orders/42' }, nothing))).toEqual([
      'GET',
      'SERVER',
      { 'http.request.method': 'GET', 'url.scheme': 'http', 'url.path': '/orders/42' },
    ]);
  });

  test('with an unknown method, as HTTP', () => {
    expect(made((spans) => spans.http('BREW /pot', nothing))).toEqual([
      'HTTP /pot',
      'SERVER',
      { 'http.request.method': '_OTHER', 'http.request.method_original': 'BREW', 'http.route': '/pot' },
    ]);
  });
});

describe('db spans are named', () => {
  test.each<[string, Parameters<SpanBuilder['db']>[1], string]>([
    ['SELECT', { collection: 'orders' }, 'SELECT orders'],
    ['SELECT orders', {}, 'SELECT orders'],
    ['findAndModify', { namespace: 'shop' }, 'findAndModify shop'],
    ['SELECT', { summary: 'SELECT orders, users' }, 'SELECT orders, users'],
    ['', { collection: 'orders' }, 'orders'],
    ['', { system: 'redis' }, 'redis'],
    ['GET', { system: 'redis' }, 'GET'],
  ])('%s with %j is %s', (given, options, name) => {
    expect(made((spans) => spans.db(given, options as object, nothing)).slice(0, 2)).toEqual([name, 'CLIENT']);
  });

  test('and described', () => {
    const options = {
      system: 'postgresql',
      namespace: 'shop',
      queryText: 'SELECT * FROM orders WHERE id = $1',
      batchSize: 2,
    };
    expect(made((spans) => spans.db('SELECT orders', options, nothing))[2]).toEqual({
      'db.system.name': 'postgresql',
      'db.namespace': 'shop',
      'db.collection.name': 'orders',
      'db.operation.name': 'SELECT',
      'db.query.text': 'SELECT * FROM orders WHERE id = $1',
      'db.operation.batch.size': 2,
    });
  });
});

describe('messaging spans are of the kind that their operation has', () => {
  test.each<[string, object, string, string, string | undefined]>([
    ['create orders', {}, 'create orders', 'PRODUCER', 'create'],
    ['publish orders', {}, 'publish orders', 'PRODUCER', 'send'],
    ['send', { destination: 'orders', isPropagated: false }, 'send orders', 'CLIENT', 'send'],
    ['poll orders', {}, 'poll orders', 'CLIENT', 'receive'],
    ['process', { destination: 'a topic' }, 'process a topic', 'CONSUMER', 'process'],
    ['ack orders', {}, 'ack orders', 'CLIENT', 'settle'],
    ['handle', { destination: 'orders', operationType: 'process' }, 'handle orders', 'CONSUMER', 'process'],
    [
      'process',
      { destination: 'orders.42', destinationTemplate: 'orders.{id}' },
      'process orders.{id}',
      'CONSUMER',
      'process',
    ],
    ['browse orders', {}, 'browse orders', 'CLIENT', undefined],
  ])('%s with %j', (given, options, name, kind, type) => {
    const [spanName, spanKind, attributes] = made((spans) => spans.message(given, options, nothing));
    expect([spanName, spanKind]).toEqual([name, kind]);
    expect((attributes as Record<string, unknown>)['messaging.operation.type']).toBe(type);
  });

  test('and described', () => {
    const options = {
      system: 'rabbitmq',
      messageId: 'm',
      conversationId: 'c',
      bodySize: 10,
      batchMessageCount: 2,
      consumerGroup: 'g',
      clientId: 'i',
    };
    expect(made((spans) => spans.message('process orders', options, nothing))[2]).toEqual({
      'messaging.system': 'rabbitmq',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'orders',
      'messaging.message.id': 'm',
      'messaging.message.conversation_id': 'c',
      'messaging.message.body.size': 10,
      'messaging.batch.message_count': 2,
      'messaging.consumer.group.name': 'g',
      'messaging.client.id': 'i',
    });
  });
});

describe('every preset takes', () => {
  test('kind, links, start time and a new trace', () => {
    const { spans, ended } = recordedSpans();
    spans.span('outer', (outer) => {
      const options = {
        kind: SpanKind.CONSUMER,
        root: true,
        startTime: new Date(1000), // the SDK takes a small number for one of performance.now()
        links: [{ context: outer.spanContext() }],
      };
      spans.event('OrderPlaced', options, nothing);
    });
    const [event, outer] = ended();
    expect(event).toMatchObject({ kind: SpanKind.CONSUMER, parentSpanContext: undefined, startTime: [1, 0] });
    expect(event?.links[0]?.context.spanId).toBe(outer?.spanContext().spanId);
    expect(event?.spanContext().traceId).not.toBe(outer?.spanContext().traceId);
  });

  test('no links that are none', () => {
    const { spans, only } = recordedSpans();
    spans.span('work', { links: [{}, null, undefined] as never }, nothing);
    expect(only().links).toEqual([]);
  });

  test('a function, or says that it is missing', () => {
    const { spans } = recordedSpans();
    expect(() => (spans.command as (name: string) => void)('PlaceOrder')).toThrow(
      '[tracing] Span "PlaceOrder" has no function to run. Pass it last: span("PlaceOrder", (span) => …).',
    );
  });
});

describe('a name that is no string (callers without types) becomes one', () => {
  const methods = ['span', 'command', 'query', 'event', 'http', 'db', 'message'] as const;
  const wrong = [undefined, null, {}, [], Symbol('x'), Object.create(null), nothing];

  test.each(methods)('by %s', (method) => {
    for (const name of wrong) {
      const [spanName] = made((spans) => expect(spans[method](name as never, () => 7)).toBe(7));
      expect(spanName).toMatch(/unnamed|HTTP/);
    }
    expect(made((spans) => spans[method](5 as never, nothing))[0]).toMatch(/5|HTTP/);
  });

  test('as the name of an event, and as a summary', () => {
    const { spans, only } = recordedSpans();
    spans.db('SELECT', { summary: 5 as never }, (span) => span.addEvent(undefined as never));
    expect(only().name).toBe('5');
    expect(only().events.map((event) => event.name)).toEqual(['unnamed']);
  });
});

test('startSpan gives a span to end by oneself', () => {
  const { spans, ended, only } = recordedSpans();
  const span = spans.startSpan('work', { attributes: { password: 'p' } });
  expect(ended()).toEqual([]);
  span.end();
  expect(only().attributes).toEqual({ password: '[redacted]' });
});
