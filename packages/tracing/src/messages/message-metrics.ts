import type { Counter, Histogram, MetricsCollector } from '@sightline/core';
import type { MessageType } from './message-envelope.js';
import { envelopeProblems, messageOutcomes, messageTypeValues } from './message-label-values.js';
import type { InvalidField } from './normalize-message.js';
import type { EnvelopeProblem } from './received-message.js';

export type Outcome = (typeof messageOutcomes)[number];

/** What a `MessagePropagator` counts. */
export interface MessageMetrics {
  handled(type: MessageType | undefined, outcome: Outcome): void;
  /** @param delayMs since the message was sent, not negative */
  delayed(type: MessageType | undefined, delayMs: number): void;
  problem(problem: EnvelopeProblem): void;
  /** A message to send had an invalid field. */
  invalid(field: InvalidField): void;
  /** @param count senders that the span of a batch has no link to */
  unlinked(count: number): void;
}

const unknownType = 'unknown';

export function messageMetrics(metrics: MetricsCollector): MessageMetrics {
  const handled: Counter<'type' | 'outcome'> = metrics.counter('sightline_messages_handled_total', {
    help: 'Messages whose handler has ended. A message of a batch that was also handled alone counts once.',
    labelNames: ['type', 'outcome'],
    labelValues: { type: messageTypeValues, outcome: messageOutcomes },
  });
  const delays: Histogram<'type'> = metrics.histogram('sightline_message_delay_seconds', {
    help: 'Time from wrapping a message to handling it, by the clocks of both services; 0 if the clock of the sender is ahead.',
    unit: 'seconds',
    labelNames: ['type'],
    buckets: [0.001, 0.01, 0.1, 1, 10, 60, 600, 3600],
  });
  const foreign: Counter<'problem'> = metrics.counter('sightline_messages_foreign_total', {
    help: 'Handled messages whose envelope could not be read completely: no JSON, no envelope, or invalid fields.',
    labelNames: ['problem'],
    labelValues: { problem: envelopeProblems },
  });
  const invalid: Counter<'field'> = metrics.counter('sightline_messages_mistaken_total', {
    help: 'Invalid fields in messages to send. Such a field is left out or replaced.',
    labelNames: ['field'],
  });
  const unlinked: Counter = metrics.counter('sightline_message_links_dropped_total', {
    help: 'Senders of batches without a link from the span of the batch, because of the link limit of spans.',
  });
  return {
    handled: (type = unknownType as MessageType, outcome) => handled.inc({ type, outcome }),
    delayed: (type = unknownType as MessageType, delayMs) => delays.observe({ type }, delayMs / 1000),
    problem: (problem) => foreign.inc({ problem }),
    invalid: (field) => invalid.inc({ field }),
    unlinked: (count) => unlinked.inc(count),
  };
}
