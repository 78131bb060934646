import type { RuleGroup } from '../model/alert.js';
import type { Matcher } from '../model/facts.js';
import type { Scenario } from '../rule-tests/scenario.js';

/** A group of rules with what it promises: the scenarios are written beside the expressions, never derived from them. */
export interface RuleSet {
  readonly group: RuleGroup;
  readonly scenarios: readonly Scenario[];
  /** Those with recorded series of the set alone: for alerts that fire together with others of their name. */
  readonly alone?: readonly Scenario[];
  /**
   * What its alerts compare with limits, in so many words. Sets with one in common fire together: two objectives of one signal, or the
   * signals of all requests and of some.
   */
  readonly measures?: readonly Measure[];
}

/** `failures in orders_failed_total`, of the series with the matchers. */
export interface Measure {
  readonly what: string;
  readonly matchers: readonly Matcher[];
}

/** How often every group is evaluated. */
export const EVALUATION_SECONDS = 60;
