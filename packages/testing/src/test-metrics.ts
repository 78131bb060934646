import { isThenable } from '@sightline/base';
import { type FakeClock, fakeClock } from '@sightline/base/fake-clock';
import type {
  CollectResult,
  Counter,
  Gauge,
  Histogram,
  HistogramOptions,
  Metrics,
  MetricsCollector,
  MetricsOptions,
} from '@sightline/core';
import { createMetrics, type RecordingError } from '@sightline/core';
import { labelsKey, labelsOf } from '@sightline/core/backend';
import { type Changes, changesBetween, observationsOf, READING, totalOf } from './changes.js';
import { ObservationLog } from './observation-log.js';
import type { LabelQuery, Reading, SeriesReading } from './reading.js';
import { familyOf, readSource, seriesWith } from './reading.js';

export interface TestMetricsOptions extends Omit<MetricsOptions, 'clock'> {
  /** The clock, if a test shares it. Default: a new one. */
  clock?: FakeClock | undefined;
  /** Maximum values kept per histogram series. Default: 10 000. */
  observationLimit?: number | undefined;
}

/**
 * A real collector whose numbers a test can query. Pass it to the code under test instead of the service's collector.
 *
 * Queries take the declared name and labels. If not all labels are given, all series with these count together. An undeclared name or
 * label throws and suggests the most similar one. Queries run no collect callback: `await metrics.collect()` first if you need one.
 */
export interface TestMetrics extends Metrics {
  readonly clock: FakeClock;
  /** The value of a counter or gauge; the sum if several series match; `undefined` if none does. Throws for a histogram. */
  value(name: string, labels?: LabelQuery): number | undefined;
  /** By how much a counter or gauge changed since the last `mark()`, or since the beginning; 0 if nothing did. */
  delta(name: string, labels?: LabelQuery): number;
  /** The values that a histogram was given, in order. */
  observations(name: string, labels?: LabelQuery): readonly number[];
  /** The series of a metric, in order of creation. */
  series(name: string, labels?: LabelQuery): readonly SeriesReading[];
  /** Restarts counting changes. The returned changes count from this moment, whatever marks follow. */
  mark(): Changes;
  /** Runs `fn` and returns what was recorded until it returned or its promise was fulfilled. Throws what `fn` throws. */
  deltaOf<T>(fn: () => T): T extends PromiseLike<unknown> ? Promise<Changes> : Changes;
  /** Wrong recordings, thrown at their call sites if strict, whether or not the code under test caught them. The same list grows. */
  readonly misuse: readonly RecordingError[];
  /** Throws if a recording was wrong, even if the code under test caught the error. */
  assertNoMisuse(): void;
  /** Ends every series and forgets every observation; instruments, bound series and the clock stay as they are. */
  reset(): void;
  readonly [READING]: () => Reading;
}

/**
 * Makes a collector for one test, with its own clock. Strict by default, so that a wrong recording throws at its call site. Collectors
 * share nothing, so tests may run in parallel.
 */
export function createTestMetrics(options: TestMetricsOptions = {}): TestMetrics {
  const { clock = fakeClock(), observationLimit = 10_000, strict = true, ...others } = options;
  const misuse: RecordingError[] = [];
  const onStrictError = (error: RecordingError): void => {
    misuse.push(error);
    options.onStrictError?.(error);
  };
  const inner = createMetrics({ ...others, strict, clock, onStrictError });
  const observations = new ObservationLog(observationLimit);
  const lives = new Map<string, number>();
  const clearers = new Set<() => void>();

  inner.onSeriesEnded((ended) => {
    for (let i = 0; i < ended.size; i++) {
      const labels = { ...ended.constantLabels, ...labelsOf(ended, i) };
      const key = `${ended.name}${labelsKey(labels)}`;
      lives.set(key, (lives.get(key) ?? 0) + 1);
      observations.forget(ended.name, labels);
    }
  });

  const read = (): Reading =>
    readSource(inner, {
      observedSoFar: observations.observedSoFar,
      lifeOf: (name, labels) => lives.get(`${name}${labelsKey(labels)}`) ?? 0,
      observationsOf: (name, labels) => observations.observationsOf(name, labels),
    });
  let sinceMark = changesBetween(read(), read);

  const collector = recordingCollector(inner, {
    constantLabels: textsOf(options.defaultLabels ?? {}),
    fixedLabels: {},
    observations,
    onDeclared: (instrument) => clearers.add(() => instrument.clear()),
  });

  return {
    ...collector,
    // What bridges from other metrics APIs declare in (`discoverMetric`).
    ...({ store: Reflect.get(inner, 'store') } as object),
    ready: inner.ready,
    snapshot: () => inner.snapshot(),
    collect: () => inner.collect(),
    onSeriesEnded: (listener) => inner.onSeriesEnded(listener),
    include: (source) => inner.include(source),
    flush: (deadline) => inner.flush(deadline),
    shutdown: (deadline) => inner.shutdown(deadline),
    clock,
    value: (name, labels) => totalOf(read(), name, labels),
    delta: (name, labels) => sinceMark.delta(name, labels),
    observations: (name, labels) => observationsOf(read(), name, labels),
    series: (name, labels) => seriesWith(familyOf(read(), name), labels),
    mark() {
      sinceMark = changesBetween(read(), read);
      return sinceMark;
    },
    deltaOf: ((fn: () => unknown) => {
      const before = read();
      const changes = (): Changes => {
        const after = read();
        return changesBetween(before, () => after);
      };
      const result = fn();
      return isThenable(result) ? Promise.resolve(result).then(changes) : changes();
    }) as TestMetrics['deltaOf'],
    misuse,
    assertNoMisuse() {
      const [first, ...more] = misuse;
      if (first === undefined) return;
      const others = more.length === 0 ? '' : `\nand ${more.length} more`;
      throw new Error(`[testing] A recording was wrong, and its error was caught: ${first.message}${others}`, {
        cause: first,
      });
    },
    reset() {
      misuse.length = 0;
      for (const clear of clearers) clear();
      sinceMark = changesBetween(read(), read);
    },
    [READING]: read,
  };
}

interface Recording {
  readonly constantLabels: StringLabels;
  readonly fixedLabels: StringLabels;
  readonly observations: ObservationLog;
  readonly onDeclared: (instrument: { clear(): void }) => void;
}

type StringLabels = Readonly<Record<string, string>>;

/** Declares instruments, with histograms that keep their values. */
function recordingCollector(inner: MetricsCollector, recording: Recording): MetricsCollector {
  const { constantLabels, fixedLabels, observations, onDeclared } = recording;
  const declare = inner as unknown as PlainCollector;

  function histogram(name: string, options: PlainHistogramOptions): unknown {
    const { collect } = options;
    const hasLabels = (options.labelNames ?? []).length > 0;
    const { optionalLabels = [] } = options;
    const wrap = (histogram: Histogram<string>): Histogram<string> =>
      observations.wrap(histogram, { fixedLabels, hasLabels, constantLabels, optionalLabels });
    const declared = declare.histogram(
      name,
      collect === undefined ? options : { ...options, collect: (given) => collect(wrap(given)) },
    );
    onDeclared(declared);
    return wrap(declared);
  }

  const noted =
    <I extends { clear(): void }>(declareOne: (name: string, options: never) => I) =>
    (name: string, options: never): I => {
      const instrument = declareOne(name, options);
      onDeclared(instrument);
      return instrument;
    };

  return {
    counter: noted((name, options) => declare.counter(name, options)) as unknown as MetricsCollector['counter'],
    gauge: noted((name, options) => declare.gauge(name, options)) as unknown as MetricsCollector['gauge'],
    histogram: histogram as MetricsCollector['histogram'],
    info: (name, options) => inner.info(name, options),
    onCollect: (callback, options) => inner.onCollect(callback, options),
    child: (options) =>
      recordingCollector(inner.child(options), {
        ...recording,
        fixedLabels: { ...fixedLabels, ...textsOf(options.labels ?? {}) },
      }),
  };
}

/** `MetricsCollector` without its overloads, which a forwarding function cannot satisfy. */
interface PlainCollector {
  counter(name: string, options: never): Counter<string>;
  gauge(name: string, options: never): Gauge<string>;
  histogram(name: string, options: PlainHistogramOptions): Histogram<string>;
}

interface PlainHistogramOptions extends Omit<HistogramOptions<string, string>, 'collect'> {
  collect?: ((histogram: Histogram<string>) => CollectResult) | undefined;
}

function textsOf(labels: LabelQuery): StringLabels {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, String(value)]));
}
