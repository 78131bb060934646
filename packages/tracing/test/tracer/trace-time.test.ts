import { type HrTime, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { fakeClock } from '@sightline/testing';
import { describe, expect, test } from 'vitest';
import { type ReadableSpan, type SpanProcessor, TracerProvider } from '../../src/tracer/index.js';

function recorder(): { readonly ended: ReadableSpan[]; readonly processor: SpanProcessor } {
  const ended: ReadableSpan[] = [];
  const hooks = { forceFlush: async () => {}, shutdown: async () => {} };
  return { ended, processor: { onStart() {}, onEnd: (span) => void ended.push(span), ...hooks } };
}

const ms = ([seconds, nanos]: HrTime): number => seconds * 1000 + nanos / 1e6;

test('children begin no earlier than their parents and end no later, whatever the wall clock says', () => {
  const { ended, processor } = recorder();
  const tracer = new TracerProvider({ processors: [processor] }).getTracer('test');
  for (let i = 0; i < 200; i++) {
    const outer = tracer.startSpan('outer', {}, ROOT_CONTEXT);
    tracer.startSpan('inner', {}, trace.setSpan(ROOT_CONTEXT, outer)).end();
    outer.end();
  }
  for (let i = 0; i < ended.length; i += 2) {
    const [inner, outer] = [ended[i] as ReadableSpan, ended[i + 1] as ReadableSpan];
    expect(ms(inner.startTime)).toBeGreaterThanOrEqual(ms(outer.startTime));
    expect(ms(inner.endTime)).toBeLessThanOrEqual(ms(outer.endTime));
  }
});

describe('a wall clock that is set', () => {
  function setup() {
    const { ended, processor } = recorder();
    const clock = fakeClock();
    let jumpMs = 0;
    const jumpBy = (by: number): void => {
      jumpMs += by;
    };
    const jumping = { ...clock, now: () => clock.now() + jumpMs, monotonicMs: () => clock.monotonicMs() };
    const tracer = new TracerProvider({ processors: [processor], clock: jumping }).getTracer('test');
    return { tracer, ended, clock, jump: jumpBy, now: () => jumping.now() };
  }

  test.each([3_600_000, -3_600_000])('by %i ms moves no span of a running trace', (by) => {
    const { tracer, ended, clock, jump } = setup();
    const outer = tracer.startSpan('outer', {}, ROOT_CONTEXT);
    clock.advance(10);
    jump(by);
    const inner = tracer.startSpan('inner', {}, trace.setSpan(ROOT_CONTEXT, outer));
    inner.addEvent('event');
    clock.advance(5);
    inner.end();
    outer.end();
    const [first, second] = ended as [ReadableSpan, ReadableSpan];
    expect(second.duration).toEqual([0, 15_000_000]);
    expect(ms(first.startTime) - ms(second.startTime)).toBeCloseTo(10, 3);
    expect(ms(first.events[0]?.time ?? [0, 0])).toBe(ms(first.startTime));
  });

  test.each([3_600_000, -3_600_000, 50, -50])('by %i ms holds for the next trace', (by) => {
    const { tracer, ended, jump, now } = setup();
    tracer.startSpan('before', {}, ROOT_CONTEXT).end();
    jump(by);
    tracer.startSpan('after', {}, ROOT_CONTEXT).end();
    expect(Math.abs(ms(ended[1]?.startTime ?? [0, 0]) - now())).toBeLessThan(2);
  });

  test('holds for a trace that runs for more than ten minutes', () => {
    const { tracer, ended, clock, jump, now } = setup();
    const outer = tracer.startSpan('consumer', {}, ROOT_CONTEXT);
    jump(5000);
    clock.advance(700_000);
    tracer.startSpan('message', {}, trace.setSpan(ROOT_CONTEXT, outer)).end();
    expect(Math.abs(ms(ended[0]?.startTime ?? [0, 0]) - now())).toBeLessThan(2);
  });
});
