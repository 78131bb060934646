import type { Alert } from '../model/alert.js';
import type { Facts, Slo } from '../model/facts.js';
import { boundaryScenarios } from '../rule-tests/boundaries.js';
import { MINUTE, type Scenario, type StateCheck, scenario, silentAt } from '../rule-tests/scenario.js';
import { type BurnWindow, budgetOf } from './burn-windows.js';
import { otherJob, otherRecordings } from './signal-part.js';
import { recordedScenarios, recordedValues } from './slo-recording-scenarios.js';
import { enough, sloSeries } from './slo-workload.js';

type BurnAlert = { readonly window: BurnWindow; readonly alert: Alert };

/** What the burn-rate alerts of an objective promise. */
export function burnRateScenarios(facts: Facts, slo: Slo, alerts: readonly BurnAlert[]): Scenario[] {
  const labels = { service: facts.service, slo: slo.id };
  return [
    ...boundaryScenarios({
      quantity: `Bad share of ${slo.id}`,
      alerts: alerts.map(({ alert, window }) => ({ alert, limit: limitOf(slo, window) })),
      greatest: 1,
      holdsFromSeconds: MINUTE,
      labels,
      series: (bad, minutes) => [
        ...otherRecordings(facts, 'slo', slo.id, ['slo:total:rate5m', 'slo:bad:rate5m']),
        ...sloSeries(facts, slo, [{ minutes, perMinute: enough(slo), bad }]),
        ...sloSeries(
          facts,
          slo,
          [{ minutes, perMinute: 10 * enough(slo), bad: bad > 0.5 ? 0 : 1 - bad }],
          otherJob(facts),
        ),
      ],
    }),
    ...alerts.flatMap((burn) => [afterGoodTimes(facts, slo, burn), afterRecovery(facts, slo, burn)]),
    ...(slo.minEvents > 0 ? [fewEvents(facts, slo, alerts)] : []),
    ...quietScenarios(facts, slo, alerts),
    ...recordedScenarios(
      facts,
      slo,
      alerts.map(({ alert }) => alert),
    ),
  ];
}

function limitOf(slo: Slo, { factor }: BurnWindow): number {
  return Number((factor * budgetOf(slo)).toPrecision(12));
}

/** A whole window of good work, then work a little worse than the limit: the share of the long window exceeds it in due time only. */
function afterGoodTimes(facts: Facts, slo: Slo, { window, alert }: BurnAlert): Scenario {
  const { longMinutes, forSeconds } = window;
  const every = evaluationMinutes(window);
  const limit = limitOf(slo, window);
  const bad = Math.min(1, limit * 1.8);
  const crossing = (longMinutes * limit) / bad;
  const quiet = floorTo(longMinutes + crossing * 0.9, every);
  const firing = ceilTo(longMinutes + crossing * 1.1 + forSeconds / 60 + 3, every) + (every > 1 ? every : 0);
  const perMinute = enough(slo);
  return scenario(`${slo.id} turns bad after ${window.long} of good work`, {
    everySeconds: every * MINUTE,
    series: sloSeries(facts, slo, [
      { minutes: longMinutes, perMinute },
      { minutes: firing - longMinutes, perMinute, bad },
    ]),
    states: [state(facts, slo, alert, quiet, false), state(facts, slo, alert, firing, true)],
  });
}

/** All work is bad, then little is: the short window ends the alert while the long one still remembers. */
function afterRecovery(facts: Facts, slo: Slo, { window, alert }: BurnAlert): Scenario {
  const { shortMinutes } = window;
  const every = evaluationMinutes(window);
  const limit = limitOf(slo, window);
  const badMinutes = ceilTo(Math.max(60, 2 * shortMinutes), every);
  // The rate over 5 m lags behind by half of it.
  const after = limit * 0.6;
  const crossing = (shortMinutes * (1 - limit)) / (1 - after) + (shortMinutes === 5 ? 0 : 2.5);
  const firing = badMinutes + floorTo(crossing * (shortMinutes === 5 ? 0.6 : 0.8), every);
  const quiet = badMinutes + (shortMinutes === 5 ? 6 : ceilTo(crossing + 0.15 * shortMinutes + 3, every));
  const perMinute = enough(slo);
  return scenario(`${slo.id} was bad and is good, within ${window.short}`, {
    everySeconds: every * MINUTE,
    series: sloSeries(facts, slo, [
      { minutes: badMinutes, perMinute, bad: 1 },
      { minutes: quiet - badMinutes, perMinute, bad: after },
    ]),
    states: [state(facts, slo, alert, firing, true), state(facts, slo, alert, quiet, false)],
  });
}

/** Everything is bad, but it is little: no alert before there were `minEvents`, which are reached in the 20th minute. */
function fewEvents(facts: Facts, slo: Slo, alerts: readonly BurnAlert[]): Scenario {
  const holds = 20;
  // Rates rise over the first 5 minutes, which together count as 3.
  const counted = holds - 2;
  return scenario(`${slo.id} has few events, all of them bad`, {
    series: sloSeries(facts, slo, [{ minutes: 60, perMinute: slo.minEvents / (counted - 0.5), bad: 1 }]),
    states: alerts.flatMap(({ alert }) => {
      const fires = holds + alert.forSeconds / MINUTE;
      return [state(facts, slo, alert, fires - 1, false), state(facts, slo, alert, fires, true)];
    }),
  });
}

function quietScenarios(facts: Facts, slo: Slo, alerts: readonly BurnAlert[]): Scenario[] {
  const quiet = (...times: readonly number[]) =>
    silentAt(
      alerts.map(({ alert }) => alert),
      ...times,
    );
  return [
    scenario(`No traffic of ${slo.id}`, {
      series: sloSeries(facts, slo, [{ minutes: 30, perMinute: 0 }]),
      states: quiet(5 * MINUTE, 28 * MINUTE),
    }),
    scenario(`No series of ${slo.id}`, {
      series: sloSeries(facts, slo, [{ minutes: 30, perMinute: 60, bad: 0.5 }], otherJob(facts)),
      states: quiet(28 * MINUTE),
      values: recordedValues(facts, slo, 10 * MINUTE, undefined, 0),
    }),
    // The mean of ratios would be 50/60.
    scenario(`${slo.id}: a bad quiet time weighs little beside a busy good one`, {
      series: sloSeries(facts, slo, [
        { minutes: 50, perMinute: 0.001 * budgetOf(slo) * enough(slo), bad: 1 },
        { minutes: 10, perMinute: 10 * enough(slo) },
      ]),
      states: quiet(59 * MINUTE),
    }),
  ];
}

function state(facts: Facts, slo: Slo, alert: Alert, atMinutes: number, isFiring: boolean): StateCheck {
  return { atSeconds: atMinutes * MINUTE, alert, labels: { service: facts.service, slo: slo.id }, isFiring };
}

/** Long courses are evaluated less often: about a hundred times each. */
function evaluationMinutes({ longMinutes }: BurnWindow): number {
  return { 60: 1, 360: 5, 1440: 15 }[longMinutes] ?? 60;
}

function floorTo(value: number, step: number): number {
  return Math.floor(value / step) * step;
}

function ceilTo(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
