import { callThen } from '@sightline/base';
import type { Histogram, HistogramSeries, LabelValue } from '@sightline/core';

/** Called with a value that the series with these labels has counted. */
export type KeepObservation = (labels: Readonly<Record<string, string>>, value: number) => void;

/**
 * A histogram that calls `keep` with each counted value. Core decides whether a value counts, so the count of the series is compared
 * before and after.
 * @param fixedLabels the labels of the child collector that declared it
 */
export function recordingHistogram<N extends string>(
  inner: Histogram<N>,
  {
    fixedLabels,
    hasLabels,
    optionalLabels,
    keep,
  }: {
    readonly fixedLabels: StringLabels;
    readonly hasLabels: boolean;
    readonly optionalLabels: readonly string[];
    readonly keep: KeepObservation;
  },
): Histogram<N> {
  // Generic code cannot resolve `RecordArgs`, which states whether labels come first.
  const plain = inner as unknown as PlainHistogram;

  /** The labels as core reads them, without absent optional ones. */
  const textsOf = (given: unknown): StringLabels => {
    const texts = allTexts(fixedLabels, given);
    return Object.fromEntries(
      Object.entries(texts).filter(([name, text]) => text !== '' || !optionalLabels.includes(name)),
    );
  };

  const seriesOf = (labels: readonly unknown[]): { target: CountedTarget; texts: StringLabels } => ({
    target: {
      observe: (value) => plain.observe(...labels, value),
      startTimer: () => plain.startTimer(...labels),
      value: () => plain.value(...labels),
    },
    texts: textsOf(labels[0]),
  });

  /** Splits the labels, if the histogram has any, from what follows them. */
  const split = (args: readonly unknown[]): { series: HistogramSeries; rest: readonly unknown[] } => {
    const labels = hasLabels ? [args[0]] : [];
    const { target, texts } = seriesOf(labels);
    return { series: recordingSeries(target, texts, keep), rest: args.slice(labels.length) };
  };

  const recording: PlainHistogram = {
    name: plain.name,
    observe: (...args) => {
      const { series, rest } = split(args);
      series.observe(rest[0] as number);
    },
    startTimer: (...args) => {
      const stop = plain.startTimer(...args);
      return (...more) => {
        const joined = hasLabels ? [{ ...Object(args[0]), ...Object(more[0]) }] : [];
        const { target, texts } = seriesOf(joined);
        return keepIfCounted(target, texts, keep, () => stop(...more));
      };
    },
    time: (...args) => {
      const { series, rest } = split(args);
      return series.time(rest[0] as () => unknown);
    },
    labels: (...labels) => recordingSeries(plain.labels(...labels), textsOf(labels[0]), keep),
    value: (...args) => plain.value(...args),
    remove: (...args) => plain.remove(...args),
    clear: () => plain.clear(),
  };
  return recording as unknown as Histogram<N>;
}

type StringLabels = Readonly<Record<string, string>>;
type CountedTarget = Pick<HistogramSeries, 'observe' | 'startTimer' | 'value'>;

interface PlainHistogram {
  readonly name: string;
  observe(...args: readonly unknown[]): void;
  startTimer(...args: readonly unknown[]): (...more: readonly unknown[]) => number;
  time(...args: readonly unknown[]): unknown;
  labels(...labels: readonly unknown[]): HistogramSeries;
  value(...args: readonly unknown[]): ReturnType<HistogramSeries['value']>;
  remove(...args: readonly unknown[]): void;
  clear(): void;
}

function recordingSeries(target: CountedTarget, labels: StringLabels, keep: KeepObservation): HistogramSeries {
  const observe = (value: number): void => {
    keepIfCounted(target, labels, keep, () => {
      target.observe(value);
      return value;
    });
  };
  const startTimer = (): (() => number) => {
    const stop = target.startTimer();
    return () => keepIfCounted(target, labels, keep, stop);
  };
  return {
    observe,
    startTimer,
    time(fn) {
      const stop = startTimer();
      return callThen(fn, () => void stop());
    },
    value: () => target.value(),
  };
}

function keepIfCounted(
  target: CountedTarget,
  labels: StringLabels,
  keep: KeepObservation,
  record: () => number,
): number {
  const before = target.value()?.count ?? 0;
  const value = record();
  if ((target.value()?.count ?? 0) > before) keep(labels, value);
  return value;
}

function allTexts(fixedLabels: StringLabels, given: unknown): StringLabels {
  const texts: Record<string, string> = Object.assign(Object.create(null), fixedLabels);
  if (given === null || typeof given !== 'object') return texts;
  for (const [name, value] of Object.entries(given as Record<string, LabelValue>)) texts[name] ??= String(value ?? '');
  return texts;
}
