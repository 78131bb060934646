import { DeclarationError, type Gauge, type Histogram, type LabelValue, type MetricsCollector } from '@sightline/core';
import { isIdLabel } from '@sightline/core/lint';
import type { OptionsOf, ResolvedOf } from '@sightline/settings/fields';
import type { RunStatus } from './run-statuses.js';

export const durationFields = {
  /** Without the namespace, ending in `_seconds`. Default: `run_duration_seconds`. */
  name: {
    type: 'string',
    isRight: (name: string): boolean => name.endsWith('_seconds'),
    advice: 'give a name that ends in "_seconds"',
    default: 'run_duration_seconds',
  },
  /** Upper bounds in seconds. Default: from a second to two hours. */
  buckets: {
    type: 'list',
    as: [] as readonly number[],
    default: [1, 5, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200],
  },
  help: { type: 'string', default: 'Time that a run takes, failures included.' },
} as const;

/** The histogram of how long runs take. */
export interface RunDuration extends OptionsOf<typeof durationFields> {}

/** The metrics of runs, which begin and end as one. */
export interface RunMetrics {
  readonly queued: Gauge;
  /** A run has started. Returns what ends it. */
  begin(labels: RunLabels): (status: Exclude<RunStatus, 'started'>) => void;
  countError(errorType: string, component: string): void;
}

type RunLabels = Readonly<Record<string, LabelValue>>;

interface Declared {
  readonly namespace: string;
  readonly labelNames: readonly string[];
  readonly duration: ResolvedOf<typeof durationFields>;
  readonly components: readonly string[] | undefined;
}

/** Throws a `DeclarationError` that says what to change. */
export function declareRunMetrics(metrics: MetricsCollector, declared: Declared): RunMetrics {
  const { namespace, labelNames, duration, components } = declared;
  checkLabels(namespace, labelNames);
  const runs = metrics.counter(`${namespace}_runs_total`, {
    help: 'Runs by status: each is started, and then one of the others.',
    labelNames: ['status', ...labelNames],
  });
  const active = metrics.gauge(`${namespace}_runs_active`, { help: 'Runs in progress.', isAdditive: true });
  const queued = metrics.gauge(`${namespace}_runs_queued`, { help: 'Runs that wait to start.', isAdditive: true });
  const seconds = metrics.histogram(`${namespace}_${duration.name}`, {
    help: duration.help,
    labelNames,
    buckets: duration.buckets,
  });
  const errors = metrics.counter(`${namespace}_errors_total`, {
    help: 'Errors of runs by kind and by the part that failed.',
    labelNames: ['error_type', 'component'],
    ...(components === undefined ? {} : { labelValues: { component: ['run', ...components] } }),
  });

  // From 0, so that the first failure is an increase.
  const show = (labels: RunLabels): void => {
    for (const status of ['success', 'failed'] as const) runs.labels({ ...labels, status });
  };
  if (labelNames.length === 0) show({});
  return {
    queued,
    begin(labels) {
      runs.inc({ ...labels, status: 'started' });
      show(labels);
      const stop = startTimer(seconds, labelNames, labels);
      const leave = active.startTracking();
      return (status) => {
        leave();
        stop();
        runs.inc({ ...labels, status });
      };
    },
    countError: (errorType, component) => errors.inc({ error_type: errorType, component }),
  };
}

function startTimer(seconds: Histogram<string>, labelNames: readonly string[], labels: RunLabels): () => number {
  return labelNames.length === 0 ? (seconds as unknown as Histogram).startTimer() : seconds.labels(labels).startTimer();
}

function checkLabels(namespace: string, labelNames: readonly string[]): void {
  const id = labelNames.find(isIdLabel);
  if (id !== undefined) {
    throw new DeclarationError(
      `[sdk] The runs "${namespace}" have the label "${id}", of which every value makes series of its own. Give it as runId or in attributes of a run, which are on its span and lines only.`,
    );
  }
  if (labelNames.includes('status')) {
    throw new DeclarationError(
      `[sdk] The runs "${namespace}" have the label "status", which is the recorder's own. Leave it out of labelNames.`,
    );
  }
}
