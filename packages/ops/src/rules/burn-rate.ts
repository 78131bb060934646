import type { Alert, RecordingRule } from '../model/alert.js';
import type { Facts, Slo } from '../model/facts.js';
import { equal, series } from '../promql/selectors.js';
import { MINUTE } from '../rule-tests/scenario.js';
import { aloneScenario } from './alone.js';
import { burnRateScenarios } from './burn-rate-scenarios.js';
import { type BurnWindow, budgetOf, burnWindows } from './burn-windows.js';
import { percent } from './percent.js';
import { EVALUATION_SECONDS, type Measure, type RuleSet } from './rule-set.js';
import { errorLines } from './runbook-texts.js';
import { countRate, errorRate, requestRate, slowRate } from './signal-rates.js';
import { failuresIn } from './signal-rules.js';
import { templateText } from './template-text.js';

/** What an objective is measured by, recorded over 5 m, and alerts on how fast its budget is spent. */
export function sloRules(facts: Facts, slo: Slo): RuleSet {
  const alerts = burnWindows.map((window) => ({ window, alert: burnAlert(facts, slo, window) }));
  return {
    group: {
      name: `${facts.service} slo ${slo.id}`,
      intervalSeconds: EVALUATION_SECONDS,
      recording: recordings(facts, slo),
      alerts: alerts.map(({ alert }) => alert),
    },
    scenarios: burnRateScenarios(facts, slo, alerts),
    alone: [
      aloneScenario(`All work of ${slo.id} is bad, seen alone`, {
        alerts: alerts.map(({ alert }) => alert),
        labels: { service: facts.service, slo: slo.id },
        // A minute's work is enough of it.
        recorded: rateOf(['slo:total:rate5m', 'slo:bad:rate5m'], 1 + slo.minEvents),
        atSeconds: 30 * MINUTE,
        value: 1,
      }),
    ],
    measures: measuresOf(slo),
  };
}

function rateOf(records: readonly string[], perSecond: number): Record<string, string> {
  return Object.fromEntries(records.map((record) => [record, `${perSecond}+0x30`]));
}

function measuresOf({ within, signal: { errors, duration } }: Slo): Measure[] {
  if (within === undefined) return errors === undefined ? [] : [failuresIn(errors)];
  return [{ what: `${duration?.histogram} beyond ${within}`, matchers: duration?.matchers ?? [] }];
}

function recordings(facts: Facts, slo: Slo): RecordingRule[] {
  const { signal, within } = slo;
  const { duration } = signal;
  const labels = { service: facts.service, slo: slo.id };
  const rates =
    within === undefined || duration === undefined
      ? { total: requestRate(facts, signal), bad: errorRate(facts, signal) ?? '' }
      : { total: countRate(facts, duration), bad: slowRate(facts, duration, within) };
  return [
    { record: 'slo:total:rate5m', expr: rates.total, labels },
    { record: 'slo:bad:rate5m', expr: rates.bad, labels },
  ];
}

function burnAlert(facts: Facts, slo: Slo, window: BurnWindow): Alert {
  const { long, short, factor, forSeconds, severity } = window;
  const matchers = [equal('service', facts.service), equal('slo', slo.id)];
  const total = series({ metric: 'slo:total:rate5m', matchers });
  const bad = series({ metric: 'slo:bad:rate5m', matchers });
  // Of sums, not a mean of ratios: a quiet hour weighs as little as it had traffic.
  const share = (over: string): string => `avg_over_time(${bad}[${over}]) / (avg_over_time(${total}[${over}]) > 0)`;
  const limit = `${factor} * ${budgetOf(slo)}`;
  const conditions = [
    `${share(long)} > ${limit}`,
    `${short === '5m' ? `${bad} / (${total} > 0)` : share(short)} > ${limit}`,
    // One sample per evaluation, each of a rate per second.
    ...(slo.minEvents > 0 ? [`sum_over_time(${total}[${long}]) * ${EVALUATION_SECONDS} >= ${slo.minEvents}`] : []),
  ];
  return {
    name: 'ErrorBudgetBurn',
    expr: conditions.join(' and '),
    forSeconds,
    severity,
    labels: { slo: slo.id, window: long },
    summary: `${templateText(slo.signal.title)} (${slo.id}): {{ $value | humanizePercentage }} bad within ${long}`,
    description:
      `The error budget is spent ${factor} times as fast as the objective of ${percent(slo.objective)} allows, over ${long} and still ` +
      `over ${short}. ${badWork(slo)}`,
    dashboard: 'application',
    runbook: {
      symptom: 'More of the work is bad than was agreed. At this pace the budget of 30 days is spent early.',
      causes: [
        'The same as of HighErrorRate or SlowResponse, but smaller or longer.',
        'A kind of work that is rare and always bad.',
      ],
      actions: [
        'See which objective and window the labels name.',
        'Look for the kind of work that is bad, on the dashboard of the service.',
        'A window of 1h or 6h: act now. 1d or 3d: plan the repair, and release nothing risky until it is done.',
      ],
      queries: [
        { title: `Bad share over ${long}`, language: 'promql', expr: share(long) },
        { title: `Bad share over ${short}`, language: 'promql', expr: share(short) },
        errorLines(facts),
      ],
    },
  };
}

function badWork({ within, signal }: Slo): string {
  if (within === undefined) return 'Bad is what failed.';
  return `Bad is what took longer than ${within} ${signal.duration?.unit === 'milliseconds' ? 'ms' : 's'}.`;
}
