import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { root } from '../packages.mjs';
import { rounds } from '../rounds.js';
import { testFiles, testsWithRounds } from '../test-files.mjs';

afterEach(() => vi.unstubAllEnvs());

test.each([
  [undefined, undefined, 40, 40],
  [undefined, undefined, 5000, 50],
  [undefined, 'true', 60, 60],
  [undefined, 'true', 5000, 100],
  ['full', 'true', 60, 60],
  ['full', undefined, 5000, 5000],
  ['20000', undefined, 60, 20_000],
])('with ROUNDS=%s and CI=%s a test of %i rounds runs %i', (given, ci, full, expected) => {
  vi.stubEnv('ROUNDS', given);
  vi.stubEnv('CI', ci);
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
