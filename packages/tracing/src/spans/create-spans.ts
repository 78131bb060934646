import { type Span, type Tracer, trace } from '@opentelemetry/api';
import type { HeadSampling } from '../sampling/head-sampling.js';
import { Tracer as OwnTracer } from '../tracer/tracer.js';
import { type AttributePolicy, type AttributePolicyOptions, attributePolicy } from './attribute-policy.js';
import {
  commandPreset,
  dbPreset,
  eventPreset,
  httpPreset,
  messagePreset,
  type Preset,
  plainPreset,
  queryPreset,
  sagaPreset,
} from './presets.js';
import { runInSpanOf } from './run-in-span.js';
import { runSaga, type Saga } from './run-saga.js';
import type {
  CqrsSpanOptions,
  DbSpanOptions,
  HttpSpanOptions,
  MessageSpanOptions,
  SagaSpanOptions,
  SpanOptions,
} from './span-options.js';
import { parentOf, SpanStarter } from './span-starter.js';
import { type Traced, tracedBy } from './traced.js';

/**
 * Runs `fn` in a span and returns its result. For a promise it returns one that settles in the same way, so that an unhandled
 * rejection stays unhandled; promises of subclasses and other thenables stay the same object. The span is active in `fn` and in
 * everything that `fn` starts. It ends once, when the result settles, and records a failure, which goes on to the caller.
 */
export interface RunSpan<Options extends SpanOptions> {
  <T>(name: string, fn: (span: Span) => T): T;
  <T>(name: string, options: Options, fn: (span: Span) => T): T;
}

/** Creates spans that end by themselves. Each method sets name, kind and attributes by OpenTelemetry's conventions. */
export interface SpanBuilder {
  /** A span with exactly this name. */
  readonly span: RunSpan<SpanOptions>;
  /** `command PlaceOrder` */
  readonly command: RunSpan<CqrsSpanOptions>;
  /** `query OrdersOfCustomer` */
  readonly query: RunSpan<CqrsSpanOptions>;
  /** `event OrderPlaced` */
  readonly event: RunSpan<CqrsSpanOptions>;
  /** `GET /orders/:id`, given as one string, or as method with `{ route }`. Never give a path with ids in it. */
  readonly http: RunSpan<HttpSpanOptions>;
  /** `SELECT orders`, given as one string, or as operation with `{ collection }`. */
  readonly db: RunSpan<DbSpanOptions>;
  /** `publish orders`, given as one string, or as operation with `{ destination }`. */
  readonly message: RunSpan<MessageSpanOptions>;
  /** `saga order-fulfilment`; if it fails, its steps are compensated in reverse order. */
  saga<T>(name: string, fn: (saga: Saga) => T | PromiseLike<T>): Promise<T>;
  saga<T>(name: string, options: SagaSpanOptions, fn: (saga: Saga) => T | PromiseLike<T>): Promise<T>;
  /** Wraps functions, decorates methods. */
  readonly traced: Traced;
  /** A span for code without a callback: the caller ends it, and makes it active by `runInSpan` or a context. */
  startSpan(name: string, options?: SpanOptions | undefined): Span;
}

export interface SpansOptions extends AttributePolicyOptions {
  /** Default: the tracer `@sightline/tracing` of the provider that is registered with `@opentelemetry/api`, now or later. */
  tracer?: Tracer | undefined;
  /** The `headSampling` that the tracer's provider was made with, so that an unsampled span costs next to nothing. */
  headSampling?: HeadSampling | undefined;
  /**
   * For the tracer of another SDK: children of unsampled local spans are never recorded, as with the SDK's default sampler, so the
   * tracer need not be asked. Default false.
   */
  isParentBased?: boolean | undefined;
}

/** Creates a builder of spans for one tracer, with redaction and limits of attributes. */
export function createSpans({
  tracer = trace.getTracer('@sightline/tracing'),
  headSampling,
  isParentBased = false,
  ...policy
}: SpansOptions = {}): SpanBuilder {
  const starter = new SpanStarter({ tracer, headSampling, isParentBased, policy: policyFor(tracer, policy) });

  const runner = <Options extends SpanOptions>(preset: Preset<Options>): RunSpan<Options> =>
    (<T>(name: string, second: Options | ((span: Span) => T), third?: (span: Span) => T): T => {
      const hasOptions = typeof second !== 'function';
      const fn = hasOptions ? third : second;
      if (typeof fn !== 'function') throw noFunction(name);
      const options = hasOptions ? (second ?? noOptions) : noOptions;
      const parent = parentOf(options);
      return runInSpanOf(parent, starter.start(preset, name, options as Options, parent), fn);
    }) as RunSpan<Options>;

  const span = runner(plainPreset);
  const saga = runner(sagaPreset);
  return {
    span,
    command: runner(commandPreset),
    query: runner(queryPreset),
    event: runner(eventPreset),
    http: runner(httpPreset),
    db: runner(dbPreset),
    message: runner(messagePreset),
    saga<T>(
      name: string,
      second: SagaSpanOptions | ((saga: Saga) => T | PromiseLike<T>),
      third?: (saga: Saga) => T | PromiseLike<T>,
    ): Promise<T> {
      const fn = typeof second === 'function' ? second : third;
      if (typeof fn !== 'function') throw noFunction(name);
      const options = typeof second === 'function' ? {} : second;
      return saga(name, options, (sagaSpan) => runSaga(name, sagaSpan, fn, span, options.onOutcome));
    },
    traced: tracedBy(span),
    startSpan: (name, options = noOptions) => starter.start(plainPreset, name, options, parentOf(options)),
  };
}

/** That of the tracer if it is ours, with more keys to hide. */
function policyFor(tracer: Tracer, options: AttributePolicyOptions): AttributePolicy {
  if (!(tracer instanceof OwnTracer) || options.maxValueLength !== undefined) return attributePolicy(options);
  return options.redact === undefined ? tracer.policy : tracer.policy.withRedaction(options.redact);
}

const noOptions: SpanOptions = Object.freeze({});

function noFunction(name: string): TypeError {
  return new TypeError(`[tracing] Span "${name}" has no function to run. Pass it last: span("${name}", (span) => …).`);
}
