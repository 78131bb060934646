import type { RuleGroup } from '../model/alert.js';
import type { Facts } from '../model/facts.js';
import { ruleSets } from './rule-sets.js';

/** All recording and alerting rules that `facts` allow. */
export function ruleGroups(facts: Facts): RuleGroup[] {
  return ruleSets(facts).map(({ group }) => group);
}
