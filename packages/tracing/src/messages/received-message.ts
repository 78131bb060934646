import type { ContextValue } from '@sightline/context';
import type { MessageEnvelope } from './message-envelope.js';

// Declared here, because the published declarations keep it only next to a type that they export.
declare module '@sightline/context' {
  interface ContextFields {
    /** The id of the message being handled. Messages sent meanwhile carry it as `causation_id`. */
    message_id?: string | undefined;
  }
}

/** Why some or all fields of a message's envelope are missing. */
export type EnvelopeProblem =
  /** A string or bytes that are no JSON. */
  | 'not_json'
  /** JSON, or an object, but no envelope. */
  | 'foreign'
  /** An envelope with invalid fields: those are left out. */
  | 'damaged'
  /** Longer than `maxBytes`: not parsed. */
  | 'too_large'
  /** An object that throws when it is read. */
  | 'unreadable';

type EnvelopeFields = Omit<MessageEnvelope, 'sightline' | 'trace' | 'context' | 'payload'>;

/** A received message, with the valid fields of its envelope. */
export interface ReceivedMessage<Payload = unknown> extends Readonly<Partial<EnvelopeFields>> {
  /** The fields of a propagator; empty if there are none. */
  readonly trace: Readonly<Record<string, string>>;
  readonly context: Readonly<Record<string, ContextValue>>;
  /** The envelope's payload; if there is no envelope, the parsed JSON, or else the received value itself. */
  readonly payload: Payload;
  /** Absent if the whole envelope is valid. */
  readonly problem?: EnvelopeProblem | undefined;
}
