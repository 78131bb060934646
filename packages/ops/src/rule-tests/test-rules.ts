import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Facts } from '../model/facts.js';
import { inParallel } from './in-parallel.js';
import { killMutants } from './kill-mutants.js';
import { NoPromtoolError, type PromtoolRun, runPromtool } from './promtool.js';
import { splitTests } from './split-tests.js';

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
  if (!existsSync(join(prometheus, RULES)) || files.length === 0) {
    return { exitCode: 2, lines: [`[ops] There are no rules and tests in ${prometheus}. Run: sightline ops generate`] };
  }
  try {
    const run = await runFiles(promtool, files, prometheus);
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

/** The tests of all files, each with the rules that it is about, several at a time. */
async function runFiles(promtool: string, files: readonly string[], folder: string): Promise<PromtoolRun> {
  const rules = readFileSync(join(folder, RULES), 'utf8');
  const split = files.map((file) => splitTests(rules, readFileSync(join(folder, file), 'utf8'), RULES));
  const batches = split.flatMap((each) => each ?? []);
  const isWhole = batches.length === 0 || split.includes(undefined);
  if (isWhole) return runPromtool(promtool, ['test', 'rules', ...files], folder);
  const place = mkdtempSync(join(tmpdir(), 'sightline-rule-tests-'));
  try {
    const runs: PromtoolRun[] = [];
    await inParallel(batches, async (batch, i) => {
      const own = join(place, String(i));
      mkdirSync(own);
      writeFileSync(join(own, RULES), batch.rules);
      writeFileSync(join(own, 'rules.test.yml'), batch.tests);
      runs[i] = await runPromtool(promtool, ['test', 'rules', 'rules.test.yml'], own);
    });
    const failed = runs.filter(({ exitCode }) => exitCode !== 0);
    const textOf = (name: 'stdout' | 'stderr'): string => failed.map((run) => run[name]).join('\n');
    return { exitCode: failed[0]?.exitCode ?? 0, stdout: textOf('stdout'), stderr: textOf('stderr') };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

const RULES = 'rules.yml';
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
