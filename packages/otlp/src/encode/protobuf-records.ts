import { writeAttributes } from './protobuf-values.js';
import { closeField, openField, writeTextField } from './protobuf-wire.js';
import {
  type EncodedRecord,
  flatResource,
  type RecordEncoder,
  type RecordEncoderOptions,
  type Scope,
} from './record-encoder.js';
import { type PagedRecord, PageWriter } from './record-pages.js';
import { byScope, copyRecords, ScopeCache } from './record-scopes.js';
import { varintSize } from './varint-size.js';

/**
 * Export…ServiceRequest { resource_… = 1 }, Resource… { resource = 1, scope_… = 2, schema_url = 3 },
 * Scope… { scope = 1, records = 2, schema_url = 3 }: traces and logs have the same numbers.
 * @param write writes the content of a record
 */
export function protobufRecords<Fields>(
  options: RecordEncoderOptions,
  write: (writer: PageWriter, fields: Fields) => void,
): RecordEncoder<Fields> {
  const pages = new PageWriter(2);
  const scopes = new ScopeCache(scopeParts);
  // With the first request: some attributes of a resource are looked up after the start.
  let resource: Uint8Array | undefined;
  const resourceBytes = (): Uint8Array =>
    bytesOf((writer) => {
      const mark = openField(writer, 1);
      writeAttributes(writer, 1, flatResource(options.resource));
      closeField(writer, mark);
    });
  const resourceEnd = schemaUrlField(options.resourceSchemaUrl);
  let isBusy = false;
  return {
    encode(fields, scope) {
      // A getter of a value may log or end a span itself.
      const writer = isBusy ? new PageWriter(2) : pages;
      const wasBusy = isBusy;
      isBusy = true;
      try {
        writer.begin();
        write(writer, fields);
        return writer.finish(scopes.of(scope));
      } catch (error) {
        writer.discard();
        throw error;
      } finally {
        isBusy = wasBusy;
      }
    },
    request(records: readonly EncodedRecord[]) {
      const groups = byScope(records as ReadonlyArray<PagedRecord<ScopeParts>>);
      const sizes = groups.map(({ scope, size }) => scope.head.length + size + scope.end.length);
      resource ??= resourceBytes();
      let size = resource.length + resourceEnd.length;
      for (const each of sizes) size += fieldSize(each);
      const request = Buffer.allocUnsafeSlow(fieldSize(size));
      let at = putHead(request, 0, 1, size);
      at = put(request, at, resource);
      for (const [i, { scope, records: ofScope }] of groups.entries()) {
        at = putHead(request, at, 2, sizes[i] ?? 0);
        at = put(request, at, scope.head);
        at = copyRecords(ofScope, request, at);
        at = put(request, at, scope.end);
      }
      put(request, at, resourceEnd);
      return request;
    },
  };
}

interface ScopeParts {
  /** The field `scope`. */
  readonly head: Uint8Array;
  /** The field `schema_url`. */
  readonly end: Uint8Array;
}

/** InstrumentationScope { name = 1, version = 2, attributes = 3 } */
function scopeParts({ name, version = '', schemaUrl, attributes = [] }: Scope): ScopeParts {
  const head = bytesOf((writer) => {
    const mark = openField(writer, 1);
    writeTextField(writer, 1, name);
    writeTextField(writer, 2, version);
    writeAttributes(writer, 3, attributes);
    closeField(writer, mark);
  });
  return { head, end: schemaUrlField(schemaUrl) };
}

function schemaUrlField(url = ''): Uint8Array {
  return bytesOf((writer) => writeTextField(writer, 3, url));
}

function bytesOf(write: (writer: PageWriter) => void): Uint8Array {
  const writer = new PageWriter(undefined);
  writer.begin();
  write(writer);
  const { page, start, size } = writer.finish(undefined);
  return Uint8Array.from(page.subarray(start, start + size));
}

function fieldSize(contentSize: number): number {
  return 1 + varintSize(contentSize) + contentSize;
}

function putHead(buffer: Buffer, start: number, field: number, size: number): number {
  let at = start;
  let left = size;
  buffer[at++] = field * 8 + 2;
  for (; left > 0x7f; left >>>= 7) buffer[at++] = (left & 0x7f) | 0x80;
  buffer[at++] = left;
  return at;
}

function put(buffer: Buffer, at: number, bytes: Uint8Array): number {
  buffer.set(bytes, at);
  return at + bytes.length;
}
