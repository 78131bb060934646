import type { Alert } from '../model/alert.js';
import { type InputSeries, MINUTE, type Scenario, scenario } from './scenario.js';

/** A measured quantity and the alerts on it: from limit, direction and `for` alone follows what must fire when. */
export interface Measured {
  /** `share of failed HTTP requests`. */
  readonly quantity: string;
  readonly alerts: ReadonlyArray<{ readonly alert: Alert; readonly limit: number }>;
  /** On which side of the limit an alert fires. Default `above`. */
  readonly side?: 'above' | 'below';
  /** The greatest value that is possible: 1 for a share. */
  readonly greatest?: number;
  /** Whole numbers only. */
  readonly isWhole?: boolean;
  /** Series that have the quantity at `value` from `holdsFromSeconds` on, for at least `minutes`. */
  series(value: number, minutes: number): readonly InputSeries[];
  readonly holdsFromSeconds: number;
  /** Labels that the firing alerts have from their series. */
  readonly labels: Readonly<Record<string, string>>;
}

/** For each limit: just beyond it, quiet until `for` has passed and firing then; just within it, quiet. */
export function boundaryScenarios(measured: Measured): Scenario[] {
  const limits = [...new Set(measured.alerts.map(({ limit }) => limit))].toSorted((a, b) => a - b);
  return limits.flatMap((limit) => [justBeyond(measured, limit), justWithin(measured, limit)]);
}

function justBeyond(measured: Measured, limit: number): Scenario {
  const { alerts, holdsFromSeconds, labels, quantity, side } = measured;
  const value = beyond(measured, limit);
  const given = at(measured, value);
  const own = alerts.filter((each) => each.limit === limit);
  const checks = own.map(({ alert: { name, forSeconds } }) => {
    const atSeconds = holdsFromSeconds + forSeconds;
    const firing = alerts
      .filter((each) => each.alert.name === name && isBeyond(measured, value, each.limit))
      .filter(({ alert }) => alert.forSeconds <= forSeconds)
      .map(({ alert }) => ({ alert, labels, value }));
    return { atSeconds, name, firing };
  });
  return scenario(`${quantity} just ${side ?? 'above'} ${limit}`, { ...given, checks });
}

function justWithin(measured: Measured, limit: number): Scenario {
  const where = measured.side === 'below' ? 'above' : 'below';
  return scenario(`${measured.quantity} just ${where} ${limit}`, at(measured, within(measured, limit)));
}

function at(measured: Measured, value: number): Pick<Scenario, 'series' | 'states'> {
  const { alerts, holdsFromSeconds, labels } = measured;
  const longest = Math.max(...alerts.map(({ alert }) => alert.forSeconds));
  const lastSeconds = holdsFromSeconds + longest + MINUTE;
  const states = alerts.flatMap(({ alert, limit }) => {
    const due = holdsFromSeconds + alert.forSeconds;
    const times = [...(alert.forSeconds === 0 ? [] : [due - MINUTE]), due, lastSeconds];
    return times.map((atSeconds) => ({
      atSeconds,
      alert,
      labels,
      isFiring: isBeyond(measured, value, limit) && atSeconds >= due,
    }));
  });
  return { series: measured.series(value, lastSeconds / MINUTE + 1), states };
}

function isBeyond({ side }: Measured, value: number, limit: number): boolean {
  return side === 'below' ? value < limit : value > limit;
}

/** Three digits, so that no rendering of the value is a matter of rounding. */
function beyond({ side, greatest, isWhole }: Measured, limit: number): number {
  if (isWhole === true) return side === 'below' ? limit - 1 : limit + 1;
  if (side === 'below') return digits(limit * 0.98);
  return limit * 1.02 < (greatest ?? Number.POSITIVE_INFINITY) ? digits(limit * 1.02) : (limit + (greatest ?? 0)) / 2;
}

function within({ side, isWhole }: Measured, limit: number): number {
  if (isWhole === true) return limit;
  return digits(side === 'below' ? limit * 1.02 : limit * 0.98);
}

function digits(value: number): number {
  return Number(value.toPrecision(3));
}
