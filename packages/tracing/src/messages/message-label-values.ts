import type { LabelValueSets } from '@sightline/core/backend';
import { MESSAGE_TYPES } from './message-envelope.js';
import type { EnvelopeProblem } from './received-message.js';

/** `unknown` if a message has no envelope. */
export const messageTypeValues: readonly string[] = [...MESSAGE_TYPES, 'unknown'];
export const messageOutcomes = ['ok', 'error'] as const;
export const envelopeProblems: readonly EnvelopeProblem[] = [
  'not_json',
  'foreign',
  'damaged',
  'too_large',
  'unreadable',
];

/** For alert rules: the outcomes of handlers, and the problems of envelopes. */
export const messageLabelValues: LabelValueSets = {
  sightline_messages_handled_total: {
    type: { values: messageTypeValues },
    outcome: { values: messageOutcomes, failing: 'error' },
  },
  sightline_message_delay_seconds: { type: { values: messageTypeValues } },
  sightline_messages_foreign_total: { problem: { values: envelopeProblems, failing: 'damaged|too_large|unreadable' } },
};
