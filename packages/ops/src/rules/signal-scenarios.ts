import type { Facts, Signal } from '../model/facts.js';
import { MINUTE, type Scenario, scenario, type ValueCheck } from '../rule-tests/scenario.js';
import { otherJob } from './signal-part.js';
import { type WorkPhase, workload } from './workload.js';

const FAILED = 0.5;
const SLOW = 0.25;
const MEAN = 4;

/** What the recorded rates of a signal are, when instances restart, scrapes are late, and work ends. */
export function signalScenarios(facts: Facts, signal: Signal): Scenario[] {
  const work = (minutes: number, perMinute: number, more: Partial<WorkPhase> = {}): WorkPhase => ({
    minutes,
    perMinute,
    failed: FAILED,
    slow: SLOW,
    mean: MEAN,
    ...more,
  });
  const bound = signal.duration?.slow?.bound;
  const options = bound === undefined ? {} : { bound };
  return [
    scenario(`Rates of two instances of ${signal.id}, one of which restarts`, {
      series: [
        ...workload(facts, signal, [work(15, 60)], options),
        ...workload(facts, signal, [work(5, 30), work(10, 30, { isRestart: true })], {
          ...options,
          instance: 'b:9464',
        }),
        ...workload(facts, signal, [work(15, 1000)], { ...options, ...otherJob(facts) }),
      ],
      values: rates(facts, signal, 8 * MINUTE, 1.5),
    }),
    scenario(`Rates of ${signal.id} when two of three scrapes fail`, {
      series: workload(facts, signal, [work(18, 60, { everyMinutes: 3 })], options),
      values: rates(facts, signal, 15 * MINUTE, 1),
    }),
    scenario(`Rates of ${signal.id} after its work`, {
      series: workload(facts, signal, [work(20, 60), work(10, 0)], options),
      values: rates(facts, signal, 26 * MINUTE, 0),
    }),
  ];
}

function rates(facts: Facts, { id, errors, duration }: Signal, atSeconds: number, perSecond: number): ValueCheck[] {
  const values: Record<string, number | undefined> = {
    'signal:requests:rate5m': perSecond,
    'signal:errors:rate5m': errors && perSecond * FAILED,
    'signal:duration_count:rate5m': duration && perSecond,
    'signal:duration_sum:rate5m': duration && perSecond * MEAN,
    'signal:slow:rate5m': duration?.slow && perSecond * SLOW,
  };
  const labels = { service: facts.service, signal: id };
  return Object.entries(values).flatMap(([record, value]) =>
    value === undefined ? [] : [{ atSeconds, record, labels, value }],
  );
}
