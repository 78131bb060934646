import type { FlatAttributes } from '../encode/flat-attributes.js';
import type { DecodeState } from './decode-limits.js';
import { boolOf, bytesOf, doubleOf, int64Of, listOf, objectOf, textOf } from './json-fields.js';
import { emptyMap } from './protobuf-values.js';

/** A list of KeyValue. */
export function attributesOf(value: unknown, name: string, state: DecodeState): FlatAttributes {
  const attributes: unknown[] = [];
  for (const each of listOf(value, name)) {
    if (attributes.length >= 2 * state.limits.maxAttributes) {
      state.leftOut.attributes++;
      continue;
    }
    const keyValue = objectOf(each, name);
    attributes.push(textOf(keyValue?.['key'], 'key', state), anyValueOf(keyValue?.['value'], state, 0));
  }
  return attributes;
}

/** An AnyValue; `null` if it has no value. */
export function anyValueOf(given: unknown, state: DecodeState, depth: number): unknown {
  const value = objectOf(given, 'value');
  if (value === undefined) return null;
  const { stringValue, boolValue, intValue, doubleValue, arrayValue, kvlistValue, bytesValue } = value;
  if (isGiven(stringValue)) return textOf(stringValue, 'stringValue', state);
  if (isGiven(boolValue)) return boolOf(boolValue, 'boolValue');
  if (isGiven(intValue)) return int64Of(intValue, 'intValue');
  if (isGiven(doubleValue)) return doubleOf(doubleValue, 'doubleValue');
  if (isGiven(bytesValue)) return bytesOf(bytesValue, 'bytesValue', state);
  if (isGiven(arrayValue)) return nestedOf(objectOf(arrayValue, 'arrayValue')?.['values'], state, depth + 1, arrayOf);
  if (isGiven(kvlistValue)) return nestedOf(objectOf(kvlistValue, 'kvlistValue')?.['values'], state, depth + 1, mapOf);
  return null;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function nestedOf(
  given: unknown,
  state: DecodeState,
  depth: number,
  read: (values: readonly unknown[], state: DecodeState, depth: number) => unknown,
): unknown {
  if (depth > state.limits.maxDepth) {
    state.leftOut.nested++;
    return null;
  }
  const values = listOf(given, 'values');
  const { maxElements } = state.limits;
  if (values.length > maxElements) state.leftOut.elements += values.length - maxElements;
  return read(values.slice(0, maxElements), state, depth);
}

function arrayOf(values: readonly unknown[], state: DecodeState, depth: number): unknown {
  return values.map((each) => anyValueOf(each, state, depth));
}

function mapOf(values: readonly unknown[], state: DecodeState, depth: number): unknown {
  const map = emptyMap();
  for (const each of values) {
    const keyValue = objectOf(each, 'values');
    map[textOf(keyValue?.['key'], 'key', state)] = anyValueOf(keyValue?.['value'], state, depth);
  }
  return map;
}
