import { expect, test, vi } from 'vitest';
import { type DeadlineOptions, pushLoop } from '../src/backend.js';
import { testClock } from './setting.js';

test('pushes at the interval, with a timer that does not keep the process alive', async () => {
  const { clock, push } = setting();
  for (let second = 1; second <= 3; second++) {
    expect(clock.timers.map(({ isRef }) => isRef)).toEqual([false]);
    clock.advance(1000);
    await settled();
    expect(push).toHaveBeenCalledTimes(second);
  }
});

test('a slow push delays the next one, never overlaps it, and missed ones are not made up for', async () => {
  const { clock, push, finish } = setting({ isSlow: true });
  clock.advance(1000);
  clock.advance(3500);
  expect(push).toHaveBeenCalledTimes(1);
  finish();
  await settled();
  clock.advance(400);
  await settled();
  expect(push).toHaveBeenCalledTimes(1);
  clock.advance(100);
  await settled();
  expect(push).toHaveBeenCalledTimes(2);
});

test('flush waits for the push in flight, then pushes once more', async () => {
  const { clock, loop, push, finish } = setting({ isSlow: true });
  clock.advance(1000);
  let isFlushed = false;
  const flushed = loop.flush({ timeoutMs: 5000 }).then(() => {
    isFlushed = true;
  });
  await settled();
  expect(push).toHaveBeenCalledTimes(1);
  finish();
  await settled();
  expect(push).toHaveBeenCalledTimes(2);
  expect(isFlushed).toBe(false);
  expect(clock.timers.some(({ isRef }) => isRef)).toBe(true);
  finish();
  await flushed;
  expect(clock.timers.some(({ isRef }) => isRef)).toBe(false);
});

test('flush rejects when its deadline passes', async () => {
  const { clock, loop } = setting({ isSlow: true });
  const flushed = loop.flush({ timeoutMs: 200 });
  clock.advance(200);
  await expect(flushed).rejects.toThrow('[core] Flushing "peer" did not finish within 200 ms.');
});

test('an outage is one line when it begins and one when it ends, with what was lost', async () => {
  const { clock, push, lines } = setting();
  push.mockRejectedValue(new Error('connect ECONNREFUSED'));
  for (let i = 0; i < 30; i++) {
    clock.advance(1000);
    await settled();
  }
  push.mockResolvedValue(undefined);
  clock.advance(1000);
  await settled();
  clock.advance(1000);
  await settled();
  expect(lines).toEqual([
    'warn [peer] Pushing failed: connect ECONNREFUSED Further failures are not logged until it works again.',
    'info [peer] Pushing works again after 30 s. 12 points were lost.',
  ]);
});

test('stop pushes what is left, never rejects, and ends the timer', async () => {
  const { clock, loop, push } = setting();
  push.mockRejectedValue(new Error('no'));
  await loop.shutdown({ timeoutMs: 1000 });
  expect(push).toHaveBeenCalledTimes(1);
  expect(clock.timers).toEqual([]);
  loop.start();
  expect(clock.timers).toEqual([]);
});

test('stop gives up on a push that hangs, and says so', async () => {
  const { clock, loop, lines } = setting({ isSlow: true });
  const stopped = loop.shutdown({ timeoutMs: 1000 });
  clock.advance(1000);
  await stopped;
  expect(lines).toEqual(['warn [peer] The last push: [core] Flushing "peer" did not finish within 1000 ms.']);
});

test('a push that throws at once is a failed push', async () => {
  const { loop, push } = setting();
  push.mockImplementation(() => {
    throw new Error('at once');
  });
  await expect(loop.flush({ timeoutMs: 1000 })).rejects.toThrow('at once');
});

function setting({ isSlow = false } = {}) {
  const clock = testClock();
  const lines: string[] = [];
  const waiting: Array<() => void> = [];
  const push = vi.fn(
    (_: DeadlineOptions): Promise<void> =>
      isSlow ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(),
  );
  const logTo = (level: string) => (_: object, message: string) => void lines.push(`${level} ${message}`);
  const loop = pushLoop({
    name: 'peer',
    intervalMs: 1000,
    push,
    lossDuringOutage: () => '12 points were lost.',
    clock,
    log: { info: logTo('info'), warn: logTo('warn'), error: logTo('error') },
  });
  loop.start();
  return { clock, lines, push, loop, finish: () => waiting.shift()?.() };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
