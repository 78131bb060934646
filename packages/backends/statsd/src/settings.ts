import { type EnvironmentRow, fieldRows } from '@sightline/settings/fields';
import { destinationOf } from './destination.js';
import { type CheckedOptions, type StatsdOptions, statsdFields } from './fields.js';
import { checkedOptions } from './options.js';

/** What a composition root has to know before it loads the backend. This entry opens nothing. */
export const statsdSettings: {
  readonly histogramNeed: 'quantiles';
  readonly environment: readonly EnvironmentRow[];
  /** Where to send is one decision: an address in code is not mixed with one from the environment. */
  readonly decidedTogether: ReadonlyArray<readonly (keyof StatsdOptions)[]>;
  /** Every option, with its default if that does not depend on others; throws for a value that cannot work. */
  resolve(options: StatsdOptions): CheckedOptions;
  /** Where lines go, as an address. */
  target(options: StatsdOptions): string;
} = {
  histogramNeed: 'quantiles',
  environment: fieldRows(statsdFields),
  decidedTogether: [['host', 'port', 'protocol', 'path', 'url', 'agentHost', 'agentPort']],
  resolve: checkedOptions,
  target(options) {
    const destination = destinationOf(options);
    if (destination.protocol === 'unix') return `unix://${destination.path}`;
    const { protocol, host, port } = destination;
    return `${protocol}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  },
};

export type { CheckedOptions, StatsdOptions };
