import { isObject } from '@sightline/base';
import { isBytes, listOf } from '../foreign-values.js';
import { cutText } from '../spans/cut-text.js';
import { MESSAGE_TYPES } from './message-envelope.js';
import { MOST_TEXT } from './open-envelope.js';
import type { OutgoingMessage } from './outgoing-message.js';

export type MistakenField = 'type' | 'name' | 'id' | 'correlation_id' | 'causation_id' | 'trace' | 'json';

/**
 * Gives a message without what is wrong in it, which callers without types may give, so that receivers can read it: it is
 * sent in any case. The same object where all is right, unless it is the instance of a class. Each mistake is counted, and the
 * first with each field is a process warning (`SIGHTLINE_MESSAGE`). Throws a TypeError for what is no message at all.
 */
export function messageCheck(
  count: (field: MistakenField) => void,
): <Payload>(message: OutgoingMessage<Payload>) => OutgoingMessage<Payload> {
  const warned = new Set<MistakenField>();
  return <Payload>(message: OutgoingMessage<Payload>) => {
    if (!isObject(message)) throw noMessage(message);
    let right: Record<string, unknown> = fieldsOf(message);
    for (const { field, isRight, instead, advice } of rules) {
      const value = right[field];
      if (isRight(value)) continue;
      right = { ...right, ...instead(value, right) };
      count(field);
      if (warned.has(field)) continue;
      warned.add(field);
      process.emitWarning(
        `[tracing] A message has ${shown(value)} as ${field}. ${advice} Further cases are not reported.`,
        { type: 'SightlineWarning', code: 'SIGHTLINE_MESSAGE' },
      );
    }
    return right as unknown as OutgoingMessage<Payload>;
  };
}

/** A class may have them as getters, which a copy by spreading would lose. */
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
  readonly field: MistakenField;
  readonly isRight: (value: unknown) => boolean;
  readonly instead: (value: unknown, message: Record<string, unknown>) => Record<string, unknown>;
  /** What to give, and what is sent now. */
  readonly advice: string;
}

const text = `Give a text of 1 to ${MOST_TEXT} characters`;
const rules: readonly Rule[] = [
  {
    field: 'type',
    isRight: (value) => MESSAGE_TYPES.some((type) => type === value),
    instead: () => ({ type: undefined }),
    advice: `Give one of ${MESSAGE_TYPES.join(', ')}; it is sent without.`,
  },
  {
    field: 'name',
    isRight: isText,
    instead: (name) => ({ name: asText(name) }),
    advice: `${text}; it is sent cut, or without.`,
  },
  {
    field: 'id',
    isRight: isAbsentOrText,
    // Not cut: messages that differ must not get the same id.
    instead: (id) => ({ id: typeof id === 'string' ? undefined : asText(id) }),
    advice: `${text}; it is sent with a new one, or the number as text.`,
  },
  {
    field: 'correlation_id',
    isRight: isAbsentOrText,
    instead: (id) => ({ correlation_id: asText(id) }),
    advice: `${text}; it is sent cut, or with that of the current context.`,
  },
  {
    field: 'causation_id',
    isRight: isAbsentOrText,
    instead: (id) => ({ causation_id: asText(id) }),
    advice: `${text}; it is sent cut, or with the id of the message being handled.`,
  },
  {
    field: 'trace',
    isRight: (value) => value === undefined || isTextMap(value),
    instead: () => ({ trace: undefined }),
    advice: "Give the fields of a propagator, which are texts; it is sent with the active span's.",
  },
  {
    field: 'json',
    isRight: (value) => value === undefined || isBytes(value) || (typeof value === 'string' && value !== ''),
    instead: (json, { payload }) => ({ json: undefined, payload: payload ?? (json === '' ? undefined : json) }),
    advice: 'Give JSON as text or bytes, or the value itself as payload; it is sent as payload.',
  },
];

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value.length <= MOST_TEXT;
}

function isAbsentOrText(value: unknown): boolean {
  return value === undefined || isText(value);
}

function isTextMap(value: unknown): boolean {
  try {
    return isObject(value) && !Array.isArray(value) && Object.values(value).every((each) => typeof each === 'string');
  } catch {
    return false; // a getter or a proxy that throws
  }
}

function asText(value: unknown): string | undefined {
  // NaN is what several messages may have: no id of any.
  if (Number.isFinite(value) || typeof value === 'bigint') return String(value);
  return typeof value === 'string' && value !== '' ? cutText(value, MOST_TEXT) : undefined;
}

/** Short, and without the contents of objects, which may be secret. */
function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(cutText(value, 60));
  if (isObject(value)) return listOf(value) === undefined ? 'an object' : 'a list';
  return typeof value === 'function' ? 'a function' : String(value);
}
