import type { Facts, Matcher, Signal } from '../model/facts.js';
import { counterValues } from '../rule-tests/counter-values.js';
import { exampleLabels, otherLabels } from '../rule-tests/example-labels.js';
import type { InputSeries } from '../rule-tests/scenario.js';

/** A stretch of time in which a signal's work goes on evenly. */
export interface WorkPhase {
  readonly minutes: number;
  readonly perMinute: number;
  /** Share of the work that fails. Default 0. */
  readonly failed?: number;
  /** Share that takes longer than `bound`. Default 0. */
  readonly slow?: number;
  /** Mean duration, in the histogram's unit. Default 0. */
  readonly mean?: number;
  readonly isRestart?: boolean;
  readonly isDown?: boolean;
  readonly everyMinutes?: number;
}

export interface WorkOptions {
  readonly job?: string;
  readonly instance?: string;
  /** The bound that `slow` is about. */
  readonly bound?: number;
  /** How the page writes the bound. Default: as JavaScript does. */
  readonly le?: string;
  /** Series that a service does not have before it has something to count. */
  readonly without?: 'errors' | 'requests';
}

/** The series of a signal's work. */
export function workload(
  facts: Facts,
  signal: Signal,
  phases: readonly WorkPhase[],
  options: WorkOptions = {},
): InputSeries[] {
  const { job = facts.job, instance = 'a:9464', without } = options;
  const found: InputSeries[] = [];
  const add = (metric: string, labels: Record<string, string>, perMinute: (phase: WorkPhase) => number): void => {
    const values = counterValues(phases.map((phase) => ({ ...phase, perMinute: perMinute(phase) })));
    found.push({ metric, labels: { job, instance, ...labels }, values });
  };
  const { requests, errors, duration } = signal;
  const countName = `${duration?.histogram}_count`;
  // The count of the histogram is the requests, or a metric of its own.
  const ofRequests: readonly Matcher[] =
    requests.metric === countName ? [...requests.matchers, ...(duration?.matchers ?? [])] : requests.matchers;
  const isWithin = errors?.relation === 'within';
  const isSameMetric = isWithin && errors.selector.metric === requests.metric;
  const failing = isSameMetric ? errors.selector.matchers : [];
  const good = exampleLabels(facts.catalogue, { metric: requests.metric, matchers: ofRequests }, failing);
  if (without !== 'requests') {
    add(requests.metric, good, ({ perMinute, failed = 0 }) =>
      // Failures are among the requests, or there are none to take off.
      errors === undefined || (isWithin && !isSameMetric) ? perMinute : perMinute * (1 - failed),
    );
  }
  if (errors !== undefined && without !== 'errors') {
    const matchers = isSameMetric ? [...ofRequests, ...failing] : errors.selector.matchers;
    const bad = exampleLabels(facts.catalogue, { metric: errors.selector.metric, matchers });
    add(errors.selector.metric, bad, ({ perMinute, failed = 0 }) => perMinute * failed);
  }
  const otherErrors = errors === undefined || isSameMetric ? undefined : otherLabels(facts, errors.selector);
  if (errors !== undefined && otherErrors !== undefined) {
    // Failures of another kind, which are none of the signal.
    add(errors.selector.metric, otherErrors, ({ perMinute }) => 7 * perMinute);
  }
  if (duration !== undefined) {
    const labels = exampleLabels(facts.catalogue, { metric: countName, matchers: duration.matchers });
    if (requests.metric !== countName) add(countName, labels, ({ perMinute }) => perMinute);
    add(`${duration.histogram}_sum`, labels, ({ perMinute, mean = 0 }) => perMinute * mean);
    if (options.bound !== undefined) {
      const le = options.le ?? String(options.bound);
      add(`${duration.histogram}_bucket`, { ...labels, le: '+Inf' }, ({ perMinute }) => perMinute);
      add(`${duration.histogram}_bucket`, { ...labels, le }, ({ perMinute, slow = 0 }) => perMinute * (1 - slow));
    }
  }
  return found;
}
