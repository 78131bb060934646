import { OtlpDecodeError } from './decode-error.js';
import type { DecodeState } from './decode-limits.js';

// Fields of OTLP's JSON form (OTLP 1.x, "JSON Protobuf Encoding"; protobuf's JSON mapping). `null` is the same as absence; other kinds of
// values than the field has are malformed.

export type JsonObject = Readonly<Record<string, unknown>>;

export function objectOf(value: unknown, name: string): JsonObject | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) throw wrong(name, value, 'an object');
  return value as JsonObject;
}

export function listOf(value: unknown, name: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw wrong(name, value, 'a list');
  return value;
}

/** '' if absent. A longer string than `maxTextBytes` is cut. */
export function textOf(value: unknown, name: string, state: DecodeState): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw wrong(name, value, 'a string');
  const { maxTextBytes } = state.limits;
  if (value.length * 3 <= maxTextBytes || Buffer.byteLength(value) <= maxTextBytes) return value;
  state.countCut();
  const room = Buffer.allocUnsafe(maxTextBytes);
  return room.toString('utf8', 0, room.write(value)); // writes whole characters only
}

export function boolOf(value: unknown, name: string): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== 'boolean') throw wrong(name, value, 'true or false');
  return value;
}

/** An integer of 32 bits, signed or not, or an enum, which OTLP writes as a number only. */
export function int32Of(value: unknown, name: string): number {
  if (value === undefined || value === null) return 0;
  const number = typeof value === 'string' && INTEGER.test(value) ? Number(value) : value;
  if (!Number.isInteger(number) || (number as number) < -(2 ** 31) || (number as number) >= 2 ** 32) {
    throw wrong(name, value, 'a whole number of 32 bits');
  }
  return number as number;
}

/** An integer of 64 bits, as decimal digits or as a number; a bigint if no number holds it exactly. */
export function int64Of(value: unknown, name: string): number | bigint {
  if (value === undefined || value === null) return 0;
  const isInteger =
    typeof value === 'number' ? Number.isInteger(value) : typeof value === 'string' && INTEGER.test(value);
  if (!isInteger) throw wrong(name, value, wholeNumber);
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  const exact = BigInt(value as string | number);
  if (exact < MIN_INT64 || exact > MAX_UINT64) throw wrong(name, value, wholeNumber);
  return exact;
}

/** The nearest double of an integer of 64 bits. */
export function countOf(value: unknown, name: string): number {
  return Number(int64Of(value, name));
}

export function doubleOf(value: unknown, name: string): number {
  if (value === undefined || value === null) return 0;
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && (NUMBER.test(value) || WORDS.test(value))) return Number(value);
  throw wrong(name, value, 'a number, "NaN", "Infinity" or "-Infinity"');
}

/** Nanoseconds since 1970 as whole seconds and the nanoseconds beyond them. */
export function timeOf(value: unknown, name: string): readonly [seconds: number, nanos: number] {
  const nanos = int64Of(value, name);
  if (nanos < 0 || nanos >= 2n ** 64n) throw wrong(name, value, 'a time in nanoseconds since 1970');
  if (nanos === 0) return [0, 0];
  const text = String(nanos).padStart(10, '0');
  return [Number(text.slice(0, -9)), Number(text.slice(-9))];
}

/** Hexadecimal digits in lower case; '' if absent. */
export function hexOf(value: unknown, name: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string' || !/^(?:[\da-f]{2}){0,16}$/i.test(value))
    throw wrong(name, value, 'an id in hexadecimal digits');
  return value.toLowerCase();
}

export function bytesOf(value: unknown, name: string, state: DecodeState): Uint8Array {
  if (typeof value !== 'string' || !/^[\w+/-]*={0,2}$/.test(value)) throw wrong(name, value, 'bytes in base64');
  const bytes = Buffer.from(value, 'base64');
  const { maxTextBytes } = state.limits;
  if (bytes.length > maxTextBytes) state.countCut();
  return Uint8Array.from(bytes.subarray(0, maxTextBytes));
}

const wholeNumber = 'a whole number of 64 bits';
const MIN_INT64 = -(2n ** 63n);
const MAX_UINT64 = 2n ** 64n - 1n;
const INTEGER = /^-?\d{1,20}$/;
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const WORDS = /^(?:NaN|-?Infinity)$/;

function wrong(name: string, value: unknown, wanted: string): OtlpDecodeError {
  return new OtlpDecodeError('malformed', `"${name}" is ${shown(value)}, which is not ${wanted}`);
}

function shown(value: unknown): string {
  try {
    return JSON.stringify(value).slice(0, 60);
  } catch {
    return 'a deeply nested value'; // it overflows the stack
  }
}
