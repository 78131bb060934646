import { createTraceState, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { adaptiveSampler } from '@sightline/tracing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rounds } from '../../../../scripts/rounds.js';
import { probabilityOf } from '../../src/sampling/threshold.js';

function rig(tracesPerSecond: number | undefined, options: { capRemote?: boolean } = {}) {
  let nowMs = 5;
  const sampler = adaptiveSampler({ tracesPerSecond, clock: { monotonicMs: () => nowMs }, ...options });
  let arrived = 0;
  return {
    sampler,
    setTime: (ms: number) => {
      nowMs = ms;
    },
    arriveAt(ms: number, context = ROOT_CONTEXT) {
      nowMs = ms;
      const { decision, attributes, traceState } = sampler.shouldSample(
        context,
        evenlySpread(arrived++),
        'x',
        0,
        {},
        [],
      );
      return {
        isSampled: decision === 2,
        probability: attributes?.['sampling.probability'] as number | undefined,
        traceState: traceState?.serialize(),
      };
    },
  };
}

/** Trace ids as random ones are spread, but the same in every run. */
function evenlySpread(i: number): string {
  const bits = Math.imul(i + 1, 0x9e37_79b1) ^ (Math.imul(i + 7, 0x85eb_ca6b) >>> 13);
  return `${'a'.repeat(18)}${(bits >>> 0).toString(16).padStart(8, '0')}a5a5a5`;
}

/** Most events in any half-open window of a second. */
function maxPerSecond(times: readonly number[], windowMs = 1000): number {
  let first = 0;
  let most = 0;
  for (let i = 0; i < times.length; i++) {
    while ((times[i] ?? 0) - (times[first] ?? 0) >= windowMs) first++;
    most = Math.max(most, i - first + 1);
  }
  return most;
}

/** Arrivals at a rate that changes: pairs of a rate per second and how long it holds, in ms. */
function arrivals(...phases: Array<[perSecond: number, forMs: number]>): number[] {
  const times: number[] = [];
  let start = 0;
  for (const [perSecond, forMs] of phases) {
    const step = 1000 / perSecond;
    for (let at = 0; at < forMs; at += step) times.push(start + at);
    start += forMs;
  }
  return times;
}

describe('any sliding second has', () => {
  const gaps = fc.array(
    fc.tuple(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 1500 })), fc.nat(20)),
    { maxLength: 60 },
  );

  test('never more traces than the limit, however they arrive', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), gaps, (limit, pauses) => {
        const { arriveAt } = rig(limit);
        const sampled: number[] = [];
        let now = 0;
        for (const [pause, together] of pauses) {
          now += pause;
          for (let i = 0; i <= together; i++) if (arriveAt(now).isSampled) sampled.push(now);
        }
        expect(maxPerSecond(sampled)).toBeLessThanOrEqual(limit);
      }),
      { numRuns: rounds(300) },
    );
  });

  test('all traces, if there are no more than the limit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), gaps, (limit, pauses) => {
        const { arriveAt } = rig(limit);
        const arrived: number[] = [];
        let now = 0;
        for (const [pause] of pauses) {
          now += pause;
          if (maxPerSecond([...arrived, now]) > limit) continue;
          arrived.push(now);
          expect(arriveAt(now)).toEqual({ isSampled: true, probability: 1, traceState: 'ot=th:0' });
        }
      }),
    );
  });

  test.each([1, 3, 7, 30, 50, 100])('all traces of %d per second at exactly that limit', (limit) => {
    const { arriveAt } = rig(limit);
    for (const at of arrivals([limit, 5000])) expect(arriveAt(at).isSampled).toBe(true);
  });

  test('with less than one per second, one in a longer time', () => {
    const { arriveAt } = rig(0.1);
    const sampled = arrivals([5, 60_000]).filter((at) => arriveAt(at).isSampled);
    expect(maxPerSecond(sampled, 10_000)).toBe(1);
    expect(sampled.length).toBeGreaterThanOrEqual(4);
  });
});

describe('beyond the limit', () => {
  test.each([150, 500, 5000, 50_000])(
    'of %d per second most of the budget is used',
    { timeout: 60_000 },
    (perSecond) => {
      const { arriveAt } = rig(100);
      const sampled = arrivals([perSecond, 6000]).filter((at) => arriveAt(at).isSampled);
      expect(maxPerSecond(sampled)).toBeLessThanOrEqual(100);
      const steady = sampled.filter((at) => at >= 2000);
      expect(steady.length / 4).toBeGreaterThan(80);
    },
  );

  test('all parts of a second have their share', () => {
    const { arriveAt } = rig(100);
    const sampled = arrivals([5000, 8000]).filter((at) => arriveAt(at).isSampled);
    const tenths = new Array<number>(10).fill(0);
    for (const at of sampled.filter((time) => time >= 3000)) {
      const tenth = Math.floor((at % 1000) / 100);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    expect(Math.min(...tenths)).toBeGreaterThan(20); // of 45 in 5 seconds
  });

  test('the recorded probabilities allow to compute the number of arrivals', () => {
    const { arriveAt } = rig(100);
    let estimated = 0;
    let arrived = 0;
    for (const at of arrivals([2000, 20_000])) {
      const { isSampled, probability = 0, traceState } = arriveAt(at);
      if (at < 2000) continue;
      arrived++;
      if (!isSampled) continue;
      estimated += 1 / probability;
      expect(probabilityOf(traceState?.slice('ot=th:'.length) ?? '')).toBeCloseTo(probability, 6);
    }
    expect(estimated / arrived).toBeGreaterThan(0.9);
    expect(estimated / arrived).toBeLessThan(1.1);
  });

  test('a burst is forgotten within two seconds', () => {
    const { arriveAt } = rig(100);
    const times = arrivals([20_000, 3000], [90, 4000]);
    const after = times.filter((at) => at >= 3000);
    for (const at of times.filter((time) => time < 3000)) arriveAt(at);
    const lost = after.filter((at) => !arriveAt(at).isSampled);
    expect(lost.filter((at) => at >= 5000)).toEqual([]);
  });

  test('a lower rate that is still too high is followed within two seconds', () => {
    const { arriveAt } = rig(100);
    const sampled = arrivals([20_000, 3000], [200, 6000]).filter((at) => arriveAt(at).isSampled);
    const secondAfter = sampled.filter((at) => at >= 5000 && at < 6000);
    expect(secondAfter.length).toBeGreaterThan(75);
  });
});

describe('a clock', () => {
  test('that goes back stops nothing, and lets no more through', () => {
    const { arriveAt } = rig(10);
    for (let i = 0; i < 10; i++) expect(arriveAt(3_600_000).isSampled).toBe(true);
    for (let i = 0; i < 5; i++) expect(arriveAt(0).isSampled).toBe(false);
    expect(arriveAt(500).isSampled).toBe(false);
    expect(arriveAt(1000).isSampled).toBe(true);
  });

  test('that jumps either way never lets more through than the limit in a second of going forward', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: -2000, max: 400 }), { maxLength: 200 }),
        (limit, steps) => {
          const { arriveAt } = rig(limit);
          const sampled: number[] = [];
          let clock = 0;
          let forward = 0;
          for (const step of steps) {
            clock += step;
            forward += Math.max(0, step);
            if (arriveAt(clock).isSampled) sampled.push(forward);
          }
          expect(maxPerSecond(sampled)).toBeLessThanOrEqual(limit);
        },
      ),
    );
  });

  test('that gives no number stands still', () => {
    const { arriveAt } = rig(2);
    expect([1, Number.NaN, Number.NaN, 2].map((at) => arriveAt(at).isSampled)).toEqual([true, true, false, false]);
    expect(arriveAt(1001).isSampled).toBe(true);
  });
});

describe('a parent', () => {
  const under = (isSampled: boolean, isRemote: boolean, traceState?: string) =>
    trace.setSpanContext(ROOT_CONTEXT, {
      traceId: '1'.repeat(32),
      spanId: '1'.repeat(16),
      traceFlags: isSampled ? 1 : 0,
      isRemote,
      ...(traceState === undefined ? {} : { traceState: createTraceState(traceState) }),
    });

  test('is followed, and its traces are not counted', () => {
    const { arriveAt } = rig(2);
    for (let i = 0; i < 20; i++) {
      expect(arriveAt(i, under(true, false)).isSampled).toBe(true);
      expect(arriveAt(i, under(true, true))).toEqual({
        isSampled: true,
        probability: undefined,
        traceState: undefined,
      });
      expect(arriveAt(i, under(false, true)).isSampled).toBe(false);
    }
    expect(arriveAt(30)).toMatchObject({ isSampled: true, probability: 1 });
  });

  test('of elsewhere counts and is capped with capRemote', () => {
    const { arriveAt } = rig(3, { capRemote: true });
    const sampled = Array.from({ length: 50 }, (_, i) => arriveAt(i, under(true, true)).isSampled);
    expect(sampled.filter(Boolean)).toHaveLength(3);
    expect(arriveAt(60, under(true, false)).isSampled).toBe(true);
  });

  test('that was sampled with a smaller probability keeps saying so', () => {
    const { arriveAt } = rig(3, { capRemote: true });
    expect(arriveAt(0, under(true, true, 'ot=th:1,acme=1')).traceState).toBe('ot=th:1,acme=1');
  });
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('a limit of %d is refused', (tracesPerSecond) => {
  expect(() => adaptiveSampler({ tracesPerSecond })).toThrow('[tracing] tracesPerSecond must be a number above 0');
});

test('the limit is 100 per second by default', () => {
  expect(String(adaptiveSampler())).toBe('AdaptiveSampler{100}');
});
