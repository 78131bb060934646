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
  /** The clock to use, for a test whose other parts share it. Default: a new one. */
  clock?: FakeClock | undefined;
  /** Most values that are kept per histogram series. Default 10 000. */
  observationLimit?: number | undefined;
}

/**
 * A real collector whose numbers a test can ask for. Hand it to the code under test in place of the service's own.
 *
 * Queries take the name as declared and labels. All of a metric's labels name one series; fewer mean every series that has
 * these, together. An undeclared name or label throws, with the nearest declared one: a misspelt name must not pass for
 * "was not counted". Queries run no collect callback: `await metrics.collect()` before asking for what comes from one.
 */
export interface TestMetrics extends Metrics {
  readonly clock: FakeClock;
  /** The value of a counter or gauge; the sum where several series match; `undefined` where none does. Throws for a histogram. */
  value(name: string, labels?: LabelQuery): number | undefined;
  /** By how much a counter or gauge changed since the last `mark()`, or since the beginning; 0 where nothing did. */
  delta(name: string, labels?: LabelQuery): number;
  /** The values that a histogram was given, in order. */
  observations(name: string, labels?: LabelQuery): readonly number[];
  /** The series of a metric, in order of creation. */
  series(name: string, labels?: LabelQuery): readonly SeriesReading[];
  /** Starts counting changes anew. What it returns stays with this moment, whatever marks come later. */
  mark(): Changes;
  /** Runs `fn` and gives what was recorded until it returned, or its promise was fulfilled. Throws what `fn` throws. */
  deltaOf<T>(fn: () => T): T extends PromiseLike<unknown> ? Promise<Changes> : Changes;
  /** Wrong recordings, thrown at their call sites where strict, whether or not the code under test caught them. The same list for ever, which grows. */
  readonly misuse: readonly RecordingError[];
  /** Throws where a recording was wrong, although the code under test caught the error. */
  assertNoMisuse(): void;
  /** Ends every series and forgets every observation; instruments, bound series and the clock stay as they are. */
  reset(): void;
  readonly [READING]: () => Reading;
}

/**
 * Makes a collector for one test: strict unless told otherwise, so that a wrong recording throws at its call site, and on a
 * clock of its own. Nothing is shared between two of them, so tests may run at the same time.
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
      throw new Error(`[testing] A wrong recording was made, and its error caught: ${first.message}${others}`, {
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
  readonly constantLabels: LabelTexts;
  readonly fixedLabels: LabelTexts;
  readonly observations: ObservationLog;
  readonly onDeclared: (instrument: { clear(): void }) => void;
}

type LabelTexts = Readonly<Record<string, string>>;

/** The collector's declaring half, with histograms that keep their values. */
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

function textsOf(labels: LabelQuery): LabelTexts {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, String(value)]));
}
