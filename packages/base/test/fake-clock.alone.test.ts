import { fakeClock } from '@sightline/base/fake-clock';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';

test('stands still until it is advanced', () => {
  const clock = fakeClock({ nowMs: 1000 });
  clock.advance(250);
  expect([clock.now(), clock.monotonicMs()]).toEqual([1250, 250]);
});

test('runs timers in order of their time, at that time, and those they set in turn', () => {
  const clock = fakeClock();
  const ran: string[] = [];
  const note = (what: string): void => void ran.push(`${what} at ${clock.monotonicMs()}`);
  clock.setTimer(() => note('late'), 30);
  clock.setTimer(() => {
    note('early');
    clock.setTimer(() => note('set by early'), 5);
  }, 10);
  clock.setTimer(() => note('equally early'), 10);
  clock.advance(30);
  expect(ran).toEqual(['early at 10', 'equally early at 10', 'set by early at 15', 'late at 30']);
});

test('lets promises settle between timers when advanced asynchronously', async () => {
  const clock = fakeClock();
  const ran: string[] = [];
  clock.setTimer(async () => {
    await Promise.resolve();
    ran.push('first');
  }, 10);
  clock.setTimer(() => void ran.push('second'), 20);
  await clock.advanceAsync(20);
  expect(ran).toEqual(['first', 'second']);
});

test('forgets cancelled timers and tells which would keep a process alive', () => {
  const clock = fakeClock();
  const cancelled = clock.setTimer(() => expect.unreachable(), 5);
  const idle = clock.setTimer(() => {}, 20);
  clock.setTimer(() => {}, 10);
  cancelled.cancel();
  idle.unref();
  expect(clock.timers).toEqual([
    { dueInMs: 10, isRef: true },
    { dueInMs: 20, isRef: false },
  ]);
  clock.advance(100);
  expect(clock.timers).toEqual([]);
});

test('jumps in Unix time without running anything', () => {
  const clock = fakeClock();
  clock.setTimer(() => expect.unreachable(), 10);
  clock.setTime(5);
  expect([clock.now(), clock.monotonicMs()]).toEqual([5, 0]);
});

test('refuses to go back, and to run for ever', () => {
  const clock = fakeClock();
  expect(() => clock.advance(-1)).toThrow('by milliseconds >= 0, but got -1');
  expect(() => clock.advance(Number.NaN)).toThrow('NaN');
  const again = (): void => void clock.setTimer(again, 0);
  again();
  expect(() => clock.advance(1)).toThrow('a timer probably sets itself again');
});

test('runs each timer exactly once, whatever the steps', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(100)), fc.array(fc.nat(50), { minLength: 1 }), (delays, steps) => {
      const clock = fakeClock();
      const ranAt: number[] = [];
      for (const delay of delays) clock.setTimer(() => ranAt.push(clock.monotonicMs()), delay);
      for (const step of steps) clock.advance(step);
      const end = steps.reduce((a, b) => a + b, 0);
      expect(ranAt).toEqual(delays.filter((delay) => delay <= end).sort((a, b) => a - b));
    }),
  );
});

test('advanceAsync needs no timer of the process', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'Date'] });
  try {
    const clock = fakeClock();
    const ran: number[] = [];
    clock.setTimer(() => void Promise.resolve().then(() => ran.push(clock.monotonicMs())), 10);
    await clock.advanceAsync(20);
    expect(ran).toEqual([10]);
  } finally {
    vi.useRealTimers();
  }
});
