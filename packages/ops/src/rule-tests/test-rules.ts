import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Facts } from '../model/facts.js';
import { killMutants } from './kill-mutants.js';
import { NoPromtoolError, runPromtool } from './promtool.js';

export interface TestRulesOptions {
  /** The folder of all generated files. */
  readonly folder: string;
  /** Command or path. Default `promtool`. */
  readonly promtool?: string | undefined;
  /** Facts of the rules: their tests are also run against each rule with one change. */
  readonly mutate?: Facts | undefined;
}

export interface TestRulesResult {
  /** 0: all tests pass, and all mutants were noticed; 1: not so; 2: it could not be found out. */
  readonly exitCode: 0 | 1 | 2;
  /** For a terminal. */
  readonly lines: readonly string[];
}

/** Runs the tests of the rules in `folder` with `promtool`. */
export async function testRules({ folder, promtool = 'promtool', mutate }: TestRulesOptions): Promise<TestRulesResult> {
  const prometheus = join(folder, 'prometheus');
  const files = existsSync(prometheus)
    ? readdirSync(prometheus)
        .filter((name) => name.endsWith('.test.yml'))
        .toSorted()
    : [];
  if (!existsSync(join(prometheus, 'rules.yml')) || files.length === 0) {
    return { exitCode: 2, lines: [`[ops] There are no rules and tests in ${prometheus}. Run: sightline ops generate`] };
  }
  try {
    const run = await runPromtool(promtool, ['test', 'rules', ...files], prometheus);
    const lines = [
      run.exitCode === 0 ? `${files.length} files of tests pass.` : readable(run.stdout, run.stderr),
      ...(mutate === undefined || run.exitCode !== 0 ? [] : await mutationLines(mutate, promtool)),
    ];
    const isClean = run.exitCode === 0 && !lines.some((line) => line.startsWith(SURVIVED) || line.startsWith(REFUTED));
    return { exitCode: isClean ? 0 : 1, lines };
  } catch (error) {
    if (error instanceof NoPromtoolError) return { exitCode: 2, lines: [error.message] };
    throw error;
  }
}

const SURVIVED = 'Not noticed: ';
const REFUTED = 'Noticed, although it should make no difference: ';

async function mutationLines(facts: Facts, promtool: string): Promise<string[]> {
  const { killed, survivors, equivalent, refuted } = await killMutants(facts, promtool);
  const proofs = [...new Set(equivalent.map(({ proof }) => proof))];
  return [
    ...survivors.map(({ title, change }) => `${SURVIVED}${title}: ${change}`),
    ...refuted.map(({ title, change }) => `${REFUTED}${title}: ${change}`),
    `${killed} of ${killed + survivors.length} changed rules were noticed.`,
    ...proofs.map((proof) => {
      const count = equivalent.filter((each) => each.proof === proof).length;
      return `${count} changes make no difference. ${proof}`;
    }),
  ];
}

/** What promtool says of failures, without its lines on what passed. */
function readable(stdout: string, stderr: string): string {
  const failures = stderr.trim() === '' ? stdout : stderr;
  return failures.replaceAll(/^\s*\n/gm, '').trimEnd();
}
