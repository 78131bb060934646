import { createTestMetrics, fakeClock } from '@sightline/testing/metrics';
import { beforeEach, describe, expect, test } from 'vitest';
import { HealthChecks } from '../src/http/health.js';

const quiet = { info() {}, warn() {}, error() {} };
const clock = fakeClock();
let metrics: ReturnType<typeof createTestMetrics>;
let health: HealthChecks;

beforeEach(() => {
  metrics = createTestMetrics();
  health = new HealthChecks(quiet, clock);
  health.recordIn(metrics);
});

describe('health_check_status', () => {
  test('is declared with the first check, and tells what each said last', async () => {
    expect(() => metrics.value('health_check_status')).toThrow();
    let isUp = true;
    health.add('database', () => isUp);
    health.add('redis', () => {
      throw new Error('down');
    });
    await health.report();
    expect(metrics.value('health_check_status', { check: 'database' })).toBe(1);
    expect(metrics.value('health_check_status', { check: 'redis' })).toBe(0);
    isUp = false;
    await health.report();
    expect(metrics.value('health_check_status', { check: 'database' })).toBe(0);
  });

  test('ends with its check, also when that is still running', async () => {
    let finish = (): void => {};
    const remove = health.add(
      'slow',
      () =>
        new Promise<void>((resolve) => {
          finish = resolve;
        }),
    );
    const report = health.report();
    remove();
    finish();
    await report;
    expect(metrics.value('health_check_status', { check: 'slow' })).toBeUndefined();
  });

  test("leaves a service's own metric of that name alone", async () => {
    metrics.counter('health_check_status', { help: 'Something else.' });
    health.add('database', () => true);
    expect((await health.report()).isReady).toBe(true);
  });
});

test('a result is given again for cacheMs', async () => {
  let runs = 0;
  health.add('costly', () => ++runs === 1, { cacheMs: 1000 });
  expect((await health.report()).isReady).toBe(true);
  clock.advance(999);
  expect((await health.report()).isReady).toBe(true);
  clock.advance(1);
  expect((await health.report()).isReady).toBe(false);
  expect(runs).toBe(2);
});

test.each([-1, Number.NaN, 2 ** 31])('cacheMs %s is refused', (cacheMs) => {
  expect(() => health.add('x', () => true, { cacheMs })).toThrow(
    `[sdk] Health check "x": cacheMs is ${cacheMs}: give milliseconds from 0`,
  );
});
