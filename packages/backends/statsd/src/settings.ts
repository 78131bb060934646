import { type EnvironmentRow, fieldRows } from '@sightline/settings/fields';
import { destinationOf } from './destination.js';
import { type CheckedOptions, type StatsdOptions, statsdFields } from './fields.js';
import { checkedOptions } from './options.js';

/** What a composition root needs before it loads the backend. Opens nothing. */
export const statsdSettings: {
  readonly histogramNeed: 'quantiles';
  readonly environment: readonly EnvironmentRow[];
  /** The address comes from one source: code and environment are not mixed. */
  readonly sameSourceOptions: ReadonlyArray<readonly (keyof StatsdOptions)[]>;
  /** Returns the options with those defaults that do not depend on others. Throws for a wrong value. */
  resolve(options: StatsdOptions): CheckedOptions;
  /** The address that lines are sent to. */
  target(options: StatsdOptions): string;
} = {
  histogramNeed: 'quantiles',
  environment: fieldRows(statsdFields),
  sameSourceOptions: [['host', 'port', 'protocol', 'path', 'url', 'agentHost', 'agentPort']],
  resolve: checkedOptions,
  target(options) {
    const destination = destinationOf(options);
    if (destination.protocol === 'unix') return `unix://${destination.path}`;
    const { protocol, host, port } = destination;
    return `${protocol}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  },
};

export type { CheckedOptions, StatsdOptions };
