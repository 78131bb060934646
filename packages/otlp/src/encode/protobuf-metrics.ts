import type {
  Exemplar,
  ExponentialPoint,
  FamilySnapshot,
  HistogramSnapshot,
  PointRange,
  SummarySnapshot,
} from '@sightline/core/backend';
import { writeHexId } from './hex-ids.js';
import { keyField } from './key-fields.js';
import { CUMULATIVE } from './message.js';
import {
  eachFamily,
  exponentialStartMs,
  integerOr,
  isGauge,
  isSentExemplar,
  pointStartMs,
  type Reading,
  sendsExtremes,
  sentExponential,
  sentUnit,
} from './metric-points.js';
import { writeKeyed } from './protobuf-values.js';
import {
  closeField,
  FIXED64,
  openField,
  putDouble,
  putFixed64,
  putVarint64,
  writeTextField,
  writeUint32,
} from './protobuf-wire.js';
import type { PageWriter } from './record-pages.js';
import { UnixTime } from './unix-time.js';
import { varintSize } from './varint-size.js';
import { splitTime, wholeNumber } from './whole-number.js';

/**
 * Metrics in a field with that number (opentelemetry-proto 1.x, metrics.proto), straight from the columns: objects of each point, and a
 * table of fields to follow, cost more than half of the time of an export. @returns how many points are sent
 */
export function writeMetrics(
  writer: PageWriter,
  field: number,
  reading: Reading,
  range: PointRange,
  isWanted?: (family: FamilySnapshot) => boolean,
): number {
  return eachFamily(
    reading,
    range,
    (family, points) => {
      switch (family.kind) {
        case 'histogram': {
          const isExponential = (i: number): boolean => sentExponential(family, i, reading) !== undefined;
          const explicit = family.exponential === undefined ? points : points.filter((i) => !isExponential(i));
          const exponential = family.exponential === undefined ? [] : points.filter(isExponential);
          if (explicit.length > 0) new MetricWriter(writer, field, family, reading, explicit).explicit(family);
          if (exponential.length > 0) new MetricWriter(writer, field, family, reading, exponential).exponential(family);
          return;
        }
        case 'summary':
          return new MetricWriter(writer, field, family, reading, points).summary(family);
        default:
          return new MetricWriter(writer, field, family, reading, points).numbers(family);
      }
    },
    isWanted,
  );
}

/** Writes one Metric. What its points share is found once. */
class MetricWriter {
  readonly #writer: PageWriter;
  readonly #field: number;
  readonly #family: FamilySnapshot;
  readonly #reading: Reading;
  readonly #points: readonly number[];
  readonly #starts: ArrayLike<number>;
  readonly #keys: readonly Uint8Array[];
  readonly #constantKeys: readonly Uint8Array[];
  readonly #constantValues: readonly string[];
  /** About the bytes of all that attributes have besides the values of their labels. */
  readonly #fixedBytes: number;
  readonly #isOptional: readonly boolean[];
  readonly #isInteger: readonly boolean[];

  constructor(writer: PageWriter, field: number, family: FamilySnapshot, reading: Reading, points: readonly number[]) {
    const { labelNames, optionalLabels = [], integerLabels = [], constantLabels } = family;
    this.#writer = writer;
    this.#field = field;
    this.#family = family;
    this.#reading = reading;
    this.#points = points;
    this.#starts = reading.startTimesMs(family);
    this.#keys = labelNames.map(keyField);
    this.#constantKeys = Object.keys(constantLabels).map(keyField);
    this.#constantValues = Object.values(constantLabels);
    this.#fixedBytes = [...this.#keys, ...this.#constantKeys, ...this.#constantValues].reduce(
      (size, { length }) => size + length + 4,
      0,
    );
    this.#isOptional = labelNames.map((name) => optionalLabels.includes(name));
    this.#isInteger = labelNames.map((name) => integerLabels.includes(name));
  }

  /** Gauge { data_points = 1 }, Sum { data_points = 1, aggregation_temporality = 2, is_monotonic = 3 } */
  numbers(family: Exclude<FamilySnapshot, HistogramSnapshot | SummarySnapshot>): void {
    const { kind, values } = family;
    const isCounter = kind === 'counter';
    if (isGauge(family)) return this.#metric(5, 0, false, (i) => this.#number(i, 0, values[i] ?? 0, undefined));
    if (isCounter) {
      const { exemplars } = family;
      return this.#metric(7, this.#reading.temporality, true, (i) =>
        this.#number(i, this.#starts[i] ?? 0, values[i] ?? 0, exemplars?.get(i)),
      );
    }
    // Values that may fall: an UpDownCounter, and an info metric by the compatibility rules.
    const { startTimesMs, rows } = family;
    this.#metric(7, CUMULATIVE, false, (i) =>
      this.#number(i, startTimesMs[rows[i] ?? 0] ?? 0, values[i] ?? 0, undefined),
    );
  }

  /** Histogram { data_points = 1, aggregation_temporality = 2 } */
  explicit(family: HistogramSnapshot): void {
    this.#metric(9, this.#reading.temporality, false, (i) => this.#explicitPoint(family, i));
  }

  exponential(family: HistogramSnapshot): void {
    this.#metric(10, this.#reading.temporality, false, (i) => {
      const point = sentExponential(family, i, this.#reading);
      if (point !== undefined) this.#exponentialPoint(family, i, point);
    });
  }

  summary(family: SummarySnapshot): void {
    this.#metric(11, 0, false, (i) => this.#summaryPoint(family, i));
  }

  #metric(kind: number, temporality: number, isMonotonic: boolean, writePoint: (i: number) => void): void {
    const writer = this.#writer;
    const { name, help } = this.#family;
    // Points of some 80 bytes, so that the length of all of them is seldom of another size.
    const sizeBytes = varintSize(80 * this.#points.length);
    const metric = openField(writer, this.#field, sizeBytes);
    writeTextField(writer, 1, name);
    writeTextField(writer, 2, help);
    writeTextField(writer, 3, sentUnit(this.#family));
    const data = openField(writer, kind, sizeBytes);
    for (const i of this.#points) writePoint(i);
    writeUint32(writer, 2, temporality);
    if (isMonotonic) writeUint32(writer, 3, 1);
    closeField(writer, data, sizeBytes);
    closeField(writer, metric, sizeBytes);
  }

  /** NumberDataPoint */
  #number(i: number, startMs: number, value: number, exemplar: Exemplar | undefined): void {
    const writer = this.#writer;
    const sizeBytes = varintSize(30 + this.#attributesSize(i));
    const point = openField(writer, 1, sizeBytes);
    this.#times(startMs);
    this.#double(4, value);
    if (exemplar !== undefined) this.#exemplar(5, exemplar, startMs);
    this.#attributes(7, i);
    closeField(writer, point, sizeBytes);
  }

  /** HistogramDataPoint */
  #explicitPoint({ bounds, bucketCounts, sums, exemplars }: HistogramSnapshot, i: number): void {
    const writer = this.#writer;
    const startMs = this.#starts[i] ?? 0;
    const width = bounds.length + 1;
    const sizeBytes = varintSize(50 + 16 * width + this.#attributesSize(i));
    const point = openField(writer, 1, sizeBytes);
    this.#times(startMs);
    let count = 0;
    for (let k = i * width; k < (i + 1) * width; k++) count += bucketCounts[k] ?? 0;
    this.#count(4, count);
    this.#double(5, sums[i] ?? 0);
    const countsBytes = varintSize(8 * width);
    const counts = openField(writer, 6, countsBytes);
    writer.reserve(8 * width);
    for (let k = i * width; k < (i + 1) * width; k++) putCount(writer, bucketCounts[k] ?? 0);
    closeField(writer, counts, countsBytes);
    if (bounds.length > 0) {
      const boundsBytes = varintSize(8 * bounds.length);
      const list = openField(writer, 7, boundsBytes);
      writer.reserve(8 * bounds.length);
      for (const bound of bounds) putDouble(writer, bound);
      closeField(writer, list, boundsBytes);
    }
    if (exemplars !== undefined) this.#bucketExemplars(8, exemplars, i, width, startMs);
    this.#attributes(9, i);
    closeField(writer, point, sizeBytes);
  }

  /** ExponentialHistogramDataPoint */
  #exponentialPoint({ bounds, exemplars }: HistogramSnapshot, i: number, point: ExponentialPoint): void {
    const writer = this.#writer;
    const { count, sum, scale, zeroCount, positive, negative, min, max } = point;
    const seriesStartMs = this.#starts[i] ?? 0;
    const mark = openField(writer, 1, 2);
    this.#attributes(1, i);
    this.#times(exponentialStartMs(point, seriesStartMs));
    this.#count(4, count);
    this.#double(5, sum);
    writeUint32(writer, 6, zigzag(scale));
    this.#count(7, zeroCount);
    writeBuckets(writer, 8, positive);
    writeBuckets(writer, 9, negative);
    if (exemplars !== undefined) this.#bucketExemplars(11, exemplars, i, bounds.length + 1, seriesStartMs);
    if (sendsExtremes(min, max, this.#reading.temporality)) {
      this.#double(12, min);
      this.#double(13, max);
    }
    closeField(writer, mark, 2);
  }

  /** SummaryDataPoint { …, quantile_values = 6 }, ValueAtQuantile { quantile = 1, value = 2 } */
  #summaryPoint({ quantiles, quantileValues, counts, sums }: SummarySnapshot, i: number): void {
    const writer = this.#writer;
    const mark = openField(writer, 1, 2);
    this.#times(this.#starts[i] ?? 0);
    this.#count(4, counts[i] ?? 0);
    this.#double(5, sums[i] ?? 0);
    for (const [k, quantile] of quantiles.entries()) {
      const each = openField(writer, 6);
      this.#double(1, quantile);
      this.#double(2, quantileValues[i * quantiles.length + k] ?? Number.NaN);
      closeField(writer, each);
    }
    this.#attributes(7, i);
    closeField(writer, mark, 2);
  }

  /** start_time_unix_nano = 2, time_unix_nano = 3 */
  #times(startMs: number): void {
    const { timeMs } = this.#reading;
    const start = pointStartMs(startMs, timeMs);
    if (start > 0) writeMilliseconds(this.#writer, 2, start, latestStart);
    writeMilliseconds(this.#writer, 3, timeMs, latestTime);
  }

  #double(field: number, value: number): void {
    const writer = this.#writer;
    writer.reserve(9);
    writer.buffer[writer.at++] = field * 8 + FIXED64;
    putDouble(writer, value);
  }

  #count(field: number, count: number): void {
    const writer = this.#writer;
    writer.reserve(9);
    writer.buffer[writer.at++] = field * 8 + FIXED64;
    putCount(writer, count);
  }

  /** About the bytes of `#attributes`: exact for ASCII. */
  #attributesSize(i: number): number {
    const { labelNames, labelValues, rows } = this.#family;
    const first = (rows[i] ?? 0) * labelNames.length;
    let size = this.#fixedBytes;
    for (let k = 0; k < labelNames.length; k++) size += 2 + (labelValues[first + k] ?? '').length;
    return size;
  }

  #attributes(field: number, i: number): void {
    const writer = this.#writer;
    const { labelNames, labelValues, rows } = this.#family;
    for (let k = 0; k < this.#constantKeys.length; k++) {
      writeKeyed(writer, field, this.#constantKeys[k] as Uint8Array, this.#constantValues[k]);
    }
    const first = (rows[i] ?? 0) * labelNames.length;
    for (let k = 0; k < labelNames.length; k++) {
      const text = labelValues[first + k] ?? '';
      if (text === '' && this.#isOptional[k]) continue;
      writeKeyed(writer, field, this.#keys[k] as Uint8Array, this.#isInteger[k] ? integerOr(text) : text);
    }
  }

  #bucketExemplars(
    field: number,
    exemplars: ReadonlyMap<number, Exemplar>,
    i: number,
    width: number,
    startMs: number,
  ): void {
    for (let k = i * width; k < (i + 1) * width; k++) {
      const exemplar = exemplars.get(k);
      if (exemplar !== undefined) this.#exemplar(field, exemplar, startMs);
    }
  }

  /** Exemplar { time_unix_nano = 2, as_double = 3, span_id = 4, trace_id = 5 } */
  #exemplar(field: number, exemplar: Exemplar, startMs: number): void {
    if (!isSentExemplar(exemplar, startMs)) return;
    const writer = this.#writer;
    const mark = openField(writer, field);
    writeMilliseconds(writer, 2, exemplar.timeMs, latestExemplar);
    this.#double(3, exemplar.value);
    writeHexId(writer, 4, exemplar.spanId, 8);
    writeHexId(writer, 5, exemplar.traceId, 16);
    closeField(writer, mark);
  }
}

/** The latest time that was written: most points share their start, and all share their end. */
interface LatestTime {
  timeMs: number;
  low: number;
  high: number;
}

const latestStart: LatestTime = { timeMs: Number.NaN, low: 0, high: 0 };
const latestTime: LatestTime = { timeMs: Number.NaN, low: 0, high: 0 };
const latestExemplar: LatestTime = { timeMs: Number.NaN, low: 0, high: 0 };
const time = new UnixTime();

function writeMilliseconds(writer: PageWriter, field: number, timeMs: number, latest: LatestTime): void {
  if (latest.timeMs !== timeMs) {
    const [wholeMs, nanos] = splitTime(timeMs);
    time.set(Math.floor(wholeMs / 1000), (wholeMs % 1000) * 1e6 + nanos);
    latest.timeMs = timeMs;
    latest.low = time.low;
    latest.high = time.high;
  }
  writer.reserve(9);
  writer.buffer[writer.at++] = field * 8 + FIXED64;
  putFixed64(writer, latest.low, latest.high);
}

/** Buckets { offset = 1, bucket_counts = 2 } */
function writeBuckets(
  writer: PageWriter,
  field: number,
  { offset, counts }: { readonly offset: number; readonly counts: readonly number[] },
): void {
  const mark = openField(writer, field, 2);
  writeUint32(writer, 1, zigzag(offset));
  if (counts.length > 0) {
    const list = openField(writer, 2, 2);
    writer.reserve(10 * counts.length);
    for (const given of counts) {
      const count = wholeNumber(given);
      putVarint64(writer, count % 2 ** 32, Math.floor(count / 2 ** 32));
    }
    closeField(writer, list, 2);
  }
  closeField(writer, mark, 2);
}

/** A fixed64. The caller has reserved 8 bytes. */
function putCount(writer: PageWriter, given: number): void {
  const count = wholeNumber(given);
  putFixed64(writer, count % 2 ** 32, Math.floor(count / 2 ** 32));
}

function zigzag(value: number): number {
  return ((value << 1) ^ (value >> 31)) >>> 0;
}
