import type { FlatAttributes } from './flat-attributes.js';
import type { NestedLimits } from './nested-limits.js';
import { int64Of, isInt64 } from './whole-number.js';

/** A list of KeyValue in OTLP's JSON form. */
export function attributesJson(attributes: FlatAttributes, nested: NestedLimits): string {
  let json = '';
  for (let i = 0; i + 1 < attributes.length; i += 2) {
    json += `${json === '' ? '' : ','}${keyValueJson(String(attributes[i]), attributes[i + 1], nested)}`;
  }
  return `[${json}]`;
}

/** An AnyValue: 64-bit integers as strings, NaN and infinities as strings, bytes in base64 (protobuf's JSON mapping). */
export function anyValueJson(value: unknown, nested: NestedLimits): string {
  switch (typeof value) {
    case 'string':
      return `{"stringValue":${stringJson(value)}}`;
    case 'boolean':
      return `{"boolValue":${value}}`;
    case 'number':
      if (isInt64(value)) return `{"intValue":"${Number.isSafeInteger(value) ? value + 0 : BigInt(value)}"}`;
      return `{"doubleValue":${Number.isFinite(value) ? value : `"${value}"`}}`;
    case 'bigint':
      return int64Of(value) === undefined ? `{"stringValue":"${value}"}` : `{"intValue":"${value}"}`;
    case 'object':
      return value === null ? '{}' : objectJson(value, nested);
    default:
      return '{}';
  }
}

/** Half a surrogate pair becomes U+FFFD: strict readers refuse its escape. */
export function stringJson(text: string): string {
  const json = JSON.stringify(text);
  // Only what is half a pair is escaped like this. A backslash of the text itself is escaped, too.
  return json.includes('\\ud') ? JSON.stringify(Buffer.from(text).toString()) : json;
}

function keyValueJson(name: string, value: unknown, nested: NestedLimits): string {
  return `{"key":${stringJson(name)},"value":${anyValueJson(value, nested)}}`;
}

function objectJson(value: object, nested: NestedLimits): string {
  if (value instanceof Uint8Array) {
    return `{"bytesValue":"${Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64')}"}`;
  }
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '{}' : `{"stringValue":"${value.toISOString()}"}`;
  const instead = nested.enter(value);
  if (instead !== undefined) return `{"stringValue":"${instead}"}`;
  let json = '';
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) json += `${i === 0 ? '' : ','}${anyValueJson(value[i], nested)}`;
    json = `{"arrayValue":{"values":[${json}]}}`;
  } else {
    for (const name of Object.keys(value)) {
      json += `${json === '' ? '' : ','}${keyValueJson(name, Reflect.get(value, name), nested)}`;
    }
    json = `{"kvlistValue":{"values":[${json}]}}`;
  }
  nested.leave();
  return json;
}
