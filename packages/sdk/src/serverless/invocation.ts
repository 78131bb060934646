import { context as active, type Context, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import { consoleLog } from '@sightline/base';
import { contextRunner } from '@sightline/context';
import { type AttributeInputs, errorType, recordFailure } from '@sightline/tracing';
import type { Observability } from '../observability.js';
import { type FaasMetrics, faasMetrics } from './faas-metrics.js';
import { type InvocationEvent, invocationEvent } from './invocation-event.js';

/** Of an observability, or of a double; what is missing is not recorded. */
export type ServerlessObservability = Pick<Observability, 'flush'> &
  Partial<Pick<Observability, 'spans' | 'metrics' | 'logger'>> & {
    readonly tracing?: Pick<Observability['tracing'], 'propagator'> | undefined;
  };

/** What platforms give beside the event, as far as it matters here. */
export interface InvocationContext {
  getRemainingTimeInMillis?(): number;
  readonly awsRequestId?: unknown;
  readonly functionName?: unknown;
  readonly invokedFunctionArn?: unknown;
}

/** What became of an invocation. */
export type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** The invocations of one handler. No method throws. */
export class Invocations {
  readonly #obs: ServerlessObservability;
  readonly #metrics: FaasMetrics | undefined;

  constructor(obs: ServerlessObservability) {
    this.#obs = obs;
    this.#metrics = obs.metrics && faasMetrics(obs.metrics, obs.logger ?? consoleLog);
  }

  begin(given: unknown, context: InvocationContext | undefined): Invocation {
    const isCold = takeColdStart();
    const event = quietly(() => invocationEvent(given, this.#obs.tracing?.propagator), otherEvent);
    if (isCold) quietly(() => this.#metrics?.coldStarts.inc({ 'faas.trigger': event.trigger }), undefined);
    return new Invocation({ obs: this.#obs, metrics: this.#metrics, event, context, isCold });
  }
}

interface InvocationParts {
  readonly obs: ServerlessObservability;
  readonly metrics: FaasMetrics | undefined;
  readonly event: InvocationEvent;
  readonly context: InvocationContext | undefined;
  readonly isCold: boolean;
}

export class Invocation {
  readonly #parts: InvocationParts;
  readonly #span: Span | undefined;
  readonly #startMs = performance.now();
  readonly #run: <T>(fn: () => T) => T;
  readonly #active: Context;

  constructor(parts: InvocationParts) {
    this.#parts = parts;
    const { event, context } = parts;
    this.#run = contextRunner({
      request_id: text(context?.awsRequestId),
      correlation_id: event.correlationId,
    });
    this.#span = active.with(event.parent, () => quietly(() => this.#startSpan(), undefined));
    this.#active = this.#span === undefined ? event.parent : trace.setSpan(event.parent, this.#span);
  }

  /** Runs the handler in the context of the invocation; what it throws is its own. */
  enter<T>(fn: () => T): T {
    return this.#run(() => active.with(this.#active, fn));
  }

  /** Called once. */
  end(outcome: Outcome): void {
    const seconds = (performance.now() - this.#startMs) / 1000;
    this.enter(() => {
      // Each apart: one that fails must not keep the others from their part.
      quietly(() => this.#record(outcome, seconds), undefined);
      quietly(() => this.#log(outcome, seconds), undefined);
      quietly(() => this.#endSpan(outcome), undefined);
    });
  }

  #startSpan(): Span | undefined {
    const { obs, event, context, isCold } = this.#parts;
    const name = event.spanName ?? text(context?.functionName) ?? 'invocation';
    // Semantic conventions, FaaS spans.
    const attributes = (): AttributeInputs => ({
      'faas.trigger': event.trigger,
      'faas.invocation_id': text(context?.awsRequestId),
      'faas.coldstart': isCold,
      'cloud.resource_id': text(context?.invokedFunctionArn),
      ...event.attributes,
    });
    return obs.spans?.startSpan(name, { kind: event.kind, attributes, links: event.links, root: event.isRoot });
  }

  #record(outcome: Outcome, seconds: number): void {
    const { metrics, event } = this.#parts;
    const labels = { 'faas.trigger': event.trigger };
    metrics?.duration.observe(labels, seconds);
    const failed = 'error' in outcome ? 0 : event.failedItems(outcome.value);
    if (failed > 0) metrics?.failedItems.inc(labels, failed);
    if ('error' in outcome) metrics?.errors.inc({ ...labels, 'error.type': errorType(outcome.error) });
  }

  #log(outcome: Outcome, seconds: number): void {
    const { obs, event, isCold } = this.#parts;
    const fields = { trigger: event.trigger, coldstart: isCold, duration_ms: Math.round(seconds * 1e6) / 1000 };
    if ('error' in outcome) return obs.logger?.error({ ...fields, err: outcome.error }, 'invocation failed');
    const failed = event.failedItems(outcome.value);
    if (failed === 0) return;
    obs.logger?.warn({ ...fields, failed_items: failed, items: event.items }, 'items of the batch failed');
  }

  #endSpan(outcome: Outcome): void {
    const span = this.#span;
    if (span === undefined) return;
    if ('error' in outcome) recordFailure(span, outcome.error);
    else this.#describe(span, outcome.value);
    span.end();
  }

  #describe(span: Span, value: unknown): void {
    const { event } = this.#parts;
    const status = event.statusOf(value);
    const failed = event.failedItems(value);
    if (status !== undefined) span.setAttribute('http.response.status_code', status);
    if (failed > 0) span.setAttribute('sightline.batch.failed_items', failed);
    const isFailed = (status !== undefined && status >= 500) || (failed > 0 && failed === event.items);
    if (!isFailed) return;
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.setAttribute('error.type', status === undefined ? 'batch_item_failures' : String(status));
  }
}

const coldStartKey = Symbol.for('sightline.sdk.cold-start.v1');

/** Whether this is the first invocation of the process, that was not kept warm ahead of it. */
function takeColdStart(): boolean {
  if (Reflect.get(globalThis, coldStartKey) === true) return false;
  Reflect.set(globalThis, coldStartKey, true);
  return process.env['AWS_LAMBDA_INITIALIZATION_TYPE'] !== 'provisioned-concurrency';
}

const otherEvent: InvocationEvent = invocationEvent(undefined, undefined);

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function quietly<T>(act: () => T, otherwise: T): T {
  try {
    return act();
  } catch {
    return otherwise;
  }
}
