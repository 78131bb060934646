import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
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

  test('for a span of OpenTelemetry, or its context, as parent and as link', () => {
    const test = createTestSpans();
    const [outer, elsewhere] = ['outer', 'elsewhere'].map((name) => test.tracer.startSpan(name));
    if (outer === undefined || elsewhere === undefined) throw new Error('no spans');
    const inner = test.tracer.startSpan(
      'inner',
      { links: [{ context: elsewhere.spanContext() }] },
      trace.setSpan(ROOT_CONTEXT, outer),
    );
    for (const span of [inner, outer, elsewhere]) span.end();

    expect(test).toHaveSpan({ name: 'inner', parent: outer, links: [elsewhere] });
    expect(test).toHaveSpan({ name: 'inner', parent: outer.spanContext(), links: [elsewhere.spanContext()] });
    expect(test).toHaveSpan({ name: 'inner', links: [test.named('elsewhere')] });
    expect(test).not.toHaveSpan({ name: 'inner', parent: elsewhere });
    expect(test).not.toHaveSpan({ name: 'outer', parent: elsewhere });
    expect(test).not.toHaveSpan({ name: 'inner', links: [outer] });
  });

  test('for a parent that has not ended yet', () => {
    const test = createTestSpans();
    test.spans.span('outer', () => {
      test.spans.span('inner', () => {});
      expect(test).toHaveSpan({ name: 'inner', parent: 'outer' });
      expect(() => expect(test).not.toHaveSpan({ name: 'inner', parent: /^out/ })).toThrow('expected no span');
    });
  });

  test('for a duration of fractions, within a microsecond', () => {
    const test = createTestSpans();
    test.spans.span('quick', () => test.clock.advance(0.1));
    expect(test).toHaveSpan({ durationMs: 0.1 });
    expect(test).toHaveSpan({ durationMs: expect.closeTo(0.1) });
    expect(test).not.toHaveSpan({ durationMs: 0.102 });
  });

  test('for elements of a list that are patterns', () => {
    expect(placedOrder()).toHaveSpan({ attributes: { tags: [/a/, expect.any(String)] } });
    expect(placedOrder()).not.toHaveSpan({ attributes: { tags: [/a/] } });
  });

  test.each<[string, ExpectedSpan]>([
    ['another name', { name: 'SELECT users' }],
    ['another kind', { name: 'SELECT orders', kind: 'server' }],
    ['another status', { name: 'command PlaceOrder', status: 'error' }],
    ['other attributes', { attributes: { size: '3' } }],
    ['no parent if there is one', { name: 'SELECT orders', parent: null }],
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
        'expected a span {"name":"SELECT order","kind":"client","attributes":{"db.system.name":"mysql"}}, but there is none',
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
      'expected a span {"name":"/a/"}, but there is none: no span has ended',
    );
  });

  test('says that the span has not ended', () => {
    const test = createTestSpans();
    test.spans.startSpan('charge card');
    test.spans.span('reserve', () => {});
    expect(() => expect(test).toHaveSpan({ name: /^charge/, status: 'error' })).toThrow(
      [
        'expected a span {"name":"/^charge/","status":"error"}, but it has not ended:',
        '  "charge card" internal, unset',
        '    status: expected "error", but it is "unset"',
      ].join('\n'),
    );
  });

  test('shows attributes of events, and the id of a parent that is elsewhere', () => {
    const test = createTestSpans();
    const remote = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };
    const span = test.tracer.startSpan('work', {}, trace.setSpanContext(ROOT_CONTEXT, remote));
    span.addEvent('retry', { attempt: 2 }).end();
    expect(() => expect(test).toHaveSpan({ events: [{ name: 'retry', attributes: { attempt: 3 } }] })).toThrow(
      'event: expected {"name":"retry","attributes":{"attempt":3}}, but it is [{"name":"retry","attributes":{"attempt":2}}]',
    );
    expect(() => expect(test).toHaveSpan({ parent: 'caller' })).toThrow(
      'parent: expected "caller", but it is {"spanId":"2222222222222222"}',
    );
    expect(() => expect(test).toHaveSpan({ attributes: { size: undefined, sku: expect.any(String) } })).toThrow(
      'expected a span {"attributes":{"size":"absent","sku":"Any<String>"}}',
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
    [
      'a name that is none',
      { name: 7 },
      '[testing] toHaveSpan takes a string, a regular expression or a matcher of the test runner',
    ],
    [
      'a parent without an id',
      { parent: {} },
      "takes the parent's name, a span, or null for none for parent, but got {}.",
    ],
    ['one event', { events: 'paid' }, "takes a list for events, but got 'paid'."],
    [
      'a part of an event',
      { events: [{ nmae: 'paid' }] },
      'An event of toHaveSpan has name, attributes, but got "nmae".',
    ],
    ['a part of a link', { links: [{ spanID: '1' }] }, 'has traceId, spanId, attributes, but got "spanID".'],
    ['a duration that is none', { durationMs: '20' }, "takes a number for durationMs, but got '20'."],
    ['attributes that are none', { attributes: 'size' }, "takes an object for attributes, but got 'size'."],
    ['a Map of attributes', { attributes: new Map([['size', 1]]) }, 'takes an object for attributes, but got Map'],
    ['a list of attributes', { attributes: ['size'] }, 'takes an object for attributes, but got ['],
    [
      'a matcher of attributes',
      { attributes: expect.objectContaining({ size: 1 }) },
      'takes an object for attributes, but got ObjectContaining',
    ],
    [
      'a Map of attributes of an event',
      { events: [{ name: 'paid', attributes: new Map([['size', 1]]) }] },
      'takes an object for attributes of an event, but got Map',
    ],
    ['a Map of attributes of a link', { links: [{ attributes: new Map() }] }, 'for attributes of a link, but got Map'],
    ['a list', [], '[testing] toHaveSpan takes an expected span'],
    ['a Map', new Map([['name', 'a']]), '[testing] toHaveSpan takes an expected span'],
    ['no expectation', undefined, '[testing] toHaveSpan takes an expected span'],
  ])('for %s', (_, expected, message) => {
    expect(() => expect(placedOrder()).not.toHaveSpan(expected as ExpectedSpan)).toThrow(message);
  });

  test.each([[Promise.resolve()], [undefined], [[{}]], ['spans']])('for %s instead of spans', (received) => {
    expect(() => expect(received).not.toHaveSpan({})).toThrow(
      '[testing] toHaveSpan looks at what createTestSpans() returned',
    );
  });
});

describe('toHaveSpan says nothing that is not so', () => {
  test('with not, while such a span is open: it may become what must not be', () => {
    const tested = createTestSpans();
    const span = tested.spans.startSpan('import');
    expect(() => expect(tested).not.toHaveSpan({ name: 'import', status: 'error' })).toThrow('has not ended');
    expect(tested).not.toHaveSpan({ name: 'export' });
    span.end();
    expect(tested).not.toHaveSpan({ name: 'import', status: 'error' });
    expect(() => expect(tested).not.toHaveSpan({ name: 'import' })).toThrow('expected no span');
  });

  test('of empty lists: they mean none', () => {
    const tested = placedOrder();
    expect(tested).toHaveSpan({ name: 'command PlaceOrder', links: [] });
    expect(tested).not.toHaveSpan({ name: 'SELECT orders', links: [] });
    expect(tested).not.toHaveSpan({ name: 'command PlaceOrder', events: [] });
  });

  test.each<object>([
    { name: undefined },
    { name: 'a', status: undefined },
    { links: [{ traceId: undefined }] },
    { events: [{ name: 'a', attributes: undefined }] },
  ])('of undefined: %o is refused', (expected) => {
    expect(() => expect(placedOrder()).toHaveSpan(expected)).toThrow('Omit it if it does not matter.');
  });

  test('of an attribute that is undefined: it must not be there', () => {
    expect(placedOrder()).toHaveSpan({ name: 'command PlaceOrder', attributes: { absent: undefined } });
    expect(placedOrder()).not.toHaveSpan({ name: 'command PlaceOrder', attributes: { size: undefined } });
  });
});
