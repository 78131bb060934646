import { type StatsdEnvironmentRow, statsdEnvironment } from './environment.js';
import { type CheckedOptions, checkedOptions, type StatsdOptions } from './options.js';

/** What a composition root has to know before it loads the backend. This entry opens nothing. */
export const statsdSettings: {
  readonly histogramNeed: 'quantiles';
  readonly environment: readonly StatsdEnvironmentRow[];
  /** Every option, with its default where that does not depend on others; throws for a value that cannot work. */
  resolve(options: StatsdOptions): CheckedOptions;
} = { histogramNeed: 'quantiles', environment: statsdEnvironment, resolve: checkedOptions };

export type { CheckedOptions, StatsdEnvironmentRow, StatsdOptions };
