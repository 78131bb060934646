import type { RuleSet } from '../rules/rule-set.js';
import type { Scenario } from './scenario.js';

/**
 * As few scenarios as possible, each of several that do not touch each other: of different sets, without a metric in common, and
 * without an alert of a name of which the other expects exactly its own. Every scenario costs an evaluation of all rules per minute,
 * whatever it is about.
 */
export function packScenarios(sets: readonly RuleSet[]): Scenario[] {
  const packs: Pack[] = [];
  const metricsOf = new Map(sets.map((set) => [set, new Set(set.scenarios.flatMap(metricsOfScenario))]));
  for (const [set, metrics] of metricsOf) {
    const { scenarios } = set;
    // Another set may read the same metrics.
    const touched = sets.filter((other) => other === set || !isDisjoint(metricsOf.get(other) ?? metrics, metrics));
    const alerts = new Set(touched.flatMap(({ group }) => group.alerts.map(({ name }) => name)));
    const own = new Set<Pack>();
    for (const scenario of scenarios) {
      const expected = new Set(scenario.checks.map(({ name }) => name));
      let pack = packs.find(
        (each) =>
          !own.has(each) &&
          each.scenario.everySeconds === scenario.everySeconds &&
          isDisjoint(each.metrics, metrics) &&
          isDisjoint(each.expected, alerts) &&
          isDisjoint(expected, each.alerts),
      );
      if (pack === undefined) {
        pack = { scenario, metrics: new Set(), alerts: new Set(), expected: new Set() };
        packs.push(pack);
      } else {
        pack.scenario = joined(pack.scenario, scenario);
      }
      own.add(pack);
      for (const metric of metrics) pack.metrics.add(metric);
      for (const name of alerts) pack.alerts.add(name);
      for (const name of expected) pack.expected.add(name);
    }
  }
  return packs.map(({ scenario }) => scenario);
}

interface Pack {
  scenario: Scenario;
  readonly metrics: Set<string>;
  /** Names of alerts that may fire. */
  readonly alerts: Set<string>;
  /** Names of alerts of which all that fire are expected. */
  readonly expected: Set<string>;
}

function metricsOfScenario({ series }: Scenario): string[] {
  // What is recorded has labels that are its set's own.
  return series.map(({ metric }) => metric).filter((metric) => !metric.includes(':'));
}

function joined(one: Scenario, other: Scenario): Scenario {
  return {
    title: `${one.title}; ${other.title}`,
    everySeconds: one.everySeconds,
    series: [...one.series, ...other.series],
    checks: [...one.checks, ...other.checks],
    states: [...one.states, ...other.states],
    values: [...one.values, ...other.values],
  };
}

function isDisjoint(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return [...one].every((each) => !other.has(each));
}
