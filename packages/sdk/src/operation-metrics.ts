import type { Counter, Gauge, Histogram, LabelValue } from '@sightline/core';
import type { EachDeclared } from './declare-each.js';

/** The metrics of an operation. */
export interface OperationMetrics {
  readonly labelNames: readonly string[];
  readonly duration: Histogram<string>;
  readonly active: Gauge<string>;
  readonly errors: Counter<string>;
  /** How many metrics there are, the refused ones included. */
  readonly all: number;
  readonly isTimed: boolean;
}

/** What the first call of an operation fixes. */
interface DeclaredByCall {
  readonly labels?: Readonly<Record<string, LabelValue>> | undefined;
  readonly buckets?: readonly number[] | undefined;
}

/** Declares each by itself: one that the collector refuses is among `each.refused` and records nothing. */
export function declareOperation(
  each: EachDeclared,
  name: string,
  { labels, buckets = DURATION_BUCKETS }: DeclaredByCall,
): OperationMetrics {
  const labelNames: readonly string[] = Object.keys(labels ?? {});
  const durationName = `${name}.duration`;
  const duration = each(durationName, (metrics) =>
    metrics.histogram(durationName, {
      help: `Time that ${name} takes, failures included.`,
      unit: 'seconds',
      labelNames,
      buckets,
    }),
  );
  const active = each(`${name}.active`, (metrics) =>
    metrics.gauge(`${name}.active`, { help: `${name} in progress.`, isAdditive: true, labelNames }),
  );
  const errors = each(`${name}.errors`, (metrics) =>
    metrics.counter(`${name}.errors`, {
      help: `Failures of ${name} by kind.`,
      labelNames: [...labelNames, 'error.type'],
    }),
  );
  return { labelNames, duration, active, errors, all: 3, isTimed: !each.refused.has(durationName) };
}

/** Begins to count. Returns a function that ends it and returns the seconds; further calls do nothing. */
export function beginOperation(
  metrics: OperationMetrics | undefined,
  labels: Readonly<Record<string, LabelValue>>,
): (errorType: string | undefined) => number {
  if (metrics === undefined) return wallTimer();
  const { labelNames, duration, active, errors, isTimed } = metrics;
  const isPlain = labelNames.length === 0;
  const leave = isPlain ? (active as unknown as Gauge).startTracking() : active.startTracking(labels);
  const stop = isTimed ? startTimer(duration, isPlain, labels) : wallTimer();
  const errorLabels = { ...labels };
  let seconds: number | undefined;
  return (type) => {
    if (seconds !== undefined) return seconds;
    seconds = stop();
    leave();
    if (type !== undefined) errors.inc({ ...errorLabels, 'error.type': type });
    return seconds;
  };
}

/** Of a series that is bound, because the caller may change its labels meanwhile. */
function startTimer(
  duration: Histogram<string>,
  isPlain: boolean,
  labels: Readonly<Record<string, LabelValue>>,
): () => number {
  return isPlain ? (duration as unknown as Histogram).startTimer() : duration.labels(labels).startTimer();
}

/** For the log line if no metric keeps the time. */
function wallTimer(): () => number {
  const startMs = performance.now();
  return () => (performance.now() - startMs) / 1000;
}

/** OpenTelemetry's advice for durations in seconds. */
const DURATION_BUCKETS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
