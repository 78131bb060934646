import type { Facts } from '../model/facts.js';
import { canMeet } from '../promql/selectors.js';
import type { AlertCheck, Scenario, StateCheck } from '../rule-tests/scenario.js';
import { availabilityRules } from './availability.js';
import { sloRules } from './burn-rate.js';
import { databaseRules } from './database.js';
import { freshnessRules } from './freshness.js';
import { hostRules } from './host.js';
import { queueRules } from './queues.js';
import { reconnectRules } from './reconnects.js';
import type { RuleSet } from './rule-set.js';
import { signalRules } from './signal-rules.js';
import { telemetryLossRules } from './telemetry-losses.js';

/** All rules that `facts` allow and do not disable, with what they promise. */
export function ruleSets(facts: Facts): RuleSet[] {
  const all = [
    availabilityRules(facts),
    ...facts.signals.map((signal) => signalRules(facts, signal)),
    ...facts.slos.map((slo) => sloRules(facts, slo)),
    queueRules(facts),
    freshnessRules(facts),
    reconnectRules(facts),
    ...(facts.database === undefined ? [] : [databaseRules(facts, facts.database)]),
    ...(facts.host === 'none' ? [] : [hostRules(facts)]),
    telemetryLossRules(facts),
  ];
  const sets = all
    .map((set) => enabled(facts, set))
    .filter(({ group }) => group.recording.length > 0 || group.alerts.length > 0);
  return sets.map((set) => besideOthers(set, sets));
}

/** Of alerts whose name another set with the same measure has, only the set's own are expected. */
function besideOthers(set: RuleSet, sets: readonly RuleSet[]): RuleSet {
  const { group, scenarios, alone = [], measures = [] } = set;
  const others = sets.filter(
    (other) =>
      other !== set &&
      measures.some((each) =>
        other.measures?.some(({ what, matchers }) => what === each.what && canMeet(matchers, each.matchers)),
      ),
  );
  const shared = new Set(others.flatMap((other) => other.group.alerts.map(({ name }) => name)));
  if (shared.size === 0) return set;
  const isShared = ({ name }: AlertCheck): boolean => shared.has(name);
  return {
    ...set,
    scenarios: [
      ...scenarios.map((given) => ({
        ...given,
        checks: given.checks.filter((check) => !isShared(check)),
        states: [...given.states, ...given.checks.filter(isShared).flatMap((check) => ownStates(group, check))],
      })),
      ...alone.filter(({ checks }) => checks.some(isShared)),
    ],
  };
}

function ownStates({ alerts }: RuleSet['group'], { atSeconds, name, firing }: AlertCheck): StateCheck[] {
  return alerts
    .filter((alert) => alert.name === name)
    .flatMap((alert): StateCheck[] => {
      const fired = firing.filter((each) => each.alert === alert);
      if (fired.length === 0) return [{ atSeconds, alert, labels: {}, isFiring: false }];
      return fired.map(({ labels }) => ({ atSeconds, alert, labels, isFiring: true }));
    });
}

function enabled({ disable }: Facts, set: RuleSet): RuleSet {
  const { group, scenarios, alone = [] } = set;
  const isEnabled = (name: string): boolean => !disable.includes(name);
  const kept = (all: readonly Scenario[]): Scenario[] =>
    all
      .map((given) => ({
        ...given,
        checks: given.checks.filter(({ name }) => isEnabled(name)),
        states: given.states.filter(({ alert }) => isEnabled(alert.name)),
      }))
      .filter(({ checks, states, values }) => checks.length + states.length + values.length > 0);
  return {
    ...set,
    group: { ...group, alerts: group.alerts.filter(({ name }) => isEnabled(name)) },
    scenarios: kept(scenarios),
    alone: kept(alone),
  };
}
