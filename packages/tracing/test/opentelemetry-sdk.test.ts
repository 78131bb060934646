import { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { describe, expect, test } from 'vitest';
import { b3Propagator, incomingSampling, w3cPropagator } from '../src/propagation/index.js';

const tracer = new TracerProvider().getTracer('test');
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

/** The flags that a child of the incoming span sends, and a child of that child. */
function flagsSent(traceparent: string | undefined): string[] {
  const headers = traceparent === undefined ? {} : { traceparent };
  let context = w3cPropagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
  return ['child', 'grandchild'].map((name) => {
    context = trace.setSpan(context, tracer.startSpan(name, {}, context));
    const sent: Record<string, string> = {};
    w3cPropagator.inject(context, sent, defaultTextMapSetter);
    return sent['traceparent']?.slice(-2) ?? '';
  });
}

describe("the random flag through spans of OpenTelemetry's SDK, which forgets it", () => {
  test.each(['01', '03'])('stays as it came: %s', (flags) => {
    expect(flagsSent(`00-${traceId}-00f067aa0ba902b7-${flags}`)).toEqual([flags, flags]);
  });

  test('is set for traces that start here, whose ids are random', () => {
    expect(flagsSent(undefined)).toEqual(['03', '03']);
  });

  test('stays unset if the span is put into a context that knows nothing of the message', () => {
    const received = w3cPropagator.extract(
      ROOT_CONTEXT,
      { traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
      defaultTextMapGetter,
    );
    const span = tracer.startSpan('child', {}, received);
    const sent: Record<string, string> = {};
    w3cPropagator.inject(trace.setSpan(ROOT_CONTEXT, span), sent, defaultTextMapSetter);
    expect(sent['traceparent']?.slice(-2)).toBe('01');
  });

  test('is not set for ids of other code', () => {
    const context = trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: '00f067aa0ba902b7', traceFlags: 1 });
    const sent: Record<string, string> = {};
    w3cPropagator.inject(context, sent, defaultTextMapSetter);
    expect(sent['traceparent']?.slice(-2)).toBe('01');
  });
});

test('a B3 decision without ids is there for the sampler, and debug goes on with the trace that starts here', () => {
  const b3 = b3Propagator();
  const received = b3.extract(ROOT_CONTEXT, { b3: 'd' }, defaultTextMapGetter);
  expect(incomingSampling(received)).toBe('debug');
  const span = tracer.startSpan('root', {}, received);
  const sent: Record<string, string> = {};
  b3.inject(trace.setSpan(received, span), sent, defaultTextMapSetter);
  const { traceId: rootId, spanId } = span.spanContext();
  expect(sent).toEqual({ b3: `${rootId}-${spanId}-d` });
});

test('the facts of one message do not apply to another', () => {
  const first = w3cPropagator.extract(
    ROOT_CONTEXT,
    { traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
    defaultTextMapGetter,
  );
  const other = trace.setSpanContext(first, {
    traceId: traceId.replace('4', '5'),
    spanId: '00f067aa0ba902b7',
    traceFlags: 0,
  });
  expect(incomingSampling(first)).toBe('accept');
  expect(incomingSampling(other)).toBeUndefined();
  expect(incomingSampling(trace.deleteSpan(first))).toBeUndefined();
});
