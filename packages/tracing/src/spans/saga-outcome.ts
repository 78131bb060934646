/**
 * How a saga ended: its attribute `cqrs.saga.outcome`, and `status` of the metric `saga.completed.count` of `@sightline/events`.
 * `compensated`: it failed, and what it had done was undone. `failed`: nothing was undone, or not all of it.
 */
export const sagaOutcomes = ['completed', 'compensated', 'failed'] as const;

export type SagaOutcome = (typeof sagaOutcomes)[number];
