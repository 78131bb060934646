import {
  context,
  createTraceState,
  type Exception,
  type Link,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  type SpanOptions,
  type TimeInput,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import type {
  DescribedContext,
  DescribedLink,
  DescribedOptions,
  Parent,
  Program,
  Step,
  Time,
} from './random-program.js';
import type { SteppedTime } from './stepped-time.js';

/** Makes the calls on tracers of `provider`. The last step ends all spans that have not ended, but each tenth, which never ends. */
export function runProgram(program: Program, provider: TracerProvider, time: SteppedTime): void {
  const tracers: readonly Tracer[] = [
    provider.getTracer('shop', '1.2.3'),
    provider.getTracer('shop'),
    provider.getTracer(''),
    provider.getTracer('späte', '2', { schemaUrl: 'https://opentelemetry.io/schemas/1.40.0' }),
  ];
  const spans: Span[] = [];
  run(program);
  spans.forEach((span, i) => {
    if (i % 10 !== 9) span.end();
  });

  function run(steps: Program): void {
    for (const step of steps) make(step);
  }

  function make(step: Step): void {
    if (step.do === 'wait') return time.advance(step.ms);
    if (step.do === 'start') return start(step);
    const span = spans[step.on % spans.length];
    if (span === undefined) return;
    switch (step.do) {
      case 'attribute':
        span.setAttribute(step.key, step.value as never);
        return;
      case 'attributes':
        span.setAttributes(step.attributes);
        return;
      case 'event':
        if (step.attributes === undefined && step.isTimeSecond) span.addEvent(step.name, timeInput(step.time));
        else span.addEvent(step.name, step.attributes, timeInput(step.time));
        return;
      case 'link':
        if (step.links.length === 1) span.addLink(linkOf(step.links[0] as DescribedLink));
        else span.addLinks(step.links.map(linkOf));
        return;
      case 'status':
        span.setStatus({ code: step.code, message: step.message as string });
        return;
      case 'exception':
        span.recordException(step.exception as Exception, timeInput(step.time));
        return;
      case 'rename':
        span.updateName(step.name);
        return;
      default:
        span.end(timeInput(step.time));
    }
  }

  function start({ scope, name, options, parent, within }: Step & { readonly do: 'start' }): void {
    const tracer = tracers[scope] as Tracer;
    const parentContext = contextOf(parent);
    if (within === undefined) {
      spans.push(tracer.startSpan(name, optionsOf(options), parentContext));
      return;
    }
    tracer.startActiveSpan(name, optionsOf(options), parentContext, (span) => {
      spans.push(span);
      run(within);
    });
  }

  function contextOf(parent: Parent) {
    if (parent === 'active') return context.active();
    if (parent === 'root') return ROOT_CONTEXT;
    if (parent === 'suppressed') return suppressTracing(context.active());
    if (typeof parent !== 'number') return trace.setSpanContext(ROOT_CONTEXT, spanContextOf(parent));
    const span = spans[parent % spans.length];
    return span === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, span);
  }

  function optionsOf({ kind, attributes, links, startTime, root }: DescribedOptions): SpanOptions {
    return {
      ...(kind === undefined ? {} : { kind }),
      ...(attributes === undefined ? {} : { attributes }),
      ...(links === undefined ? {} : { links: links.map(linkOf) }),
      ...(startTime === undefined ? {} : { startTime: timeInput(startTime) as TimeInput }),
      ...(root === undefined ? {} : { root }),
    };
  }

  function linkOf({ to, attributes }: DescribedLink): Link {
    const span = typeof to === 'number' ? spans[to % spans.length] : undefined;
    const target = typeof to === 'number' ? withoutRandomFlag(span?.spanContext() ?? unknownSpan) : spanContextOf(to);
    return attributes === undefined ? { context: target } : { context: target, attributes };
  }

  function timeInput(given: Time): TimeInput | undefined {
    if (given === undefined) return undefined;
    switch (given.as) {
      case 'Date':
        return new Date(time.startMs + given.sinceMs);
      case 'epoch':
        return time.startMs + given.sinceMs;
      case 'performance':
        return time.monotonicStartMs + given.sinceMs;
      case 'given':
        return given.value as TimeInput;
      default:
        return [given.seconds, given.nanos];
    }
  }
}

/** Our unsampled spans have the random flag of W3C Trace Context, level 2, where it is true; the SDK does not know it. */
export function withoutRandomFlag(context: SpanContext): SpanContext {
  return { ...context, traceFlags: context.traceFlags & ~RANDOM };
}

const RANDOM = 2;

const unknownSpan: SpanContext = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };

function spanContextOf({ traceId, spanId, traceFlags, isRemote, traceState }: DescribedContext): SpanContext {
  return {
    traceId,
    spanId,
    traceFlags,
    ...(isRemote === undefined ? {} : { isRemote }),
    ...(traceState === undefined ? {} : { traceState: createTraceState(traceState) }),
  };
}
