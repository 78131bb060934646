import { type Clock, systemClock } from '@sightline/base';
import type { Events } from '@sightline/events';
import type { Saga, SagaOutcome, SpanBuilder } from '@sightline/tracing';
import { checkEvents, checkSpans } from './check-given.js';
import type { CqrsEvents } from './cqrs-events.js';

export interface CountedSagasOptions {
  readonly spans: Pick<SpanBuilder, 'saga'>;
  /** Counts sagas as events: attach `cqrsMetrics` to it by `recordEvents`. */
  readonly events: Events<CqrsEvents>;
  /** Default: the system's. */
  readonly clock?: Pick<Clock, 'monotonicMs'> | undefined;
}

export interface CountedSagas {
  /**
   * Runs `fn` as `spans.saga` does: if it fails, completed steps are compensated in reverse order. Counts its start and outcome, and
   * records its duration.
   * @param id the saga's id, recorded only on its span
   */
  run<T>(type: string, id: string, fn: (saga: Saga) => T | PromiseLike<T>): Promise<T>;
}

/** Sagas with spans for the saga, each step and each compensation, counted by type and outcome. */
export function countedSagas({ spans, events, clock = systemClock }: CountedSagasOptions): CountedSagas {
  checkSpans(spans, ['saga']);
  checkEvents(events);
  return {
    run(type, id, fn) {
      const startMs = clock.monotonicMs();
      // Without a function the span builder refuses the saga: it neither starts nor ends.
      if (typeof fn === 'function') events.execute('saga.started', { count: 1 }, { saga_type: type });
      const onOutcome = (status: SagaOutcome): void => {
        events.execute('saga.completed', { count: 1 }, { saga_type: type, status });
        events.execute('saga', { duration: (clock.monotonicMs() - startMs) * 1e6 }, { saga_type: type, status });
      };
      return spans.saga(type, { sagaId: id, onOutcome }, fn);
    },
  };
}
