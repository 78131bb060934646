import type { LabelValueSets } from '@sightline/core/backend';
import { type CatalogueUnits, counter, distribution, type MetricDefinition, summary } from '@sightline/events';
import { sagaStatuses } from './cqrs-events.js';

/** The metrics of these events: durations of handling in milliseconds, of sagas in seconds. */
export const cqrsMetrics: readonly MetricDefinition[] = cqrsMetricsOf();

/** `cqrsMetrics`, with all times in seconds if `usesBaseUnits`. */
export function cqrsMetricsOf({ usesBaseUnits = false }: CatalogueUnits = {}): readonly MetricDefinition[] {
  const handling = (name: string, tag: string, description: string): MetricDefinition =>
    summary(name, { tags: [tag], unit: ['native', usesBaseUnits ? 'second' : 'millisecond'], description });
  return [
    counter('command.dispatched.count', { tags: ['command_type'], description: 'Commands dispatched.' }),
    handling('command.processing.duration', 'command_type', 'Time to handle a command.'),
    counter('event.stored.count', { tags: ['event_type'], description: 'Events stored.' }),
    handling('event.processing.duration', 'event_type', 'Time to handle an event.'),
    counter('query.executed.count', { tags: ['query_type'], description: 'Queries executed.' }),
    handling('query.execution.duration', 'query_type', 'Time to execute a query.'),
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
}

/** For alert rules: the outcomes of sagas, and which are failures. */
export const cqrsLabelValues: LabelValueSets = {
  'saga.completed.count': { status: { values: sagaStatuses, failing: 'failed' } },
};
