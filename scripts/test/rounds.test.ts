import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { root } from '../packages.mjs';
import { rounds } from '../rounds.js';
import { testFiles, testsWithRounds } from '../test-files.mjs';

afterEach(() => vi.unstubAllEnvs());

test.each([
  [undefined, 60, 60],
  [undefined, 5000, 100],
  ['full', 60, 60],
  ['full', 5000, 5000],
  ['20000', 60, 20_000],
])('with ROUNDS=%s a test of %i rounds runs %i', (given, full, expected) => {
  vi.stubEnv('ROUNDS', given);
  expect(rounds(full)).toBe(expected);
});

test('a wrong number of rounds is refused', () => {
  vi.stubEnv('ROUNDS', 'all');
  expect(() => rounds(60)).toThrow('ROUNDS is "all". Give "full", or a whole number.');
});

test('every number of rounds is decided in one place, so that none is left out of the slow tests', () => {
  const withNumbers = testFiles().filter((file) => /\bnumRuns: \d/.test(readFileSync(join(root, file), 'utf8')));
  expect(withNumbers).toEqual([]);
  expect(testsWithRounds()).toContain('packages/logger/test/random-objects.test.ts');
});
