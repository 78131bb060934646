import {
  type Clock,
  consoleLog,
  type Log,
  messageOf,
  safeLog,
  systemClock,
  type Timer,
  unrefClock,
  withDeadline,
} from '@sightline/base';
import type { Gauge } from '../../instruments/instruments.js';
import type { MetricsCollector } from '../../instruments/metrics-collector.js';
import { type Computed, labelledWriter, plainWriter } from './computed-values.js';
import { checkNewest, maxSeriesOf, type NewestValues } from './newest-values.js';
import type { ScheduledValue } from './scheduled-value.js';

export interface ScheduledMetricsOptions {
  /** Reports a computation that fails, once until it works again. Default: `console`. */
  log?: Log | undefined;
  clock?: Clock | undefined;
}

export interface ScheduledGaugeOptions<N extends string = never> {
  help: string;
  unit?: string | undefined;
  labelNames?: readonly N[] | undefined;
  /** For a label that gets new values for ever, such as `date`: keeps only its newest values and ends older series. */
  newest?: NewestValues<N> | undefined;
  /** Time from the end of one computation to the next, in milliseconds. Default: one hour. */
  intervalMs?: number | undefined;
  /** Maximum time of a computation, in milliseconds. A later result is not used. Default: 60 000. */
  timeoutMs?: number | undefined;
  /** Returns a number or, with labels, all series. Series that are missing from a later result end. */
  compute: (
    signal: GlobalAbortSignal,
  ) => Promise<number | readonly ScheduledValue<N>[]> | number | readonly ScheduledValue<N>[];
}

/** Values that are too expensive to compute at each collection. Each has its own schedule; readers see the last value. */
export interface ScheduledMetrics {
  /** Declares a gauge, computes it at once and then at its interval. Throws for a wrong declaration. */
  gauge<const N extends string = never>(name: string, options: ScheduledGaugeOptions<N>): void;
  /** Computes all now, for tests and for a job that ends. Resolves when all have succeeded or failed. */
  computeAll(): Promise<void>;
  /** Stops all schedules. The gauges keep their last values. */
  shutdown(): void;
}

/**
 * For business metrics that come from a database. A computation blocks neither a read nor another computation. One that fails or
 * takes too long keeps the last values, is reported once, and is counted in `sightline_scheduled_failures_total{metric}`. Timers
 * do not keep the process alive.
 */
export function scheduledMetrics(metrics: MetricsCollector, options: ScheduledMetricsOptions = {}): ScheduledMetrics {
  const { clock = systemClock } = options;
  const log = safeLog(options.log ?? consoleLog);
  const failures = metrics.counter('sightline_scheduled_failures_total', {
    help: 'Computations of scheduled metrics that failed or took too long, by metric.',
    labelNames: ['metric'],
  });
  const lastSuccess = metrics.gauge('sightline_scheduled_last_success_timestamp_seconds', {
    help: 'When a scheduled metric was last computed, as Unix time.',
    unit: 'seconds',
    labelNames: ['metric'],
  });
  const schedules = new Set<Schedule>();

  return {
    gauge(name, gaugeOptions) {
      const { help, unit, labelNames = [], newest } = gaugeOptions;
      if (newest !== undefined) checkNewest(name, newest, labelNames);
      const maxSeries = newest === undefined ? undefined : maxSeriesOf(newest, labelNames);
      const gauge = metrics.gauge(name, { help, unit, maxSeries, labelNames: [...labelNames] as string[] });
      gauge.clear(); // no value until one is computed, not even 0
      const schedule = new Schedule({
        name,
        options: gaugeOptions as unknown as ScheduledGaugeOptions<string>,
        write: labelNames.length === 0 ? plainWriter(gauge as unknown as Gauge) : labelledWriter(gauge, newest),
        clock,
        succeeded: () => lastSuccess.set({ metric: name }, clock.now() / 1000),
        failed(error, isFirst) {
          failures.inc({ metric: name });
          if (isFirst) report(log, name, error);
        },
      });
      failures.labels({ metric: name }); // shown as 0 from the start
      schedules.add(schedule);
      void schedule.run();
    },
    async computeAll() {
      await Promise.all([...schedules].map((schedule) => schedule.run()));
    },
    shutdown() {
      for (const schedule of schedules) schedule.shutdown();
      schedules.clear();
    },
  };
}

interface ScheduleSetup {
  readonly name: string;
  readonly options: ScheduledGaugeOptions<string>;
  readonly clock: Clock;
  write(computed: Computed): void;
  succeeded(): void;
  failed(error: unknown, isFirst: boolean): void;
}

class Schedule {
  readonly #setup: ScheduleSetup;
  #timer: Timer | undefined;
  #running: Promise<void> | undefined;
  #isShutDown = false;
  #hasFailed = false;

  constructor(setup: ScheduleSetup) {
    this.#setup = setup;
  }

  /** Never twice at once. */
  run(): Promise<void> {
    this.#timer?.cancel();
    this.#running ??= this.#compute().finally(() => {
      this.#running = undefined;
      if (this.#isShutDown) return;
      const { options, clock } = this.#setup;
      this.#timer = clock.setTimer(() => void this.run(), options.intervalMs ?? 3_600_000);
      this.#timer.unref();
    });
    return this.#running;
  }

  shutdown(): void {
    this.#isShutDown = true;
    this.#timer?.cancel();
  }

  async #compute(): Promise<void> {
    const { options, name, clock, write, succeeded, failed } = this.#setup;
    const { timeoutMs = 60_000 } = options;
    const late = new AbortController();
    try {
      const computing = (async () => options.compute(late.signal))();
      const computed = await withDeadline(computing, timeoutMs, `[core] Computing "${name}"`, unrefClock(clock));
      if (this.#isShutDown) return;
      write(computed);
      succeeded();
      this.#hasFailed = false;
    } catch (error) {
      late.abort(error);
      failed(error, !this.#hasFailed);
      this.#hasFailed = true;
    }
  }
}

function report(log: Log, name: string, error: unknown): void {
  const message = messageOf(error);
  log.error({ err: error, metric: name }, `[core] Computing "${name}" failed: ${message}. It keeps its last values.`);
}

/** `AbortSignal` of the program that uses this. Core is compiled without the types of Node.js and browsers. */
type GlobalAbortSignal = typeof globalThis extends { AbortSignal: { prototype: infer Signal } } ? Signal : object;

declare const AbortController: new () => { readonly signal: GlobalAbortSignal; abort(reason?: unknown): void };
