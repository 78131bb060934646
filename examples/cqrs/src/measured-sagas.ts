import type { CqrsEvents } from '@sightline/cqrs';
import type { Events } from '@sightline/events';
import { type Clock, systemClock } from '@sightline/sdk';
import type { SagaOutcome, SpanBuilder } from '@sightline/tracing';
import type { Sagas } from './domain/fulfilment.js';

/** Sagas with a span for the whole, each step and each compensation, which tell when they begin and how they end. */
export function measuredSagas(
  spans: SpanBuilder,
  events: Events<CqrsEvents>,
  clock: Pick<Clock, 'monotonicMs'> = systemClock,
): Sagas {
  return {
    run(type, id, fn) {
      const startMs = clock.monotonicMs();
      events.execute('saga.started', { count: 1 }, { saga_type: type });
      const onOutcome = (status: SagaOutcome): void => {
        events.execute('saga.completed', { count: 1 }, { saga_type: type, status });
        events.execute('saga', { duration: (clock.monotonicMs() - startMs) * 1e6 }, { saga_type: type, status });
      };
      return spans.saga(type, { sagaId: id, onOutcome }, fn);
    },
  };
}
