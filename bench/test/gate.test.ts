import { expect, test, vi } from 'vitest';
import { belowGateTwice, isBelowGate } from '../gate.mjs';
import type { Result } from '../measure.mjs';

const met: Result = {
  case: 'a counter',
  peer: 'prom-client',
  unit: 'ns',
  ours: 10,
  theirs: 50,
  ratio: 5,
  spread: [4, 6],
  target: 4,
  ok: true,
};
const missed: Result = { ...met, ratio: 3, ok: false };
const below: Result = { ...met, ratio: 2.3, ok: false };

test('a ratio is below its gate under that part of its target, or under a gate of its own', () => {
  expect([met, missed, below].map((row) => isBelowGate(row, 0.6))).toEqual([false, false, true]);
  expect(isBelowGate({ ...below, gate: 2 }, 0.6)).toBe(false);
  expect(isBelowGate({ ...missed, gate: 3.5 }, 0.6)).toBe(true);
});

test('a value without a peer is below its gate above its limit by the same part', () => {
  const alone: Result = { ...met, peer: '', theirs: null, ratio: null, spread: null, target: 60, ok: false };
  const values = [99, 101].map((ours) => isBelowGate({ ...alone, ours }, 0.6));
  expect(values).toEqual([false, true]);
  expect(isBelowGate({ ...alone, ours: 101, gate: 110 }, 0.6)).toBe(false);
});

test('what could not be measured is below its gate', () => {
  expect(isBelowGate({ ...below, ratio: Number.NaN }, 0.6)).toBe(true);
});

test('what has no target has no gate', () => {
  expect(isBelowGate({ ...met, target: null, ok: null, ratio: 0.1 }, 0.6)).toBe(false);
});

test('one slow measurement does not fail, and both are reported', async () => {
  const report = vi.fn();
  const failed = await belowGateTwice([met, below], 0.6, async () => [missed], report);
  expect(failed).toEqual([]);
  expect(report.mock.calls).toEqual([[[met, below], [missed]]]);
});

test('a case that is below its gate again fails', async () => {
  const again = { ...below, ratio: 2.2 };
  expect(await belowGateTwice([below], 0.6, async () => [again], vi.fn())).toEqual([again]);
});

test('a case that is not below its gate is not measured again', async () => {
  const measureAgain = vi.fn();
  expect(await belowGateTwice([met, missed], 0.6, measureAgain, vi.fn())).toEqual([]);
  expect(measureAgain).not.toHaveBeenCalled();
});
