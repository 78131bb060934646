import { type SagaOutcome, sagaOutcomes } from '@sightline/tracing';

/** The outcomes of a saga in metrics, events and spans (`cqrs.saga.outcome`). Alert on `failed`. */
export const sagaStatuses: typeof sagaOutcomes = sagaOutcomes;

export type SagaStatus = SagaOutcome;

/**
 * The events of a system of commands, events, queries and sagas, by name: for `createEvents<CqrsEvents>()`. Durations are in
 * nanoseconds, as in `events.span`.
 */
export type CqrsEvents = {
  'command.dispatched': { measurements: { count?: number }; metadata: { command_type: string } & More };
  'command.processing': { measurements: { duration: number }; metadata: { command_type: string } & Outcome };
  'event.stored': { measurements: { count?: number }; metadata: { event_type: string } & More };
  'event.processing': { measurements: { duration: number }; metadata: { event_type: string } & Outcome };
  'query.executed': { measurements: { count?: number }; metadata: { query_type: string } & More };
  'query.execution': { measurements: { duration: number }; metadata: { query_type: string } & Outcome };
  'saga.started': { measurements: { count?: number }; metadata: { saga_type: string } & More };
  'saga.completed': { measurements: { count?: number }; metadata: { saga_type: string; status: SagaStatus } & More };
  saga: { measurements: { duration: number }; metadata: { saga_type: string; status?: SagaStatus } & More };
};

/** Any other metadata, ids included: only tags become labels. */
type More = Readonly<Record<string, unknown>>;
type Outcome = { status?: string } & More;
