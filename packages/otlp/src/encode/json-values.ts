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
  const names = Array.isArray(value) ? undefined : Object.keys(value);
  const { length } = names ?? (value as readonly unknown[]);
  const instead = nested.enter(value, length);
  if (instead !== undefined) return `{"stringValue":"${instead}"}`;
  let json = '';
  for (let i = 0; i < length; i++) {
    const name = names?.[i];
    if (i > 0) json += ',';
    if (name === undefined) json += anyValueJson((value as readonly unknown[])[i], nested);
    else json += keyValueJson(name, Reflect.get(value, name), nested);
  }
  json = `{"${names === undefined ? 'arrayValue' : 'kvlistValue'}":{"values":[${json}]}}`;
  nested.leave();
  return json;
}
