import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { createObservability } from '../src/index.js';
import { type ExitMember, exitCoordinator } from '../src/signals/exit-coordinator.js';

const member: ExitMember = { beginDraining() {}, flush: async () => {}, shutdown: async () => {} };
const listeners = (): number[] =>
  ['SIGTERM', 'SIGINT', 'beforeExit'].map((event) => process.listenerCount(event as 'beforeExit'));

afterEach(() => vi.resetModules());

test('a second copy of the package uses the coordinator of the first', async () => {
  vi.resetModules();
  const second = await import('../src/signals/exit-coordinator.js');
  expect(second.exitCoordinator).not.toBe(exitCoordinator);
  const before = listeners();
  const leave = [exitCoordinator().add(member), second.exitCoordinator().add({ ...member })];
  expect(listeners()).toEqual(before.map((count) => count + 1));
  leave[0]?.();
  leave[0]?.();
  expect(listeners()).toEqual(before.map((count) => count + 1));
  leave[1]?.();
  expect(listeners()).toEqual(before);
});

test('the natural end shuts members down', async () => {
  const shutdown = vi.fn(async () => {});
  const leave = exitCoordinator().add({ ...member, shutdown });
  process.emit('beforeExit', 0);
  leave();
  expect(shutdown).toHaveBeenCalledTimes(1);
});

test('the fake timers of a test runner hold up no shutdown that gives the signals back', async () => {
  const before = listeners();
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  await createObservability({ backend: 'none', processMetrics: false, http: false, logsStart: false }).shutdown();
  expect(listeners()).toEqual(before);
});
