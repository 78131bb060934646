import type { Severity, Slo } from '../model/facts.js';

/** A pair of windows of the SRE workbook: the budget burns `factor` times too fast in both. */
export interface BurnWindow {
  readonly long: string;
  readonly longMinutes: number;
  readonly short: string;
  readonly shortMinutes: number;
  readonly factor: number;
  readonly forSeconds: number;
  readonly severity: Severity;
}

export const burnWindows: readonly BurnWindow[] = [
  { long: '1h', longMinutes: 60, short: '5m', shortMinutes: 5, factor: 14.4, forSeconds: 120, severity: 'critical' },
  { long: '6h', longMinutes: 360, short: '30m', shortMinutes: 30, factor: 6, forSeconds: 300, severity: 'critical' },
  { long: '1d', longMinutes: 1440, short: '2h', shortMinutes: 120, factor: 3, forSeconds: 900, severity: 'warning' },
  { long: '3d', longMinutes: 4320, short: '6h', shortMinutes: 360, factor: 1, forSeconds: 900, severity: 'warning' },
];

/** The share of work that may be bad. */
export function budgetOf({ objective }: Slo): number {
  return Number((1 - objective).toPrecision(12));
}
