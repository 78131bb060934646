import { counter, distribution, type MetricDefinition, summary } from './definitions.js';

/** What a command, event, query and saga system tells, by event name: for `createEvents<CqrsEvents>()`. Durations are in nanoseconds, as `events.span` measures them. */
export type CqrsEvents = {
  'command.dispatched': { measurements: { count?: number }; metadata: { command_type: string } & More };
  'command.processing': { measurements: { duration: number }; metadata: { command_type: string } & Outcome };
  'event.stored': { measurements: { count?: number }; metadata: { event_type: string } & More };
  'event.processing': { measurements: { duration: number }; metadata: { event_type: string } & Outcome };
  'query.executed': { measurements: { count?: number }; metadata: { query_type: string } & More };
  'query.execution': { measurements: { duration: number }; metadata: { query_type: string } & Outcome };
  'saga.started': { measurements: { count?: number }; metadata: { saga_type: string } & More };
  'saga.completed': { measurements: { count?: number }; metadata: { saga_type: string; status: string } & More };
  saga: { measurements: { duration: number }; metadata: { saga_type: string } & Outcome };
};

/** Whatever else the execution knows, ids included: only tags become labels. */
type More = Readonly<Record<string, unknown>>;
type Outcome = { status?: string } & More;

/** The usual metrics of such a system. */
export const cqrsMetrics: readonly MetricDefinition[] = [
  counter('command.dispatched.count', { tags: ['command_type'], description: 'Commands dispatched.' }),
  duration('command.processing.duration', 'command_type', 'Time that handling a command took.'),
  counter('event.stored.count', { tags: ['event_type'], description: 'Events stored.' }),
  duration('event.processing.duration', 'event_type', 'Time that handling an event took.'),
  counter('query.executed.count', { tags: ['query_type'], description: 'Queries executed.' }),
  duration('query.execution.duration', 'query_type', 'Time that executing a query took.'),
  counter('saga.started.count', { tags: ['saga_type'], description: 'Sagas started.' }),
  counter('saga.completed.count', { tags: ['saga_type', 'status'], description: 'Sagas ended, by how.' }),
  distribution('saga.duration', {
    tags: ['saga_type'],
    unit: ['native', 'second'],
    buckets: [0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600],
    description: 'Time from the start of a saga to its end.',
  }),
];

function duration(name: string, tag: string, description: string): MetricDefinition {
  return summary(name, { tags: [tag], unit: ['native', 'millisecond'], description });
}
