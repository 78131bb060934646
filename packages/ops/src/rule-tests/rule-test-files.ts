import { commented, yamlText } from '../files/yaml.js';
import type { Facts } from '../model/facts.js';
import type { OpsFile } from '../model/ops-file.js';
import { ruleSets } from '../rules/rule-sets.js';
import { packScenarios } from './pack-scenarios.js';
import { promtoolTest } from './promtool-test.js';
import type { Scenario } from './scenario.js';

/** Tests of every rule for `promtool test rules`. Courses of days are in files of their own, which evaluate the rules less often. */
export function ruleTestFiles(facts: Facts): OpsFile[] {
  const sets = ruleSets(facts);
  const groups = sets.map(({ group }) => group.name);
  const byInterval = scenariosByInterval(packScenarios(sets));
  return [...byInterval].map(([everySeconds, scenarios]) => ({
    path: `prometheus/${testFileName(everySeconds)}`,
    text: commented([]) + ruleTestText(facts, { ruleFile: 'rules.yml', groups, everySeconds, scenarios }),
  }));
}

/** A file for `promtool test rules`. */
export function ruleTestText(
  facts: Facts,
  given: {
    readonly ruleFile: string;
    readonly groups: readonly string[];
    readonly everySeconds: number;
    readonly scenarios: readonly Scenario[];
  },
): string {
  const content = {
    rule_files: [given.ruleFile],
    evaluation_interval: `${given.everySeconds}s`,
    group_eval_order: given.groups,
    tests: given.scenarios.map((scenario) => promtoolTest(facts, scenario)),
  };
  return yamlText(content);
}

export function scenariosByInterval(scenarios: readonly Scenario[]): Map<number, Scenario[]> {
  const intervals = [...new Set(scenarios.map(({ everySeconds }) => everySeconds))].toSorted((a, b) => a - b);
  return new Map(
    intervals.map((interval) => [interval, scenarios.filter(({ everySeconds }) => everySeconds === interval)]),
  );
}

function testFileName(everySeconds: number): string {
  return everySeconds === 60 ? 'rules.test.yml' : `rules.every-${everySeconds / 60}m.test.yml`;
}
