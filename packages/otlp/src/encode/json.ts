import type { Field, FieldType, MessageFields } from './fields.js';
import type { PointAttributes } from './message.js';
import { splitTime, wholeNumber } from './whole-number.js';

/** A message in OTLP's JSON form: 64-bit integers as decimal strings, ids as hex, enums as numbers (OTLP 1.x, "JSON Protobuf Encoding"). */
export function jsonOf(message: object, fields: MessageFields): Uint8Array {
  return Buffer.from(JSON.stringify(objectOf(message, fields)));
}

function objectOf(message: object, fields: MessageFields): object {
  const object: Record<string, unknown> = {};
  for (const field of fields) {
    const value = (message as Readonly<Record<string, unknown>>)[field.name];
    if (value === undefined) continue;
    object[field.name] = field.isList
      ? (value as readonly unknown[]).map((each) => jsonValueOf(each, field.type))
      : jsonValueOf(value, field.type);
  }
  return object;
}

function jsonValueOf(value: unknown, type: Field['type']): unknown {
  return typeof type === 'string' ? scalarOf(value, type) : objectOf(value as object, type);
}

function scalarOf(value: unknown, type: FieldType): unknown {
  switch (type) {
    case 'string':
      return wellFormed(value as string);
    case 'double':
      return doubleOf(value as number);
    case 'double[]':
      return (value as readonly number[]).map(doubleOf);
    case 'int64':
      return String(BigInt(value as number));
    case 'fixed64':
      return integerOf(value as number);
    case 'fixed64[]':
    case 'uint64[]':
      return (value as readonly number[]).map(integerOf);
    case 'attributes':
      return keyValuesOf(value as PointAttributes);
    case 'time':
      return nanosecondsOf(value as number);
    default:
      return value;
  }
}

function keyValuesOf(namesAndValues: PointAttributes): object[] {
  return Array.from({ length: namesAndValues.length / 2 }, (_, i) => {
    const value = namesAndValues[2 * i + 1] ?? '';
    return {
      key: wellFormed(String(namesAndValues[2 * i])),
      value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: wellFormed(value) },
    };
  });
}

/** NaN and infinities are strings (protobuf's JSON mapping). */
function doubleOf(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

function integerOf(value: number): string {
  return String(BigInt(wholeNumber(value)));
}

function nanosecondsOf(timeMs: number): string {
  const [wholeMs, nanos] = splitTime(timeMs);
  return wholeMs === 0 ? String(nanos) : `${wholeMs}${String(nanos).padStart(6, '0')}`;
}

/** Replaces lone surrogates: protobuf strings cannot hold them, and strict readers refuse their escapes. */
function wellFormed(text: string): string {
  return /\p{Surrogate}/u.test(text) ? Buffer.from(text).toString() : text;
}
