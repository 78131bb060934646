import { context, defaultTextMapGetter, ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';
import { alwaysOff, alwaysOn, parentBased, type Sampler } from '../../src/index.js';
import { b3Propagator, w3cPropagator } from '../../src/propagation/index.js';

const traceId = '80f198ee56343ba864fe8b2a57d3eff7';
const ids = `${traceId}-e457b5a2e4d86bd1`;

/** What the sampler decides about a request with these headers: whether its first span here is recorded. */
function isSampled(sampler: Sampler, headers: Readonly<Record<string, string>>): boolean {
  const extracted = b3Propagator().extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
  return sampler.shouldSample(extracted, traceId, 'GET /', SpanKind.SERVER, {}, []).decision === 2;
}

const off = parentBased(alwaysOff);
const on = parentBased(alwaysOn);

describe('B3’s sampling states reach the sampler', () => {
  test.each([
    ['accepted', `${ids}-1`, true, true],
    ['denied', `${ids}-0`, false, false],
    ['debugged', `${ids}-d`, true, true],
    ['deferred: the decision is made here', ids, true, false],
    ['accepted without ids', '1', true, true],
    ['denied without ids', '0', false, false],
    ['debugged without ids', 'd', true, true],
  ])('%s', (_state, b3, withOn, withOff) => {
    expect([isSampled(on, { b3 }), isSampled(off, { b3 })]).toEqual([withOn, withOff]);
  });

  test('also from several headers', () => {
    const [id, parent] = ids.split('-') as [string, string];
    const headers = { 'x-b3-traceid': id, 'x-b3-spanid': parent };
    expect(isSampled(off, { ...headers, 'x-b3-flags': '1' })).toBe(true);
    expect(isSampled(on, headers)).toBe(true);
    expect(isSampled(off, headers)).toBe(false);
  });
});

test('a W3C parent decides by its flag', () => {
  const extracted = (flags: string) =>
    w3cPropagator.extract(ROOT_CONTEXT, { traceparent: `00-${ids}-${flags}` }, defaultTextMapGetter);
  const decide = (sampler: Sampler, flags: string) =>
    sampler.shouldSample(extracted(flags), traceId, 'GET /', SpanKind.SERVER, {}, []).decision;
  expect([decide(off, '01'), decide(on, '00'), decide(off, '03')]).toEqual([2, 0, 2]);
  expect(context.active()).toBe(ROOT_CONTEXT);
});
