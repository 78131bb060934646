import type { Alert } from '../model/alert.js';
import type { Facts } from '../model/facts.js';
import type { InputSeries, Scenario } from '../rule-tests/scenario.js';
import type { WorkOptions } from './workload.js';

/** Alerts of one kind on a signal, with what they promise. */
export interface SignalPart {
  readonly alerts: readonly Alert[];
  readonly scenarios: readonly Scenario[];
  /** As those of a rule set. */
  readonly alone: readonly Scenario[];
}

/** Another service's series of the same names, which no rule of this one may see. */
export function otherJob({ job }: Facts): WorkOptions & { job: string } {
  return { job: `${job}-other`, instance: 'other:9464' };
}

/** Recorded series of another service, and of something else of this one, of which everything is bad. No rule may see them. */
export function otherRecordings(
  { service }: Facts,
  label: 'signal' | 'slo',
  id: string,
  records: readonly string[],
): InputSeries[] {
  const others = [
    { service: `${service}-other`, [label]: id },
    { service, [label]: `another ${id}` },
  ];
  return others.flatMap((labels) => records.map((metric) => ({ metric, labels, values: '1000000+0x120' })));
}
