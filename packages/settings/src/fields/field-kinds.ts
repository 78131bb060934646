import { hasNamedMembers, isObjectOrFunction } from '@sightline/base';
import type { Field, FieldType } from './field.js';

/** What a type of field accepts, and the remedy for other values. */
export interface FieldKind {
  isRight(value: unknown, field: Field): boolean;
  advice(field: Field): string;
}

export const fieldKinds: { readonly [T in FieldType]: FieldKind } = {
  boolean: { isRight: (value) => typeof value === 'boolean', advice: () => 'give true or false' },
  string: { isRight: (value) => typeof value === 'string', advice: () => 'give a string' },
  text: {
    isRight: (value) => typeof value === 'string' && value.trim() !== '',
    advice: () => 'give a string that is not empty',
  },
  // Timers of Node.js take at most 2^31 - 1 ms and fire at once beyond.
  milliseconds: {
    isRight: (value, { min = 1 }) => isNumber(value) && value >= min && value < 2 ** 31,
    advice: ({ min = 1 }) => `give milliseconds from ${min} to 2147483647`,
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
  number: {
    isRight: (value, { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }) =>
      isNumber(value) && value >= min && value <= max,
    advice: ({ min, max }) => {
      if (min === undefined) return 'give a number';
      return `give a number ${max === undefined ? `of at least ${min}` : `from ${min} to ${max}`}`;
    },
  },
  choice: { isRight: isChoice, advice: choiceAdvice },
  list: { isRight: Array.isArray, advice: listAdvice },
  strings: { isRight: hasNamedMembers, advice: () => 'give a plain object of strings' },
  values: { isRight: hasNamedMembers, advice: () => 'give a plain object' },
  options: {
    isRight: hasNamedMembers,
    advice: ({ fields = {} }) => `give { ${Object.keys(fields).join(', ')} }`,
  },
  function: { isRight: (value) => typeof value === 'function', advice: () => 'give a function' },
  object: { isRight: hasNamedMembers, advice: () => 'give a plain object' },
  instance: {
    isRight: (value, field) => isObjectOrFunction(value) && hasMethods(value, field),
    advice: ({ methods = [] }) => `give ${anObject(methods)}`,
  },
  any: { isRight: () => true, advice: () => 'give another value, or leave it out' },
};

/** The same for each member of a list or an object. */
export const memberKinds: { readonly [T in FieldType]?: FieldKind } = {
  list: {
    isRight: (value, field) => (field.choices === undefined ? isMember(value, field) : isChoice(value, field)),
    advice: (field) =>
      field.choices === undefined ? (field.advice ?? 'give strings') : choiceAdvice({ ...field, orObject: false }),
  },
  strings: {
    isRight: (value, field) => typeof value === 'string' && isMember(value, field),
    advice: ({ isEach, advice }) => (isEach === undefined ? undefined : advice) ?? 'give a string',
  },
  values: {
    isRight: (value) => ['string', 'number', 'boolean'].includes(typeof value),
    advice: () => 'give a string, a number, true or false',
  },
};

export function hasMethods(value: object, { methods = [] }: Field): boolean {
  return methods.every((name) => typeof Reflect.get(value, name) === 'function');
}

function isMember(value: unknown, field: Field): boolean {
  const isEach = field.isEach as ((value: unknown) => boolean) | undefined;
  return isEach === undefined ? 'as' in field || typeof value === 'string' : isEach(value);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && !Number.isNaN(value);
}

function isChoice(value: unknown, { choices = [] }: Field): boolean {
  return choices.some((each) => each === value);
}

function choiceAdvice(field: Field): string {
  const { orObject, methods = [] } = field;
  return `give ${sequence(orObject ? [...wordsOf(field), anObject(methods)] : wordsOf(field), 'or')}`;
}

function listAdvice(field: Field): string {
  const { choices, orOne, orObject, methods = [] } = field;
  if (orOne) return choiceAdvice(field);
  const list = choices === undefined ? 'give a list' : `give a list of ${sequence(wordsOf(field), 'and')}`;
  return orObject ? `${list}, or ${anObject(methods)}` : list;
}

function wordsOf({ choices = [] }: Field): readonly string[] {
  return choices.map((each) => (typeof each === 'string' ? `'${each}'` : String(each)));
}

function anObject(methods: readonly string[]): string {
  return methods.length === 0 ? 'an object' : `an object with ${sequence(methods, 'and')}`;
}

function sequence(words: readonly string[], last: 'and' | 'or'): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}
