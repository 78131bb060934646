import { isRecord, valueText } from '@sightline/base';
import { ApiError } from '../model/api.js';

/** Reads members of an object of a session. Each throws an `ApiError` for a value of another type. */
export interface SessionFields {
  text(name: string): string;
  /** `undefined` for `null`, and if it is missing. */
  optionalText(name: string): string | undefined;
  /** A finite number. */
  number(name: string): number;
  optionalNumber(name: string): number | undefined;
  /** A whole number from 0 to `max`. */
  whole(name: string, max: number): number;
  list(name: string): readonly unknown[];
  records(name: string): readonly SessionFields[];
  /** An object; `undefined` if it is missing. */
  optionalRecord(name: string): SessionFields | undefined;
  any(name: string): unknown;
  has(name: string): boolean;
  names(): readonly string[];
  wrong(name: string, expected: string): ApiError;
}

/** @param where for messages */
export function fieldsOf(object: Readonly<Record<string, unknown>>, where: string): SessionFields {
  const any = (name: string): unknown => (Object.hasOwn(object, name) ? object[name] : undefined);
  const wrong = (name: string, expected: string): ApiError =>
    new ApiError(422, `"${name}" in ${where} must be ${expected}, but is ${valueText(any(name))}.`);
  const fields: SessionFields = {
    any,
    wrong,
    has: (name) => any(name) !== undefined && any(name) !== null,
    names: () => Object.keys(object),
    text(name) {
      const value = any(name);
      if (typeof value !== 'string') throw wrong(name, 'a string');
      return value;
    },
    optionalText: (name) => (fields.has(name) ? fields.text(name) : undefined),
    number(name) {
      const value = any(name);
      if (typeof value !== 'number' || !Number.isFinite(value)) throw wrong(name, 'a number');
      return value;
    },
    optionalNumber: (name) => (fields.has(name) ? fields.number(name) : undefined),
    whole(name, max) {
      const value = any(name);
      if (Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= max) return value as number;
      throw wrong(name, `a whole number from 0 to ${max}`);
    },
    list(name) {
      const value = any(name);
      if (!Array.isArray(value)) throw wrong(name, 'a list');
      return value as readonly unknown[];
    },
    records: (name) =>
      fields.list(name).map((item) => {
        if (!isRecord(item)) throw wrong(name, 'a list of objects');
        return fieldsOf(item, where);
      }),
    optionalRecord(name) {
      const value = any(name);
      if (value === undefined || value === null) return undefined;
      if (!isRecord(value)) throw wrong(name, 'an object');
      return fieldsOf(value, where);
    },
  };
  return fields;
}
