/**
 * How a saga ended: its attribute `cqrs.saga.outcome`, and `status` of the metric `saga.completed.count` of `@sightline/events`.
 * `compensated`: it failed, and all completed steps were undone. `failed`: none or not all of them were undone.
 */
export const sagaOutcomes = ['completed', 'compensated', 'failed'] as const;

export type SagaOutcome = (typeof sagaOutcomes)[number];
