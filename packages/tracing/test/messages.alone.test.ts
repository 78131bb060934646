import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { currentContext, runWithContext } from '@sightline/context';
import { createTestMetrics } from '@sightline/testing';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { rounds } from '../../../scripts/rounds.js';
import { createSpans, runInSpan } from '../src/index.js';
import { type MessageEnvelope, MessagePropagator, messageEnvelopeSchema } from '../src/messages/index.js';
import { extractContext, httpCarrier, w3cPropagator } from '../src/propagation/index.js';
import { recordedSpans } from './recorded-spans.js';

const spans = recordedSpans();
const tracer = trace.getTracer('test');
const isRight = new Ajv2020({ allowUnionTypes: true }).compile(messageEnvelopeSchema);
const sentMs = Date.parse('2026-03-01T12:00:00.000Z');
let nowMs = sentMs;
let ids = 0;
const messages = new MessagePropagator({
  source: 'orders',
  system: 'memory',
  clock: { now: () => nowMs },
  idGenerator: () => `id-${++ids}`,
});

/** What `fn` returns, in a span called "caller". */
function inCaller<T>(fn: () => T): T {
  return tracer.startActiveSpan('caller', (span) => runInSpan(span, fn));
}

test('of the fields that a peer sends only those of the receiver’s contextFields reach its context', () => {
  const envelope = {
    ...messages.wrap({ type: 'event', name: 'E', payload: 1 }),
    context: { user_id: 'u-1', run_id: 'r-1', service: 'admin', is_admin: true, level: 60, tenant: 't-1' },
  };
  const fieldsIn = (receiver: MessagePropagator): object => receiver.handle(envelope, () => ({ ...currentContext() }));
  const propagator = (contextFields: string[]): MessagePropagator =>
    new MessagePropagator({ source: 's', contextFields });
  const ids = {
    correlation_id: expect.any(String),
    request_id: expect.any(String),
    message_id: expect.any(String),
  };
  expect(fieldsIn(messages)).toEqual({ ...ids, user_id: 'u-1', run_id: 'r-1' });
  expect(fieldsIn(propagator(['tenant', 'constructor', 'toString']))).toEqual({ ...ids, tenant: 't-1' });
  expect(fieldsIn(propagator([]))).toEqual(ids);
  expect(messages.open(envelope).context).toEqual(envelope.context);
  expect(() => propagator('user_id' as never)).toThrow('contextFields that are no list');
});

test('spans of messages hide secrets as all others do, also secrets set by other code', () => {
  const message = messages.wrap({ type: 'command', name: 'PlaceOrder', payload: 1 }, { span: true });
  const attributes = { 'user.password': 's3cret' };
  messages.handle(
    message,
    () => {
      trace.getActiveSpan()?.setAttribute('api_key', 's3cret').setAttribute('note', 'login?token=s3cret');
    },
    { attributes },
  );
  expect(JSON.stringify(spans.all().map((span) => span.attributes))).not.toContain('s3cret');
  expect(spans.all().at(-1)?.attributes).toMatchObject({ 'user.password': '[redacted]', api_key: '[redacted]' });
});

test('spans of messages are those of the builder that is given, with its redaction', () => {
  const given = createSpans({ redact: ['order.note'] });
  const propagator = new MessagePropagator({ source: 'orders', spans: given });
  propagator.handle(propagator.wrap({ type: 'event', name: 'E' }), () =>
    trace.getActiveSpan()?.setAttribute('order.note', 'private'),
  );
  expect(spans.all().at(-1)?.attributes).toMatchObject({ 'order.note': '[redacted]' });
});

describe('wrap', () => {
  test('wraps the payload with kind, ids and source of the message', () => {
    ids = 0;
    nowMs = sentMs;
    const payload = { order: 7 };
    const envelope = runWithContext({ correlation_id: 'c-1', user_id: 'u-1', request_id: 'r-1' }, () =>
      messages.wrap({ type: 'command', name: 'PlaceOrder', payload }),
    );
    expect(envelope).toEqual({
      sightline: 1,
      id: 'id-1',
      type: 'command',
      name: 'PlaceOrder',
      timestamp: '2026-03-01T12:00:00.000Z',
      source: 'orders',
      correlation_id: 'c-1',
      context: { user_id: 'u-1' },
      payload: { order: 7 },
    });
    expect(envelope.payload).toBe(payload);
    expect(isRight(envelope)).toBe(true);
  });

  test('makes ids that are UUIDs, and a correlation if there is none', () => {
    const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    const envelope = new MessagePropagator({ source: 's' }).wrap({ type: 'event', name: 'E' });
    expect(envelope.id).toMatch(uuid);
    expect(envelope.correlation_id).toMatch(uuid);
    expect(envelope.correlation_id).not.toBe(envelope.id);
  });

  test('carries the active span and baggage', () => {
    const { trace: fields } = inCaller(() =>
      context.with(
        propagation.setBaggage(context.active(), propagation.createBaggage({ tenant: { value: 'acme' } })),
        () => messages.wrap({ type: 'event', name: 'E' }),
      ),
    );
    const caller = spans.named('caller').spanContext();
    expect(fields).toEqual({ traceparent: `00-${caller.traceId}-${caller.spanId}-03`, baggage: 'tenant=acme' });
  });

  test('carries a span of its own if one is asked for', () => {
    const envelope = inCaller(() =>
      messages.wrap({ type: 'event', name: 'OrderPlaced' }, { span: true, destination: 'orders' }),
    );
    const created = spans.named('create orders');
    expect(created.kind).toBe(SpanKind.PRODUCER);
    expect(created.parentSpanContext?.spanId).toBe(spans.named('caller').spanContext().spanId);
    expect(envelope.trace?.['traceparent']).toContain(created.spanContext().spanId);
    expect(created.attributes).toMatchObject({
      'messaging.system': 'memory',
      'messaging.operation.name': 'create',
      'messaging.operation.type': 'create',
      'messaging.destination.name': 'orders',
      'messaging.message.id': envelope.id,
    });
  });

  test('leaves a context alone that the message has already', () => {
    const traceFields = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' };
    const envelope = inCaller(() => messages.wrap({ type: 'event', name: 'E', trace: traceFields }, { span: true }));
    expect(envelope.trace).toEqual(traceFields);
    expect(spans.all().map((span) => span.name)).toEqual(['caller']);
  });
});

describe('encode', () => {
  test('gives the JSON of the envelope', () => {
    const message = { type: 'event', name: 'E', id: 'm', correlation_id: 'c', payload: { text: '"\u2028é' } } as const;
    const expected = messages.wrap(message);
    expect(JSON.parse(messages.encode(message))).toEqual(expected);
    expect(JSON.parse(Buffer.from(messages.encodeBytes(message)).toString())).toEqual(expected);
    expect(isRight(JSON.parse(messages.encode(message)))).toBe(true);
  });

  test('puts JSON that is serialised already into the envelope as it is', () => {
    const json = '{ "a": 1.0,   "b": [ ] }';
    const message = { type: 'event', name: 'E', id: 'm' } as const;
    expect(messages.encode({ ...message, json }).endsWith(`,"payload":${json}}`)).toBe(true);
    const bytes = messages.encodeBytes({ ...message, json: Buffer.from(json) });
    expect(Buffer.from(bytes).toString().endsWith(`,"payload":${json}}`)).toBe(true);
    expect(messages.encode({ ...message, json: Buffer.from(json) })).toContain(json);
    expect(messages.open(bytes).payload).toEqual({ a: 1, b: [] });
    expect(messages.wrap({ ...message, json }).payload).toEqual({ a: 1, b: [] });
  });

  test('keeps bytes', () => {
    const payload = Uint8Array.from({ length: 20_000 }, (_, i) => i % 256);
    const text = messages.encode({ type: 'event', name: 'E', payload });
    expect(isRight(JSON.parse(text))).toBe(true);
    expect(messages.open<Uint8Array>(text)).toMatchObject({ name: 'E', payload });
    expect(messages.open(text).problem).toBeUndefined();
  });

  test('is read from an ArrayBuffer, too', () => {
    const bytes = Uint8Array.from(messages.encodeBytes({ type: 'event', name: 'E', payload: 'é' }));
    expect(messages.open(bytes.buffer)).toMatchObject({ name: 'E', payload: 'é' });
  });

  test('without a payload is valid, too', () => {
    expect(messages.open(messages.encode({ type: 'query', name: 'Q' }))).toMatchObject({ payload: null });
  });
});

test('any message is read as it was written', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 50 });
  const message = fc.record({
    type: fc.constantFrom('command', 'query', 'event', 'saga'),
    name: text,
    id: text,
    correlation_id: text,
    causation_id: text,
    payload: fc.jsonValue(),
  });
  fc.assert(
    fc.property(message, (given) => {
      for (const input of [messages.encode(given as never), messages.encodeBytes(given as never)]) {
        const { payload, ...fields } = given;
        const read = messages.open(input);
        expect(read).toMatchObject(fields);
        expect(JSON.stringify(read.payload)).toBe(JSON.stringify(payload));
        expect(read.problem).toBeUndefined();
        expect(isRight(JSON.parse(Buffer.from(input).toString()))).toBe(true);
      }
    }),
  );
});

describe('send', () => {
  test('publishes in a PRODUCER span that the message carries', async () => {
    const sent = await inCaller(() =>
      messages.send({ type: 'command', name: 'PlaceOrder' }, async (envelope) => envelope, { destination: 'commands' }),
    );
    const span = spans.named('send commands');
    expect(span.kind).toBe(SpanKind.PRODUCER);
    expect(sent.trace?.['traceparent']).toContain(span.spanContext().spanId);
    expect(span.attributes).toMatchObject({
      'messaging.operation.type': 'send',
      'messaging.message.id': sent.id,
      'messaging.message.conversation_id': sent.correlation_id,
      'sightline.message.name': 'PlaceOrder',
      'sightline.message.source': 'orders',
    });
  });

  test('records a publisher that fails', async () => {
    const failing = messages.send({ type: 'command', name: 'PlaceOrder' }, () =>
      Promise.reject(new RangeError('full')),
    );
    await expect(failing).rejects.toThrow('full');
    expect(spans.named('send PlaceOrder').status).toEqual({ code: SpanStatusCode.ERROR, message: 'full' });
  });
});

describe('handle', () => {
  const sent = (): MessageEnvelope =>
    runWithContext({ correlation_id: 'c-1', user_id: 'u-1' }, () =>
      inCaller(() => messages.wrap({ type: 'event', name: 'OrderPlaced', id: 'm-1', payload: 7 })),
    );

  test("continues the sender's trace in a CONSUMER span", () => {
    nowMs = sentMs;
    const envelope = sent();
    nowMs = sentMs + 250;
    const payload = messages.handle(JSON.stringify(envelope), (message) => message.payload, { destination: 'orders' });
    expect(payload).toBe(7);
    const span = spans.named('process orders');
    const caller = spans.named('caller').spanContext();
    expect(span.kind).toBe(SpanKind.CONSUMER);
    expect(span.parentSpanContext).toMatchObject({ traceId: caller.traceId, spanId: caller.spanId, isRemote: true });
    expect(span.links).toEqual([]);
    expect(span.attributes).toEqual({
      'messaging.system': 'memory',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'orders',
      'messaging.message.id': 'm-1',
      'messaging.message.conversation_id': 'c-1',
      'sightline.message.type': 'event',
      'sightline.message.name': 'OrderPlaced',
      'sightline.message.source': 'orders',
      'sightline.message.delay_ms': 250,
    });
  });

  test('runs in the context of the message alone', async () => {
    const envelope = sent();
    const seen = await runWithContext({ correlation_id: 'other', user_id: 'someone else', run_id: 'loop' }, () =>
      messages.handle(envelope, async () => currentContext()),
    );
    expect(seen).toEqual({ correlation_id: 'c-1', user_id: 'u-1', request_id: 'm-1', message_id: 'm-1' });
  });

  test('makes it the cause of what is sent meanwhile', () => {
    const answer = messages.handle(sent(), () => messages.wrap({ type: 'command', name: 'Ship' }));
    expect(answer).toMatchObject({ causation_id: 'm-1', correlation_id: 'c-1', context: { user_id: 'u-1' } });
    expect(answer.trace?.['traceparent']).toContain(spans.named('process OrderPlaced').spanContext().spanId);
    expect(messages.wrap({ type: 'command', name: 'Ship' }).causation_id).toBeUndefined();
  });

  test("has the sender's baggage, and none of the active context", () => {
    const baggageOf = (value: string) =>
      propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage({ tenant: { value } }));
    const tenant = () => propagation.getActiveBaggage()?.getEntry('tenant')?.value;
    const envelope = context.with(baggageOf('sender'), () => messages.wrap({ type: 'event', name: 'E' }));
    const without = sent();
    context.with(baggageOf('loop'), () => {
      expect(messages.handle(envelope, tenant)).toBe('sender');
      expect(messages.handle(without, tenant)).toBeUndefined();
    });
  });

  test('links to the span that is active if it continues another', () => {
    const envelope = sent();
    tracer.startActiveSpan('loop', (loop) => runInSpan(loop, () => messages.handle(envelope, () => {})));
    const span = spans.named('process OrderPlaced');
    expect(span.parentSpanContext?.spanId).toBe(spans.named('caller').spanContext().spanId);
    expect(span.links.map((link) => link.context.spanId)).toEqual([spans.named('loop').spanContext().spanId]);
  });

  test.each([
    [{ relation: 'link' }, { isChild: false, isLinked: true, ofLoop: false }],
    [
      { relation: 'link', root: false },
      { isChild: false, isLinked: true, ofLoop: true },
    ],
    [{ relation: 'both' }, { isChild: true, isLinked: true, ofLoop: false }],
    [{ root: true }, { isChild: false, isLinked: true, ofLoop: false }],
    [
      { relation: 'both', root: true },
      { isChild: false, isLinked: true, ofLoop: false },
    ],
  ] as const)('%o', (options, expected) => {
    const envelope = sent();
    tracer.startActiveSpan('loop', (loop) => runInSpan(loop, () => messages.handle(envelope, () => {}, options)));
    const span = spans.named('process OrderPlaced');
    const caller = spans.named('caller').spanContext();
    expect({
      isChild: span.parentSpanContext?.spanId === caller.spanId,
      isLinked: span.links.some((link) => link.context.spanId === caller.spanId),
      ofLoop: span.parentSpanContext?.spanId === spans.named('loop').spanContext().spanId,
    }).toEqual(expected);
  });

  test('without a context in the message is a child of what is active, unless it is to be a root', () => {
    tracer.startActiveSpan('loop', (loop) =>
      runInSpan(loop, () => {
        messages.handle('nonsense', () => {}, { destination: 'a' });
        messages.handle('nonsense', () => {}, { destination: 'b', root: true });
      }),
    );
    expect(spans.named('process a').parentSpanContext?.spanId).toBe(spans.named('loop').spanContext().spanId);
    expect(spans.named('process b').parentSpanContext).toBeUndefined();
  });

  test('takes the context of the headers for the sender, and links to the one in the envelope', () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const received = extractContext(httpCarrier, { traceparent }, { propagator: w3cPropagator });
    messages.handle(sent(), () => {}, { context: received });
    const span = spans.named('process OrderPlaced');
    expect(span.parentSpanContext?.traceId).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
    expect(span.links).toEqual([
      {
        context: expect.objectContaining({ spanId: spans.named('caller').spanContext().spanId }),
        attributes: { 'sightline.link.reason': 'message_start' },
      },
    ]);
  });

  test('records what a handler throws and lets it through', async () => {
    expect(() =>
      messages.handle(sent(), () => {
        throw new RangeError('no stock');
      }),
    ).toThrow('no stock');
    const rejected = messages.handle(sent(), () => Promise.reject(new TypeError('no route')), { destination: 'q' });
    await expect(rejected).rejects.toThrow('no route');
    expect(spans.named('process OrderPlaced').attributes['error.type']).toBe('RangeError');
    expect(spans.named('process q').attributes['error.type']).toBe('TypeError');
  });

  test('returns a promise that settles as the one that the handler made, and ends no span before it settles', async () => {
    let settle: (value: string) => void = () => {};
    const made = new Promise<string>((resolve) => {
      settle = resolve;
    });
    const handled = messages.handle(sent(), () => made);
    expect(spans.all().map((span) => span.name)).toEqual(['caller']);
    settle('done');
    expect(await handled).toBe('done');
    expect(spans.named('process OrderPlaced').ended).toBe(true);
  });

  test('has no negative delay if the clock of the sender is ahead', () => {
    nowMs = sentMs;
    const envelope = sent();
    nowMs = sentMs - 60_000;
    messages.handle(envelope, () => {});
    nowMs = sentMs;
    expect(spans.named('process OrderPlaced').attributes['sightline.message.delay_ms']).toBe(0);
  });

  test('does not name a span after an arbitrary name of a peer', () => {
    messages.handle({ ...sent(), name: 'Order 123 of <script>' }, () => {});
    expect(spans.all().map((span) => span.name)).toContain('process');
  });
});

describe('handleBatch', () => {
  test('has one span of its own trace with a link to each sender', () => {
    const batch = ['a', 'b', 'b'].map((id) =>
      tracer.startActiveSpan(id, (span) =>
        runInSpan(span, () => messages.encode({ type: 'event', name: 'E', id, correlation_id: 'c' })),
      ),
    );
    const seen = tracer.startActiveSpan('loop', (loop) =>
      runInSpan(loop, () =>
        messages.handleBatch([...batch, batch[0], 'foreign'], (all) => [all.length, currentContext()?.correlation_id], {
          destination: 'topic',
        }),
      ),
    );
    expect(seen?.[0]).toBe(5);
    const span = spans.named('process topic');
    expect(span.kind).toBe(SpanKind.CONSUMER);
    expect(span.parentSpanContext).toBeUndefined();
    expect(span.attributes).toEqual({
      'messaging.system': 'memory',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'topic',
      'messaging.batch.message_count': 5,
    });
    const senders = spans.all().filter((each) => ['a', 'b'].includes(each.name));
    expect(span.links.map((link) => link.context.spanId)).toEqual(senders.map((each) => each.spanContext().spanId));
  });

  test('correlates with messages that all belong to the same cause', () => {
    const of = (correlation_id: string) => messages.wrap({ type: 'event', name: 'E', correlation_id });
    const correlation = () => currentContext()?.correlation_id;
    expect(messages.handleBatch([of('c'), of('c')], correlation)).toBe('c');
    expect(['c', 'd']).not.toContain(messages.handleBatch([of('c'), of('d')], correlation));
    expect(messages.handleBatch([], (all) => all)).toEqual([]);
  });

  test('gives each message its own span when it is handled by itself', () => {
    const batch = ['x', 'y'].map((id) => messages.wrap({ type: 'event', name: 'E', id }));
    messages.handleBatch(batch, (all) => all.map((each) => messages.handle(each, () => {}, { destination: each.id })), {
      destination: 'topic',
    });
    expect(spans.all().map((span) => span.name)).toEqual(['process x', 'process y', 'process topic']);
    expect(spans.named('process x').parentSpanContext?.spanId).toBe(spans.named('process topic').spanContext().spanId);
  });
});

describe('messages without an envelope, and damaged ones', () => {
  const right = {
    sightline: 1,
    id: 'i',
    type: 'event',
    name: 'E',
    timestamp: '2026-03-01T12:00:00.000Z',
    source: 's',
    correlation_id: 'c',
    payload: 1,
  };
  const throwing = new Proxy({}, { getOwnPropertyDescriptor: () => fail(), ownKeys: () => fail() });

  test.each<[string, unknown, string | undefined, unknown]>([
    ['text that is no JSON', 'hello', 'not_json', 'hello'],
    ['empty text', '', 'not_json', ''],
    ['JSON that is no object', '[1,2]', 'foreign', [1, 2]],
    ['JSON null', 'null', 'foreign', null],
    ['an object of another library', { order: 7 }, 'foreign', { order: 7 }],
    ['undefined', undefined, 'foreign', undefined],
    ['a number', 7, 'foreign', 7],
    ['a version that is no number', { ...right, sightline: '1' }, 'foreign', { ...right, sightline: '1' }],
    ['a marker in the prototype', Object.create(right), 'foreign', Object.create(right)],
    ['an object that throws', throwing, 'unreadable', throwing],
    ['a later version', { ...right, sightline: 2, more: true }, undefined, 1],
    ['an unknown type', { ...right, type: 'document' }, 'damaged', 1],
    ['an id that is a number', { ...right, id: 7 }, 'damaged', 1],
    ['an id of great length', { ...right, id: 'x'.repeat(1000) }, 'damaged', 1],
    ['a timestamp that is none', { ...right, timestamp: 'yesterday' }, 'damaged', 1],
    ...[
      'yesterday',
      '5',
      '2026-03-01',
      '2026-03-01T12:00:00.000',
      '2026-03-01T12:00:00Z',
      '2026-03-01T12:00:00.000+01:00',
    ]
      .concat([
        '2026-02-30T12:00:00.000Z',
        '2026-13-01T12:00:00.000Z',
        'Sun, 01 Mar 2026 12:00:00 GMT',
        ' 2026-03-01T12:00:00.000Z',
      ])
      .map((timestamp): [string, unknown, string, unknown] => [
        `the timestamp ${timestamp}`,
        { ...right, timestamp },
        'damaged',
        1,
      ]),
    ['a required field that is null', { ...right, source: null }, 'damaged', 1],
    ['a cause that is null', { ...right, causation_id: null }, undefined, 1],
    ['a trace that is null', { ...right, trace: null }, undefined, 1],
    ['a field of the trace that is null', { ...right, trace: { tracestate: null } }, undefined, 1],
    ['a context that is null', { ...right, context: null }, undefined, 1],
    ['a field of the context that is null', { ...right, context: { user_id: null } }, undefined, 1],
    ['base64 that is null', { ...right, payload_base64: null }, undefined, 1],
    ['a payload that is null', { ...right, payload: null }, undefined, null],
    [
      'a payload that is null beside base64',
      { ...right, payload: null, payload_base64: '' },
      undefined,
      new Uint8Array(),
    ],
    ['a trace that is a list', { ...right, trace: ['traceparent'] }, 'damaged', 1],
    ['a trace with numbers', { ...right, trace: { traceparent: 7 } }, 'damaged', 1],
    ['a context with objects', { ...right, context: { user_id: {} } }, 'damaged', 1],
    ['a context that names another message', { ...right, context: { message_id: 'x' } }, 'damaged', 1],
    ['a context of a thousand fields', { ...right, context: thousandFields() }, 'damaged', 1],
    ['no payload', (({ payload: _, ...rest }) => rest)(right), undefined, undefined],
    ['base64 that is none', { ...right, payload: undefined, payload_base64: '%' }, 'damaged', '%'],
  ])('%s', (_, input, problem, payload) => {
    const metrics = createTestMetrics();
    const counting = new MessagePropagator({ source: 's', metrics });
    const message = counting.handle(input, (each) => each);
    expect(message.problem).toBe(problem);
    if (payload === throwing) expect(message.payload).toBe(throwing);
    else expect(message.payload).toEqual(payload);
    // The form in which other languages write absent fields is valid, too.
    if (typeof input === 'object' && input !== throwing && Object.values(input ?? {}).includes(null)) {
      expect(isRight(input)).toBe(problem === undefined);
    }
    const counted = metrics.value('sightline_messages_foreign_total', problem === undefined ? {} : { problem });
    expect(counted ?? 0).toBe(problem === undefined ? 0 : 1);
  });

  test('binary messages stay bytes', () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x00, 0x7b]);
    expect(messages.handle(bytes, (message) => message.payload)).toBe(bytes);
  });

  test('messages beyond the limit are not parsed', () => {
    const small = new MessagePropagator({ source: 's', maxBytes: 100 });
    const text = JSON.stringify({ ...right, payload: 'x'.repeat(200) });
    expect(small.open(text)).toMatchObject({ problem: 'too_large', payload: text });
  });

  test('null counts as absent', () => {
    const message = messages.open({
      ...right,
      causation_id: null,
      context: { user_id: null, run_id: 'r' },
      trace: { traceparent: null },
    });
    expect(message).toMatchObject({ trace: {}, context: { run_id: 'r' } });
    expect(message).not.toHaveProperty('causation_id');
    expect(Object.keys(message.context)).toEqual(['run_id']);
  });

  test('a timestamp without a zone is no delay, in any zone', () => {
    const { TZ } = process.env;
    process.env['TZ'] = 'America/New_York';
    messages.handle({ ...right, timestamp: '2026-03-01T11:00:00.000' }, () => {}, { destination: 'q' });
    process.env['TZ'] = TZ ?? 'UTC';
    expect(spans.named('process q').attributes).not.toHaveProperty(['sightline.message.delay_ms']);
  });

  test('take what is right of a damaged one', () => {
    const message = messages.open({ ...right, id: 7, context: { user_id: 'u', bad: {}, __proto__: null } });
    expect(message).toMatchObject({ name: 'E', correlation_id: 'c', context: { user_id: 'u' }, problem: 'damaged' });
    expect(message.id).toBeUndefined();
  });

  test('fields called __proto__ are only fields', () => {
    const text = `{"sightline":1,"id":"i","type":"event","name":"E","timestamp":"2026-03-01T12:00:00.000Z","source":"s","correlation_id":"c","trace":{"__proto__":"x"},"context":{"__proto__":"x","constructor":"y"},"__proto__":{"id":"evil"},"payload":{"__proto__":{"isAdmin":true}}}`;
    const message = messages.open(text);
    expect(Object.getPrototypeOf(message.context)).toBe(Object.prototype);
    expect(Object.keys(message.context)).toEqual(['__proto__', 'constructor']);
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
    expect(
      new MessagePropagator({ source: 's', contextFields: ['constructor'] }).handle(text, () =>
        Object.keys(currentContext() ?? {}),
      ),
    ).toContain('constructor');
  });

  test('no input throws, and every one reaches the handler', () => {
    const field = fc.constantFrom(
      'sightline',
      'id',
      'type',
      'name',
      'timestamp',
      'source',
      'correlation_id',
      'trace',
      'context',
      'payload',
      'payload_base64',
      '__proto__',
    );
    const value = fc.oneof(
      fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true }),
      fc.constant(1),
      fc.string(),
    );
    const envelope = fc.dictionary(field, value).map((fields) => ({ sightline: 1, ...fields }));
    const input = fc.oneof(
      envelope,
      fc.jsonValue().map((each) => JSON.stringify(each)),
      fc.dictionary(field, fc.jsonValue()).map((fields) => JSON.stringify({ sightline: 1, ...fields })),
      fc.string({ unit: 'binary' }),
      fc.uint8Array(),
      fc.anything(),
    );
    const metrics = createTestMetrics();
    const counting = new MessagePropagator({ source: 's', metrics });
    const runs = rounds(10_000);
    fc.assert(
      fc.property(input, (given) => {
        expect(counting.handle(given, () => 'handled')).toBe('handled');
        expect(counting.handleBatch([given], (all) => all.length)).toBe(1);
      }),
      { numRuns: runs },
    );
    expect(metrics.value('sightline_messages_handled_total', { outcome: 'ok' })).toBe(2 * runs);
  }, 60_000);
});

test('counts outcomes and delays by type', async () => {
  const metrics = createTestMetrics();
  let time = sentMs;
  const counting = new MessagePropagator({ source: 's', metrics, clock: { now: () => time } });
  const text = counting.encode({ type: 'command', name: 'C' });
  time += 1500;
  await counting.handle(text, async () => {});
  await expect(counting.handle(text, () => Promise.reject(new Error('no')))).rejects.toThrow();
  expect(() => counting.handle(text, () => fail())).toThrow();
  expect(metrics.value('sightline_messages_handled_total', { type: 'command', outcome: 'ok' })).toBe(1);
  expect(metrics.value('sightline_messages_handled_total', { type: 'command', outcome: 'error' })).toBe(2);
  expect(metrics.observations('sightline_message_delay_seconds', { type: 'command' })).toEqual([1.5, 1.5, 1.5]);
});

describe('with a logger', () => {
  const lines: Array<Readonly<Record<string, unknown>>> = [];
  const silent = (): never => fail();
  const logger = {
    info: silent,
    warn: silent,
    error: (fields: object, message: string) =>
      void lines.push({
        ...fields,
        message,
        context: currentContext()?.message_id,
        trace: trace.getActiveSpan()?.spanContext().traceId,
      }),
  };
  const logging = new MessagePropagator({ source: 'shop', logger, idGenerator: () => 'm-1' });
  const text = logging.encode({ type: 'command', name: 'PlaceOrder', correlation_id: 'c-1', causation_id: 'm-0' });
  beforeEach(() => void lines.splice(0));

  test.each([
    ['throws', () => Promise.resolve(logging.handle(text, () => fail()))],
    ['rejects', () => logging.handle(text, async () => fail())],
  ])('a handler that %s is a line with its error and all ids, in the context of the message', async (_, run) => {
    const failure = await Promise.resolve()
      .then(run)
      .catch((error: unknown) => error);
    expect(lines).toEqual([
      {
        err: failure,
        message_id: 'm-1',
        correlation_id: 'c-1',
        causation_id: 'm-0',
        message_type: 'command',
        message_name: 'PlaceOrder',
        message_source: 'shop',
        message: 'Handling PlaceOrder failed',
        context: 'm-1',
        trace: spans.all().at(-1)?.spanContext().traceId,
      },
    ]);
  });

  test('a batch says which messages, of which it names 100, and one without an envelope what it can', () => {
    expect(() => logging.handleBatch(Array(150).fill(text), () => fail())).toThrow();
    expect(() => logging.handle('no json', () => fail())).toThrow();
    expect(lines).toMatchObject([
      { message: 'Handling a batch of 150 messages failed', message_count: 150, message_ids: Array(100).fill('m-1') },
      { message: 'Handling a message failed', context: undefined },
    ]);
  });

  test('a handler that succeeds is none, and a logger that throws changes nothing', async () => {
    await logging.handle(text, async () => {});
    expect(lines).toEqual([]);
    const broken = new MessagePropagator({ source: 's', logger: { info: silent, warn: silent, error: silent } });
    const failure = new Error('its own');
    expect(() =>
      broken.handle(text, () => {
        throw failure;
      }),
    ).toThrow(failure);
  });
});

describe('of callers without types', () => {
  const right = { type: 'event', name: 'E', payload: 7 };
  const given = (fields: object): never => ({ ...right, ...fields }) as never;
  type Case = [string, object, object];
  const warn = vi.spyOn(process, 'emitWarning');

  beforeEach(() => void warn.mockReset().mockImplementation(() => {}));
  afterAll(() => warn.mockRestore());

  test.each<Case>([
    ['leaves out a type that is none', { type: 'nonsense' }, { name: 'E', payload: 7 }],
    ['leaves out a name that is none', { name: '' }, { type: 'event', payload: 7 }],
    ['cuts a long name', { name: 'n'.repeat(300) }, { name: 'n'.repeat(256) }],
    ['gives a new id for one that is too long', { id: 'x'.repeat(300) }, { id: expect.stringMatching(/^id-\d+$/) }],
    ['sends a number as text', { id: 5 }, { id: '5' }],
    ['makes a correlation if an empty one is given', { correlation_id: '' }, { correlation_id: expect.any(String) }],
    ['leaves out a cause that is none', { causation_id: {} }, { name: 'E' }],
    ['leaves out a context that is none', { trace: 'abc' }, { trace: {} }],
    ['leaves out a context of numbers', { trace: { traceparent: 5 } }, { trace: {} }],
    ['sends an object given as JSON as the payload', { json: { a: 1 }, payload: undefined }, { payload: { a: 1 } }],
    ['sends a number given as JSON as the payload', { json: 5, payload: undefined }, { payload: 5 }],
    ['prefers the payload to empty JSON', { json: '' }, { payload: 7 }],
    ['sends no payload for empty JSON', { json: '', payload: undefined }, { payload: null }],
  ])('%s', (_, fields, expected) => {
    const message = given(fields);
    for (const sent of [
      messages.encode(message),
      messages.encodeBytes(message),
      JSON.stringify(messages.wrap(message)),
    ]) {
      const received = messages.open(sent);
      expect({ ...received, payload: received.payload ?? null }).toMatchObject(expected);
      // Only absent required fields may be reported.
      expect(received.problem).toBe('type' in received && 'name' in received ? undefined : 'damaged');
    }
  });

  test('gives messages whose ids are no numbers ids of their own', () => {
    const [a, b] = [messages.wrap(given({ id: Number.NaN })), messages.wrap(given({ id: Number.NaN }))];
    expect(a.id).not.toBe('NaN');
    expect(b.id).not.toBe(a.id);
  });

  test('keeps the getters of a class', () => {
    class OrderPlaced {
      readonly type = 'event';
      readonly correlation_id = 5 as unknown as string;
      readonly #sku = 'S1';
      get name(): string {
        return 'OrderPlaced';
      }
      get payload(): object {
        return { sku: this.#sku };
      }
    }
    const expected = { name: 'OrderPlaced', payload: { sku: 'S1' }, correlation_id: '5' };
    expect(messages.wrap(new OrderPlaced())).toMatchObject(expected);
    messages.send(new OrderPlaced(), (envelope) => expect(envelope).toMatchObject(expected));
  });

  test('counts every invalid field and warns about each once', () => {
    const metrics = createTestMetrics();
    const counting = new MessagePropagator({ source: 's', metrics });
    for (let i = 0; i < 3; i++) counting.encode(given({ type: 'evnt' }));
    counting.send(given({ name: 7 }), () => {});
    expect(metrics.value('sightline_messages_mistaken_total', { field: 'type' })).toBe(3);
    expect(metrics.value('sightline_messages_mistaken_total', { field: 'name' })).toBe(1);
    expect(warn.mock.calls.map(([sentence]) => sentence)).toEqual([
      '[tracing] A message has "evnt" as type. Give one of command, query, event, saga; it is sent without. Further cases are not reported.',
      '[tracing] A message has 7 as name. Give a string of 1 to 256 characters; it is sent cut, or without. Further cases are not reported.',
    ]);
  });

  test.each([undefined, null, 'text', 7])('refuses %j, which is no message', (message) => {
    const expected =
      '[tracing] A message is an object such as { type: "event", name: "OrderPlaced", payload }, but got ';
    expect(() => messages.encode(message as never)).toThrow(expected);
    expect(() => messages.wrap(message as never)).toThrow(expected);
    expect(() => messages.send(message as never, () => {})).toThrow(expected);
  });
});

test('a propagator with a source that receivers would not take says so', () => {
  expect(() => new MessagePropagator({ source: 's'.repeat(257) })).toThrow(
    '[tracing] MessagePropagator has a source of 257 characters. Give one of at most 256.',
  );
});

test('a propagator without a source says what to pass', () => {
  expect(() => new MessagePropagator({ source: '' })).toThrow(
    '[tracing] MessagePropagator needs a source. Pass { source: "name-of-this-service" }.',
  );
});

test.each<[string, object, string]>([
  ['spans', { spans: {} }, 'has spans without startSpan. Pass obs.spans, or what createSpans() gives.'],
  ['a whole observability', { spans: { spans: createSpans() } }, 'has spans without startSpan. Pass obs.spans'],
  ['null for spans', { spans: null }, 'has spans without startSpan. Pass obs.spans'],
  [
    'a propagator',
    { propagator: 'w3c' },
    'has a propagator without inject. Pass one of @sightline/tracing/propagation',
  ],
  ['a clock', { clock: Date.now }, 'has a clock without now. Pass { now: () => Date.now() }'],
  ['a logger', { logger: {} }, 'has a logger without error. Pass obs.logger'],
  [
    'an id generator',
    { idGenerator: 'uuid' },
    'has an idGenerator that is no function. Pass () => crypto.randomUUID()',
  ],
])('a propagator with %s that is none says so when it is made', (_, wrong, message) => {
  expect(() => new MessagePropagator({ source: 'orders', ...wrong } as never)).toThrow(
    `[tracing] MessagePropagator ${message}`,
  );
});

test.each<[string, () => never]>([
  ['throws', () => fail()],
  ['gives no span', () => undefined as never],
])('a builder of spans that %s costs the span, not the message', (_, startSpan) => {
  const odd = new MessagePropagator({ source: 'orders', spans: { startSpan } });
  const sent = odd.send({ type: 'event', name: 'Placed', payload: 1 }, (envelope) => envelope);
  expect(odd.handle(sent, (message) => message.payload)).toBe(1);
  expect(odd.handleBatch([sent], (all) => all.length)).toBe(1);
});

function thousandFields(): Record<string, string> {
  return Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`f${i}`, 'x']));
}

function fail(): never {
  throw new Error('hostile');
}
