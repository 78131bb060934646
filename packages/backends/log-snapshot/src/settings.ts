import type { EnvironmentRow } from '@sightline/settings/fields';
import { type CheckedOptions, checkedOptions, type LogSnapshotOptions, logSnapshotEnvironment } from './options.js';

/** What a composition root has to know before it loads the backend. This entry loads nothing else, pino least of all. */
export const logSnapshotSettings: {
  readonly histogramNeed: 'quantiles';
  readonly environment: readonly EnvironmentRow[];
  /** Every option with its default; throws for a value that cannot work. */
  resolve(options: LogSnapshotOptions): CheckedOptions;
} = { histogramNeed: 'quantiles', environment: logSnapshotEnvironment, resolve: checkedOptions };

export type { CheckedOptions, LogSnapshotOptions };
