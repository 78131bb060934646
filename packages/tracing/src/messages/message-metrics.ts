import type { Counter, Histogram, MetricsCollector } from '@sightline/core';
import type { MessageType } from './message-envelope.js';
import { envelopeProblems, messageOutcomes, messageTypeValues } from './message-label-values.js';
import type { EnvelopeProblem } from './received-message.js';
import type { MistakenField } from './right-message.js';

export type Outcome = (typeof messageOutcomes)[number];

/** What a `MessagePropagator` counts. */
export interface MessageMetrics {
  handled(type: MessageType | undefined, outcome: Outcome): void;
  /** @param delayMs since the message was sent, not negative */
  delayed(type: MessageType | undefined, delayMs: number): void;
  problem(problem: EnvelopeProblem): void;
  /** A message to send had a wrong field. */
  mistaken(field: MistakenField): void;
  /** The span of a batch has no link to so many senders. */
  unlinked(count: number): void;
}

const unknownType = 'unknown';

export function messageMetrics(metrics: MetricsCollector): MessageMetrics {
  const handled: Counter<'type' | 'outcome'> = metrics.counter('sightline_messages_handled_total', {
    help: 'Messages whose handler has returned or settled; one of a batch that was also handled by itself is counted by that.',
    labelNames: ['type', 'outcome'],
    labelValues: { type: messageTypeValues, outcome: messageOutcomes },
  });
  const delays: Histogram<'type'> = metrics.histogram('sightline_message_delay_seconds', {
    help: 'Time from wrapping a message to handling it, by the clocks of both services; 0 where the sender is ahead.',
    unit: 'seconds',
    labelNames: ['type'],
    buckets: [0.001, 0.01, 0.1, 1, 10, 60, 600, 3600],
  });
  const foreign: Counter<'problem'> = metrics.counter('sightline_messages_foreign_total', {
    help: 'Messages that were handled without all of an envelope: no JSON, no envelope, or wrong fields in one.',
    labelNames: ['problem'],
    labelValues: { problem: envelopeProblems },
  });
  const mistaken: Counter<'field'> = metrics.counter('sightline_messages_mistaken_total', {
    help: 'Messages that were sent without a field, or with another one, because what the service gave was wrong.',
    labelNames: ['field'],
  });
  const unlinked: Counter = metrics.counter('sightline_message_links_dropped_total', {
    help: 'Senders of batches that the span of the batch has no link to, because spans keep no more links.',
  });
  return {
    handled: (type = unknownType as MessageType, outcome) => handled.inc({ type, outcome }),
    delayed: (type = unknownType as MessageType, delayMs) => delays.observe({ type }, delayMs / 1000),
    problem: (problem) => foreign.inc({ problem }),
    mistaken: (field) => mistaken.inc({ field }),
    unlinked: (count) => unlinked.inc(count),
  };
}
