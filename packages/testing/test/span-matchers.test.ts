import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { assertSpan, createTestSpans, type ExpectedSpan } from '@sightline/testing/spans';
import '@sightline/testing/vitest';
import { describe, expect, test } from 'vitest';

function placedOrder() {
  const test = createTestSpans({ ids: 'sequential' });
  const { spans, clock } = test;
  spans.command('PlaceOrder', { attributes: { size: 3, tags: ['a', 'b'] } }, (span) => {
    span.addEvent('paid', { amount: 7 });
    try {
      spans.db('SELECT orders', { system: 'postgresql', links: [{ context: span.spanContext() }] }, () => {
        clock.advance(20);
        throw new TypeError('no such table');
      });
    } catch {
      // the order goes on without
    }
  });
  return test;
}

describe('toHaveSpan holds', () => {
  test.each<[string, ExpectedSpan]>([
    ['anything', {}],
    ['the name', { name: 'SELECT orders' }],
    ['a pattern of the name', { name: /^command / }],
    ['a pattern that goes on where it was', { name: /^(SELECT|command) /g, kind: 'internal' }],
    ['kind and status', { name: 'SELECT orders', kind: 'client', status: 'error' }],
    ['the message', { statusMessage: 'no such table' }],
    ['some attributes', { attributes: { 'db.system.name': 'postgresql', 'error.type': /Error$/ } }],
    ['attributes that are arrays', { attributes: { tags: ['a', 'b'] } }],
    ['an attribute that is absent', { name: 'command PlaceOrder', attributes: { 'error.type': undefined } }],
    ['values of the runner', { attributes: { size: expect.any(Number), tags: expect.arrayContaining(['b']) } }],
    ['the name of the parent', { name: 'SELECT orders', parent: 'command PlaceOrder' }],
    ['a pattern of the parent', { name: 'SELECT orders', parent: /^command/ }],
    ['no parent', { name: 'command PlaceOrder', parent: null }],
    ['events by name', { events: ['paid'] }],
    ['events closer', { events: [{ name: 'exception', attributes: { 'exception.type': 'TypeError' } }] }],
    ['links', { links: [{ spanId: `${'0'.repeat(15)}1` }] }],
    ['trace and duration', { traceId: `${'0'.repeat(31)}1`, durationMs: 20 }],
  ])('for %s', (_, expected) => {
    expect(placedOrder()).toHaveSpan(expected);
    assertSpan(placedOrder(), expected);
  });

  test('for a span as parent', () => {
    const { named, ...others } = placedOrder();
    expect(others).toHaveSpan({ name: 'SELECT orders', parent: named('command PlaceOrder') });
  });

  test.each<[string, ExpectedSpan]>([
    ['another name', { name: 'SELECT users' }],
    ['another kind', { name: 'SELECT orders', kind: 'server' }],
    ['another status', { name: 'command PlaceOrder', status: 'error' }],
    ['other attributes', { attributes: { size: '3' } }],
    ['no parent where there is one', { name: 'SELECT orders', parent: null }],
    ['another parent', { name: 'SELECT orders', parent: 'PlaceOrder' }],
    ['an event of another span', { name: 'SELECT orders', events: ['paid'] }],
    ['other links', { links: [{ spanId: 'f'.repeat(16) }] }],
    ['parts of different spans', { kind: 'client', attributes: { size: 3 } }],
  ])('not for %s', (_, expected) => {
    expect(placedOrder()).not.toHaveSpan(expected);
    expect(() => assertSpan(placedOrder(), expected)).toThrow('expected a span');
  });

  test('for spans of an exporter', () => {
    const exporter = new InMemorySpanExporter();
    const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
    provider.getTracer('x').startSpan('work').end();
    expect(exporter.getFinishedSpans()).toHaveSpan({ name: 'work', parent: null });
    expect([]).not.toHaveSpan({});
  });
});

describe('its message', () => {
  test('shows the nearest spans, and what is different', () => {
    const expected: ExpectedSpan = { name: 'SELECT order', kind: 'client', attributes: { 'db.system.name': 'mysql' } };
    expect(() => expect(placedOrder()).toHaveSpan(expected)).toThrow(
      [
        'expected a span {"name":"SELECT order","kind":"client","attributes":{"db.system.name":"mysql"}}, but there is none such',
        '',
        'Nearest spans:',
        '  "SELECT orders" client, error {"db.system.name":"postgresql","db.collection.name":"orders","db.operation.name":"SELECT","error.type":"TypeError"}',
        '    name: expected "SELECT order", but it is "SELECT orders"',
        '    attribute db.system.name: expected "mysql", but it is "postgresql"',
        '  "command PlaceOrder" internal, unset',
      ].join('\n'),
    );
  });

  test('says that nothing has ended', () => {
    expect(() => expect(createTestSpans()).toHaveSpan({ name: /a/ })).toThrow(
      'expected a span {"name":"/a/"}, but there is none such: no span has ended',
    );
  });

  test('says with not what it found', () => {
    expect(() => expect(placedOrder()).not.toHaveSpan({ kind: 'client' })).toThrow(
      'expected no span {"kind":"client"}, but there is\n  "SELECT orders" client, error',
    );
  });
});

describe('it throws, with not as well', () => {
  test.each<[string, unknown, string]>([
    ['a part that is none', { nmae: 'x' }, '[testing] toHaveSpan compares name, kind, status,'],
    [
      'a kind that is none',
      { kind: 'CLIENT' },
      '[testing] The kind of a span is one of internal, server, client, producer, consumer, but got "CLIENT".',
    ],
    ['a status that is none', { status: 2 }, '[testing] The status of a span is one of unset, ok, error, but got 2.'],
    ['no expectation', undefined, '[testing] toHaveSpan takes what a span is to be'],
  ])('for %s', (_, expected, message) => {
    expect(() => expect(placedOrder()).not.toHaveSpan(expected as ExpectedSpan)).toThrow(message);
  });

  test.each([[Promise.resolve()], [undefined], [[{}]], ['spans']])('for %s instead of spans', (received) => {
    expect(() => expect(received).not.toHaveSpan({})).toThrow(
      '[testing] toHaveSpan looks at what createTestSpans() returned',
    );
  });
});
