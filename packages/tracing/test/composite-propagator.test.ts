import {
  type Context,
  createContextKey,
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  ROOT_CONTEXT,
  type TextMapPropagator,
  trace,
} from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';
import {
  b3Propagator,
  baggagePropagator,
  compositePropagator,
  extractedLinks,
  incomingSampling,
  isDebugTrace,
  propagatorFromNames,
  w3cPropagator,
} from '../src/propagation/index.js';

const w3cId = '4bf92f3577b34da6a3ce929d0e0e4736';
const b3Id = '80f198ee56343ba864fe8b2a57d3eff7';
const spanId = '00f067aa0ba902b7';
const traceparent = `00-${w3cId}-${spanId}-01`;
const both = compositePropagator([w3cPropagator, b3Propagator(), baggagePropagator]);

function extract(headers: object, propagator: TextMapPropagator = both): Context {
  return propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
}

function inject(context: Context, propagator: TextMapPropagator): Record<string, string> {
  const headers = {};
  propagator.inject(context, headers, defaultTextMapSetter);
  return headers;
}

const traceIdOf = (context: Context): string | undefined => trace.getSpanContext(context)?.traceId;

describe('a message with two contexts', () => {
  test('continues the first propagator’s and links to the other', () => {
    const context = extract({ traceparent, b3: `${b3Id}-${spanId}-1`, baggage: 'a=1' });
    expect(traceIdOf(context)).toBe(w3cId);
    expect(extractedLinks(context)).toEqual([
      {
        context: { traceId: b3Id, spanId, traceFlags: 1, isRemote: true },
        attributes: { 'sightline.link.reason': 'conflicting_context' },
      },
    ]);
    expect(propagation.getBaggage(context)?.getEntry('a')?.value).toBe('1');
  });

  test('continues the other one if B3 comes first', () => {
    const context = extract(
      { traceparent, b3: `${b3Id}-${spanId}` },
      compositePropagator([b3Propagator(), w3cPropagator]),
    );
    expect(traceIdOf(context)).toBe(b3Id);
    expect(incomingSampling(context)).toBe('defer');
    expect(extractedLinks(context).map((link) => link.context.traceId)).toEqual([w3cId]);
  });

  test('has no link if both name the same span, and knows what either says', () => {
    const context = extract({ traceparent: `00-${w3cId}-${spanId}-03`, b3: `${w3cId}-${spanId}-d` });
    expect(extractedLinks(context)).toEqual([]);
    expect(isDebugTrace(context)).toBe(true);
    expect(inject(context, both)).toEqual({
      traceparent: `00-${w3cId}-${spanId}-03`,
      b3: `${w3cId}-${spanId}-d`,
    });
  });

  test('continues the valid one if the first is malformed', () => {
    const context = extract({ traceparent: 'nonsense', b3: `${b3Id}-${spanId}-0` });
    expect(traceIdOf(context)).toBe(b3Id);
    expect(extractedLinks(context)).toEqual([]);
  });

  test.each([[[w3cPropagator, b3Propagator()]], [[b3Propagator(), w3cPropagator]]])(
    'debugs the trace where B3 asks for it without ids, in either order',
    (propagators) => {
      const context = extract({ traceparent, b3: 'd' }, compositePropagator(propagators));
      expect(traceIdOf(context)).toBe(w3cId);
      expect(isDebugTrace(context)).toBe(true);
    },
  );

  test('keeps the decision of the trace if B3 denies without ids', () => {
    expect(incomingSampling(extract({ traceparent, b3: '0' }))).toBe('accept');
  });
});

test('one propagator that throws does not keep the others from working', () => {
  const broken: TextMapPropagator = {
    inject: () => fail(),
    extract: () => fail(),
    fields: () => ['x'],
  };
  const propagator = compositePropagator([broken, w3cPropagator]);
  const context = extract({ traceparent }, propagator);
  expect(traceIdOf(context)).toBe(w3cId);
  expect(inject(context, propagator)).toEqual({ traceparent });
  expect(propagator.fields()).toEqual(['x', 'traceparent', 'tracestate']);
});

test('an active span does not count as a read one', () => {
  const key = createContextKey('kept');
  const active = trace.setSpanContext(ROOT_CONTEXT.setValue(key, 'yes'), { traceId: b3Id, spanId, traceFlags: 1 });
  const context = both.extract(active, { traceparent }, defaultTextMapGetter);
  expect(traceIdOf(context)).toBe(w3cId);
  expect(extractedLinks(context)).toEqual([]);
  expect(context.getValue(key)).toBe('yes');
  expect(both.extract(active, {}, defaultTextMapGetter)).toBe(active);
});

test('composites nest without losing baggage', () => {
  const nested = compositePropagator([b3Propagator(), compositePropagator([w3cPropagator, baggagePropagator])]);
  const context = extract({ b3: `${b3Id}-${spanId}-1`, traceparent, baggage: 'a=1' }, nested);
  expect(traceIdOf(context)).toBe(b3Id);
  expect(extractedLinks(context)).toHaveLength(1);
  expect(propagation.getBaggage(context)?.getEntry('a')?.value).toBe('1');
});

describe('propagatorFromNames', () => {
  const fieldsOf = (names?: string): string[] => propagatorFromNames(names).propagator.fields();

  test('knows the names of OTEL_PROPAGATORS', () => {
    expect(fieldsOf('tracecontext, Baggage')).toEqual(['traceparent', 'tracestate', 'baggage']);
    expect(fieldsOf('b3')).toEqual(['b3']);
    expect(fieldsOf('b3multi')).toContain('x-b3-traceid');
    expect(fieldsOf('none')).toEqual([]);
    expect(propagatorFromNames('tracecontext,baggage,b3').problems).toEqual([]);
  });

  test('uses the default if nothing is named', () => {
    expect(fieldsOf()).toEqual(['traceparent', 'tracestate', 'baggage']);
    expect(fieldsOf(' , ')).toEqual(['traceparent', 'tracestate', 'baggage']);
  });

  test('leaves out what it does not know, and says so', () => {
    const { propagator, problems } = propagatorFromNames('b3,ottrace,__proto__,constructor');
    expect(propagator.fields()).toEqual(['b3']);
    expect(problems).toEqual([
      '"ottrace" is not a propagator and is left out. Allowed: tracecontext, baggage, b3, b3multi, jaeger, xray, none.',
      '"__proto__" is not a propagator and is left out. Allowed: tracecontext, baggage, b3, b3multi, jaeger, xray, none.',
      '"constructor" is not a propagator and is left out. Allowed: tracecontext, baggage, b3, b3multi, jaeger, xray, none.',
    ]);
    expect(fieldsOf('ottrace')).toEqual(['traceparent', 'tracestate', 'baggage']);
  });

  test('reads Jaeger and X-Ray, and reports that nothing is written', () => {
    const { propagator, problems } = propagatorFromNames('tracecontext,jaeger,xray');
    expect(problems).toEqual([]);
    expect(propagatorFromNames('jaeger,xray').problems).toEqual([
      '"jaeger,xray" is read but not written, so this service sends no context. Add a propagator that writes.',
    ]);
    const jaeger = extract({ 'uber-trace-id': '4bf92f3577b34da6:f067aa0ba902b7:0:3' }, propagator);
    expect(trace.getSpanContext(jaeger)).toMatchObject({
      traceId: '00000000000000004bf92f3577b34da6',
      spanId,
      traceFlags: 1,
    });
    expect(isDebugTrace(jaeger)).toBe(true);
    const xray = extract(
      {
        'x-amzn-trace-id':
          'Self=1-67891234-12456789abcdef012345678;Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=?',
      },
      propagator,
    );
    expect(trace.getSpanContext(xray)).toMatchObject({
      traceId: '5759e988bd862e3fe1be46a994272793',
      spanId: '53995c3f42cd8ad8',
      traceFlags: 0,
    });
    expect(incomingSampling(xray)).toBe('defer');
    expect(inject(xray, propagator)).toEqual({
      traceparent: '00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-00',
    });
  });

  test.each(['zz:1:0:1', '1:2:3', '1:2:3:4:5', '0:1:0:1', `${'a'.repeat(33)}:1:0:1`, '1:1:0:xyz', ''])(
    'reads nothing of the Jaeger header "%s"',
    (header) => {
      expect(extract({ 'uber-trace-id': header }, propagatorFromNames('jaeger').propagator)).toBe(ROOT_CONTEXT);
    },
  );

  test.each([
    'Root=1-5759e988-bd862e3fe1be46a994272793',
    'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=x',
    'Root=2-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8',
    'Root=1-5759e988-bd862e3fe1be46a99427279;Parent=53995c3f42cd8ad8',
    ';;;=',
  ])('reads nothing of the X-Ray header "%s"', (header) => {
    expect(extract({ 'x-amzn-trace-id': header }, propagatorFromNames('xray').propagator)).toBe(ROOT_CONTEXT);
  });
});

test('b3Propagator refuses an encoding that it does not have', () => {
  // @ts-expect-error there is no such encoding
  expect(() => b3Propagator({ encoding: 'double' })).toThrow(
    '[tracing] b3Propagator takes the encodings "single", "multi", "both", but got "double".',
  );
});

function fail(): never {
  throw new Error('broken');
}
