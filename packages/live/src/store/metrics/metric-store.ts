import type { MetricRow } from '../../model/answers.js';
import type { KeptSource } from '../services/kept-source.js';
import type { SafeTexts } from '../values/safe-texts.js';
import { ExemplarList } from './exemplar-list.js';
import type { Line } from './line.js';
import type { Labels, LineHead } from './line-head.js';
import { lineBytes, MAX_HELP, metricBytes, PART_BYTES } from './metric-bytes.js';
import { isLive, type KeptMetric, type MetricPart, reported } from './metric-part.js';
import { type ChannelBudget, SourceHistory } from './source-history.js';

export interface MetricStoreOptions {
  readonly maxChannels: number;
  readonly maxSeries: number;
  readonly maxMetrics: number;
  readonly texts: SafeTexts;
  readonly now: () => number;
}

/** The metrics of all services, with the last hour of their numbers. */
export class MetricStore {
  /** By service and name. */
  readonly metrics: Map<string, KeptMetric> = new Map<string, KeptMetric>();
  /** Points of series beyond the maximum, and of metrics beyond theirs. */
  refused = 0;
  /** Points that OpenTelemetry's data model does not allow. */
  invalid = 0;
  readonly texts: SafeTexts;
  /** What began later than that was seen from its beginning. */
  readonly startedMs: number;
  readonly #options: MetricStoreOptions;
  readonly #budget: ChannelBudget;
  readonly #sources = new Map<KeptSource, SourceMetrics>();
  #lines = 0;
  #bytes = 0;
  #historyBytes = 0;
  #sweptMs = Number.NEGATIVE_INFINITY;

  constructor(options: MetricStoreOptions) {
    this.#options = options;
    this.texts = options.texts;
    this.startedMs = options.now();
    this.#budget = { used: 0, max: options.maxChannels };
  }

  get bytes(): number {
    return this.#bytes + this.#historyBytes;
  }

  /** Whether there is no room for another line. */
  get isFull(): boolean {
    return this.#lines >= this.#options.maxSeries;
  }

  get channels(): number {
    return this.#budget.used;
  }

  /** Before what a source reports, until `end`. */
  begin(source: KeptSource): SourceMetrics {
    let metrics = this.#sources.get(source);
    if (metrics === undefined) {
      metrics = { source, history: new SourceHistory(this.#budget), parts: new Map(), lastMs: 0, bytes: 0 };
      this.#sources.set(source, metrics);
    }
    metrics.lastMs = this.#options.now();
    return metrics;
  }

  end(metrics: SourceMetrics): void {
    const { bytes } = metrics.history;
    this.#historyBytes += bytes - metrics.bytes;
    metrics.bytes = bytes;
  }

  /** The part of a metric that a source reports; `undefined`, which is counted, if there are too many metrics. */
  part(metrics: SourceMetrics, { help, unit, kind, ...given }: MetricFacts, points: number): MetricPart | undefined {
    const name = this.texts.text(given.name, MAX_NAME);
    const known = metrics.parts.get(name);
    if (known !== undefined) {
      if (known.metric.kind === kind) return known;
      this.#removePart(metrics, name, known); // it was declared anew
    }
    const metric = this.#metricOf(metrics.source.service, { name, help, unit, kind });
    if (metric === undefined) {
      this.refused += points;
      return undefined;
    }
    const part: MetricPart = {
      metric,
      source: metrics.source,
      history: metrics.history,
      lines: new Map(),
      older: new Map(),
      byRow: [],
      isComplete: false,
      lastMs: 0,
      formerMs: 0,
      intervalMs: 0,
      unkept: 0,
      hasForgotten: false,
    };
    metric.parts.add(part);
    metrics.parts.set(name, part);
    this.#bytes += PART_BYTES;
    return part;
  }

  /**
   * The line of a series: the newest of its labels, or an older one of the same start. A new start is a new line.
   * @param matches whether the line can take the point, apart from its start
   * @param begin makes a new line
   */
  line<T extends Line>(
    part: MetricPart,
    key: string,
    startMs: number,
    matches: (line: Line) => line is T,
    labels: () => Labels,
    begin: (head: LineHead) => T,
  ): T | undefined {
    const newest = part.lines.get(key);
    for (let line = newest; line !== undefined; line = part.older.get(line)) {
      if (matches(line) && (startMs === line.head.startMs || startMs === 0)) return line;
    }
    if (this.#lines >= this.#options.maxSeries && !this.makesRoom()) {
      this.refused++;
      return undefined;
    }
    const head: LineHead = {
      labels: newest?.head.labels ?? labels(),
      history: part.history,
      startMs,
      sinceMs: 0,
      lastMs: 0,
    };
    for (const name of Object.keys(head.labels)) {
      if (part.metric.labelNames.size < MAX_LABEL_NAMES) part.metric.labelNames.add(name);
    }
    const line = begin(head);
    part.lines.set(key, line);
    this.#lines++;
    this.#bytes += lineBytes(line, key);
    if (newest !== undefined) {
      if (startMs > newest.head.startMs && startMs > 0 && newest.head.startMs > 0 && !part.isComplete) {
        part.source.owner.beganAnew(part.metric.name, startMs, this.#sources.get(part.source)?.parts.size ?? 1);
      }
      part.older.set(line, newest);
      this.#cutOlder(part, line, key);
    }
    return line;
  }

  /**
   * From when on all that a new line counts is known: its start, if it is seen from then on, or the report before, which did not have it.
   * `undefined` if its first point says nothing about an interval.
   */
  knownSince({ lastMs, formerMs, hasForgotten }: MetricPart, startMs: number, timeMs: number): number | undefined {
    if (startMs >= this.startedMs) return startMs;
    const before = lastMs < timeMs ? lastMs : formerMs;
    return before > 0 && !hasForgotten && startMs <= before ? before : undefined;
  }

  /** After the points of a part. @param unkept series of it that have no line */
  reported(part: MetricPart, timeMs: number, unkept = 0): void {
    part.unkept = unkept;
    reported(part, timeMs);
  }

  /** Of a service's metrics. */
  countOf(service: string): number {
    let count = 0;
    for (const metric of this.metrics.values()) if (metric.service === service) count++;
    return count;
  }

  /** Forgets the source that has been silent for longest. The only one stays. */
  dropOldest(): boolean {
    if (this.makesRoom()) return true;
    if (this.#sources.size < 2) return false;
    let oldest: SourceMetrics | undefined;
    for (const each of this.#sources.values()) if (oldest === undefined || each.lastMs < oldest.lastMs) oldest = each;
    if (oldest === undefined) return false;
    for (const [name, part] of oldest.parts) this.#removePart(oldest, name, part);
    this.#removeSource(oldest);
    return true;
  }

  #metricOf(service: string, { name, help, unit, kind }: MetricFacts): KeptMetric | undefined {
    const key = `${service}\n${name}`;
    const known = this.metrics.get(key);
    if (known?.kind === kind) {
      if (help !== '') known.help = this.texts.text(help, MAX_HELP);
      known.unit ??= unit;
      return known;
    }
    if (known !== undefined) this.#removeMetric(key, known);
    if (this.metrics.size >= this.#options.maxMetrics) return undefined;
    const metric: KeptMetric = {
      service,
      name,
      help: this.texts.text(help, MAX_HELP),
      unit: unit === null ? null : this.texts.text(unit, MAX_NAME),
      kind,
      labelNames: new Set(),
      exemplars: new ExemplarList(),
      parts: new Set(),
    };
    this.metrics.set(key, metric);
    this.#bytes += metricBytes(metric);
    return metric;
  }

  /** Makes room for lines, if it can. It looks for some once in ten seconds. */
  makesRoom(): boolean {
    const nowMs = this.#options.now();
    if (nowMs < this.#sweptMs + SWEEP_INTERVAL_MS) return false;
    this.#sweptMs = nowMs;
    return this.#sweep(ENDED_MS) || this.#sweep(0);
  }

  /** Removes lines that have ended so long ago, or are older than an hour. @returns whether there were any */
  #sweep(endedMs: number): boolean {
    const nowMs = this.#options.now();
    const before = this.#lines;
    for (const metrics of this.#sources.values()) {
      for (const [name, part] of metrics.parts) {
        for (const [key, line] of part.lines) {
          const silentMs = nowMs - line.head.lastMs;
          if (silentMs > KEPT_MS || (silentMs > endedMs && !isLive(part, line))) this.#removeLines(part, key);
        }
        if (part.lines.size === 0 && part.lastMs < nowMs - KEPT_MS) this.#removePart(metrics, name, part);
      }
      if (metrics.parts.size === 0 && metrics.lastMs < nowMs - KEPT_MS) this.#removeSource(metrics);
    }
    return this.#lines < before;
  }

  #removeLines(part: MetricPart, key: string): void {
    const newest = part.lines.get(key);
    if (newest === undefined) return;
    this.#releaseFrom(part, newest, key);
    part.lines.delete(key);
    part.hasForgotten = true;
    const row = part.byRow.indexOf(newest);
    if (row >= 0) part.byRow[row] = undefined;
  }

  #removeSource(metrics: SourceMetrics): void {
    this.#sources.delete(metrics.source);
    this.#historyBytes -= metrics.bytes;
  }

  #removePart(metrics: SourceMetrics, name: string, part: MetricPart): void {
    for (const key of [...part.lines.keys()]) this.#removeLines(part, key);
    metrics.parts.delete(name);
    part.metric.parts.delete(part);
    this.#bytes -= PART_BYTES;
    if (part.metric.parts.size === 0) this.#forget(`${part.metric.service}\n${name}`, part.metric);
  }

  #removeMetric(key: string, metric: KeptMetric): void {
    for (const part of [...metric.parts]) {
      const metrics = this.#sources.get(part.source);
      if (metrics !== undefined) this.#removePart(metrics, metric.name, part);
    }
    this.#forget(key, metric);
  }

  #forget(key: string, metric: KeptMetric): void {
    if (this.metrics.get(key) !== metric) return;
    this.metrics.delete(key);
    this.#bytes -= metricBytes(metric);
  }

  #cutOlder(part: MetricPart, newest: Line, key: string): void {
    let line = newest;
    for (let kept = 1; kept < MAX_LINES_OF_LABELS; kept++) {
      const older = part.older.get(line);
      if (older === undefined) return;
      line = older;
    }
    const beyond = part.older.get(line);
    part.older.delete(line);
    if (beyond !== undefined) this.#releaseFrom(part, beyond, key);
  }

  /** A line, and those that it took the place of. */
  #releaseFrom(part: MetricPart, newest: Line, key: string): void {
    let line: Line | undefined = newest;
    while (line !== undefined) {
      const older = part.older.get(line);
      part.older.delete(line);
      this.#release(line, key);
      line = older;
    }
  }

  #release(line: Line, key: string): void {
    line.release();
    this.#lines--;
    this.#bytes -= lineBytes(line, key);
  }
}

/** What a source reports, by name of the metric. */
export interface SourceMetrics {
  readonly source: KeptSource;
  readonly history: SourceHistory;
  readonly parts: Map<string, MetricPart>;
  lastMs: number;
  /** Of the history, as they are counted. */
  bytes: number;
}

export interface MetricFacts {
  readonly name: string;
  readonly help: string;
  readonly unit: string | null;
  readonly kind: MetricRow['kind'];
}

const MAX_NAME = 256;
const MAX_LABEL_NAMES = 64;
/** Lines of the same labels that are kept: a process that restarts again and again begins one each time. */
const MAX_LINES_OF_LABELS = 4;
const SWEEP_INTERVAL_MS = 10_000;
const ENDED_MS = 300_000;
const KEPT_MS = 3_600_000;
