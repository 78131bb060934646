import { expect, test } from 'vitest';
import { fakeClock } from '../src/fake-clock.js';
import { DeadlineError, systemClock, unrefClock, withDeadline } from '../src/index.js';

const never = new Promise<never>(() => {});
const timers = (): number => process.getActiveResourcesInfo().filter((type) => type === 'Timeout').length;

test('settles as the promise does, or rejects when the time is over', async () => {
  const clock = fakeClock();
  expect(await withDeadline(Promise.resolve(1), 100, 'The answer', clock)).toBe(1);
  await expect(withDeadline(Promise.reject(new Error('no')), 100, 'The answer', clock)).rejects.toThrow('no');
  const late = withDeadline(never, 100, 'The answer', clock);
  clock.advance(100);
  await expect(late).rejects.toThrow(new DeadlineError('The answer did not finish within 100 ms.'));
});

test('keeps the process alive until then, but not with a clock that does not', () => {
  const before = timers();
  void withDeadline(never, 2 ** 30, 'This', unrefClock(systemClock));
  expect(timers()).toBe(before);
  void withDeadline(new Promise((resolve) => setImmediate(resolve)), 2 ** 30, 'That', systemClock);
  expect(timers()).toBe(before + 1);
});
