/** How a saga ended: its attribute `cqrs.saga.outcome`. */
export type SagaOutcome = 'completed' | 'compensated' | 'compensation_failed';
