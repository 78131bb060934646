import type { LabelValueSets } from '@sightline/core/backend';
import { counter, distribution, type MetricDefinition, summary } from '@sightline/events';
import { sagaStatuses } from './cqrs-events.js';

/** The usual metrics of such a system. */
export const cqrsMetrics: readonly MetricDefinition[] = [
  counter('command.dispatched.count', { tags: ['command_type'], description: 'Commands dispatched.' }),
  duration('command.processing.duration', 'command_type', 'Time that handling a command took.'),
  counter('event.stored.count', { tags: ['event_type'], description: 'Events stored.' }),
  duration('event.processing.duration', 'event_type', 'Time that handling an event took.'),
  counter('query.executed.count', { tags: ['query_type'], description: 'Queries executed.' }),
  duration('query.execution.duration', 'query_type', 'Time that executing a query took.'),
  counter('saga.started.count', { tags: ['saga_type'], description: 'Sagas started.' }),
  counter('saga.completed.count', {
    tags: ['saga_type', 'status'],
    labelValues: { status: sagaStatuses },
    description: 'Sagas ended, by how.',
  }),
  distribution('saga.duration', {
    tags: ['saga_type'],
    unit: ['native', 'second'],
    buckets: [0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600],
    description: 'Time from the start of a saga to its end.',
  }),
];

/** For alert rules: which sagas have failed. */
export const cqrsLabelValues: LabelValueSets = {
  'saga.completed.count': { status: { values: sagaStatuses, failing: 'failed' } },
};

function duration(name: string, tag: string, description: string): MetricDefinition {
  return summary(name, { tags: [tag], unit: ['native', 'millisecond'], description });
}
