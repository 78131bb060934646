import { type Span, type SpanContext, TraceFlags, type TraceState } from '@opentelemetry/api';
import { RANDOM } from '../propagation/traceparent.js';
import { type IdGenerator, randomIds } from './random-ids.js';

/** A trace of which nothing is recorded. */
export interface UnsampledTrace {
  /** `undefined` until somebody asks. */
  id: string | undefined;
  readonly state: TraceState | undefined;
  /** Whether its id is random in its last 7 bytes, which W3C's headers say of every trace. Default false. */
  readonly isRandom?: boolean | undefined;
  /** Default: random ones. */
  readonly ids?: IdGenerator | undefined;
}

/**
 * A span that records nothing. It has ids, so that log lines and outgoing requests can name the trace; they are made when
 * somebody asks, because most of these spans are never asked.
 */
export class UnsampledSpan implements Span {
  // What the spans of one trace share; a child keeps it and not its parent, so that chains of spans can be collected.
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
