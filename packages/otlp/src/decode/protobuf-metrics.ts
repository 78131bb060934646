import type { DecodeState } from './decode-limits.js';
import type {
  DecodedExponentialPoint,
  DecodedHistogramPoint,
  DecodedMetric,
  DecodedNumberPoint,
  DecodedSummaryPoint,
} from './decoded-metric.js';
import { readExponentialPoint, readHistogramPoint, readNumberPoint, readSummaryPoint } from './protobuf-points.js';
import type { ProtobufReader } from './protobuf-reader.js';
import { readAttribute, readText } from './protobuf-values.js';

/** A Metric (opentelemetry-proto 1.x, metrics.proto); `undefined` if it has no data of a known kind. */
export function readMetric(reader: ProtobufReader, state: DecodeState): DecodedMetric | undefined {
  const outer = reader.enter();
  const head = { name: '', description: '', unit: '', metadata: [] as unknown[] };
  let data: MetricData | undefined;
  while (reader.more) {
    const tag = reader.tag();
    switch (tag) {
      case 0x0a:
        head.name = readText(reader, state);
        break;
      case 0x12:
        head.description = readText(reader, state);
        break;
      case 0x1a:
        head.unit = readText(reader, state);
        break;
      case 0x62:
        readAttribute(reader, state, head.metadata);
        break;
      default: {
        const kind = kinds.get(tag);
        if (kind === undefined) {
          reader.skip(tag);
          break;
        }
        if (data?.kind !== kind) {
          state.records -= data?.points.length ?? 0;
          data = newData(kind);
        }
        readData(reader, state, data);
      }
    }
  }
  reader.leave(outer);
  if (data === undefined) return undefined;
  const { kind, points, temporality, isMonotonic } = data;
  if (kind === 'gauge' || kind === 'summary') return { ...head, kind, points } as DecodedMetric;
  if (kind === 'sum') return { ...head, kind, points, temporality, isMonotonic } as DecodedMetric;
  return { ...head, kind, points, temporality } as DecodedMetric;
}

/** The member of `Metric.data`; the last one wins, and one that comes twice is joined. */
interface MetricData {
  readonly kind: DecodedMetric['kind'];
  readonly points: unknown[];
  temporality: number;
  isMonotonic: boolean;
}

const kinds: ReadonlyMap<number, DecodedMetric['kind']> = new Map([
  [0x2a, 'gauge'],
  [0x3a, 'sum'],
  [0x4a, 'histogram'],
  [0x52, 'exponentialHistogram'],
  [0x5a, 'summary'],
]);

type Point = DecodedNumberPoint | DecodedHistogramPoint | DecodedExponentialPoint | DecodedSummaryPoint;

const pointReaders: Readonly<Record<DecodedMetric['kind'], (reader: ProtobufReader, state: DecodeState) => Point>> = {
  gauge: readNumberPoint,
  sum: readNumberPoint,
  histogram: readHistogramPoint,
  exponentialHistogram: readExponentialPoint,
  summary: readSummaryPoint,
};

function newData(kind: DecodedMetric['kind']): MetricData {
  return { kind, points: [], temporality: 0, isMonotonic: false };
}

function readData(reader: ProtobufReader, state: DecodeState, data: MetricData): void {
  const outer = reader.enter();
  const readPoint = pointReaders[data.kind];
  while (reader.more) {
    const tag = reader.tag();
    if (tag === 0x0a && state.takesRecord()) data.points.push(readPoint(reader, state));
    else if (tag === 0x10) data.temporality = reader.int32();
    else if (tag === 0x18) data.isMonotonic = reader.bool();
    else reader.skip(tag);
  }
  reader.leave(outer);
}
