import { messageFeedOf, systemClock } from '@sightline/base';
import type { Events } from '@sightline/events';
import { type OptionsOf, resolveFields } from '@sightline/settings/fields';
import type { Saga, SagaOutcome, SpanBuilder } from '@sightline/tracing';
import { busFields } from './bus-fields.js';
import type { CqrsEvents } from './cqrs-events.js';
import { reportedEvents } from './reported-events.js';

const sagaFields = {
  spans: {
    type: 'instance',
    as: {} as Pick<SpanBuilder, 'saga'>,
    methods: ['saga'],
    advice: busFields.spans.advice as string,
    required: true,
  },
  /** Counts sagas as events: attach `cqrsMetrics` to it by `recordEvents`. */
  events: {
    type: 'instance',
    as: {} as Events<CqrsEvents>,
    methods: ['execute'],
    advice: busFields.events.advice as string,
    required: true,
  },
  clock: busFields.clock as typeof busFields.clock,
} as const;

export interface CountedSagasOptions extends OptionsOf<typeof sagaFields> {}

export interface CountedSagas {
  /**
   * Runs `fn` as `spans.saga` does: if it fails, completed steps are compensated in reverse order. Counts its start and outcome, and
   * records its duration.
   * @param id the saga's id, recorded only on its span
   */
  run<T>(type: string, id: string, fn: (saga: Saga) => T | PromiseLike<T>): Promise<T>;
}

/** Sagas with spans for the saga, each step and each compensation, counted by type and outcome. */
export function countedSagas(options: CountedSagasOptions): CountedSagas {
  const { spans, events, clock = systemClock } = resolveFields('cqrs', sagaFields, options);
  const { execute } = reportedEvents(events);

  return {
    run<T>(type: string, id: string, fn: (saga: Saga) => T | PromiseLike<T>) {
      const startMs = clock.monotonicMs();
      // Without a function the span builder refuses the saga: it neither starts nor ends.
      if (typeof fn === 'function') execute('saga.started', { count: 1 }, { saga_type: type });
      const onOutcome = (status: SagaOutcome): void => {
        const durationMs = clock.monotonicMs() - startMs;
        messageFeedOf(spans)?.message('sagas', type, { saga: id, status, durationMs }, 'sent');
        execute('saga.completed', { count: 1 }, { saga_type: type, status });
        execute('saga', { duration: durationMs * 1e6 }, { saga_type: type, status });
      };
      const watched = (saga: Saga): T | PromiseLike<T> => {
        messageFeedOf(spans)?.message('sagas', type, { saga: id, status: 'started' }, 'sent');
        return fn(saga);
      };
      return spans.saga(type, { sagaId: id, onOutcome }, typeof fn === 'function' ? watched : fn);
    },
  };
}
