import type { DecodeState } from './decode-limits.js';
import type { ProtobufReader } from './protobuf-reader.js';

/** A KeyValue (opentelemetry-proto 1.x, common.proto) at the end of a flat list. */
export function readAttribute(reader: ProtobufReader, state: DecodeState, attributes: unknown[]): void {
  if (attributes.length >= 2 * state.limits.maxAttributes) {
    state.leftOut.attributes++;
    reader.leave(reader.enter());
    return;
  }
  const outer = reader.enter();
  let key = '';
  let value: unknown = null;
  while (reader.more) {
    const tag = reader.tag();
    if (tag === 0x0a) key = readText(reader, state);
    else if (tag === 0x12) value = readAnyValue(reader, state, value, 0);
    else reader.skip(tag);
  }
  reader.leave(outer);
  attributes.push(key, value);
}

export function readText(reader: ProtobufReader, state: DecodeState): string {
  return reader.text(state.limits.maxTextBytes, state.countCut);
}

/**
 * An AnyValue. The last of its members wins; arrays and maps that come twice are joined (protobuf's "Last One Wins").
 * @param former what came before in the same field; `null` if nothing did
 */
export function readAnyValue(reader: ProtobufReader, state: DecodeState, former: unknown, depth: number): unknown {
  const outer = reader.enter();
  let value = former;
  while (reader.more) {
    const tag = reader.tag();
    switch (tag) {
      case 0x0a:
        value = readText(reader, state);
        break;
      case 0x10:
        value = reader.bool();
        break;
      case 0x18:
        value = reader.int64();
        break;
      case 0x21:
        value = reader.double();
        break;
      case 0x2a:
        value = readArray(reader, state, Array.isArray(value) ? value : [], depth + 1);
        break;
      case 0x32:
        value = readMap(reader, state, isMap(value) ? value : emptyMap(), depth + 1);
        break;
      case 0x3a:
        value = reader.copied(state.limits.maxTextBytes, state.countCut);
        break;
      default:
        reader.skip(tag);
    }
  }
  reader.leave(outer);
  return value;
}

function readArray(reader: ProtobufReader, state: DecodeState, values: unknown[], depth: number): unknown {
  const outer = reader.enter();
  if (depth > state.limits.maxDepth) {
    state.leftOut.nested++;
    reader.leave(outer);
    return null;
  }
  while (reader.more) {
    const tag = reader.tag();
    if (tag !== 0x0a) reader.skip(tag);
    else if (values.length < state.limits.maxElements) values.push(readAnyValue(reader, state, null, depth));
    else {
      state.leftOut.elements++;
      reader.skip(tag);
    }
  }
  reader.leave(outer);
  return values;
}

/** Without a prototype: any name, `__proto__` as well, is a member like others. */
type ValueMap = Record<string, unknown>;

function readMap(reader: ProtobufReader, state: DecodeState, map: ValueMap, depth: number): unknown {
  const outer = reader.enter();
  if (depth > state.limits.maxDepth) {
    state.leftOut.nested++;
    reader.leave(outer);
    return null;
  }
  let read = 0;
  while (reader.more) {
    const tag = reader.tag();
    if (tag !== 0x0a) reader.skip(tag);
    else if (read < state.limits.maxElements) {
      read++;
      readMember(reader, state, map, depth);
    } else {
      state.leftOut.elements++;
      reader.skip(tag);
    }
  }
  reader.leave(outer);
  return map;
}

function readMember(reader: ProtobufReader, state: DecodeState, map: ValueMap, depth: number): void {
  const outer = reader.enter();
  let key = '';
  let value: unknown = null;
  while (reader.more) {
    const tag = reader.tag();
    if (tag === 0x0a) key = readText(reader, state);
    else if (tag === 0x12) value = readAnyValue(reader, state, value, depth);
    else reader.skip(tag);
  }
  reader.leave(outer);
  map[key] = value;
}

export function emptyMap(): ValueMap {
  return Object.create(null) as ValueMap;
}

function isMap(value: unknown): value is ValueMap {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null;
}
