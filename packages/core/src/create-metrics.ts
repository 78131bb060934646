import { consoleLog, isObject, safeLog, systemClock, valueText } from '@sightline/base';
import { BackendRunner } from './collection/backend-runner.js';
import { Collections } from './collection/collections.js';
import { ExternalMetrics } from './collection/external-metrics.js';
import type { DeadlineOptions, HistogramNeed, ShutdownOptions } from './collection/metrics-backend.js';
import type { ExternalSource, MetricsSnapshot, MetricsSource } from './collection/metrics-source.js';
import { CollectorView } from './collector-view.js';
import { checkLabels } from './instruments/label-checks.js';
import { checkList, checkOptionNames, checkPositive, refuse } from './instruments/option-checks.js';
import type { Metrics, MetricsOptions } from './metrics.js';
import { checkFilters } from './store/apply-filters.js';
import type { FamilySnapshot } from './store/family-snapshot.js';
import { Store } from './store/store.js';

/**
 * Makes a collector with the backends that export it. Throws a `DeclarationError` for wrong options.
 */
export function createMetrics(options: MetricsOptions = {}): Metrics {
  return new CollectorWithBackends(options);
}

const DEFAULT_FLUSH_MS = 5000;

class CollectorWithBackends extends CollectorView implements Metrics {
  readonly #source: MetricsSource;
  readonly #external: ExternalMetrics;
  readonly #backends: BackendRunner;

  constructor(options: MetricsOptions) {
    checkOptions(options);
    const { backends = [], clock = systemClock } = options;
    const log = safeLog(options.log ?? consoleLog);
    const store = new Store({
      ...options,
      maxSeries: options.maxSeries ?? 2000,
      maxTotalSeries: options.maxTotalSeries ?? 20_000,
      defaultLabels: checkLabels('defaultLabels', options.defaultLabels ?? {}),
      filters: checkFilters(options.filters ?? []),
      isStrict: options.strict === true,
      clock,
      log,
      histogramNeeds: backends.map(({ histogramNeed }) => histogramNeed),
    });
    const collections = new Collections({
      clock,
      diagnostics: store.diagnostics,
      collectionIntervalMs: options.collectionIntervalMs ?? 1000,
      timeoutMs: options.collectTimeoutMs ?? 2000,
    });
    super({ store, collections, collecting: new Map() });
    this.#external = new ExternalMetrics(store, collections);
    const source = (need: HistogramNeed): MetricsSource => ({
      snapshot: () => store.snapshot(need),
      collect: async () => {
        await collections.run();
        const snapshot = store.snapshot(need);
        return { ...snapshot, families: [...snapshot.families, ...this.#external.families()] };
      },
      onSeriesEnded: (listener) => store.onSeriesEnded(listener),
    });
    this.#source = source('quantiles');
    this.#backends = new BackendRunner({
      backends,
      context: (need) => ({ source: source(need), selfMetrics: this, log, clock }),
      clock,
      log,
    });
  }

  get ready(): Promise<void> {
    return this.#backends.ready;
  }

  snapshot(): MetricsSnapshot {
    return this.#source.snapshot();
  }

  collect(): Promise<MetricsSnapshot> {
    return this.#source.collect();
  }

  onSeriesEnded(listener: (ended: FamilySnapshot) => void): () => void {
    return this.#source.onSeriesEnded(listener);
  }

  include(source: ExternalSource): () => void {
    return this.#external.include(source);
  }

  flush({ timeoutMs = DEFAULT_FLUSH_MS }: Partial<DeadlineOptions> = {}): Promise<void> {
    return this.#backends.flush(timeoutMs);
  }

  shutdown({ timeoutMs = DEFAULT_FLUSH_MS, lingerMs = 0 }: Partial<ShutdownOptions> = {}): Promise<void> {
    return this.#backends.shutdown({ timeoutMs, lingerMs });
  }
}

const optionNames = [
  'backends',
  'maxSeries',
  'maxTotalSeries',
  'defaultLabels',
  'filters',
  'strict',
  'onStrictError',
  'activeSpan',
  'log',
  'clock',
  'collectionIntervalMs',
  'collectTimeoutMs',
] as const satisfies ReadonlyArray<keyof MetricsOptions>;

function checkOptions(options: MetricsOptions): void {
  const subject = 'createMetrics';
  if (!isObject(options)) refuse(`${subject} got ${valueText(options)}. Pass an object of options, or nothing.`);
  checkOptionNames(subject, options, optionNames);
  checkPositive(subject, options, ['maxSeries', 'maxTotalSeries', 'collectTimeoutMs']);
  if (options.collectionIntervalMs !== 0) checkPositive(subject, options, ['collectionIntervalMs']);
  for (const option of ['backends', 'filters'] as const) checkList(subject, option, options[option], option);
}
