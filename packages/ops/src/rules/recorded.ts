import type { Facts, Signal } from '../model/facts.js';
import { equal, series } from '../promql/selectors.js';

/** A recorded series of a signal. */
export function recorded(facts: Facts, signal: Signal, record: string): string {
  return series({ metric: record, matchers: [equal('service', facts.service), equal('signal', signal.id)] });
}
