import { type Span, type SpanContext, TraceFlags, type TraceState } from '@opentelemetry/api';
import { RANDOM } from '../propagation/traceparent.js';
import { type IdGenerator, randomIds } from './random-ids.js';

/** A trace that is not recorded. */
export interface UnsampledTrace {
  /** `undefined` until it is read. */
  id: string | undefined;
  readonly state: TraceState | undefined;
  /** Whether the last 7 bytes of its id are random: the random flag of W3C Trace Context. Default false. */
  readonly isRandom?: boolean | undefined;
  /** Default: random ones. */
  readonly ids?: IdGenerator | undefined;
}

/**
 * A span that records nothing. It has ids, so that log lines and outgoing requests can name the trace. They are created on
 * first use, because most such spans never need them.
 */
export class UnsampledSpan implements Span {
  // Shared by the spans of one trace. A child keeps this and not its parent, so that the parent can be garbage-collected.
  readonly #trace: UnsampledTrace;
  #context: SpanContext | undefined;

  constructor(trace: UnsampledTrace) {
    this.#trace = trace;
  }

  /** A span of the same trace. */
  child(): UnsampledSpan {
    return new UnsampledSpan(this.#trace);
  }

  spanContext(): SpanContext {
    this.#context ??= contextOf(this.#trace);
    return this.#context;
  }

  isRecording(): boolean {
    return false;
  }

  setAttribute(): this {
    return this;
  }
  setAttributes(): this {
    return this;
  }
  addEvent(): this {
    return this;
  }
  addLink(): this {
    return this;
  }
  addLinks(): this {
    return this;
  }
  setStatus(): this {
    return this;
  }
  updateName(): this {
    return this;
  }
  end(): void {}
  recordException(): void {}
}

function contextOf(trace: UnsampledTrace): SpanContext {
  const { ids = randomIds } = trace;
  trace.id ??= ids.generateTraceId();
  const traceFlags = trace.isRandom === true ? RANDOM : TraceFlags.NONE;
  const context: SpanContext = { traceId: trace.id, spanId: ids.generateSpanId(), traceFlags };
  if (trace.state !== undefined) context.traceState = trace.state;
  return context;
}
