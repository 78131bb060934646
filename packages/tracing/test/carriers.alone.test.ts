import { runInNewContext } from 'node:vm';
import { type Context, context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CloudEvent, HTTP } from 'cloudevents';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MessagePropagator } from '../src/messages/index.js';
import {
  amqpCarrier,
  b3Propagator,
  baggagePropagator,
  type CarrierAdapter,
  cloudEventCarrier,
  cloudEventFieldsCarrier,
  cloudEventHeadersCarrier,
  compositePropagator,
  envelopeCarrier,
  extractCloudEvent,
  extractContext,
  extractedLinks,
  httpCarrier,
  incomingSampling,
  injectContext,
  kafkaCarrier,
  mapCarrier,
  mqttCarrier,
  natsCarrier,
  redisStreamCarrier,
  w3cPropagator,
} from '../src/propagation/index.js';

const propagator = w3cPropagator;
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';
const traceparent = `00-${traceId}-${spanId}-01`;
const sent = w3cPropagator.extract(ROOT_CONTEXT, { traceparent, tracestate: 'foo=1' }, mapCarrier);
const other = `00-${traceId.replace('4', '5')}-${spanId}-01`;

const read = <M>(carrier: CarrierAdapter<M>, message: M): Context => extractContext(carrier, message, { propagator });
const traceIdOf = (context: Context): string | undefined => trace.getSpanContext(context)?.traceId;
const write = <M>(carrier: CarrierAdapter<M>, message: M): M => {
  injectContext(carrier, message, { propagator, context: sent });
  return message;
};

/** What is used of NATS's headers, which keep the case of their names. */
function natsHeaders(fields: Array<[string, string]> = []) {
  let held = fields;
  return {
    keys: () => [...new Set(held.map(([name]) => name))],
    values: (key: string) => held.filter(([name]) => name === key).map(([, value]) => value),
    set: (key: string, value: string) => {
      held = [...held.filter(([name]) => name !== key), [key, value]];
    },
    delete: (key: string) => {
      held = held.filter(([name]) => name !== key);
    },
  };
}

// A case each: what is there is read; what is written is read; values that are repeated or of another kind are not guessed at.
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const cases: ReadonlyArray<
  [string, CarrierAdapter<never>, { right: unknown[]; wrong: unknown[]; empty: () => unknown }]
> = [
  [
    'httpCarrier',
    httpCarrier as CarrierAdapter<never>,
    {
      right: [
        { traceparent },
        { TraceParent: traceparent },
        { traceparent: [traceparent] },
        new Headers({ traceparent }),
        ['Host', 'x', 'TRACEPARENT', traceparent],
        Object.assign(Object.create(null), { traceparent }),
      ],
      wrong: [
        {},
        { traceparent: [traceparent, other] },
        { TraceParent: traceparent, TRACEPARENT: other },
        ['traceparent', traceparent, 'Traceparent', other],
        ['x', 'traceparent', traceparent],
        ['traceparent'],
        new Headers([
          ['traceparent', traceparent],
          ['traceparent', other],
        ]),
        Object.create({ traceparent }),
        { traceparent: 7 },
        undefined,
        null,
      ],
      empty: () => ({}),
    },
  ],
  [
    'mapCarrier',
    mapCarrier as CarrierAdapter<never>,
    {
      right: [{ traceparent: Buffer.from(traceparent) }, { Traceparent: bytes(traceparent) }],
      wrong: [
        { traceparent: Buffer.alloc(20_000, '0') },
        { traceparent: [[traceparent]] },
        { traceparent: null },
        undefined,
      ],
      empty: () => ({}),
    },
  ],
  [
    'natsCarrier',
    natsCarrier as CarrierAdapter<never>,
    {
      right: [
        natsHeaders([['traceparent', traceparent]]),
        natsHeaders([['Traceparent', traceparent]]),
        { subject: 's', headers: natsHeaders([['traceparent', traceparent]]) },
      ],
      wrong: [
        undefined,
        {},
        { headers: undefined },
        natsHeaders(),
        natsHeaders([
          ['traceparent', traceparent],
          ['Traceparent', other],
        ]),
      ],
      empty: () => natsHeaders(),
    },
  ],
  [
    'amqpCarrier',
    amqpCarrier as CarrierAdapter<never>,
    {
      right: [
        { properties: { headers: { traceparent } } },
        { headers: { traceparent: Buffer.from(traceparent) } },
        { fields: {}, content: Buffer.alloc(0), properties: { contentType: 'x', headers: { traceparent } } },
      ],
      wrong: [{}, { properties: {} }, { properties: { headers: null } }, { headers: 'traceparent' }, null],
      empty: () => ({}),
    },
  ],
  [
    'kafkaCarrier',
    kafkaCarrier as CarrierAdapter<never>,
    {
      right: [
        { headers: { traceparent: Buffer.from(traceparent) } },
        { headers: { traceparent } },
        { headers: { traceparent: [Buffer.from(traceparent)] } },
        { headers: [{ other: 'x' }, { traceparent: Buffer.from(traceparent) }] },
        { headers: [{ key: 'traceparent', value: Buffer.from(traceparent) }] },
        { headers: new Map([['Traceparent', traceparent]]) },
        // AWS Lambda, and bytes in JSON
        { headers: [{ traceparent: [...Buffer.from(traceparent)] }] },
        { headers: { traceparent: JSON.parse(JSON.stringify(Buffer.from(traceparent))) } },
        { topic: 't', partition: 0, message: { key: null, value: null, headers: { traceparent } } },
      ],
      wrong: [
        {},
        { headers: undefined },
        { headers: null },
        { headers: [{ traceparent }, { traceparent: other }] },
        { headers: { traceparent: [Buffer.from(traceparent), other] } },
        { headers: [null, 7] },
      ],
      empty: () => ({}),
    },
  ],
  [
    'redisStreamCarrier',
    redisStreamCarrier as CarrierAdapter<never>,
    {
      right: [
        ['payload', '{}', 'traceparent', traceparent],
        [Buffer.from('traceparent'), Buffer.from(traceparent), Buffer.from('payload'), Buffer.from([0xff])],
        // ioredis
        ['1-0', ['payload', '{}', 'traceparent', traceparent]],
        [Buffer.from('1-0'), [Buffer.from('traceparent'), Buffer.from(traceparent)]],
        // node-redis
        { id: '1-0', message: Object.assign(Object.create(null), { traceparent, payload: '{}' }) },
        { id: '1-0', message: { traceparent: Buffer.from(traceparent) }, millisElapsedFromDelivery: 1 },
        { traceparent, payload: '{}' },
        { id: '7', message: 'hello', Traceparent: traceparent },
        new Map([['traceparent', traceparent]]),
        new (class Fields extends Map<string, string> {})([['traceparent', traceparent]]),
        runInNewContext('new Map([["traceparent", value]])', { value: traceparent }),
        new Map([[Buffer.from('traceparent'), Buffer.from(traceparent)]]),
        { id: '1-0', message: new Map([['traceparent', traceparent]]) },
        { id: '1-0', message: ['traceparent', traceparent] },
      ],
      wrong: [
        [],
        ['traceparent'],
        ['payload', 'traceparent', traceparent, 'x'],
        ['traceparent', traceparent, 'traceparent', other],
        ['1-0', null],
        ['1-0', []],
        { id: '1-0', message: null },
        { id: '1-0', message: {} },
        new Map([
          ['traceparent', traceparent],
          ['Traceparent', other],
        ]),
        null,
        undefined,
      ],
      empty: () => ['payload', 'x'],
    },
  ],
  [
    'mqttCarrier',
    mqttCarrier as CarrierAdapter<never>,
    {
      right: [
        { properties: { userProperties: { traceparent } } },
        { properties: { userProperties: { traceparent: [traceparent] } } },
        { userProperties: { traceparent } },
      ],
      wrong: [{}, { properties: {} }, { properties: { userProperties: { traceparent: [traceparent, other] } } }],
      empty: () => ({ qos: 1 }),
    },
  ],
  [
    'envelopeCarrier',
    envelopeCarrier as CarrierAdapter<never>,
    {
      right: [{ sightline: 1, trace: { traceparent } }, JSON.parse(JSON.stringify({ trace: { traceparent } }))],
      wrong: [{ traceparent }, { trace: null }, { trace: traceparent }, {}],
      empty: () => ({ payload: 1 }),
    },
  ],
  [
    'cloudEventCarrier',
    cloudEventCarrier as CarrierAdapter<never>,
    {
      right: [{ specversion: '1.0', traceparent }, new CloudEvent({ source: 's', type: 't', traceparent })],
      wrong: [{}, { data: { traceparent } }, { traceparent: {} }],
      empty: () => ({ specversion: '1.0' }),
    },
  ],
  [
    'cloudEventHeadersCarrier',
    cloudEventHeadersCarrier as CarrierAdapter<never>,
    {
      right: [{ 'ce-traceparent': traceparent }, { 'CE-TraceParent': traceparent }, ['Ce-Traceparent', traceparent]],
      wrong: [{ traceparent }, {}],
      empty: () => ({ 'ce-id': '1' }),
    },
  ],
  [
    'cloudEventFieldsCarrier',
    cloudEventFieldsCarrier as CarrierAdapter<never>,
    {
      right: [
        { ce_traceparent: Buffer.from(traceparent) },
        { 'cloudEvents:traceparent': traceparent },
        { cloudEvents_traceparent: traceparent },
      ],
      wrong: [{ traceparent }, {}],
      empty: () => ({}),
    },
  ],
];

describe.each(cases)('%s', (_, carrier, { right, wrong, empty }) => {
  test.each(right.map((message) => [message]))('reads %o', (message) => {
    expect(traceIdOf(read(carrier, message as never))).toBe(traceId);
  });

  test.each(wrong.map((message) => [message]))('reads nothing of %o', (message) => {
    expect(traceIdOf(read(carrier, message as never))).toBeUndefined();
  });

  test('reads what it wrote, and names it among its keys', () => {
    const message = write(carrier, empty() as never);
    expect(trace.getSpanContext(read(carrier, message))).toMatchObject({ traceId, spanId, traceFlags: 1 });
    expect(trace.getSpanContext(read(carrier, message))?.traceState?.serialize()).toBe('foo=1');
    expect(carrier.keys(message)).toEqual(expect.arrayContaining(['traceparent', 'tracestate']));
  });

  test('replaces an existing field, in any case', () => {
    const message = write(carrier, empty() as never);
    const later = trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: '1111111111111111', traceFlags: 0 });
    injectContext(carrier, message, { propagator, context: later });
    expect(trace.getSpanContext(read(carrier, message))).toMatchObject({ spanId: '1111111111111111' });
  });

  test('survives messages of any shape', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withTypedArray: true, withMap: true }), (message) => {
        expect(read(carrier, message as never)).toBe(ROOT_CONTEXT);
        write(carrier, message as never);
      }),
    );
  });

  test('survives a message that is frozen', () => {
    expect(() => write(carrier, Object.freeze(empty()) as never)).not.toThrow();
  });
});

test('a header of another case is replaced, not doubled', () => {
  expect(write(httpCarrier, { Traceparent: 'old', Host: 'x' })).toEqual({
    Host: 'x',
    traceparent,
    tracestate: 'foo=1',
  });
  expect(write(kafkaCarrier, { headers: [{ TRACEPARENT: 'old' }] })).toEqual({
    headers: [{ traceparent }, { tracestate: 'foo=1' }],
  });
});

test.each([
  ['an object', { payload: 'x', Traceparent: 'old' }, { payload: 'x', traceparent, tracestate: 'foo=1' }],
  [
    'an entry',
    { id: '1', message: { payload: 'x' } },
    { id: '1', message: { payload: 'x', traceparent, tracestate: 'foo=1' } },
  ],
  [
    'an entry that is a list',
    ['1', ['payload', 'x']],
    ['1', ['payload', 'x', 'traceparent', traceparent, 'tracestate', 'foo=1']],
  ],
  [
    'a Map',
    new Map([['TraceParent', 'old']]),
    new Map([
      ['traceparent', traceparent],
      ['tracestate', 'foo=1'],
    ]),
  ],
])('fields of a Redis stream are written into %s', (_, entry, expected) => {
  expect(write(redisStreamCarrier, entry)).toEqual(expected);
});

test('a message about to be published gets its headers in the place of its protocol', () => {
  expect(write(amqpCarrier, {})).toEqual({ headers: { traceparent, tracestate: 'foo=1' } });
  expect(write(amqpCarrier, { properties: {} })).toEqual({
    properties: { headers: { traceparent, tracestate: 'foo=1' } },
  });
  expect(write(mqttCarrier, {})).toEqual({ properties: { userProperties: { traceparent, tracestate: 'foo=1' } } });
});

test('a propagator that throws has no effect', () => {
  const broken = {
    inject: (): void => fail(),
    extract: (): Context => fail(),
  };
  expect(extractContext(mapCarrier, {}, { propagator: broken })).toBe(ROOT_CONTEXT);
  expect(() => injectContext(mapCarrier, {}, { propagator: broken })).not.toThrow();
});

describe('a consumer whose own span and baggage are active', () => {
  const all = compositePropagator([w3cPropagator, baggagePropagator]);
  const loopSpan = { traceId: 'c'.repeat(32), spanId: 'd'.repeat(16), traceFlags: 1 };
  const loop = propagation.setBaggage(
    trace.setSpanContext(ROOT_CONTEXT, loopSpan),
    propagation.createBaggage({ tenant: { value: 'loop' } }),
  );
  const tenantOf = (given: Context): string | undefined => propagation.getBaggage(given)?.getEntry('tenant')?.value;
  const inLoop = <T>(fn: () => T): T => context.with(loop, fn);
  const messages = new MessagePropagator({ source: 'billing', propagator: all });
  const seenBy = (value: unknown, given: Context): [string | undefined, string | undefined] =>
    messages.handle(value, () => [trace.getSpanContext(context.active())?.traceId, tenantOf(context.active())], {
      context: given,
    });
  const envelope = messages.wrap({ type: 'event', name: 'E', trace: { traceparent } });

  beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
  afterAll(() => context.disable());

  const carriers = cases.map(([name, carrier, { empty, wrong }]) => ({ name, carrier, messages: [empty(), ...wrong] }));

  test.each(carriers)('shares neither with a message without fields ($name)', ({ carrier, messages: without }) => {
    for (const message of without) {
      const given = inLoop(() => extractContext(carrier, message as never, { propagator: all }));
      expect([traceIdOf(given), tenantOf(given)]).toEqual([undefined, undefined]);
    }
  });

  test.each(carriers)(
    'handles an envelope as a child of its sender where $name reads nothing',
    ({ carrier, messages: without }) => {
      for (const message of without) {
        const seen = inLoop(() => seenBy(envelope, extractContext(carrier, message as never, { propagator: all })));
        expect(seen).toEqual([traceId, undefined]);
      }
    },
  );

  test('shares neither with a CloudEvent without fields', () => {
    for (const received of [{}, { headers: {} }, { event: {} }, { headers: { host: 'x' }, event: { id: '1' } }]) {
      const given = inLoop(() => extractCloudEvent(received, { propagator: all }));
      expect([traceIdOf(given), tenantOf(given)]).toEqual([undefined, undefined]);
    }
  });

  test('shares neither if the headers were read into the active context', () => {
    const read_ = (headers: Record<string, string>): Context => all.extract(context.active(), headers, mapCarrier);
    expect(inLoop(() => seenBy(envelope, read_({})))).toEqual([traceId, undefined]);
    expect(inLoop(() => seenBy('{}', read_({ traceparent })))).toEqual([traceId, undefined]);
    expect(inLoop(() => seenBy(envelope, read_({ baggage: 'tenant=sender' })))).toEqual([traceId, 'sender']);
  });

  test('hands on baggage and decisions that came without a trace', () => {
    const read_ = (headers: Record<string, string>): Context =>
      extractContext(mapCarrier, headers, { propagator: compositePropagator([b3Propagator(), baggagePropagator]) });
    expect(inLoop(() => seenBy(envelope, read_({ baggage: 'tenant=sender' })))).toEqual([traceId, 'sender']);
    expect(inLoop(() => incomingSampling(read_({ b3: '0' })))).toBe('deny');
  });

  test('is not changed by the given context', () => {
    const given = inLoop(() => extractContext(mapCarrier, {}, { context: context.active(), propagator: all }));
    expect(given).toBe(loop);
  });
});

describe('extractCloudEvent', () => {
  const hop = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  const options = { propagator: compositePropagator([w3cPropagator]) };
  const event = new CloudEvent({ source: 's', type: 't', traceparent });

  test('uses the request as the parent, and links to the beginning of the event', () => {
    const context = extractCloudEvent({ headers: { traceparent: hop }, event }, options);
    expect(traceIdOf(context)).toBe('a'.repeat(32));
    expect(extractedLinks(context)).toMatchObject([
      { context: { traceId, spanId }, attributes: { 'sightline.link.reason': 'cloud_event_start' } },
    ]);
  });

  test('has no link after a single hop, where both are the same', () => {
    const context = extractCloudEvent({ headers: { traceparent }, event }, options);
    expect(traceIdOf(context)).toBe(traceId);
    expect(extractedLinks(context)).toEqual([]);
  });

  test('takes the event for the parent if nothing else brought a context', () => {
    expect(traceIdOf(extractCloudEvent({ event }, options))).toBe(traceId);
    expect(traceIdOf(extractCloudEvent({ headers: {}, event }, options))).toBe(traceId);
  });

  test('finds it among the headers of the binary mode', () => {
    const { headers } = HTTP.binary(event.cloneWith({ data: { a: 1 } }));
    expect(traceIdOf(extractCloudEvent({ headers: headers as Record<string, unknown> }, options))).toBe(traceId);
    const both = extractCloudEvent({ headers: { ...headers, traceparent: hop } }, options);
    expect(traceIdOf(both)).toBe('a'.repeat(32));
    expect(extractedLinks(both)).toHaveLength(1);
  });

  test('finds it in the structured mode', () => {
    const { body } = HTTP.structured(event);
    expect(traceIdOf(extractCloudEvent({ event: JSON.parse(String(body)) as object }, options))).toBe(traceId);
  });

  test('is the given context if there is nothing', () => {
    expect(extractCloudEvent({}, options)).toBe(ROOT_CONTEXT);
    expect(extractCloudEvent({ headers: {}, event: {} }, options)).toBe(ROOT_CONTEXT);
  });
});

function fail(): never {
  throw new Error('broken');
}
