import type { FlatAttributes } from './flat-attributes.js';
import type { Attribute } from './message.js';

/** The instrumentation scope of a span or log record. One object per scope: records are put together by its identity. */
export interface Scope {
  readonly name: string;
  readonly version?: string | undefined;
  readonly schemaUrl?: string | undefined;
  readonly attributes?: FlatAttributes | undefined;
}

/** One encoded record. It holds its bytes, and nothing of the record that it was made from. */
export interface EncodedRecord {
  /** Bytes on the wire. */
  readonly size: number;
}

/** Turns records into bytes one by one, and those bytes into requests. Copies nothing but bytes when a request is made. */
export interface RecordEncoder<Fields> {
  /**
   * Encodes a record at once. Called on the hot path, whenever a span ends or a line is logged. Throws, for this record only, if an id
   * of a span is none, if a getter of a value throws, or if the record would be larger than 64 MiB or have more than a million values.
   */
  encode(fields: Fields, scope: Scope): EncodedRecord;
  /**
   * The whole Export…ServiceRequest: the resource once, one ScopeSpans or ScopeLogs per scope object, records in the order given.
   * @param records of this encoder; each may be in several requests, as when a request is sent again in halves
   */
  request(records: readonly EncodedRecord[]): Uint8Array;
}

export interface RecordEncoderOptions {
  readonly encoding: 'protobuf' | 'json';
  /**
   * The attributes of the resource, as alternating names and values or as `resourceMessage` makes them. A function is called once,
   * with the first request.
   */
  readonly resource: ResourceInput | (() => ResourceInput);
  readonly resourceSchemaUrl?: string | undefined;
}

type ResourceInput = FlatAttributes | { readonly attributes: readonly Attribute[] };

export function flatResource(given: RecordEncoderOptions['resource']): FlatAttributes {
  const resource = typeof given === 'function' ? given() : given;
  if ('attributes' in resource) {
    return resource.attributes.flatMap(({ key, value }) => [key, Object.values(value)[0] as unknown]);
  }
  return resource;
}
