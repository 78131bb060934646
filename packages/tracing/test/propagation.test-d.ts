import type { Context, Link, Span, TextMapPropagator } from '@opentelemetry/api';
import { currentContext } from '@sightline/context';
import { type MessageEnvelope, MessagePropagator, type ReceivedMessage } from '@sightline/tracing/messages';
import {
  b3Propagator,
  baggagePropagator,
  compositePropagator,
  extractContext,
  extractedLinks,
  httpCarrier,
  type IncomingSampling,
  incomingSampling,
  kafkaCarrier,
  w3cPropagator,
} from '@sightline/tracing/propagation';
import { expectTypeOf, test } from 'vitest';

declare const context: Context;
declare const messages: MessagePropagator;

test('propagators are those of OpenTelemetry', () => {
  expectTypeOf(w3cPropagator).toEqualTypeOf<TextMapPropagator>();
  expectTypeOf(baggagePropagator).toEqualTypeOf<TextMapPropagator>();
  expectTypeOf(
    compositePropagator([w3cPropagator, b3Propagator({ encoding: 'multi' })]),
  ).toEqualTypeOf<TextMapPropagator>();
  // @ts-expect-error there is no such encoding
  b3Propagator({ encoding: 'binary' });
});

test('a context says what came in', () => {
  expectTypeOf(extractedLinks(context)).toEqualTypeOf<readonly Link[]>();
  expectTypeOf(incomingSampling(context)).toEqualTypeOf<IncomingSampling | undefined>();
});

test('a carrier takes its own kind of message', () => {
  expectTypeOf(extractContext(httpCarrier, { traceparent: 'x' })).toEqualTypeOf<Context>();
  extractContext(kafkaCarrier, { headers: { traceparent: new Uint8Array() } });
  // @ts-expect-error headers are a map or a list
  extractContext(kafkaCarrier, { headers: 'traceparent' });
});

test('a payload keeps its type, a handler decides the result', () => {
  const envelope = messages.wrap({ type: 'event', name: 'E', payload: { order: 7 } });
  expectTypeOf(envelope).toEqualTypeOf<MessageEnvelope<{ order: number }>>();
  expectTypeOf(messages.handle('', async () => 1)).toEqualTypeOf<Promise<number>>();
  messages.handle('', (message, span) => {
    expectTypeOf(message).toEqualTypeOf<ReceivedMessage>();
    expectTypeOf(span).toEqualTypeOf<Span>();
  });
  messages.handleBatch<void, { order: number }>([], (all) => {
    expectTypeOf(all).toEqualTypeOf<ReadonlyArray<ReceivedMessage<{ order: number }>>>();
  });
  // @ts-expect-error there is no such type of message
  messages.wrap({ type: 'document', name: 'D' });
  // @ts-expect-error batches are linked to, never continued
  messages.handleBatch([], () => {}, { relation: 'parent' });
  // @ts-expect-error a source is needed
  new MessagePropagator({});
});

test('the message being handled is a field of the context', () => {
  expectTypeOf(currentContext()?.message_id).toEqualTypeOf<string | undefined>();
});
