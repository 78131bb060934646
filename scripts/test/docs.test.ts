import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pages, withCode } from '../docs/embedded-code.mjs';
import { environmentPage, environmentPath } from '../docs/environment.mjs';
import { liveApiPage, liveApiPath } from '../docs/live-api.mjs';
import { pageOf, semanticsPage, semanticsPath } from '../docs/semantics.mjs';
import { root } from '../packages.mjs';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

test.each(pages())('%s shows its files as they are now (npm run docs)', (page) => {
  expect(withCode(read(page))).toBe(read(page));
});

test('the page of deviations is that of the profiles as they are now (npm run docs)', { timeout: 60_000 }, async () => {
  expect(await semanticsPage()).toBe(read(semanticsPath));
});

test('the page of environment variables is that of the tables as they are now (npm run docs)', {
  timeout: 60_000,
}, async () => {
  expect(await environmentPage()).toBe(read(environmentPath));
});

test('the paths of the JSON API are those that are served (npm run docs)', async () => {
  expect(await liveApiPage()).toBe(read(liveApiPath));
});

describe('code from a file', () => {
  const page = (path: string, ...blocks: string[]) =>
    [`<!-- file: ${path} -->`, '', '```json', ...blocks, '```', '', 'Text.', '', '```sh', 'kept', '```'].join('\n');
  const json = read('biome.json').trimEnd();

  test('fills an empty block', () => {
    expect(withCode(page('biome.json'))).toBe(page('biome.json', json));
  });

  test('replaces one block and no more', () => {
    expect(withCode(page('biome.json', 'old', '', 'older'))).toBe(page('biome.json', json));
  });

  test('must name a region that is there', () => {
    expect(() => withCode(page('biome.json#missing'))).toThrow('biome.json has no "// #region missing"');
  });
});

test('the page of deviations has a column per backend and a note per reason', () => {
  const profile = { delivery: 'push', temporality: 'delta', histogramNeed: 'explicit' } as const;
  const reason = 'The wire has | whole numbers only.';
  const deviations = [
    { case: 'counts fractions', reason },
    { case: 'counts thirds', reason },
  ];
  const run = async (): Promise<void> => {};
  const cases = [
    { name: 'counts fractions', why: 'Seconds.', run },
    { name: 'counts thirds', why: 'Thirds.', run },
    { name: 'is read', why: 'Scrapes.', only: 'pull' as const, run },
  ];
  const page = pageOf(
    [
      { name: 'one', ...profile, deviations },
      { name: 'two', ...profile, delivery: 'pull', deviations: [] },
    ],
    [{ title: 'Counters', cases }],
    ({ only }, { delivery }) => only === undefined || only === delivery,
  );
  expect(page).toMatch(/\| counts fractions +\| differs\[\^1\] \| yes +\| Seconds\. +\|/);
  expect(page).toMatch(/\| counts thirds +\| differs\[\^1\] \| yes +\| Thirds\. +\|/);
  expect(page).toMatch(/\| is read +\| – +\| yes +\| Scrapes\. +\|/);
  expect(page).toContain(`[^1]: ${reason}`);
  expect(page).not.toContain('[^2]');
});
