import type { Alert } from '../model/alert.js';
import type { Facts, Signal } from '../model/facts.js';
import { type AlertCheck, MINUTE, quietAt, type Scenario, scenario } from '../rule-tests/scenario.js';
import { aloneScenario } from './alone.js';
import { recorded } from './recorded.js';
import { longRunningRunbook } from './runbook-texts.js';
import { otherJob, otherRecordings, type SignalPart } from './signal-part.js';
import { templateText } from './template-text.js';
import { type WorkPhase, workload } from './workload.js';

const TIMES = 2;
const FOR_SECONDS = 900;

/** LongRunningTask: the mean duration of an hour is more than twice that of the day, from sum and count. */
export function longRunningAlert(facts: Facts, signal: Signal): SignalPart | undefined {
  if (signal.duration === undefined || (signal.kind !== 'operation' && signal.kind !== 'runs')) return undefined;
  const mean = (window: string): string => {
    const sum = recorded(facts, signal, 'signal:duration_sum:rate5m');
    const count = recorded(facts, signal, 'signal:duration_count:rate5m');
    return `avg_over_time(${sum}[${window}]) / (avg_over_time(${count}[${window}]) > 0)`;
  };
  const alert: Alert = {
    name: 'LongRunningTask',
    expr: `${mean('1h')} / (${mean('1d')}) > ${TIMES}`,
    forSeconds: FOR_SECONDS,
    severity: 'warning',
    labels: { signal: signal.id },
    summary: `${templateText(signal.title)} takes more than twice as long as usual`,
    description:
      'The mean duration of the last hour is more than twice that of the last day. A task that never ends has no duration: watch the ' +
      'age of the oldest one with a gauge of its own.',
    dashboard: 'application',
    runbook: longRunningRunbook(facts, signal),
  };
  return { alerts: [alert], scenarios: scenarios(facts, signal, alert), alone: [alone(facts, signal, alert)] };
}

/** A day of tasks, of which those of the last hour take ten times as long. */
function alone(facts: Facts, signal: Signal, alert: Alert): Scenario {
  return aloneScenario(`Tasks of ${signal.id} take ten times as long, seen alone`, {
    alerts: [alert],
    labels: { service: facts.service, signal: signal.id },
    recorded: { 'signal:duration_count:rate5m': '1+0x1440', 'signal:duration_sum:rate5m': '1+0x1379 10+0x60' },
    atSeconds: 1440 * MINUTE,
    value: Number.NaN,
    everySeconds: 15 * MINUTE,
  });
}

/**
 * A day whose mean is 10, with an idle hour at its end, and then work of another mean. Before that, it took longer. Evaluated
 * every 15 minutes, which weighs all times alike.
 */
function scenarios(facts: Facts, signal: Signal, alert: Alert): Scenario[] {
  const beginMinutes = 36 * 60;
  const begin = beginMinutes * MINUTE;
  const before: readonly WorkPhase[] = [
    { minutes: 720, perMinute: 2, mean: 100 },
    { minutes: 690, perMinute: 2, mean: 14 },
    { minutes: 690, perMinute: 2, mean: 6 },
    { minutes: 60, perMinute: 0 },
  ];
  const firing = (atSeconds: number): AlertCheck => ({
    atSeconds,
    name: alert.name,
    firing: [{ alert, labels: { service: facts.service, signal: signal.id }, value: Number.NaN }],
  });
  const quiet = (...times: readonly number[]) => quietAt([alert.name], ...times);
  const course = (title: string, after: readonly WorkPhase[], checks: readonly AlertCheck[]) =>
    scenario(title, {
      everySeconds: 15 * MINUTE,
      series: [
        ...workload(facts, signal, [...before, ...after]),
        ...otherRecordings(facts, 'signal', signal.id, ['signal:duration_count:rate5m']).map((each) => ({
          ...each,
          values: `1+0x${beginMinutes + 120}`,
        })),
        // Ten times as long as before.
        ...otherRecordings(facts, 'signal', signal.id, ['signal:duration_sum:rate5m']).map((each) => ({
          ...each,
          values: `1+0x${beginMinutes} 10+0x120`,
        })),
        ...workload(facts, signal, [{ minutes: beginMinutes + 120, perMinute: 50, mean: 50 }], otherJob(facts)),
      ],
      checks,
    });
  // The first rate of the new work is recorded at the next evaluation.
  const holds = begin + 15 * MINUTE;
  return [
    course(
      `Tasks of ${signal.id} take little more than twice as long`,
      [{ minutes: 60, perMinute: 1, mean: 10 * TIMES * 1.05 }],
      [...quiet(begin, holds), firing(holds + FOR_SECONDS), firing(begin + 45 * MINUTE)],
    ),
    course(
      `Tasks of ${signal.id} take little less than twice as long`,
      [{ minutes: 60, perMinute: 1, mean: 10 * TIMES * 0.95 }],
      quiet(holds, holds + FOR_SECONDS, begin + 45 * MINUTE),
    ),
    course(
      `Tasks of ${signal.id} took long within the hour, and no longer do`,
      [
        { minutes: 35, perMinute: 1, mean: 100 },
        { minutes: 100, perMinute: 1, mean: 10 },
      ],
      [firing(begin + 75 * MINUTE), ...quiet(begin + 120 * MINUTE)],
    ),
    scenario(`First tasks of ${signal.id}`, {
      series: workload(facts, signal, [{ minutes: 25, perMinute: 1, mean: 100 }]),
      checks: quiet(2 * MINUTE, 20 * MINUTE),
    }),
    scenario(`No tasks of ${signal.id}`, {
      series: workload(facts, signal, [{ minutes: 20, perMinute: 0 }]),
      checks: quiet(18 * MINUTE),
    }),
  ];
}
