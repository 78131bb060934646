import type { MetricsCollector } from '@sightline/core';
import { type CqrsEvents, tracedCommandBus, tracedEventBus } from '@sightline/cqrs';
import type { Events } from '@sightline/events';
import type { Clock, Log } from '@sightline/sdk';
import type { SpanBuilder } from '@sightline/tracing';
import { MessagePropagator } from '@sightline/tracing/messages';
import { type Commands, commandOwners, type Queries, queryOwners } from '../domain/contracts.js';
import { type Answer, openAnswers } from './answers.js';
import type { Broker } from './broker.js';
import { type MessageEventBus, messageEventBus } from './message-event-bus.js';
import { type RequestBus, requestBus } from './request-bus.js';

export interface BusesOptions {
  readonly service: string;
  readonly broker: Broker;
  readonly telemetry: Telemetry;
  readonly log: Log;
  /** Gets the events of the buses. */
  readonly events: Events<CqrsEvents>;
}

/** The part of a service's `Observability` that the buses need. */
export interface Telemetry {
  readonly spans: SpanBuilder;
  readonly metrics: MetricsCollector;
  readonly clock?: Clock | undefined;
}

export interface Buses {
  readonly commands: RequestBus<Commands>;
  readonly queries: RequestBus<Queries>;
  readonly published: MessageEventBus;
}

/** Opens the buses of one service. All their messages are traced and counted. */
export async function openBuses({ service, broker, telemetry, events, log }: BusesOptions): Promise<Buses> {
  const { spans, metrics: collector, clock } = telemetry;
  const messages = new MessagePropagator({ source: service, system: broker.system, spans, metrics: collector, clock });
  const answers = await openAnswers(broker, (body) => {
    // Without a span: the caller's span lasts until now.
    const { causation_id, payload } = messages.open<Answer>(body);
    return { to: causation_id, answer: payload };
  });
  const shared = { service, broker, messages, answers, log };
  const observed = { spans, events, clock };
  return {
    commands: tracedCommandBus(requestBus<Commands>({ ...shared, kind: 'command', owners: commandOwners }), observed),
    queries: tracedCommandBus(requestBus<Queries>({ ...shared, kind: 'query', owners: queryOwners }), {
      ...observed,
      operation: 'query',
    }),
    published: tracedEventBus(messageEventBus(shared), { ...observed, sendsMessages: true }),
  };
}
