import type { Span } from '@opentelemetry/api';
import { callThen, type Log } from '@sightline/base';
import type { LabelValue, MetricsCollector } from '@sightline/core';
import { isIdLabel } from '@sightline/core/lint';
import {
  type AttributeInputs,
  errorType,
  type SpanBuilder,
  type SpanOptions,
  type Traced,
  tracedBy,
} from '@sightline/tracing';
import { declareEach, type EachDeclared, reasonsOf } from './declare-each.js';
import { beginOperation, declareOperation, type OperationMetrics } from './operation-metrics.js';

export interface OperationOptions extends SpanOptions {
  /**
   * On the metrics, the span and the log line: each needs few values. The first call of an operation fixes their names; one that is
   * missing later counts as a wrong label.
   */
  labels?: Readonly<Record<string, LabelValue>> | undefined;
  /** On the span only, where ids belong. A function is called only where the span is recorded. */
  attributes?: SpanOptions['attributes'];
  /** Upper bounds of the duration in seconds, fixed by the first call. Default: those of the semantic conventions for durations. */
  buckets?: readonly number[] | undefined;
  /** Whether a failure is logged. Default true. */
  logsFailure?: boolean | undefined;
}

/**
 * Observes one piece of work: a span `name`, the histogram `name.duration` in seconds, the gauge `name.active`, the counter
 * `name.errors` by `error.type`, and a log line when it fails. All begin and end together, so that the gauge cannot drift.
 */
export interface Operation {
  /** Runs `fn` and gives back what it gives; for a promise one that settles alike. */
  <T>(name: string, fn: (span: Span) => T): T;
  <T>(name: string, options: OperationOptions, fn: (span: Span) => T): T;
  /** A function of which every call is an operation, `wrap('order.process', { labels }, fn)`; without a function a decorator for methods. */
  readonly wrap: Traced<OperationOptions>;
}

/** `obs.operation` for any collector, span builder and log: for tests, and for services that compose their telemetry themselves. */
export function operationsOf({
  metrics,
  spans,
  log,
}: {
  readonly metrics: MetricsCollector;
  readonly spans: SpanBuilder;
  readonly log: Log;
}): Operation {
  const known = new Map<string, OperationMetrics>();
  let hasToldTooMany = false;

  function metricsOf(name: string, options: OperationOptions): OperationMetrics | undefined {
    const before = known.get(name);
    if (before !== undefined) return before;
    if (known.size >= MAX_OPERATIONS || name.length > MAX_NAME_LENGTH) return tooMany(name);
    warnOfIds(name, options.labels ?? noLabels);
    // At the first call, which is a request already: it must go on.
    const each = declareEach(metrics);
    const declared = declareOperation(each, name, options);
    if (each.refused.size > 0) reportRefused(name, declared, each.refused);
    known.set(name, declared);
    return declared;
  }

  function tooMany(name: string): undefined {
    if (hasToldTooMany) return;
    hasToldTooMany = true;
    quietly(() =>
      log.error(
        { operation: name.slice(0, 100) },
        `[sdk] Operation "${name.slice(0, 100)}" has no metrics, and so have further ones: there are ${known.size}, and names have at most ${MAX_NAME_LENGTH} characters. Name the kind of work, and put ids into attributes.`,
      ),
    );
  }

  function reportRefused(name: string, { all }: OperationMetrics, refused: EachDeclared['refused']): void {
    const reasons = reasonsOf(refused);
    const message =
      refused.size === all
        ? `[sdk] Operation "${name}" has no metrics: ${reasons}`
        : `[sdk] Operation "${name}" does not record ${quotedList(refused.keys())}: ${reasons} Its other metrics are recorded. Give the operation another name, or leave out the other declaration: the operation makes these metrics itself, its duration with { buckets }.`;
    quietly(() => log.error({ err: [...refused.values()][0], operation: name }, message));
  }

  function warnOfIds(name: string, labels: Readonly<Record<string, LabelValue>>): void {
    const id = Object.keys(labels).find(isIdLabel);
    if (id === undefined) return;
    quietly(() =>
      log.warn(
        { operation: name },
        `[sdk] Operation "${name}" has the label "${id}", of which every value makes a series of three metrics. Put it into attributes, which are on the span only.`,
      ),
    );
  }

  function run<T>(name: string, options: OperationOptions, fn: (span: Span) => T): T {
    const { labels: given, buckets: _buckets, logsFailure = true, attributes, ...others } = options;
    // Callers without types may give anything.
    const labels = given ?? noLabels;
    const end = beginOperation(metricsOf(name, options), labels);
    const spanOptions = { ...others, attributes: () => ({ ...labels, ...attributesOf(attributes) }) };
    return spans.span(name, spanOptions, (span) =>
      callThen(
        () => fn(span),
        (failure) => {
          const seconds = end(failure === undefined ? undefined : errorType(failure.error));
          if (failure === undefined || !logsFailure) return;
          const fields = { ...labels, operation: name, duration_ms: seconds * 1000, err: failure.error };
          quietly(() => log.error(fields, `${name} failed`));
        },
      ),
    );
  }

  const operation = <T>(name: string, second: OperationOptions | ((span: Span) => T), third?: (span: Span) => T): T => {
    const fn = typeof second === 'function' ? second : third;
    if (typeof fn !== 'function') {
      throw new TypeError(`[sdk] Operation "${name}" has no function to run: give it last.`);
    }
    return run(name, typeof second === 'function' ? {} : (second ?? {}), fn);
  };
  return Object.assign(operation, { wrap: tracedBy<OperationOptions>(run) });
}

function quotedList(names: Iterable<string>): string {
  return [...names].map((name) => `"${name}"`).join(' and ');
}

/** Each has three metrics: names that are made of data would fill the memory. */
const MAX_OPERATIONS = 1000;
/** Of a metric. */
const MAX_NAME_LENGTH = 200;

const noLabels: Readonly<Record<string, LabelValue>> = Object.freeze({});

function attributesOf(attributes: OperationOptions['attributes']): AttributeInputs {
  return typeof attributes === 'function' ? attributes() : (attributes ?? {});
}

function quietly(write: () => void): void {
  try {
    write();
  } catch {
    // A logger that fails must not fail the operation.
  }
}
