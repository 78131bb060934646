import { OtlpDecodeError } from './decode-error.js';
import type { DecodeState } from './decode-limits.js';
import type { DecodedResource, DecodedScope } from './decoded-scope.js';
import { int32Of, type JsonObject, listOf, objectOf, textOf } from './json-fields.js';
import { attributesOf } from './json-values.js';

/** Names of a signal's lists, from the outermost. */
export interface JsonNames {
  readonly resources: string;
  readonly scopes: string;
  readonly records: string;
}

/** Reads one record. */
export type ReadJsonRecord = (record: JsonObject, scope: DecodedScope, resource: DecodedResource) => void;

/** An Export…ServiceRequest. Unknown members are ignored (OTLP 1.x, "JSON Protobuf Encoding"). */
export function readJsonRequest(
  bytes: Uint8Array,
  state: DecodeState,
  { resources, scopes, records }: JsonNames,
  readRecord: ReadJsonRecord,
): void {
  const request = objectOf(parsed(bytes), 'request');
  for (const given of listOf(request?.[resources], resources)) {
    const ofResource = objectOf(given, resources);
    const resource: DecodedResource = {
      ...sharedOf(objectOf(ofResource?.['resource'], 'resource'), state),
      schemaUrl: textOf(ofResource?.['schemaUrl'], 'schemaUrl', state),
    };
    for (const each of listOf(ofResource?.[scopes], scopes)) {
      const ofScope = objectOf(each, scopes);
      const scope = scopeOf(ofScope, state);
      for (const record of listOf(ofScope?.[records], records))
        readRecord(objectOf(record, records) ?? {}, scope, resource);
    }
  }
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()) as unknown;
  } catch (error) {
    const fault =
      error instanceof SyntaxError && /end of JSON input|Unterminated/.test(error.message) ? 'truncated' : 'malformed';
    throw new OtlpDecodeError(fault, error instanceof Error ? error.message : 'it cannot be parsed');
  }
}

function scopeOf(ofScope: JsonObject | undefined, state: DecodeState): DecodedScope {
  const scope = objectOf(ofScope?.['scope'], 'scope');
  return {
    name: textOf(scope?.['name'], 'name', state),
    version: textOf(scope?.['version'], 'version', state),
    ...sharedOf(scope, state),
    schemaUrl: textOf(ofScope?.['schemaUrl'], 'schemaUrl', state),
  };
}

function sharedOf(
  given: JsonObject | undefined,
  state: DecodeState,
): Pick<DecodedResource, 'attributes' | 'droppedAttributesCount'> {
  return {
    attributes: attributesOf(given?.['attributes'], 'attributes', state),
    droppedAttributesCount: int32Of(given?.['droppedAttributesCount'], 'droppedAttributesCount'),
  };
}
