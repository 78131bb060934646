import type { TextMapPropagator } from '@opentelemetry/api';
import { type FakeClock, fakeClock } from '@sightline/base/fake-clock';
import { createLogger, type Logger } from '@sightline/logger';
import { type Operation, operationsOf } from '@sightline/sdk';
import type { SpanBuilder } from '@sightline/tracing';
import { baggagePropagator, compositePropagator, w3cPropagator } from '@sightline/tracing/propagation';
import { READING } from './changes.js';
import { captureLogs } from './logs/capture-logs.js';
import type { CapturedLogs } from './logs/captured-logs.js';
import type { Reading } from './reading.js';
import { SPANS, type SpansReading } from './span-checks.js';
import { createTestMetrics, type TestMetrics, type TestMetricsOptions } from './test-metrics.js';
import { createTestSpans, type TestSpans, type TestSpansOptions } from './test-spans.js';

export interface TestObservabilityOptions {
  /** One clock for everything. Default: a new one. */
  clock?: FakeClock | undefined;
  /** Name of the logger. Default `test`. */
  serviceName?: string | undefined;
  /** Whether wrong recordings and misused spans throw. Default true. */
  strict?: boolean | undefined;
  metrics?: Omit<TestMetricsOptions, 'clock' | 'strict'> | undefined;
  spans?: Omit<TestSpansOptions, 'clock' | 'strict'> | undefined;
}

/**
 * What a service gets from `createObservability()`, as doubles that a test can query: `metrics`, `spans`, `logger` and `operation` are for the
 * code under test, `traces`, `logs` and `metrics` for the test. `expect(observability)` takes the matchers for metrics and spans.
 */
export interface TestObservability {
  readonly metrics: TestMetrics;
  readonly spans: SpanBuilder;
  /** The finished spans, their tree, and their misuse. */
  readonly traces: TestSpans;
  readonly logger: Logger;
  loggerFor(name: string): Logger;
  /** The lines of `logger`. */
  readonly logs: CapturedLogs;
  readonly operation: Operation;
  /** W3C Trace Context and Baggage. */
  readonly propagator: TextMapPropagator;
  readonly clock: FakeClock;
  /** Throws if a span has not ended or was used after its end. */
  assertNoLeaks(): void;
  /** Forgets everything recorded; instruments and loggers stay as they are. */
  reset(): void;
  readonly [READING]: () => Reading;
  readonly [SPANS]: () => SpansReading;
}

/** Makes an observability for one test: no globals, no timers, sends nothing, strict by default. */
export function createTestObservability(options: TestObservabilityOptions = {}): TestObservability {
  const { clock = fakeClock(), serviceName = 'test', strict = true } = options;
  const metrics = createTestMetrics({ ...options.metrics, clock, strict });
  const traces = createTestSpans({ ...options.spans, clock, strict });
  const logs = captureLogs();
  const logger = createLogger({ name: serviceName, level: 'debug', destination: logs, pretty: false, env: {}, clock });
  return {
    metrics,
    spans: traces.spans,
    traces,
    logger,
    loggerFor: (name) => logger.loggerFor(name),
    logs,
    operation: operationsOf({ metrics, spans: traces.spans, log: logger }),
    propagator: compositePropagator([w3cPropagator, baggagePropagator]),
    clock,
    assertNoLeaks() {
      traces.assertNoOpenSpans();
      traces.assertNoMisuse();
    },
    reset() {
      metrics.reset();
      traces.reset();
      logs.clear();
    },
    [READING]: metrics[READING],
    [SPANS]: traces[SPANS],
  };
}
