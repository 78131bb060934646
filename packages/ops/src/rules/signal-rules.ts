import type { RecordingRule } from '../model/alert.js';
import type { ErrorFact, Facts, Signal } from '../model/facts.js';
import { errorRateAlerts } from './error-rate.js';
import { longRunningAlert } from './long-running.js';
import { EVALUATION_SECONDS, type Measure, type RuleSet } from './rule-set.js';
import { countRate, errorRate, requestRate, slowRate, timeRate } from './signal-rates.js';
import { signalScenarios } from './signal-scenarios.js';
import { slowResponse } from './slow-response.js';

/** RED of a signal, recorded over 5 m, and the alerts on it. */
export function signalRules(facts: Facts, signal: Signal): RuleSet {
  const parts = [errorRateAlerts(facts, signal), slowResponse(facts, signal), longRunningAlert(facts, signal)];
  return {
    group: {
      name: `${facts.service} signal ${signal.id}`,
      intervalSeconds: EVALUATION_SECONDS,
      recording: recordings(facts, signal),
      alerts: parts.flatMap((part) => part?.alerts ?? []),
    },
    scenarios: [...parts.flatMap((part) => part?.scenarios ?? []), ...signalScenarios(facts, signal)],
    alone: parts.flatMap((part) => part?.alone ?? []),
    measures: measuresOf(signal),
  };
}

function measuresOf({ errors, duration }: Signal): Measure[] {
  const ofDuration = (what: string): Measure => ({ what, matchers: duration?.matchers ?? [] });
  return [
    ...(errors === undefined ? [] : [failuresIn(errors)]),
    ...(duration === undefined ? [] : [ofDuration(`mean of ${duration.histogram}`)]),
    ...(duration?.slow === undefined ? [] : [ofDuration(`${duration.histogram} beyond ${duration.slow.bound}`)]),
  ];
}

export function failuresIn({ selector }: ErrorFact): Measure {
  return { what: `failures in ${selector.metric}`, matchers: selector.matchers };
}

function recordings(facts: Facts, signal: Signal): RecordingRule[] {
  const { duration } = signal;
  const labels = { service: facts.service, signal: signal.id };
  const exprs: Record<string, string | undefined> = {
    'signal:requests:rate5m': requestRate(facts, signal),
    'signal:errors:rate5m': errorRate(facts, signal),
    'signal:duration_count:rate5m': duration && countRate(facts, duration),
    'signal:duration_sum:rate5m': duration && timeRate(facts, duration),
    'signal:slow:rate5m': duration?.slow && slowRate(facts, duration, duration.slow.bound),
  };
  return Object.entries(exprs).flatMap(([record, expr]) => (expr === undefined ? [] : [{ record, expr, labels }]));
}
