import type { FlatAttributes } from './flat-attributes.js';
import { keyField } from './key-fields.js';
import {
  closeField,
  FIXED64,
  LENGTH,
  MAX_LOOP_LENGTH,
  openField,
  putDouble,
  putVarint,
  putVarint64,
  VARINT,
  writeInt64,
  writeText,
} from './protobuf-wire.js';
import type { PageWriter } from './record-pages.js';
import { int64Of, isInt64 } from './whole-number.js';

/** A list of KeyValue in a field with a number up to 15 (opentelemetry-proto 1.x, common.proto). */
export function writeAttributes(writer: PageWriter, field: number, attributes: FlatAttributes): void {
  for (let i = 0; i + 1 < attributes.length; i += 2) {
    writeKeyValue(writer, field, attributes[i] as string, attributes[i + 1]);
  }
}

/** AnyValue's content. Its length is before it. */
export function writeAnyValue(writer: PageWriter, value: unknown): void {
  switch (typeof value) {
    case 'string':
      writer.reserve(1);
      writer.buffer[writer.at++] = STRING_VALUE;
      return writeText(writer, value);
    case 'boolean':
      writer.reserve(2);
      writer.buffer[writer.at++] = BOOL_VALUE;
      writer.buffer[writer.at++] = value ? 1 : 0;
      return;
    case 'number':
      return writeNumber(writer, value);
    case 'bigint':
      return writeBigInt(writer, value);
    case 'object':
      if (value !== null) writeObject(writer, value);
  }
}

const STRING_VALUE = 1 * 8 + LENGTH;
const BOOL_VALUE = 2 * 8 + VARINT;
const INT_VALUE = 3 * 8 + VARINT;
const DOUBLE_VALUE = 4 * 8 + FIXED64;
const ARRAY_VALUE = 5;
const KVLIST_VALUE = 6;
const BYTES_VALUE = 7 * 8 + LENGTH;

/** A KeyValue in a field with a number up to 15. */
export function writeKeyValue(writer: PageWriter, field: number, name: string, value: unknown): void {
  writeKeyed(writer, field, keyField(name), value);
}

/** The same, with the name as `keyField` gives it. */
export function writeKeyed(writer: PageWriter, field: number, key: Uint8Array, value: unknown): void {
  if (typeof value === 'string' && value.length <= MAX_LOOP_LENGTH && key.length <= MAX_SHORT_KEY) {
    if (putShortText(writer, field, key, value)) return;
  }
  const whole = openField(writer, field);
  writer.reserve(key.length);
  writer.buffer.set(key, writer.at);
  writer.at += key.length;
  const valueMark = openField(writer, 2);
  writeAnyValue(writer, value);
  closeField(writer, valueMark);
  closeField(writer, whole);
}

/** Such a key and value have lengths of one byte. */
const MAX_SHORT_KEY = 0x7f - MAX_LOOP_LENGTH - 4;

/** @returns whether the value is ASCII; nothing is written otherwise */
function putShortText(writer: PageWriter, field: number, key: Uint8Array, value: string): boolean {
  const keySize = key.length;
  const { length } = value;
  writer.reserve(keySize + length + 6);
  const { buffer } = writer;
  let { at } = writer;
  buffer[at++] = field * 8 + LENGTH;
  buffer[at++] = keySize + length + 4;
  for (let i = 0; i < keySize; i++) buffer[at++] = key[i] as number;
  buffer[at++] = 2 * 8 + LENGTH;
  buffer[at++] = length + 2;
  buffer[at++] = STRING_VALUE;
  buffer[at++] = length;
  for (let i = 0; i < length; i++) {
    const code = value.charCodeAt(i);
    if (code > 0x7f) return false;
    buffer[at++] = code;
  }
  writer.at = at;
  return true;
}

function writeNumber(writer: PageWriter, value: number): void {
  writer.reserve(11);
  if (isInt64(value)) {
    writer.buffer[writer.at++] = INT_VALUE;
    writeInt64(writer, value);
  } else {
    writer.buffer[writer.at++] = DOUBLE_VALUE;
    putDouble(writer, value);
  }
}

function writeBigInt(writer: PageWriter, value: bigint): void {
  const whole = int64Of(value);
  if (whole === undefined) return writeAnyValue(writer, String(value));
  writer.reserve(11);
  writer.buffer[writer.at++] = INT_VALUE;
  putVarint64(writer, Number(whole & 0xffff_ffffn), Number(whole >> 32n));
}

function writeObject(writer: PageWriter, value: object): void {
  if (value instanceof Uint8Array) return writeBytes(writer, value);
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? undefined : writeAnyValue(writer, value.toISOString());
  const names = Array.isArray(value) ? undefined : Object.keys(value);
  const { length } = names ?? (value as readonly unknown[]);
  const instead = writer.nested.enter(value, length);
  if (instead !== undefined) return writeAnyValue(writer, instead);
  const list = openField(writer, names === undefined ? ARRAY_VALUE : KVLIST_VALUE);
  if (names === undefined) {
    for (let i = 0; i < length; i++) {
      const element = openField(writer, 1);
      writeAnyValue(writer, (value as readonly unknown[])[i]);
      closeField(writer, element);
    }
  } else for (const name of names) writeKeyValue(writer, 1, name, Reflect.get(value, name));
  closeField(writer, list);
  writer.nested.leave();
}

function writeBytes(writer: PageWriter, value: Uint8Array): void {
  writer.reserve(value.length + 6);
  writer.buffer[writer.at++] = BYTES_VALUE;
  putVarint(writer, value.length);
  writer.buffer.set(value, writer.at);
  writer.at += value.length;
}
