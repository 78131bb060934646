import type { DecodeState } from './decode-limits.js';
import type {
  DecodedBuckets,
  DecodedExemplar,
  DecodedExponentialPoint,
  DecodedHistogramPoint,
  DecodedNumberPoint,
  DecodedSummaryPoint,
} from './decoded-metric.js';
import type { ProtobufReader } from './protobuf-reader.js';
import { takesEvent } from './protobuf-spans.js';
import { readAttribute } from './protobuf-values.js';

// Points of metrics (opentelemetry-proto 1.x, metrics.proto). Their times have the same numbers in all of them.

export function readNumberPoint(reader: ProtobufReader, state: DecodeState): DecodedNumberPoint {
  const outer = reader.enter();
  const point = { ...newPoint(), value: undefined as number | bigint | undefined, exemplars: [] as DecodedExemplar[] };
  while (reader.more) {
    const tag = reader.tag();
    if (tag === 0x3a) readAttribute(reader, state, point.attributes);
    else if (tag === 0x21) point.value = reader.double();
    else if (tag === 0x31) point.value = reader.sfixed64();
    else if (tag === 0x2a) readExemplar(reader, state, tag, point.exemplars);
    else if (tag === 0x40) point.flags = reader.uint32();
    else readTime(reader, tag, point);
  }
  reader.leave(outer);
  return point;
}

export function readHistogramPoint(reader: ProtobufReader, state: DecodeState): DecodedHistogramPoint {
  const outer = reader.enter();
  const point = {
    ...newPoint(),
    ...newExtremes(),
    bucketCounts: [] as number[],
    explicitBounds: [] as number[],
    exemplars: [] as DecodedExemplar[],
  };
  while (reader.more) {
    const tag = reader.tag();
    switch (tag) {
      case 0x4a:
        readAttribute(reader, state, point.attributes);
        break;
      case 0x21:
        point.count = reader.fixed64Number();
        break;
      case 0x29:
        point.sum = reader.double();
        break;
      case 0x32:
      case 0x31:
        readNumbers(reader, state, tag === 0x32, point.bucketCounts, readFixed64);
        break;
      case 0x3a:
      case 0x39:
        readNumbers(reader, state, tag === 0x3a, point.explicitBounds, readDouble);
        break;
      case 0x42:
        readExemplar(reader, state, tag, point.exemplars);
        break;
      case 0x50:
        point.flags = reader.uint32();
        break;
      case 0x59:
        point.min = reader.double();
        break;
      case 0x61:
        point.max = reader.double();
        break;
      default:
        readTime(reader, tag, point);
    }
  }
  reader.leave(outer);
  return point;
}

export function readExponentialPoint(reader: ProtobufReader, state: DecodeState): DecodedExponentialPoint {
  const outer = reader.enter();
  const point = {
    ...newPoint(),
    ...newExtremes(),
    scale: 0,
    zeroCount: 0,
    zeroThreshold: 0,
    positive: { offset: 0, bucketCounts: [] as number[] },
    negative: { offset: 0, bucketCounts: [] as number[] },
    exemplars: [] as DecodedExemplar[],
  };
  while (reader.more) {
    const tag = reader.tag();
    switch (tag) {
      case 0x0a:
        readAttribute(reader, state, point.attributes);
        break;
      case 0x21:
        point.count = reader.fixed64Number();
        break;
      case 0x29:
        point.sum = reader.double();
        break;
      case 0x30:
        point.scale = reader.sint32();
        break;
      case 0x39:
        point.zeroCount = reader.fixed64Number();
        break;
      case 0x42:
        readBuckets(reader, state, point.positive);
        break;
      case 0x4a:
        readBuckets(reader, state, point.negative);
        break;
      case 0x50:
        point.flags = reader.uint32();
        break;
      case 0x5a:
        readExemplar(reader, state, tag, point.exemplars);
        break;
      case 0x61:
        point.min = reader.double();
        break;
      case 0x69:
        point.max = reader.double();
        break;
      case 0x71:
        point.zeroThreshold = reader.double();
        break;
      default:
        readTime(reader, tag, point);
    }
  }
  reader.leave(outer);
  return point;
}

export function readSummaryPoint(reader: ProtobufReader, state: DecodeState): DecodedSummaryPoint {
  const outer = reader.enter();
  const point = { ...newPoint(), count: 0, sum: 0, quantiles: [] as Array<{ quantile: number; value: number }> };
  while (reader.more) {
    const tag = reader.tag();
    if (tag === 0x3a) readAttribute(reader, state, point.attributes);
    else if (tag === 0x21) point.count = reader.fixed64Number();
    else if (tag === 0x29) point.sum = reader.double();
    else if (tag === 0x32 && takesElement(point.quantiles, state)) point.quantiles.push(readQuantile(reader));
    else if (tag === 0x40) point.flags = reader.uint32();
    else readTime(reader, tag, point);
  }
  reader.leave(outer);
  return point;
}

interface NewPoint {
  attributes: unknown[];
  startSeconds: number;
  startNanos: number;
  seconds: number;
  nanos: number;
  flags: number;
}

export function newPoint(): NewPoint {
  return { attributes: [], startSeconds: 0, startNanos: 0, seconds: 0, nanos: 0, flags: 0 };
}

interface Extremes {
  count: number;
  sum: number | undefined;
  min: number | undefined;
  max: number | undefined;
}

export function newExtremes(): Extremes {
  return { count: 0, sum: undefined, min: undefined, max: undefined };
}

/** The times of a point, or a field that is skipped. */
function readTime(reader: ProtobufReader, tag: number, point: NewPoint): void {
  if (tag === 0x11) {
    reader.time();
    point.startSeconds = reader.seconds;
    point.startNanos = reader.nanos;
  } else if (tag === 0x19) {
    reader.time();
    point.seconds = reader.seconds;
    point.nanos = reader.nanos;
  } else reader.skip(tag);
}

/** A list of scalars: packed or one by one, and both mixed (protobuf, "Packed Repeated Fields"). */
function readNumbers(
  reader: ProtobufReader,
  state: DecodeState,
  isPacked: boolean,
  numbers: number[],
  read: (reader: ProtobufReader) => number,
): void {
  if (!isPacked) {
    const number = read(reader);
    if (takesElement(numbers, state)) numbers.push(number);
    return;
  }
  const outer = reader.enter();
  while (reader.more) {
    const number = read(reader);
    if (takesElement(numbers, state)) numbers.push(number);
  }
  reader.leave(outer);
}

const readFixed64 = (reader: ProtobufReader): number => reader.fixed64Number();
const readUint64 = (reader: ProtobufReader): number => reader.uint64Number();
const readDouble = (reader: ProtobufReader): number => reader.double();

export function takesElement(list: readonly unknown[], state: DecodeState): boolean {
  if (list.length < state.limits.maxElements) return true;
  state.leftOut.elements++;
  return false;
}

function readBuckets(
  reader: ProtobufReader,
  state: DecodeState,
  buckets: { -readonly [Name in keyof DecodedBuckets]: DecodedBuckets[Name] } & { bucketCounts: number[] },
): void {
  const outer = reader.enter();
  while (reader.more) {
    const tag = reader.tag();
    if (tag === 0x08) buckets.offset = reader.sint32();
    else if (tag === 0x12 || tag === 0x10) readNumbers(reader, state, tag === 0x12, buckets.bucketCounts, readUint64);
    else reader.skip(tag);
  }
  reader.leave(outer);
}

function readQuantile(reader: ProtobufReader): { quantile: number; value: number } {
  const outer = reader.enter();
  const read = { quantile: 0, value: 0 };
  while (reader.more) {
    const tag = reader.tag();
    if (tag === 0x09) read.quantile = reader.double();
    else if (tag === 0x11) read.value = reader.double();
    else reader.skip(tag);
  }
  reader.leave(outer);
  return read;
}

function readExemplar(reader: ProtobufReader, state: DecodeState, given: number, exemplars: DecodedExemplar[]): void {
  if (!takesEvent(exemplars, state)) return reader.skip(given);
  const outer = reader.enter();
  const exemplar = {
    seconds: 0,
    nanos: 0,
    value: undefined as number | bigint | undefined,
    traceId: '',
    spanId: '',
    attributes: [] as unknown[],
  };
  while (reader.more) {
    const tag = reader.tag();
    if (tag === 0x3a) readAttribute(reader, state, exemplar.attributes);
    else if (tag === 0x11) {
      reader.time();
      exemplar.seconds = reader.seconds;
      exemplar.nanos = reader.nanos;
    } else if (tag === 0x19) exemplar.value = reader.double();
    else if (tag === 0x31) exemplar.value = reader.sfixed64();
    else if (tag === 0x22) exemplar.spanId = reader.hex();
    else if (tag === 0x2a) exemplar.traceId = reader.hex();
    else reader.skip(tag);
  }
  reader.leave(outer);
  exemplars.push(exemplar);
}
