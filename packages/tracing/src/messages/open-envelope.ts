import { isObject } from '@sightline/base';
import type { ContextValue } from '@sightline/context';
import { ownValue, setOwn } from '../carriers/field-value.js';
import { isArrayBuffer, isBytes } from '../untrusted-values.js';
import { fromBase64 } from './encode-envelope.js';
import { MESSAGE_TYPES, type MessageType } from './message-envelope.js';
import { TIMESTAMP_PATTERN } from './message-envelope-schema.js';
import type { EnvelopeProblem, ReceivedMessage } from './received-message.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });
/** Longest id, name or source. */
export const MAX_LENGTH = 256;
const maxFields = 32;
const maxFieldName = 100;
/** Longest string in a context field. */
export const MAX_VALUE_LENGTH = 1024;
const maxTraceText = 16_384;
/** Fields of the message itself, never taken from the sender's context. */
const ownFields: readonly string[] = ['request_id', 'message_id', 'correlation_id'];

// Opened messages, so that `handle` after `open` does not read the message again.
const opened = new WeakSet<object>();

/**
 * Reads a message of any kind: a string, bytes, a parsed object, or one that was opened before. Never throws and never refuses:
 * without an envelope it returns a message without context, and of an envelope it takes the valid fields.
 */
export function openEnvelope<Payload>(input: unknown, maxBytes: number): ReceivedMessage<Payload> {
  if (isObject<Record<string, unknown>>(input) && opened.has(input))
    return input as unknown as ReceivedMessage<Payload>;
  const message = parsedMessage(input, maxBytes);
  opened.add(message);
  return message as ReceivedMessage<Payload>;
}

function parsedMessage(input: unknown, maxBytes: number): ReceivedMessage {
  // As WebSockets give them.
  if (isArrayBuffer(input)) return parsedMessage(new Uint8Array(input), maxBytes);
  if (typeof input !== 'string' && !isBytes(input)) return readMessage(input);
  if (input.length > maxBytes) return without(input, 'too_large');
  let parsed: unknown;
  try {
    parsed = JSON.parse(typeof input === 'string' ? input.replace(/^\ufeff/, '') : utf8.decode(input));
  } catch {
    return without(input, 'not_json');
  }
  return readMessage(parsed);
}

function without(payload: unknown, problem: EnvelopeProblem): ReceivedMessage {
  return { trace: {}, context: {}, payload, problem };
}

function readMessage(value: unknown): ReceivedMessage {
  try {
    const version = ownValue(value, 'sightline');
    const isEnvelope =
      isObject<Record<string, unknown>>(value) &&
      typeof version === 'number' &&
      Number.isInteger(version) &&
      version >= 1;
    return isEnvelope ? readEnvelope(value) : without(value, 'foreign');
  } catch {
    return without(value, 'unreadable');
  }
}

function readEnvelope(envelope: Record<string, unknown>): ReceivedMessage {
  const reader = new FieldReader(envelope);
  const fields = {
    id: reader.string('id', true),
    type: reader.type(),
    name: reader.string('name', true),
    timestamp: reader.timestamp(),
    source: reader.string('source', true),
    correlation_id: reader.string('correlation_id', true),
    causation_id: reader.string('causation_id', false),
  };
  const present = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const message: ReceivedMessage = {
    ...present,
    trace: reader.map('trace', (text): text is string => typeof text === 'string' && text.length <= maxTraceText),
    context: reader.map('context', isContextValue, ownFields),
    payload: reader.payload(),
  };
  return reader.isDamaged ? { ...message, problem: 'damaged' } : message;
}

function isContextValue(value: unknown): value is ContextValue {
  if (typeof value === 'string') return value.length <= MAX_VALUE_LENGTH;
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}

const timestampPattern = new RegExp(TIMESTAMP_PATTERN);

/** Also checks the date: there is no 30th of February. */
function isTimestamp(text: string): boolean {
  if (!timestampPattern.test(text)) return false;
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && new Date(ms).toISOString() === text;
}

/** Takes fields out of an envelope, and records whether one was invalid. Optional fields may be `null`, which some serialisers write. */
class FieldReader {
  isDamaged = false;
  readonly #envelope: Record<string, unknown>;

  constructor(envelope: Record<string, unknown>) {
    this.#envelope = envelope;
  }

  string(name: string, isRequired: boolean): string | undefined {
    const value = ownValue(this.#envelope, name);
    if (typeof value === 'string' && value !== '' && value.length <= MAX_LENGTH) return value;
    if (isRequired || !isAbsent(value)) this.isDamaged = true;
    return undefined;
  }

  type(): MessageType | undefined {
    const value = ownValue(this.#envelope, 'type');
    const type = MESSAGE_TYPES.find((each) => each === value);
    if (type === undefined) this.isDamaged = true;
    return type;
  }

  timestamp(): string | undefined {
    const text = this.string('timestamp', true);
    if (text === undefined || isTimestamp(text)) return text;
    this.isDamaged = true;
    return undefined;
  }

  map<T>(name: string, isValue: (value: unknown) => value is T, never: readonly string[] = []): Record<string, T> {
    const taken: Record<string, T> = {};
    const given = ownValue(this.#envelope, name);
    if (isAbsent(given)) return taken;
    if (!isObject<Record<string, unknown>>(given) || Array.isArray(given)) {
      this.isDamaged = true;
      return taken;
    }
    const names = Object.keys(given);
    if (names.length > maxFields) this.isDamaged = true;
    for (const field of names.slice(0, maxFields)) {
      const value = ownValue(given, field);
      if (value === null) continue;
      if (field.length <= maxFieldName && isValue(value) && !never.includes(field)) setOwn(taken, field, value);
      else this.isDamaged = true;
    }
    return taken;
  }

  payload(): unknown {
    const encoded = ownValue(this.#envelope, 'payload_base64');
    if (isAbsent(encoded)) return ownValue(this.#envelope, 'payload');
    const bytes = typeof encoded === 'string' ? fromBase64(encoded) : undefined;
    if (bytes === undefined) this.isDamaged = true;
    return bytes ?? encoded;
  }
}

function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}
