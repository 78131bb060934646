import { randomUUID } from 'node:crypto';
import type { Span } from '@opentelemetry/api';
import { callThen, type Log } from '@sightline/base';
import { currentContext, runWithContext } from '@sightline/context';
import type { Labels, MetricsCollector } from '@sightline/core';
import { type OptionsOf, resolveFields } from '@sightline/settings/fields';
import { type AttributeInputs, errorType, type SpanBuilder, type SpanOptions } from '@sightline/tracing';
import { CountedErrors } from './counted-errors.js';
import { runEnd } from './run-end.js';
import { declareRunMetrics, durationFields } from './run-metrics.js';
import type { RunStatus } from './run-statuses.js';

/** What a run recorder needs: an observability, or the doubles of a test. */
export interface RunTelemetry {
  readonly metrics: MetricsCollector;
  readonly spans: SpanBuilder;
  /** Gets one line for each run that ends; without it none is written. */
  readonly logger?: Log | undefined;
}

const recorderFields = {
  /** Before all names: `nf` makes `nf_runs_total`. */
  namespace: { type: 'text', required: true },
  /** Names the span and the log line. Default: `nf.run`. */
  name: { type: 'text' },
  labelNames: { type: 'list', default: [] as readonly string[] },
  duration: { type: 'options', fields: durationFields as typeof durationFields, default: {} },
  components: { type: 'list' },
  /** Which ends are logged. Default: `all`. */
  logs: { type: 'choice', choices: ['all', 'failures', 'none'], default: 'all' },
} as const;

type Recorder = OptionsOf<typeof recorderFields>;

export interface RunRecorderOptions<N extends string = never, C extends string = string>
  extends Omit<Recorder, 'labelNames' | 'components'> {
  /** Labels of the counter and the duration. Each needs few values: ids are refused. */
  labelNames?: readonly N[] | undefined;
  /** What `step` and `countError` may name, beside `run`. Default: anything, of which each needs few values. */
  components?: readonly C[] | undefined;
}

/** One run, as it is about to start. */
export type RunOptions<N extends string = never> = RunDetails &
  ([N] extends [never] ? { readonly labels?: undefined } : { readonly labels: Labels<N> });

interface RunDetails {
  /** `run_id` of every line within, and `run.id` on the span. Default: that of the context around, else a new UUID. */
  readonly runId?: string | undefined;
  /** On the span only, where ids belong. A function is called only where the span is recorded. */
  readonly attributes?: SpanOptions['attributes'];
  /**
   * What cancels the run. A run that fails because it was aborted has the status `cancelled` and is no error; one that was aborted by a
   * time-out (`AbortSignal.timeout`) has failed, with `TimeoutError`.
   */
  readonly signal?: AbortSignal | undefined;
}

/** A run in progress. */
export interface Run<C extends string = string> {
  readonly id: string;
  readonly span: Span;
  /**
   * Runs a part in a span of its own. What it throws is counted under this component, and not again where the run fails of it. Returns
   * what `fn` returns; for a promise one that settles alike.
   */
  step<T>(component: C, fn: (span: Span) => T): T;
  /** Counts an error that does not end the run. */
  countError(error: unknown, component?: C): void;
}

/** A run that waits. It counts as queued until it is run or cancelled. */
export interface QueuedRun<C extends string = string> {
  run<T>(fn: (run: Run<C>) => T): T;
  /** Runs when `ready` resolves. If it rejects, the run leaves the queue and the promise rejects alike. */
  runWhen<T>(ready: PromiseLike<unknown>, fn: (run: Run<C>) => T): Promise<Awaited<T>>;
  /** Takes it out of the queue. Does nothing once it has left. */
  cancel(): void;
}

/**
 * Records the runs of a job or model. One call makes the counter `<ns>_runs_total{status}` (`started`, then `success`, `failed` or
 * `cancelled`), the gauges `<ns>_runs_active` and `<ns>_runs_queued`, the histogram of the duration (failures included), the counter
 * `<ns>_errors_total{error_type,component}`, a span and a log line. All begin and end together: at any time as many have started
 * as have ended or are active.
 */
export interface RunRecorder<N extends string = never, C extends string = string> {
  /** Runs `fn` and returns what it returns; for a promise one that settles alike. */
  run<T>(options: RunOptions<N>, fn: (run: Run<C>) => T): T;
  /** Counts a run as queued. */
  queue(options: RunOptions<N>): QueuedRun<C>;
}

/** Declares the metrics of runs. Throws for wrong declarations. */
export function runRecorder<const N extends string = never, const C extends string = string>(
  { metrics, spans, logger }: RunTelemetry,
  options: RunRecorderOptions<N, C>,
): RunRecorder<N, C> {
  const resolved = resolveFields('sdk', recorderFields, options, 'runRecorder');
  const { namespace, name = `${namespace}.run`, logs } = resolved;
  const recorded = declareRunMetrics(metrics, resolved);

  function run<T>(given: RunOptions<N>, fn: (run: Run<C>) => T, queuedMs?: number): T {
    checkCall(name, given, fn);
    const { labels, runId, attributes, signal } = given;
    // Copied, because the caller may change its object meanwhile.
    const own: Readonly<Record<string, string | number | boolean>> = { ...labels };
    const id = runId ?? currentContext()?.run_id ?? randomUUID();
    const spanOptions = { attributes: () => ({ ...own, 'run.id': id, ...attributesOf(attributes) }) };

    // In the span's function, which is called exactly when the run is.
    const observed = (span: Span): T => {
      const end = recorded.begin(own);
      const startMs = performance.now();
      const errors = new CountedErrors();
      const count = (error: unknown, component: string): void => {
        const reason = runEnd(error, signal);
        if (reason.status === 'failed' && errors.isNew(error)) {
          recorded.countError(errorType(reason.error), component);
        }
      };
      const underWay: Run<C> = {
        id,
        span,
        step: (component, part) =>
          spans.span(component, {}, (partSpan) =>
            callThen(
              () => part(partSpan),
              (failure) => failure !== undefined && count(failure.error, component),
            ),
          ),
        countError: (error, component) => count(error, component ?? RUN),
      };
      return callThen(
        () => fn(underWay),
        (failure) => {
          const { status } = failure === undefined ? success : runEnd(failure.error, signal);
          if (failure !== undefined) count(failure.error, RUN);
          end(status);
          span.setAttribute('run.status', status);
          logEnd(status, failure?.error, {
            ...own,
            run: name,
            status,
            duration_ms: performance.now() - startMs,
            ...(queuedMs === undefined ? {} : { queued_ms: queuedMs }),
          });
        },
      );
    };
    return runWithContext({ run_id: id }, () => spans.span(name, spanOptions, observed));
  }

  function logEnd(status: RunStatus, err: unknown, fields: object): void {
    if (status === 'failed') {
      if (logs !== 'none') quietly(() => logger?.error({ ...fields, err }, `${name} failed`));
    } else if (logs === 'all') {
      quietly(() => logger?.info(fields, `${name} ${status === 'success' ? 'succeeded' : 'was cancelled'}`));
    }
  }

  return {
    run: (given, fn) => run(given, fn),
    queue(given) {
      const leave = recorded.queued.startTracking();
      const sinceMs = performance.now();
      const runNow = <T>(fn: (run: Run<C>) => T): T => {
        leave();
        return run(given, fn, performance.now() - sinceMs);
      };
      return {
        run: runNow,
        async runWhen<T>(ready: PromiseLike<unknown>, fn: (run: Run<C>) => T): Promise<Awaited<T>> {
          try {
            await ready;
          } catch (error) {
            leave();
            throw error;
          }
          return await runNow(fn);
        },
        cancel: leave,
      };
    },
  };
}

/** Before anything is counted: this is no run that fails. */
function checkCall(name: string, options: unknown, fn: unknown): void {
  if (typeof options === 'object' && options !== null && typeof fn === 'function') return;
  throw new TypeError(`[sdk] A run of "${name}" needs options and a function: run({}, (run) => …).`);
}

/** The component of what no step fails of. */
const RUN = 'run';
const success = { status: 'success' } as const;

function attributesOf(attributes: SpanOptions['attributes']): AttributeInputs {
  return typeof attributes === 'function' ? attributes() : (attributes ?? {});
}

function quietly(write: () => void): void {
  try {
    write();
  } catch {
    // A logger that fails must not fail the run.
  }
}
