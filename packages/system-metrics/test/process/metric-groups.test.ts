import { describe, expect, test } from 'vitest';
import { DelayWindow } from '../../src/process/delay-window.js';
import { UtilizationWindow } from '../../src/process/event-loop-utilization.js';
import { openFilesLimit } from '../../src/process/file-descriptors.js';
import { statusSizes } from '../../src/process/process-memory.js';

describe('the window of delays', () => {
  test('has the statistics of its samples', () => {
    const window = new DelayWindow({ lengthMs: 60_000, resolutionMs: 20 });
    for (let i = 1; i <= 100; i++) window.add(i * 20, i);
    const { stddev, ...rest } = window.summary(2_000) ?? { stddev: Number.NaN };
    expect(rest).toEqual({ min: 1, max: 100, mean: 50.5, p50: 50, p90: 90, p99: 99 });
    expect(stddev).toBeCloseTo(28.866, 3);
  });

  test('forgets samples as they grow older than the window', () => {
    const window = new DelayWindow({ lengthMs: 1_000, resolutionMs: 100 });
    window.add(100, 500);
    window.add(1_050, 3);
    expect(window.summary(1_099)?.max).toBe(500);
    expect(window.summary(1_100)?.max).toBe(3);
    expect(window.summary(2_050)).toBeUndefined();
  });

  test('gives every reader the same, however often it is read', () => {
    const window = new DelayWindow({ lengthMs: 1_000, resolutionMs: 100 });
    for (let i = 1; i <= 40; i++) window.add(i * 100, i);
    expect(window.summary(4_000)).toEqual(window.summary(4_000));
    expect(window.summary(4_000)).toMatchObject({ min: 31, max: 40 });
  });
});

describe('the window of utilisation', () => {
  test('is over the whole life at first, then over the last minute', () => {
    const window = new UtilizationWindow();
    expect(window.advance(0, { idle: 0, active: 0 })).toBe(0);
    expect(window.advance(10_000, { idle: 7_500, active: 2_500 })).toBe(0.25);
    expect(window.advance(60_000, { idle: 50_000, active: 10_000 })).toBeCloseTo(1 / 6);
    expect(window.advance(70_000, { idle: 50_000, active: 20_000 })).toBeCloseTo(17.5 / 60);
  });

  test('a reader that asks rarely gets the time since the previous read', () => {
    const window = new UtilizationWindow();
    window.advance(0, { idle: 0, active: 0 });
    window.advance(300_000, { idle: 300_000, active: 0 });
    expect(window.advance(600_000, { idle: 450_000, active: 150_000 })).toBe(0.5);
  });

  test('a second reader does not shorten the window of the first', () => {
    const times = (timeMs: number) => ({
      idle: timeMs < 30_000 ? 0 : timeMs - 30_000,
      active: Math.min(timeMs, 30_000),
    });
    const alone = new UtilizationWindow();
    const shared = new UtilizationWindow();
    for (let timeMs = 0; timeMs < 59_000; timeMs += 1_000) shared.advance(timeMs, times(timeMs));
    alone.advance(0, times(0));
    expect(shared.advance(60_000, times(60_000))).toBe(alone.advance(60_000, times(60_000)));
  });
});

describe('what Linux says about the process', () => {
  test('sizes are bytes', () => {
    expect(statusSizes('Name:\tnode\nVmPeak:\t 1092 kB\nVmRSS:\t   44 kB\nThreads:\t7\n')).toEqual(
      new Map([
        ['VmPeak', 1_118_208],
        ['VmRSS', 45_056],
      ]),
    );
  });

  test("a zombie's status has no sizes", () => {
    expect(statusSizes('Name:\tnode\nState:\tZ (zombie)\n')).toEqual(new Map());
  });

  test.each([
    ['Max open files            1024                 524288               files     \n', 1024],
    ['Max open files            unlimited            unlimited            files     \n', undefined],
    ['Max processes             1024                 1024                 processes \n', undefined],
  ])('the limit of open files is the soft one (%#)', (limits, expected) => {
    expect(openFilesLimit(`Limit   Soft Limit   Hard Limit   Units\n${limits}`)).toBe(expected);
  });
});
