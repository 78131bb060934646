import { attributesJson, stringJson } from './json-values.js';
import { NestedLimits } from './nested-limits.js';
import {
  type EncodedRecord,
  flatResource,
  type RecordEncoder,
  type RecordEncoderOptions,
  type Scope,
} from './record-encoder.js';
import { type PagedRecord, PageWriter } from './record-pages.js';
import { byScope, copyRecords, ScopeCache } from './record-scopes.js';

/** How a signal is written in OTLP's JSON form. */
export interface JsonFormat<Fields> {
  textOf(fields: Fields, nested: NestedLimits): string;
  /** Names of the lists, from the outermost. */
  readonly resources: string;
  readonly scopes: string;
  readonly records: string;
}

/** Keeps each record with a comma after it, so that records that follow each other are copied at once. */
export function jsonRecords<Fields>(options: RecordEncoderOptions, format: JsonFormat<Fields>): RecordEncoder<Fields> {
  const pages = new PageWriter(undefined);
  const scopes = new ScopeCache((scope) => scopeParts(scope, format.records));
  // With the first request: some attributes of a resource are looked up after the start.
  let head: Buffer | undefined;
  const headBytes = (): Buffer => {
    const attributes = attributesJson(flatResource(options.resource), new NestedLimits());
    return Buffer.from(`{"${format.resources}":[{"resource":{"attributes":${attributes}},"${format.scopes}":[`);
  };
  const end = Buffer.from(`]${schemaUrlMember(options.resourceSchemaUrl)}}]}`);
  return {
    encode(fields, scope) {
      const parts = scopes.of(scope);
      const nested = new NestedLimits();
      const text = `${format.textOf(fields, nested)},`;
      pages.begin();
      const size = Buffer.byteLength(text);
      pages.reserve(size);
      pages.at += pages.buffer.write(text, pages.at, size);
      return pages.finish(parts);
    },
    request(records: readonly EncodedRecord[]) {
      const groups = byScope(records as ReadonlyArray<PagedRecord<ScopeParts>>);
      head ??= headBytes();
      let size = head.length + end.length;
      for (const group of groups) size += group.scope.head.length + group.size + group.scope.end.length;
      const request = Buffer.allocUnsafeSlow(size);
      let at = head.copy(request);
      for (const { scope, records: ofScope } of groups) {
        at += scope.head.copy(request, at);
        at = copyRecords(ofScope, request, at) - 1; // over the last comma
        at += scope.end.copy(request, at);
      }
      if (groups.length > 0) at--;
      at += end.copy(request, at);
      return request.subarray(0, at);
    },
  };
}

interface ScopeParts {
  readonly head: Buffer;
  readonly end: Buffer;
}

function scopeParts({ name, version = '', schemaUrl, attributes = [] }: Scope, records: string): ScopeParts {
  const members = [`"name":${stringJson(name)}`];
  if (version !== '') members.push(`"version":${stringJson(version)}`);
  if (attributes.length > 0) members.push(`"attributes":${attributesJson(attributes, new NestedLimits())}`);
  return {
    head: Buffer.from(`{"scope":{${members.join()}},"${records}":[`),
    end: Buffer.from(`]${schemaUrlMember(schemaUrl)}},`),
  };
}

function schemaUrlMember(url = ''): string {
  return url === '' ? '' : `,"schemaUrl":${stringJson(url)}`;
}
