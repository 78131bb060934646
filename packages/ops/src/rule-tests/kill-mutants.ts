import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { yamlText } from '../files/yaml.js';
import type { Facts } from '../model/facts.js';
import { equivalenceOf } from './equivalent-mutants.js';
import { inParallel } from './in-parallel.js';
import { isOf, type Mutant, mutants, type RuleUnderTest } from './mutants.js';
import { runPromtool } from './promtool.js';
import { ruleTestText, scenariosByInterval } from './rule-test-files.js';
import type { Scenario } from './scenario.js';

/** What became of all mutants. */
export interface MutationResult {
  readonly killed: number;
  /** No test noticed them. */
  readonly survivors: readonly Mutant[];
  /** No test noticed them, and none can, for the reason given. */
  readonly equivalent: ReadonlyArray<{ readonly mutant: Mutant; readonly proof: string }>;
  /** A test noticed them although it was thought that none can. */
  readonly refuted: readonly Mutant[];
}

/**
 * Runs the tests of each mutant. All mutants of a rule are in one file, each under a name of its own, so that their series are loaded
 * once; and most fall at the first scenarios, so that those go first.
 */
export async function killMutants(facts: Facts, promtool: string): Promise<MutationResult> {
  const rules = mutants(facts);
  const tested = rules
    .flatMap((rule) => rule.mutants.map((mutant) => ({ rule, mutant })))
    .map((each, index): Tested => ({ ...each, suffix: `_mutant${index}` }));
  let alive = tested;
  for (const [from, to] of steps) {
    const perRule = rules.map((rule) => alive.filter((each) => each.rule === rule)).filter((each) => each.length > 0);
    const batches = Array.from({ length: Math.ceil(perRule.length / BATCH) }, (_, index) =>
      perRule.slice(index * BATCH, (index + 1) * BATCH),
    );
    const survivors = new Set<Tested>();
    await inParallel(batches, async (batch) => {
      for (const each of await survivorsOf(facts, batch, [from, to], promtool)) survivors.add(each);
    });
    alive = alive.filter((each) => survivors.has(each));
  }
  const left = new Set(alive);
  const equivalent = alive.flatMap(({ mutant }) => {
    const proof = equivalenceOf(mutant);
    return proof === undefined ? [] : [{ mutant, proof }];
  });
  return {
    killed: tested.length - alive.length,
    survivors: alive.map(({ mutant }) => mutant).filter((mutant) => equivalenceOf(mutant) === undefined),
    equivalent,
    refuted: tested
      .filter((each) => !left.has(each) && equivalenceOf(each.mutant) !== undefined)
      .map(({ mutant }) => mutant),
  };
}

/** Scenarios by number. */
const steps = [
  [0, 2],
  [2, 6],
  [6, Number.POSITIVE_INFINITY],
] as const;

/** Rules per run of `promtool`. */
const BATCH = 6;

interface Tested {
  readonly rule: RuleUnderTest;
  readonly mutant: Mutant;
  readonly suffix: string;
}

async function survivorsOf(
  facts: Facts,
  batch: ReadonlyArray<readonly Tested[]>,
  step: readonly [number, number],
  promtool: string,
): Promise<Tested[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-mutants-'));
  try {
    let files = new Map<readonly Tested[], string[]>();
    for (const each of batch) files.set(each, writeMutants(facts, folder, each, step));
    const survivors = [...files].flatMap(([each, names]) => (names.length === 0 ? each : []));
    files = new Map([...files].filter(([, names]) => names.length > 0));
    while (files.size > 0) {
      const { stderr } = await runPromtool(promtool, ['test', 'rules', ...[...files.values()].flat()], folder);
      const { killed, failed } = casualties(stderr);
      const again = new Map<readonly Tested[], string[]>();
      for (const [each, names] of files) {
        const alive = each.filter(({ suffix }) => !killed.has(suffix) && !failed.has(suffix));
        // Where a rule cannot be evaluated, promtool leaves the others of the file untested.
        if (each.some(({ suffix }) => failed.has(suffix))) {
          if (alive.length > 0) again.set(alive, writeMutants(facts, folder, alive, step));
          else for (const name of names) rmSync(join(folder, name));
        } else {
          survivors.push(...alive);
        }
      }
      files = again;
    }
    return survivors;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The files of the tests. */
function writeMutants(
  facts: Facts,
  folder: string,
  tested: readonly Tested[],
  [from, to]: readonly [number, number],
): string[] {
  const [first] = tested;
  const scenarios = first?.rule.scenarios.slice(from, to) ?? [];
  if (first === undefined || scenarios.length === 0) return [];
  const changed = tested.map(({ mutant, suffix }) => renamed(mutant, suffix));
  const group = { name: 'mutants', rules: [...first.rule.recordings, ...changed] };
  const ruleFile = `${first.suffix}.rules.yml`;
  writeFileSync(join(folder, ruleFile), yamlText({ groups: [group] }));
  const suffixes = tested.map(({ suffix }) => suffix);
  return [...scenariosByInterval(scenarios)].map(([everySeconds, given]) => {
    const file = `${first.suffix}.${everySeconds}.test.yml`;
    const ofMutants = given.map((scenario) => scenarioOf(scenario, first.rule, suffixes));
    const text = ruleTestText(facts, { ruleFile, groups: [group.name], everySeconds, scenarios: ofMutants });
    writeFileSync(join(folder, file), text);
    return file;
  });
}

function renamed({ changed }: Mutant, suffix: string): object {
  return changed.alert === undefined
    ? { ...changed, record: `${changed.record}${suffix}` }
    : { ...changed, alert: `${changed.alert}${suffix}` };
}

/** What a scenario says of one rule, for each of its mutants. */
function scenarioOf(scenario: Scenario, { source }: RuleUnderTest, suffixes: readonly string[]): Scenario {
  if ('record' in source) {
    const values = scenario.values.filter((value) => isOf(value, source));
    return {
      ...scenario,
      checks: [],
      states: [],
      values: suffixes.flatMap((suffix) => values.map((value) => ({ ...value, record: `${value.record}${suffix}` }))),
    };
  }
  const checks = scenario.checks
    .filter(({ name }) => name === source.name)
    .map((check) => ({ ...check, firing: check.firing.filter(({ alert }) => alert === source) }));
  const states = scenario.states.filter(({ alert }) => alert === source);
  return {
    ...scenario,
    checks: suffixes.flatMap((suffix) => checks.map((check) => ({ ...check, name: `${check.name}${suffix}` }))),
    states: suffixes.flatMap((suffix) =>
      states.map((state) => ({ ...state, alert: { ...state.alert, name: `${state.alert.name}${suffix}` } })),
    ),
    values: [],
  };
}

/** Which mutants gave something else than expected, and which could not be evaluated. */
function casualties(stderr: string): { killed: Set<string>; failed: Set<string> } {
  const killed = new Set<string>();
  const failed = new Set<string>();
  for (const line of stderr.split('\n')) {
    const found = /^\s*(alertname|expr|rule): .*?(_mutant\d+)\b/.exec(line);
    if (found?.[2] !== undefined) (found[1] === 'rule' ? failed : killed).add(found[2]);
    else if (/could not parse|parse error|error unmarshaling|unmarshal errors/.test(line)) {
      throw new Error(`[ops] promtool could not read a changed rule: ${line}`);
    }
  }
  return { killed, failed };
}
