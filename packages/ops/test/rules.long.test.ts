import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import collector from '../../../examples/collector/src/ops.js';
import cqrs from '../../../examples/cqrs/src/ops.js';
import { rounds } from '../../../scripts/rounds.js';
import { hasPromtool, promtools } from '../../../scripts/servers/promtool.js';
import { resolveFacts } from '../src/facts/resolve-facts.js';
import type { Facts } from '../src/model/facts.js';
import { killMutants } from '../src/rule-tests/kill-mutants.js';
import { ruleTestFiles } from '../src/rule-tests/rule-test-files.js';
import { testRules } from '../src/rule-tests/test-rules.js';
import { rulesFile } from '../src/rules/rules-file.js';
import { ruleVariations } from './rule-variations.js';

const minutes = 60_000;
const variations = {
  ...ruleVariations,
  'the example collector': await resolveFacts(collector),
  'the example cqrs': await resolveFacts(cqrs),
};

/** All of them take minutes: `npm test` takes the examples and another, which is not the same each time; a newer promtool takes one. */
const isWhole = rounds(1000) === 1000;
const names = Object.keys(variations);
const examples = names.filter((name) => name.startsWith('the example '));
const others = inRandomOrder(names.filter((name) => !examples.includes(name)));
const tested = isWhole ? names : [...examples, ...others.slice(0, 1)];
const testedByNewer = isWhole ? names : inRandomOrder(examples).slice(0, 1);
const mutated = isWhole ? names : inRandomOrder(names).slice(0, 1);

function inRandomOrder<T>(all: readonly T[]): T[] {
  return all
    .map((each) => ({ each, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ each }) => each);
}

describe.skipIf(!hasPromtool).each(promtools)('with %s', (promtool) => {
  test.each(promtool === promtools[0] ? tested : testedByNewer)(
    'the rules of %s keep what they promise',
    { timeout: 5 * minutes },
    async (name) => {
      await inFolder(factsOf(name), async (folder) => {
        const { exitCode, lines } = await testRules({ folder, promtool });
        expect(lines.join('\n')).toMatch(/^\d files of tests pass\.$/);
        expect(exitCode).toBe(0);
      });
    },
  );

  // The older one finds out the same, in less time.
  test.each(promtool === promtools[0] ? mutated : [])(
    'the rules of %s cannot be changed without a test that notices',
    { timeout: 15 * minutes },
    async (name) => {
      const { killed, survivors, refuted } = await killMutants(factsOf(name), promtool);
      expect(survivors.map(({ title, change }) => `${title}: ${change}`)).toEqual([]);
      expect(refuted).toEqual([]);
      expect(killed).toBeGreaterThan(10);
    },
  );

  test('a rule that was changed by hand fails, and the report names it', { timeout: 2 * minutes }, async () => {
    const facts = ruleVariations['neither signals nor objectives'] as Facts;
    await inFolder(facts, async (folder) => {
      const { path: file, text } = rulesFile(facts);
      writeFileSync(join(folder, file), text.replaceAll('== 0', '== 1'));
      const { exitCode, lines } = await testRules({ folder, promtool });
      expect(exitCode).toBe(1);
      expect(lines.join('\n')).toContain('alertname: SystemDown');
    });
  });
});

function factsOf(name: string): Facts {
  const facts = Object.entries(variations).find(([each]) => each === name)?.[1];
  if (facts === undefined) throw new Error(`There are no rules of ${name}`);
  return facts;
}

async function inFolder(facts: Facts, run: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-rules-'));
  try {
    for (const { path: file, text } of [rulesFile(facts), ...ruleTestFiles(facts)]) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    await run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
