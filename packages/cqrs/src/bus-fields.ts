import type { Clock } from '@sightline/base';
import type { Events } from '@sightline/events';
import type { SpanBuilder } from '@sightline/tracing';
import type { CqrsEvents } from './cqrs-events.js';

/** Options of every traced bus. */
export const busFields = {
  /** Default: spans of the provider that is registered with `@opentelemetry/api`. */
  spans: {
    type: 'instance',
    as: {} as SpanBuilder,
    methods: ['span'],
    advice: 'give obs.spans, or what createSpans() gives',
  },
  /** Counts sent and handled messages as events: attach `cqrsMetrics` to it by `recordEvents`. Default: nothing is counted. */
  events: {
    type: 'instance',
    as: {} as Events<CqrsEvents>,
    methods: ['execute'],
    advice: 'give what createEvents() gives',
  },
  /** For the durations of `events`. Default: the system's. */
  clock: { type: 'instance', as: {} as Pick<Clock, 'monotonicMs'>, methods: ['monotonicMs'] },
  /**
   * Returns the type for the first argument of a traced method; there must be few types. Default: a string itself, the `type` or `name`
   * of an object, or the name of its class.
   */
  typeOf: { type: 'function', as: {} as (message: unknown) => string | undefined },
} as const;
