import type { Alert } from '../model/alert.js';
import type { DurationFact, Facts, Signal } from '../model/facts.js';
import { boundTexts } from '../promql/selectors.js';
import { boundaryScenarios } from '../rule-tests/boundaries.js';
import { firingAt, MINUTE, scenario, silentAt } from '../rule-tests/scenario.js';
import { aloneScenario } from './alone.js';
import { percent } from './percent.js';
import { recorded } from './recorded.js';
import { slowResponseRunbook } from './runbook-texts.js';
import { otherJob, otherRecordings, type SignalPart } from './signal-part.js';
import { templateText } from './template-text.js';
import { workload } from './workload.js';

/**
 * SlowResponse: too large a share of the work takes longer than a bound of the histogram. Not `histogram_quantile(…) > limit`, which
 * cannot fire where the limit is the top bound, and is a guess within a bucket everywhere else.
 */
export function slowResponse(facts: Facts, signal: Signal): SignalPart | undefined {
  const { duration } = signal;
  if (duration?.slow === undefined) return undefined;
  const { bound, share } = duration.slow;
  const limit = Number((1 - share).toPrecision(12));
  const alert = slowResponseAlert(facts, signal, duration, bound, limit);
  const { id } = signal;
  const at = (slow: number, minutes: number, le: string) => [
    ...otherRecordings(facts, 'signal', id, ['signal:duration_count:rate5m', 'signal:slow:rate5m']),
    ...workload(facts, signal, [{ minutes, perMinute: 30, slow }], { bound, le }),
    ...workload(facts, signal, [{ minutes, perMinute: 300, slow: slow > 0.5 ? 0 : 1 - slow }], {
      ...otherJob(facts),
      bound,
      le,
    }),
  ];
  const quiet = (...times: readonly number[]) => silentAt([alert], ...times);
  return {
    alerts: [alert],
    scenarios: [
      ...boundTexts(bound).flatMap((le) =>
        boundaryScenarios({
          quantity: `Share of ${id} over le="${le}"`,
          alerts: [{ alert, limit }],
          greatest: 1,
          holdsFromSeconds: MINUTE,
          labels: { service: facts.service, signal: id },
          series: (slow, minutes) => at(slow, minutes, le),
        }),
      ),
      scenario(`No work of ${id} that could be slow`, {
        series: workload(facts, signal, [{ minutes: 30, perMinute: 0 }], { bound }),
        states: quiet(12 * MINUTE, 25 * MINUTE),
      }),
      scenario(`Slow work of ${id} that is over`, {
        series: workload(
          facts,
          signal,
          [
            { minutes: 20, perMinute: 30, slow: 1 },
            { minutes: 30, perMinute: 30 },
          ],
          { bound },
        ),
        states: [
          ...firingAt([alert], { service: facts.service, signal: id }, 20 * MINUTE),
          ...quiet(25 * MINUTE, 29 * MINUTE),
        ],
      }),
      scenario(`Restarts of ${id} while little is slow`, {
        series: workload(
          facts,
          signal,
          [4, 3, 5, 4, 4, 5].map((minutes) => ({ minutes, perMinute: 30, slow: limit * 0.9, isRestart: true })),
          { bound },
        ),
        states: quiet(14 * MINUTE, 18 * MINUTE, 24 * MINUTE),
      }),
    ],
    alone: [
      aloneScenario(`All work of ${id} is slow, seen alone`, {
        alerts: [alert],
        labels: { service: facts.service, signal: id },
        recorded: { 'signal:duration_count:rate5m': '1+0x15', 'signal:slow:rate5m': '1+0x15' },
        atSeconds: 15 * MINUTE,
        value: 1,
      }),
    ],
  };
}

function slowResponseAlert(facts: Facts, signal: Signal, duration: DurationFact, bound: number, limit: number): Alert {
  const slow = recorded(facts, signal, 'signal:slow:rate5m');
  const all = recorded(facts, signal, 'signal:duration_count:rate5m');
  const unit = duration.unit === 'seconds' ? 's' : 'ms';
  return {
    name: 'SlowResponse',
    expr: `${slow} / (${all} > 0) > ${limit}`,
    forSeconds: 600,
    severity: 'warning',
    labels: { signal: signal.id },
    summary: `${templateText(signal.title)}: {{ $value | humanizePercentage }} take longer than ${bound} ${unit}`,
    description: `More than ${percent(limit)} of the work took longer than ${bound} ${unit} for 10 minutes. Share of the last 5 minutes, over all instances.`,
    dashboard: 'application',
    runbook: slowResponseRunbook(facts, signal, duration),
  };
}
