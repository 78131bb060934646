import { hasNamedMembers, isObject, isRecord, valueText } from '@sightline/base';
import { quotedSetting } from '@sightline/base/secrets';
import type { Field, Fields, FieldType, ResolvedOf } from './field.js';

/**
 * Fills in the defaults of a table, for `undefined` only: `null` is refused. Throws an `Error` for the first wrong option, which says
 * what to change.
 */
export function resolveFields<Table extends Fields>(
  subject: string,
  table: Table,
  options: Readonly<Record<string, unknown>> | object,
): ResolvedOf<Table> {
  if (!hasNamedMembers(options)) {
    const text = isData(options) ? quotedSetting('options', options) : valueText(options);
    throw new Error(`[${subject}] The options are ${text}: give a plain object.`);
  }
  const resolved: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(table)) resolved[name] = resolveField(subject, name, field, options);
  return resolved as ResolvedOf<Table>;
}

/** Throws an `Error` unless `isRight`. It names the option, shows its value without secrets, and says what to do. */
export function checkOption(subject: string, isRight: boolean, name: string, value: unknown, whatToDo: string): void {
  if (isRight) return;
  const text = isData(value) ? quotedSetting(name, value) : valueText(value);
  throw new Error(`[${subject}] ${name} is ${text}: ${whatToDo}.`);
}

/** Whether the value can be shown: an instance of a class, such as a logger, may hold secrets. */
function isData(value: unknown): boolean {
  if (!isObject(value)) return typeof value !== 'function';
  try {
    const prototype: unknown = Object.getPrototypeOf(value);
    return prototype === null || prototype === Object.prototype || prototype === Array.prototype;
  } catch {
    return false; // a revoked proxy
  }
}

function resolveField(subject: string, name: string, field: Field, options: object): unknown {
  let value: unknown;
  let wrong: Wrong | undefined;
  try {
    const given: unknown = Reflect.get(options, name);
    value = given === undefined ? field.default : given;
    if (value !== undefined) wrong = wrongIn(field, name, value);
  } catch {
    // A getter or a proxy that throws; what it throws may hold anything.
    throw new Error(`[${subject}] ${name} cannot be read: ${adviceOf(field)}.`);
  }
  if (wrong !== undefined) checkOption(subject, false, wrong.name, wrong.value, wrong.advice);
  return value;
}

interface Wrong {
  /** The option, or a member of it. */
  readonly name: string;
  readonly value: unknown;
  readonly advice: string;
}

function wrongIn(field: Field, name: string, value: unknown): Wrong | undefined {
  if (field.orObject === true && isRecord(value)) return undefined;
  if (field.orOne === true && typeof value === 'string') return wrongIn({ ...field, orOne: false }, name, [value]);
  const { isRight } = kinds[field.type];
  const isOwnRight = field.isRight as ((value: unknown) => boolean) | undefined;
  if (value === null || !isRight(value, field)) return { name, value, advice: adviceOf(field) };
  for (const [key, member] of membersOf(field, value)) {
    if (memberKinds[field.type]?.isRight(member, field) === true) continue;
    const memberName = key === '' ? name : `${name}[${quotedSetting('', key)}]`;
    return { name: memberName, value: member, advice: memberAdvice(field) };
  }
  return isOwnRight?.(value) === false ? { name, value, advice: adviceOf(field) } : undefined;
}

function adviceOf(field: Field): string {
  return field.advice ?? kinds[field.type].advice(field);
}

interface Kind {
  isRight(value: unknown, field: Field): boolean;
  advice(field: Field): string;
}

const anything: Kind = { isRight: () => true, advice: () => 'give another value, or leave it out' };

/** What each type of field accepts, and the remedy for other values. */
const kinds: { readonly [T in FieldType]: Kind } = {
  boolean: { isRight: (value) => typeof value === 'boolean', advice: () => 'give true or false' },
  string: { isRight: (value) => typeof value === 'string', advice: () => 'give a string' },
  // Timers of Node.js take at most 2^31 - 1 ms and fire at once beyond.
  milliseconds: {
    isRight: (value) => isNumber(value) && value >= 1 && value < 2 ** 31,
    advice: () => 'give milliseconds from 1 to 2147483647',
  },
  port: {
    isRight: (value) => Number.isInteger(value) && isNumber(value) && value >= 0 && value <= 65_535,
    advice: () => 'give a whole number from 0 to 65535',
  },
  count: {
    isRight: (value, { min = 1, max = Number.MAX_SAFE_INTEGER }) =>
      Number.isInteger(value) && isNumber(value) && value >= min && value <= max,
    advice: ({ min = 1, max }) =>
      `give a whole number ${max === undefined ? `of at least ${min}` : `from ${min} to ${max}`}`,
  },
  ratio: {
    isRight: (value) => isNumber(value) && value >= 0 && value <= 1,
    advice: () => 'give a number from 0 to 1',
  },
  number: { isRight: isNumber, advice: () => 'give a number' },
  choice: { isRight: isChoice, advice: choiceAdvice },
  list: { isRight: Array.isArray, advice: () => 'give a list' },
  strings: { isRight: hasNamedMembers, advice: () => 'give a plain object of strings' },
  values: { isRight: hasNamedMembers, advice: () => 'give a plain object' },
  function: { isRight: (value) => typeof value === 'function', advice: () => 'give a function' },
  object: { isRight: hasNamedMembers, advice: () => 'give a plain object' },
  any: anything,
};

/** The same for each member of a list or an object. */
const memberKinds: { readonly [T in FieldType]?: Kind } = {
  list: { isRight: (value, field) => field.choices === undefined || isChoice(value, field), advice: choiceAdvice },
  strings: { isRight: (value) => typeof value === 'string', advice: () => 'give a string' },
  values: {
    isRight: (value) => ['string', 'number', 'boolean'].includes(typeof value),
    advice: () => 'give a string, a number, true or false',
  },
};

function membersOf({ type }: Field, value: unknown): ReadonlyArray<readonly [key: string, value: unknown]> {
  if (type === 'list' && Array.isArray(value)) return value.map((each: unknown) => ['', each]);
  return memberKinds[type] !== undefined && isRecord(value) ? Object.entries(value) : [];
}

function memberAdvice(field: Field): string {
  return memberKinds[field.type]?.advice(field) ?? '';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && !Number.isNaN(value);
}

function isChoice(value: unknown, { choices = [] }: Field): boolean {
  return choices.some((each) => each === value);
}

function choiceAdvice({ choices = [] }: Field): string {
  const words = choices.map((each) => (typeof each === 'string' ? `'${each}'` : String(each)));
  return `give ${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
