import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';

// Decodes requests by the official definitions (proto, opentelemetry-proto 1.9.0), without any code of the backend.

const root = new protobuf.Root();
const folder = fileURLToPath(new URL('./proto/', import.meta.url));
root.resolvePath = (_origin, target) => folder + target;
root.loadSync('opentelemetry/proto/collector/metrics/v1/metrics_service.proto', { keepCase: false });
const service = 'opentelemetry.proto.collector.metrics.v1';
const requestType = root.lookupType(`${service}.ExportMetricsServiceRequest`);
const responseType = root.lookupType(`${service}.ExportMetricsServiceResponse`);

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
  const message = requestType.decode(bytes);
  const size = requestType.encode(message).finish().length;
  // The size differs only by fields that are written with 0, which proto3 reads as absent: no unknown field may be left.
  if (size > bytes.length) throw new Error(`${bytes.length} bytes were read as ${size}.`);
  return withHexIds(requestType.toObject(message, { longs: String, bytes: Buffer })) as DecodedRequest;
}

/** Throws unless it is OTLP's JSON form of a request: only known fields, 64-bit integers as strings, ids in hex. */
export function decodeJson(bytes: Uint8Array): DecodedRequest {
  const request: unknown = JSON.parse(new TextDecoder('utf8', { fatal: true }).decode(bytes));
  checkMessage(request, requestType, 'request');
  return withNumbers(request) as DecodedRequest;
}

export function encodeResponse(rejectedDataPoints: number, errorMessage: string): Uint8Array {
  return responseType
    .encode(responseType.fromObject({ partialSuccess: { rejectedDataPoints, errorMessage } }))
    .finish();
}

function checkMessage(value: unknown, type: protobuf.Type, path: string): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${path} is no object.`);
  for (const [name, element] of Object.entries(value)) {
    const field = type.fields[name]?.resolve();
    if (field === undefined) throw new Error(`${path} has no field "${name}".`);
    const elements: unknown[] = field.repeated ? (element as unknown[]) : [element];
    for (const [i, each] of elements.entries()) checkValue(each, field, `${path}.${name}[${i}]`);
  }
}

function checkValue(value: unknown, field: protobuf.Field, path: string): void {
  if (field.resolvedType instanceof protobuf.Type) return checkMessage(value, field.resolvedType, path);
  const isRight = (): boolean => {
    if (field.resolvedType instanceof protobuf.Enum)
      return Object.values(field.resolvedType.values).includes(value as number);
    switch (field.type) {
      case 'string':
        return typeof value === 'string';
      case 'bool':
        return typeof value === 'boolean';
      case 'bytes':
        return typeof value === 'string' && /^([\da-f]{2})+$/i.test(value);
      case 'double':
        return typeof value === 'number' || ['NaN', 'Infinity', '-Infinity'].includes(value as string);
      case 'sint32':
      case 'int32':
      case 'uint32':
        return Number.isInteger(value);
      default:
        return typeof value === 'string' && /^(0|-?[1-9]\d*)$/.test(value);
    }
  };
  if (!isRight()) throw new Error(`${path} is ${JSON.stringify(value)}, which is no ${field.type}.`);
}

function withHexIds(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return value.toString('hex');
  if (Array.isArray(value)) return value.map(withHexIds);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withHexIds(each)]));
}

const words = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

function withNumbers(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((each) => withNumbers(each, name));
  if (typeof value === 'string')
    return ['asDouble', 'sum', 'value', 'quantile', 'explicitBounds'].includes(name)
      ? (words.get(value) ?? value)
      : value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withNumbers(each, key)]));
}
