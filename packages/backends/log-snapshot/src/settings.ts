import type { EnvironmentRow } from '@sightline/settings/fields';
import { type CheckedOptions, checkedOptions, type LogSnapshotOptions, logSnapshotEnvironment } from './options.js';

/** What a composition root needs before it loads the backend. Loads nothing else, and not pino. */
export const logSnapshotSettings: {
  readonly histogramNeed: 'quantiles';
  readonly environment: readonly EnvironmentRow[];
  /** Returns every option with its default. Throws for a wrong value. */
  resolve(options: LogSnapshotOptions): CheckedOptions;
} = { histogramNeed: 'quantiles', environment: logSnapshotEnvironment, resolve: checkedOptions };

export type { CheckedOptions, LogSnapshotOptions };
