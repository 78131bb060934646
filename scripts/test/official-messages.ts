import protobuf from 'protobufjs';
import { type MessageName, messageType } from './otlp-definitions.js';

export type { MessageName };

// Decodes requests by protobufjs and a table of OTLP's messages, without any code of `packages/otlp`.

/** A request in OTLP's JSON form: 64-bit integers as strings, ids in hex. */
export interface DecodedRequest {
  readonly resourceMetrics: ReadonlyArray<{
    readonly resource: { readonly attributes: readonly DecodedAttribute[] };
    readonly scopeMetrics: ReadonlyArray<{
      readonly scope: { readonly name: string; readonly version: string };
      readonly metrics: readonly DecodedMetric[];
    }>;
  }>;
}

export interface DecodedAttribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

export interface DecodedMetric {
  readonly name: string;
  readonly description?: string;
  readonly unit?: string;
  readonly gauge?: DecodedData;
  readonly sum?: DecodedData;
  readonly histogram?: DecodedData;
  readonly exponentialHistogram?: DecodedData;
  readonly summary?: DecodedData;
}

export interface DecodedData {
  readonly dataPoints: readonly DecodedPoint[];
  readonly aggregationTemporality?: number;
  readonly isMonotonic?: boolean;
}

export interface DecodedPoint {
  readonly attributes?: readonly DecodedAttribute[];
  readonly startTimeUnixNano?: string;
  readonly timeUnixNano: string;
  readonly asDouble?: number;
  readonly count?: string;
  readonly sum?: number;
  readonly bucketCounts?: readonly string[];
  readonly explicitBounds?: readonly number[];
  readonly scale?: number;
  readonly zeroCount?: string;
  readonly positive?: { readonly offset?: number; readonly bucketCounts?: readonly string[] };
  readonly negative?: { readonly offset?: number; readonly bucketCounts?: readonly string[] };
  readonly min?: number;
  readonly max?: number;
  readonly quantileValues?: ReadonlyArray<{ readonly quantile?: number; readonly value?: number }>;
  readonly exemplars?: ReadonlyArray<{
    readonly timeUnixNano: string;
    readonly asDouble: number;
    readonly spanId: string;
    readonly traceId: string;
  }>;
}

/** Throws if it is no request, or if it has unknown fields. */
export function decodeProtobuf(bytes: Uint8Array): DecodedRequest {
  return decodeMessage('ExportMetricsServiceRequest', bytes) as DecodedRequest;
}

/** Throws unless it is OTLP's JSON form of a request: only known fields, 64-bit integers as strings, ids in hex. */
export function decodeJson(bytes: Uint8Array): DecodedRequest {
  return decodeJsonMessage('ExportMetricsServiceRequest', bytes) as DecodedRequest;
}

/** Any message, as `DecodedRequest`. Throws if it is none, or if it has unknown fields. */
export function decodeMessage(name: MessageName, bytes: Uint8Array): object {
  const type = messageType(name);
  const message = type.decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)); // of a plain Uint8Array it takes parts of another kind
  const size = type.encode(message).finish().length;
  // The size differs only by fields that are written with 0, which proto3 reads as absent: no unknown field may be left.
  if (size > bytes.length) throw new Error(`${bytes.length} bytes were read as ${size}.`);
  return inJsonForm(message, type);
}

/** Any message in OTLP's JSON form, as `decodeMessage` gives it. Throws unless it is one. */
export function decodeJsonMessage(name: MessageName, bytes: Uint8Array): object {
  const value: unknown = JSON.parse(new TextDecoder('utf8', { fatal: true }).decode(bytes));
  return readMessage(value, messageType(name), 'request');
}

export function encodeMessage(name: MessageName, message: object): Uint8Array {
  const type = messageType(name);
  return type.encode(type.fromObject(message)).finish();
}

export function encodeResponse(rejectedDataPoints: number, errorMessage: string): Uint8Array {
  return encodeMessage('ExportMetricsServiceResponse', { partialSuccess: { rejectedDataPoints, errorMessage } });
}

function readMessage(value: unknown, type: protobuf.Type, path: string): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${path} is no object.`);
  for (const { name, oneof } of type.oneofsArray) {
    const given = oneof.filter((each) => Object.hasOwn(value, each));
    if (given.length > 1) throw new Error(`${path} has ${given.join(' and ')}, of which a ${name} is one.`);
  }
  const read: Record<string, unknown> = {};
  for (const [name, element] of Object.entries(value)) {
    const field = Object.hasOwn(type.fields, name) ? type.fields[name]?.resolve() : undefined;
    if (field === undefined) throw new Error(`${path} has no field "${name}".`);
    const given = field.repeated
      ? (element as unknown[]).map((each, i) => readValue(each, field, `${path}.${name}[${i}]`))
      : readValue(element, field, `${path}.${name}`);
    if (!isAbsent(given, field)) read[name] = given;
  }
  return read;
}

/** What proto3 reads as absent: empty lists, and zeroes of fields without presence. protobufjs leaves them out, too. */
function isAbsent(value: unknown, field: protobuf.Field): boolean {
  if (Array.isArray(value)) return value.length === 0;
  const isDefault = field.type === 'string' || field.type === 'bytes' ? value === '' : !value || value === '0';
  return field.partOf === null && isDefault && !Number.isNaN(value);
}

function readValue(value: unknown, field: protobuf.Field, path: string): unknown {
  if (field.resolvedType instanceof protobuf.Type) return readMessage(value, field.resolvedType, path);
  const isRight = (): boolean => {
    if (field.resolvedType instanceof protobuf.Enum)
      return Object.values(field.resolvedType.values).includes(value as number);
    switch (field.type) {
      case 'string':
        return typeof value === 'string' && !/\p{Surrogate}/u.test(value);
      case 'bool':
        return typeof value === 'boolean';
      case 'bytes':
        return typeof value === 'string' && (isId(field.name) ? /^([\da-f]{2})+$/i : BASE64).test(value);
      case 'double':
        return typeof value === 'number' || words.has(value as string);
      case 'sint32':
      case 'int32':
      case 'uint32':
      case 'fixed32':
        return Number.isInteger(value);
      default:
        return typeof value === 'string' && /^(0|-?[1-9]\d*)$/.test(value);
    }
  };
  if (!isRight()) throw new Error(`${path} is ${JSON.stringify(value)}, which is no ${field.type}.`);
  if (field.type === 'bytes' && isId(field.name)) return (value as string).toLowerCase();
  return field.type === 'double' ? (words.get(value as string) ?? value) : value;
}

const BASE64 = /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/;
const words = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

/** Trace and span ids are written in hex; all other bytes in base64. */
function isId(name: string): boolean {
  return /^(?:traceId|spanId|parentSpanId)$/.test(name);
}

function inJsonForm(message: protobuf.Message, type: protobuf.Type): object {
  return withHexIds(type.toObject(message, { longs: String, bytes: String })) as object;
}

function withHexIds(value: unknown, name = ''): unknown {
  if (typeof value === 'string' && isId(name)) return Buffer.from(value, 'base64').toString('hex');
  if (Array.isArray(value)) return value.map((each) => withHexIds(each, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withHexIds(each, key)]));
}
