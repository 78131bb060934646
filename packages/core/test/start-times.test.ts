import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deltas, type MetricsSnapshot, pointsOf } from '../src/backend.js';
import { testSetting } from './setting.js';

const byQueue = { help: 'Jobs.', labelNames: ['queue'] } as const;

function startsIn({ families }: MetricsSnapshot): number[] {
  return families.flatMap((family) => [...pointsOf(family)].map(({ startTimeMs }) => startTimeMs));
}

describe('a series', () => {
  test('starts at the last read that did not see it', () => {
    const { metrics, clock } = testSetting();
    const jobs = metrics.counter('jobs_total', byQueue);
    clock.advance(10_000);
    const read = metrics.snapshot();
    clock.advance(4000);
    jobs.inc({ queue: 'mail' });
    expect(startsIn(metrics.snapshot())).toEqual([read.timeMs]);
  });

  test('starts with its declaration if nothing was read', () => {
    const { metrics, clock } = testSetting();
    const declaredMs = clock.now();
    const jobs = metrics.counter('jobs_total', byQueue);
    clock.advance(4000);
    jobs.inc({ queue: 'mail' });
    expect(startsIn(metrics.snapshot())).toEqual([declaredMs]);
  });

  test('that is made during a read has time before it', async () => {
    const { metrics, clock } = testSetting();
    metrics.counter('seen_total', { ...byQueue, collect: (counter) => counter.inc({ queue: 'mail' }, 1000) });
    metrics.snapshot();
    clock.advance(10_000);
    const read = await metrics.collect();
    expect(read.timeMs - (startsIn(read)[0] ?? 0)).toBeCloseTo(10_000, 2);
  });

  test('that is made and read within a millisecond starts before it is read', async () => {
    const { metrics } = testSetting();
    metrics.counter('jobs_total', byQueue).inc({ queue: 'mail' });
    metrics.histogram('job_seconds', { help: 'h', exponential: true }).observe(1);
    metrics.info('build', { help: 'h', labels: {} });
    const read = await metrics.collect();
    expect(startsIn(read).every((startMs) => startMs < read.timeMs)).toBe(true);
    const [exponential] = read.families.flatMap(
      (family) => (family.kind === 'histogram' ? family.exponential : []) ?? [],
    );
    expect(exponential?.startTimeMs).toBeLessThan(read.timeMs);
  });

  test('never starts before the end of the one that had its labels', () => {
    const { metrics, clock } = testSetting();
    const jobs = metrics.counter('jobs_total', byQueue);
    jobs.inc({ queue: 'mail' });
    metrics.snapshot();
    clock.advance(3000);
    jobs.remove({ queue: 'mail' });
    const endMs = clock.now();
    clock.advance(3000);
    jobs.inc({ queue: 'mail' });
    jobs.inc({ queue: 'sms' });
    const [mail = 0, sms = 0] = startsIn(metrics.snapshot());
    expect(mail).toBeGreaterThanOrEqual(endMs);
    expect(sms).toBeLessThan(endMs);
  });

  test('starts where its counter says that it began', async () => {
    const { metrics, clock } = testSetting();
    const bootMs = clock.now() - 86_400_000;
    metrics.counter('sent_bytes_total', { help: 'h', startTimeMs: bootMs, collect: () => 1e9 });
    const links = metrics.counter('link_bytes_total', { help: 'h', labelNames: ['link'], startTimeMs: bootMs });
    links.inc({ link: 'eth0' }, 1e9);
    expect(startsIn(await metrics.collect())).toEqual([bootMs, bootMs]);
    clock.advance(5000);
    links.remove({ link: 'eth0' });
    const endMs = clock.now();
    metrics.snapshot();
    clock.advance(5000);
    links.inc({ link: 'eth0' }, 5);
    links.inc({ link: 'eth1' }, 5);
    const [, eth0 = 0, eth1] = startsIn(await metrics.collect());
    expect(eth0).toBeGreaterThanOrEqual(endMs);
    expect(eth1).toBe(bootMs);
  });

  test('starts now where the clock was set back by more than it can be wrong', () => {
    const { metrics, clock } = testSetting();
    const jobs = metrics.counter('jobs_total', byQueue);
    metrics.snapshot();
    clock.setNow(clock.now() - 3_600_000);
    jobs.inc({ queue: 'mail' });
    expect(startsIn(metrics.snapshot())).toEqual([clock.now()]);
  });

  test('whatever comes and goes, starts before it is read and not before its end', () => {
    const step = fc.oneof(
      fc.record({ what: fc.constantFrom('inc', 'remove'), queue: fc.constantFrom('a', 'b', 'c') }),
      fc.record({ what: fc.constantFrom('read', 'clear', 'wait') }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.boolean(), (steps, hasStart) => {
        const { metrics, clock } = testSetting();
        const bootMs = clock.now() - 5000;
        const jobs = metrics.counter('jobs_total', { ...byQueue, ...(hasStart ? { startTimeMs: bootMs } : {}) });
        const ends = new Map<string, number>();
        const seen = new Map<string, number>();
        for (const { what, queue = '' } of steps as Array<{ what: string; queue?: string }>) {
          if (what === 'inc') jobs.inc({ queue });
          if (what === 'wait') clock.advance(7);
          if (what === 'remove' && jobs.value({ queue }) !== undefined) {
            jobs.remove({ queue });
            ends.set(queue, clock.now());
          }
          if (what === 'clear') {
            for (const each of ['a', 'b', 'c'])
              if (jobs.value({ queue: each }) !== undefined) ends.set(each, clock.now());
            jobs.clear();
          }
          if (what !== 'read') continue;
          const { timeMs, families } = metrics.snapshot();
          for (const { labels, startTimeMs } of families.flatMap((family) => [...pointsOf(family)])) {
            const each = labels['queue'] ?? '';
            expect(startTimeMs).toBeLessThan(timeMs);
            expect(startTimeMs).toBeGreaterThanOrEqual(ends.get(each) ?? 0);
            if (seen.get(each) !== startTimeMs) expect(startTimeMs).toBeGreaterThanOrEqual(ends.get(each) ?? 0);
            seen.set(each, startTimeMs);
          }
        }
      }),
    );
  });

  test.each([0, -1, Number.NaN, 'boot', null])('refuses the start %s', (startTimeMs) => {
    const { metrics } = testSetting();
    const declare = () => metrics.counter('jobs_total', { help: 'h', startTimeMs } as never);
    expect(declare).toThrow('startTimeMs');
  });
});

test('differences that are read within a millisecond follow each other in time', () => {
  const { metrics, clock } = testSetting();
  const jobs = metrics.counter('jobs_total', { help: 'Jobs.' });
  const reader = deltas(metrics, { clock });
  const intervals: Array<readonly [number, number]> = [];
  for (let i = 0; i < 3; i++) {
    jobs.inc();
    const batch = reader.read();
    const [family] = batch.families;
    if (family === undefined) throw new Error('no family');
    intervals.push([batch.startTimesMs(family)[0] ?? 0, batch.timeMs]);
    batch.commit();
  }
  for (const [i, [startMs, timeMs]] of intervals.entries()) {
    expect(startMs).toBeLessThan(timeMs);
    expect(startMs).toBeGreaterThanOrEqual(intervals[i - 1]?.[1] ?? 0);
  }
});
