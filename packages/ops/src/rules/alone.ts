import type { Alert } from '../model/alert.js';
import type { InputSeries, Scenario } from '../rule-tests/scenario.js';
import { scenario } from '../rule-tests/scenario.js';

interface Alone {
  readonly alerts: readonly Alert[];
  /** Of the recorded series that the alerts read. They select by these, so that no alert of another set sees them. */
  readonly labels: Readonly<Record<string, string>>;
  /** The values of each recorded series, in the notation of `promtool`. */
  readonly recorded: Readonly<Record<string, string>>;
  readonly atSeconds: number;
  /** Of the alerts' expressions. */
  readonly value: number;
  readonly everySeconds?: number;
}

/**
 * All of the alerts fire, and nothing else of their names does. `promtool` compares annotations only where it is told of every alert of a
 * name, which scenarios with a signal's own series cannot where others measure the same.
 */
export function aloneScenario(title: string, { alerts, labels, recorded, atSeconds, value, ...more }: Alone): Scenario {
  const names = [...new Set(alerts.map(({ name }) => name))];
  return scenario(title, {
    ...more,
    series: Object.entries(recorded).map(([metric, values]): InputSeries => ({ metric, labels, values })),
    checks: names.map((name) => ({
      atSeconds,
      name,
      firing: alerts.filter((alert) => alert.name === name).map((alert) => ({ alert, labels, value })),
    })),
  });
}
