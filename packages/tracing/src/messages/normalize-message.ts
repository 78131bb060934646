import { isObject } from '@sightline/base';
import { truncate } from '../spans/truncate.js';
import { isBytes, listOf } from '../untrusted-values.js';
import { MESSAGE_TYPES } from './message-envelope.js';
import { MAX_LENGTH } from './open-envelope.js';
import type { OutgoingMessage } from './outgoing-message.js';

export type InvalidField = 'type' | 'name' | 'id' | 'correlation_id' | 'causation_id' | 'trace' | 'json';

/**
 * Makes a function that replaces or drops invalid fields of a message (callers without types), so that receivers can read it.
 * It returns the same object if all fields are valid, unless it is the instance of a class. Each invalid field is counted, and
 * the first of each name is a process warning (`SIGHTLINE_MESSAGE`).
 * @throws TypeError (the returned function) if the message is no object
 */
export function messageNormalizer(
  count: (field: InvalidField) => void,
): <Payload>(message: OutgoingMessage<Payload>) => OutgoingMessage<Payload> {
  const warned = new Set<InvalidField>();
  return <Payload>(message: OutgoingMessage<Payload>) => {
    if (!isObject(message)) throw noMessage(message);
    let normalized: Record<string, unknown> = fieldsOf(message);
    for (const { field, isValid, replacement, advice } of rules) {
      const value = normalized[field];
      if (isValid(value)) continue;
      normalized = { ...normalized, ...replacement(value, normalized) };
      count(field);
      if (warned.has(field)) continue;
      warned.add(field);
      process.emitWarning(
        `[tracing] A message has ${shown(value)} as ${field}. ${advice} Further cases are not reported.`,
        { type: 'SightlineWarning', code: 'SIGHTLINE_MESSAGE' },
      );
    }
    return normalized as unknown as OutgoingMessage<Payload>;
  };
}

/** Reads getters of a class, too, which spreading would lose. */
function fieldsOf(message: OutgoingMessage): Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(message);
  if (prototype === Object.prototype || prototype === null) return message as unknown as Record<string, unknown>;
  const { type, name, payload, json, id, correlation_id, causation_id, trace } = message;
  return { type, name, payload, json, id, correlation_id, causation_id, trace } satisfies OutgoingMessage as Record<
    string,
    unknown
  >;
}

function noMessage(value: unknown): TypeError {
  return new TypeError(
    `[tracing] A message is an object such as { type: "event", name: "OrderPlaced", payload }, but got ${shown(value)}.`,
  );
}

interface Rule {
  readonly field: InvalidField;
  readonly isValid: (value: unknown) => boolean;
  readonly replacement: (value: unknown, message: Record<string, unknown>) => Record<string, unknown>;
  /** What to give, and what is sent instead. */
  readonly advice: string;
}

const text = `Give a string of 1 to ${MAX_LENGTH} characters`;
const rules: readonly Rule[] = [
  {
    field: 'type',
    isValid: (value) => MESSAGE_TYPES.some((type) => type === value),
    replacement: () => ({ type: undefined }),
    advice: `Give one of ${MESSAGE_TYPES.join(', ')}; it is sent without.`,
  },
  {
    field: 'name',
    isValid: isString,
    replacement: (name) => ({ name: asText(name) }),
    advice: `${text}; it is sent cut, or without.`,
  },
  {
    field: 'id',
    isValid: isAbsentOrValid,
    // Not cut: messages that differ must not get the same id.
    replacement: (id) => ({ id: typeof id === 'string' ? undefined : asText(id) }),
    advice: `${text}; it is sent with a new one, or the number as text.`,
  },
  {
    field: 'correlation_id',
    isValid: isAbsentOrValid,
    replacement: (id) => ({ correlation_id: asText(id) }),
    advice: `${text}; it is sent cut, or with that of the current context.`,
  },
  {
    field: 'causation_id',
    isValid: isAbsentOrValid,
    replacement: (id) => ({ causation_id: asText(id) }),
    advice: `${text}; it is sent cut, or with the id of the message being handled.`,
  },
  {
    field: 'trace',
    isValid: (value) => value === undefined || isTextMap(value),
    replacement: () => ({ trace: undefined }),
    advice: "Give the fields of a propagator, all strings; it is sent with the active span's.",
  },
  {
    field: 'json',
    isValid: (value) => value === undefined || isBytes(value) || (typeof value === 'string' && value !== ''),
    replacement: (json, { payload }) => ({ json: undefined, payload: payload ?? (json === '' ? undefined : json) }),
    advice: 'Give JSON as a string or bytes, or the value itself as payload; it is sent as payload.',
  },
];

function isString(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value.length <= MAX_LENGTH;
}

function isAbsentOrValid(value: unknown): boolean {
  return value === undefined || isString(value);
}

function isTextMap(value: unknown): boolean {
  try {
    return isObject(value) && !Array.isArray(value) && Object.values(value).every((each) => typeof each === 'string');
  } catch {
    return false; // a getter or a proxy that throws
  }
}

function asText(value: unknown): string | undefined {
  // NaN identifies no message: several may have it.
  if (Number.isFinite(value) || typeof value === 'bigint') return String(value);
  return typeof value === 'string' && value !== '' ? truncate(value, MAX_LENGTH) : undefined;
}

/** Short, and without the contents of objects, which may be secret. */
function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(truncate(value, 60));
  if (isObject(value)) return listOf(value) === undefined ? 'an object' : 'a list';
  return typeof value === 'function' ? 'a function' : String(value);
}
