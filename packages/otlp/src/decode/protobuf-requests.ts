import type { DecodeState } from './decode-limits.js';
import type { DecodedResource, DecodedScope } from './decoded-scope.js';
import { ProtobufReader } from './protobuf-reader.js';
import { readAttribute, readText } from './protobuf-values.js';

/** Reads one record whose tag was read. */
export type ReadRecord = (reader: ProtobufReader, scope: DecodedScope, resource: DecodedResource) => void;

/**
 * Export…ServiceRequest { resource_… = 1 }, Resource… { resource = 1, scope_… = 2, schema_url = 3 },
 * Scope… { scope = 1, records = 2, schema_url = 3 }: all signals have the same numbers. Fields may come in any order, so resource and
 * scope are looked for before their records are read; that passes over records by their length.
 */
export function readRequest(bytes: Uint8Array, state: DecodeState, readRecord: ReadRecord): void {
  const reader = new ProtobufReader(bytes);
  while (reader.more) {
    const tag = reader.tag();
    if (tag === RESOURCES) readResourceRecords(reader, state, readRecord);
    else reader.skip(tag);
  }
}

const RESOURCES = 0x0a;
const HEAD = 0x0a;
const PARTS = 0x12;
const SCHEMA_URL = 0x1a;

function readResourceRecords(reader: ProtobufReader, state: DecodeState, readRecord: ReadRecord): void {
  const outer = reader.enter();
  const start = reader.at;
  const resource = { attributes: [] as unknown[], droppedAttributesCount: 0, schemaUrl: '' };
  while (reader.more) {
    const tag = reader.tag();
    if (tag === HEAD) readResource(reader, state, resource);
    else if (tag === SCHEMA_URL) resource.schemaUrl = readText(reader, state);
    else reader.skip(tag);
  }
  reader.rewind(start);
  while (reader.more) {
    const tag = reader.tag();
    if (tag === PARTS) readScopeRecords(reader, state, resource, readRecord);
    else reader.skip(tag);
  }
  reader.leave(outer);
}

function readScopeRecords(
  reader: ProtobufReader,
  state: DecodeState,
  resource: DecodedResource,
  readRecord: ReadRecord,
): void {
  const outer = reader.enter();
  const start = reader.at;
  const scope = { name: '', version: '', attributes: [] as unknown[], droppedAttributesCount: 0, schemaUrl: '' };
  while (reader.more) {
    const tag = reader.tag();
    if (tag === HEAD) readScope(reader, state, scope);
    else if (tag === SCHEMA_URL) scope.schemaUrl = readText(reader, state);
    else reader.skip(tag);
  }
  reader.rewind(start);
  while (reader.more) {
    const tag = reader.tag();
    if (tag === PARTS) readRecord(reader, scope, resource);
    else reader.skip(tag);
  }
  reader.leave(outer);
}

function readResource(
  reader: ProtobufReader,
  state: DecodeState,
  resource: { attributes: unknown[]; droppedAttributesCount: number },
): void {
  const outer = reader.enter();
  while (reader.more) {
    const tag = reader.tag();
    if (tag === 0x0a) readAttribute(reader, state, resource.attributes);
    else if (tag === 0x10) resource.droppedAttributesCount = reader.uint32();
    else reader.skip(tag);
  }
  reader.leave(outer);
}

function readScope(
  reader: ProtobufReader,
  state: DecodeState,
  scope: { name: string; version: string; attributes: unknown[]; droppedAttributesCount: number },
): void {
  const outer = reader.enter();
  while (reader.more) {
    const tag = reader.tag();
    if (tag === 0x0a) scope.name = readText(reader, state);
    else if (tag === 0x12) scope.version = readText(reader, state);
    else if (tag === 0x1a) readAttribute(reader, state, scope.attributes);
    else if (tag === 0x20) scope.droppedAttributesCount = reader.uint32();
    else reader.skip(tag);
  }
  reader.leave(outer);
}
