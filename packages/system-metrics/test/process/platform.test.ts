import { type Clock, systemClock } from '@sightline/base';
import { createMetrics } from '@sightline/core';
import { pointsOf } from '@sightline/core/backend';
import { describe, expect, test } from 'vitest';
import { TypeCounts } from '../../src/process/active-types.js';
import { eventLoopDelay } from '../../src/process/event-loop-delay.js';
import { fileDescriptors } from '../../src/process/file-descriptors.js';
import { processMemory } from '../../src/process/process-memory.js';

describe('without /proc', () => {
  test('memory is what Node.js knows, and file descriptors are left out', async () => {
    const metrics = createMetrics();
    const setup = { clock: systemClock, procFolder: '/no-such-folder', eventLoopResolutionMs: 0 };
    processMemory(metrics, setup);
    fileDescriptors(metrics, setup);
    const names = (await metrics.collect()).families.map(({ name }) => name);
    expect(names).toEqual(['process_resident_memory_bytes']);
  });
});

describe('a type that disappears', () => {
  test('is 0 for five minutes, then gone', () => {
    let nowMs = 0;
    const clock: Clock = { ...systemClock, monotonicMs: () => nowMs };
    const gauge = createMetrics().gauge('nodejs_active_handles', { help: 'h', labelNames: ['type'] });
    const counts = new TypeCounts(gauge, clock);
    counts.update(['Socket', 'Socket', 'Server']);
    expect([gauge.value({ type: 'Socket' }), gauge.value({ type: 'Server' })]).toEqual([2, 1]);
    nowMs = 299_999;
    counts.update(['Server']);
    expect(gauge.value({ type: 'Socket' })).toBe(0);
    nowMs = 300_000;
    counts.update(['Server']);
    expect(gauge.value({ type: 'Socket' })).toBeUndefined();
    counts.update(['Socket']);
    expect([gauge.value({ type: 'Socket' }), gauge.value({ type: 'Server' })]).toEqual([1, 0]);
  });
});

test("a sample is the delay beyond the timer's own interval", async () => {
  let nowMs = 0;
  let due = (): void => {};
  const clock: Clock = {
    now: () => nowMs,
    monotonicMs: () => nowMs,
    setTimer(callback) {
      due = callback;
      return { cancel() {}, ref() {}, unref() {} };
    },
  };
  const metrics = createMetrics({ clock });
  const stop = eventLoopDelay(metrics, { clock, procFolder: '', eventLoopResolutionMs: 20 });
  for (const lateMs of [0, 1, 3, 100]) {
    nowMs += 20 + lateMs;
    due();
  }
  nowMs += 1_000;
  const { families } = await metrics.collect();
  stop();
  const family = families.find(({ name }) => name === 'nodejs_eventloop_delay_seconds');
  const [point] = family === undefined ? [] : pointsOf(family);
  expect(point).toMatchObject({ count: 4, sum: expect.closeTo(0.104, 12) });
  const gauge = (name: string) => families.find((each) => each.name === name);
  for (const [statistic, seconds] of Object.entries({ min: 0, max: 0.1, mean: 0.026, p50: 0.001, p99: 0.1 })) {
    const lag = gauge(`nodejs_eventloop_lag_${statistic}_seconds`);
    expect(lag?.kind === 'gauge' ? lag.values[0] : undefined, statistic).toBeCloseTo(seconds, 12);
  }
});
