import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Facts } from '../src/model/facts.js';
import { promqlErrors } from '../src/promql/parse.js';
import { mutants } from '../src/rule-tests/mutants.js';
import { promqlMutations } from '../src/rule-tests/promql-mutations.js';
import { testRules } from '../src/rule-tests/test-rules.js';
import { exampleFacts } from './example-facts.js';
import { ruleVariations } from './rule-variations.js';

describe('mutations of an expression', () => {
  const changesOf = (expr: string): string[] => promqlMutations(expr).map((mutation) => mutation.expr);

  test('turn comparisons round, change numbers, windows and matchers, and drop sides', () => {
    expect(changesOf('sum(rate(a{b="c"}[5m])) > 0.1')).toEqual([
      'sum(rate(a{}[5m])) > 0.1',
      'sum(rate(a{b="c"}[5m])) < 0.1',
      'sum(rate(a{b="c"}[5m])) > 0.4',
      'sum(rate(a{b="c"}[5m])) > 0.025',
      'sum(rate(a{b="c"}[600s])) > 0.1',
      'sum(rate(a{b="c"}[150s])) > 0.1',
    ]);
    expect(changesOf('up == 0 or absent(up)')).toEqual([
      '(up == 0)',
      '(absent(up))',
      'up != 0 or absent(up)',
      'up == 1 or absent(up)',
    ]);
  });

  test('change a window wherever it stands', () => {
    expect(changesOf('avg_over_time(a[1h]) / avg_over_time(b[1h])')).toContain(
      'avg_over_time(a[7200s]) / avg_over_time(b[7200s])',
    );
  });

  test('drop the matcher of series that are matched with each other on both sides', () => {
    expect(changesOf('a{x="1"} / b{x="1",y="2"}')).toEqual(['a{} / b{y="2"}', 'a{x="1"} / b{x="1"}']);
  });

  test('are PromQL again', { timeout: 60_000 }, () => {
    for (const rule of mutants(exampleFacts())) {
      for (const { changed } of rule.mutants) expect(promqlErrors(changed.expr), changed.expr).toEqual([]);
    }
  });
});

test('every rule is spoken of by a scenario, and has mutants', () => {
  for (const { source, scenarios, mutants: changed } of mutants(exampleFacts())) {
    expect(scenarios.length, JSON.stringify(source)).toBeGreaterThan(0);
    expect(changed.length).toBeGreaterThan(2);
  }
});

describe('a promtool', () => {
  const facts = ruleVariations['neither signals nor objectives'] as Facts;
  const run = async (script: string) => {
    const folder = mkdtempSync(join(tmpdir(), 'sightline-fake-promtool-'));
    try {
      mkdirSync(join(folder, 'prometheus'));
      writeFileSync(join(folder, 'prometheus', 'rules.yml'), '');
      writeFileSync(join(folder, 'prometheus', 'rules.test.yml'), '');
      const promtool = join(folder, 'promtool');
      writeFileSync(promtool, `#!/bin/sh\n${script}\n`);
      chmodSync(promtool, 0o755);
      return await testRules({ folder, promtool, mutate: facts });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };

  test('that notices no mutant makes the result a failure, with each of them', { timeout: 60_000 }, async () => {
    const { exitCode, lines } = await run('exit 0');
    expect(exitCode).toBe(1);
    expect(lines).toContain('Not noticed: SystemDown (critical): no for');
    expect(lines.at(-1)).toMatch(/^0 of \d+ changed rules were noticed\.$/);
  });

  test('that fails for another reason has noticed nothing', async () => {
    const { exitCode, lines } = await run('case "$3" in rules.test.yml) exit 0;; esac; echo out of memory >&2; exit 2');
    expect(exitCode).toBe(1);
    expect(lines.at(-1)).toMatch(/^0 of /);
  });

  test('that cannot read a mutant is an error, not a success', async () => {
    const script = 'case "$3" in rules.test.yml) exit 0;; esac; echo "x.yml: could not parse expression" >&2; exit 1';
    await expect(run(script)).rejects.toThrow('promtool could not read a changed rule');
  });
});
