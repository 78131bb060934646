import type { ContextValue } from '@sightline/context';
import type { MessageEnvelope } from './message-envelope.js';

// Here, because the published declarations keep it only beside a type that they export.
declare module '@sightline/context' {
  interface ContextFields {
    /** The message being handled. What is sent meanwhile carries it as `causation_id`. */
    message_id?: string | undefined;
  }
}

/** Why a message is handled without some or all of what an envelope says. */
export type EnvelopeProblem =
  /** Text or bytes that are no JSON. */
  | 'not_json'
  /** JSON, or an object, that is no envelope. */
  | 'foreign'
  /** An envelope in which some fields are wrong: those are left out. */
  | 'damaged'
  /** Longer than `maxBytes`: not parsed. */
  | 'too_large'
  /** An object that throws when it is read. */
  | 'unreadable';

type EnvelopeFields = Omit<MessageEnvelope, 'sightline' | 'trace' | 'context' | 'payload'>;

/** A message as it came, with as much of its envelope as there was and was right. */
export interface ReceivedMessage<Payload = unknown> extends Readonly<Partial<EnvelopeFields>> {
  /** The fields of a propagator; empty where there are none. */
  readonly trace: Readonly<Record<string, string>>;
  readonly context: Readonly<Record<string, ContextValue>>;
  /** The envelope's payload; where there is no envelope, the parsed JSON or else what was received itself. */
  readonly payload: Payload;
  /** Absent for an envelope without fault. */
  readonly problem?: EnvelopeProblem | undefined;
}
