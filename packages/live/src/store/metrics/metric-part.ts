import type { MetricRow } from '../../model/answers.js';
import type { KeptSource } from '../services/kept-source.js';
import type { ExemplarList } from './exemplar-list.js';
import type { Line } from './line.js';
import type { SourceHistory } from './source-history.js';

/** A metric of a service: what its catalogue says, and a part for each source that reports it. */
export interface KeptMetric {
  readonly service: string;
  readonly name: string;
  help: string;
  /** As a word if it is known (`seconds`), else as the sender wrote it. */
  unit: string | null;
  readonly kind: MetricRow['kind'];
  readonly labelNames: Set<string>;
  readonly exemplars: ExemplarList;
  readonly parts: Set<MetricPart>;
}

/** What one source reports of a metric. */
export interface MetricPart {
  readonly metric: KeptMetric;
  readonly source: KeptSource;
  readonly history: SourceHistory;
  /** The newest line of each set of labels, by a key of them. */
  readonly lines: Map<string, Line>;
  /** What a line took the place of: it has ended, or is of another process. */
  readonly older: Map<Line, Line>;
  /** By the row of a family: core's rows stay while a series lives. */
  readonly byRow: Array<Line | undefined>;
  /** Whether a series that is not part of a report has ended; else it may come with the next request. */
  isComplete: boolean;
  /** Of its newest points; 0 before the first. */
  lastMs: number;
  /** When it was reported before that. */
  formerMs: number;
  /** Between its reports. */
  intervalMs: number;
  /** Series that are not kept, as far as they are known. */
  unkept: number;
  /** Whether lines were removed, so that an unknown series may be an old one. */
  hasForgotten: boolean;
}

/** Whether a line is still reported. */
export function isLive({ isComplete, lastMs, intervalMs }: MetricPart, { head }: Line): boolean {
  if (isComplete) return head.lastMs >= lastMs;
  return head.lastMs >= lastMs - Math.max(MIN_SILENCE_MS, 2.5 * intervalMs);
}

/** Whether its process still reports: for gauges, an ended process has no value. */
export function isReporting({ lastMs, intervalMs }: MetricPart, nowMs: number): boolean {
  return nowMs - lastMs <= Math.max(MAX_SILENCE_MS, 3 * intervalMs);
}

/** After the points of a time. */
export function reported(part: MetricPart, timeMs: number): void {
  if (timeMs <= part.lastMs) {
    if (part.isComplete) part.lastMs = timeMs; // the clock was set back
    return;
  }
  if (part.lastMs > 0) {
    part.formerMs = part.lastMs;
    part.intervalMs = timeMs - part.lastMs;
  }
  part.lastMs = timeMs;
}

const MIN_SILENCE_MS = 10_000;
/** The usual interval of exports is a minute. */
const MAX_SILENCE_MS = 90_000;
