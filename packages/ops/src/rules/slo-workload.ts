import type { Facts, Slo } from '../model/facts.js';
import type { InputSeries } from '../rule-tests/scenario.js';
import { type WorkOptions, type WorkPhase, workload } from './workload.js';

/** A stretch of time in which work goes on evenly, a share of it bad in the sense of an objective. */
export type SloPhase = Omit<WorkPhase, 'failed' | 'slow'> & { readonly bad?: number };

/** The series of an objective's work. */
export function sloSeries(
  facts: Facts,
  slo: Slo,
  phases: readonly SloPhase[],
  options: WorkOptions = {},
): InputSeries[] {
  const { within, signal } = slo;
  return workload(
    facts,
    signal,
    phases.map(({ bad = 0, ...phase }) => ({ ...phase, ...(within === undefined ? { failed: bad } : { slow: bad }) })),
    within === undefined ? options : { ...options, bound: within },
  );
}

/** Work per minute of which the first evaluation, which takes it for a fifth, sees enough events. */
export function enough({ minEvents }: Slo): number {
  return Math.max(60, 6 * minEvents);
}
