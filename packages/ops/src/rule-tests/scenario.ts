import type { Alert } from '../model/alert.js';

/** A course of events, and which alerts fire in it. */
export interface Scenario {
  readonly title: string;
  /** How often rules are evaluated. Long courses are evaluated less often than in production, to be tested in seconds. */
  readonly everySeconds: number;
  readonly series: readonly InputSeries[];
  readonly checks: readonly AlertCheck[];
  readonly states: readonly StateCheck[];
  readonly values: readonly ValueCheck[];
}

/** What is scraped once a minute. */
export interface InputSeries {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  /** In the notation of `promtool`: `0+10x20`. */
  readonly values: string;
}

/** Exactly these alerts of a name fire at a time. */
export interface AlertCheck {
  readonly atSeconds: number;
  readonly name: string;
  readonly firing: readonly FiringAlert[];
}

export interface FiringAlert {
  readonly alert: Alert;
  /** What the expression gives besides the alert's own labels. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Whether one alert fires at a time, whatever others of its name do. */
export interface StateCheck {
  readonly atSeconds: number;
  readonly alert: Alert;
  /** What the expression gives besides the alert's own labels. */
  readonly labels: Readonly<Record<string, string>>;
  readonly isFiring: boolean;
}

/** A recorded series has a value at a time, or there is none. */
export interface ValueCheck {
  readonly atSeconds: number;
  readonly record: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number | undefined;
}

export function scenario(title: string, given: Pick<Scenario, 'series'> & Partial<Scenario>): Scenario {
  return { title, everySeconds: 60, checks: [], states: [], values: [], ...given };
}

/** No alert of these names fires at these times. */
export function quietAt(names: readonly string[], ...times: readonly number[]): AlertCheck[] {
  return times.flatMap((atSeconds) => names.map((name) => ({ atSeconds, name, firing: [] })));
}

/** None of these alerts fires at these times, whatever others of their names do. */
export function silentAt(alerts: readonly Alert[], ...times: readonly number[]): StateCheck[] {
  return times.flatMap((atSeconds) => alerts.map((alert) => ({ atSeconds, alert, labels: {}, isFiring: false })));
}

/** All of these alerts fire at a time, with these labels from their expressions. */
export function firingAt(
  alerts: readonly Alert[],
  labels: Readonly<Record<string, string>>,
  atSeconds: number,
): StateCheck[] {
  return alerts.map((alert) => ({ atSeconds, alert, labels, isFiring: true }));
}

export const MINUTE = 60;
