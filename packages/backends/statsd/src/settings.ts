import { checkOption, type PackageSettings, settingsOf } from '@sightline/settings/fields';
import { destinationOf } from './destination.js';
import { type CheckedOptions, type StatsdOptions, statsdFields } from './fields.js';

/** What a composition root needs before it loads the backend. Opens nothing. */
export const statsdSettings: PackageSettings<StatsdOptions, CheckedOptions> & {
  readonly histogramNeed: 'quantiles';
  /** The address that lines are sent to. */
  target(options: StatsdOptions): string;
} = {
  ...settingsOf('backend-statsd', 'statsdBackend', statsdFields, checked),
  histogramNeed: 'quantiles',
  // The address comes from one source: code and environment are not mixed.
  sameSourceOptions: [['host', 'port', 'protocol', 'path', 'url', 'agentHost', 'agentPort']],
  target(options) {
    const destination = destinationOf(options);
    if (destination.protocol === 'unix') return `unix://${destination.path}`;
    const { protocol, host, port } = destination;
    return `${protocol}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  },
};

/** Throws an `Error` for options that do not fit each other. */
function checked(options: CheckedOptions): CheckedOptions {
  const { dialect, tags, histogramType, framing } = options;
  const check = (isRight: boolean, name: string, value: unknown, advice: string): void =>
    checkOption('backend-statsd', isRight, name, value, advice);
  check(
    dialect !== 'statsd' || Object.keys(tags).length === 0,
    'tags',
    tags,
    "the dialect 'statsd' has none: use prefix, or the dialect 'dogstatsd' or 'graphite'",
  );
  check(
    histogramType === undefined || histogramType === 'ms' || dialect === 'dogstatsd',
    'histogramType',
    histogramType,
    `the dialect '${dialect}' has 'ms' only: its servers count other types as counters or refuse them`,
  );
  const { protocol } = destinationOf(options);
  const isStream = framing === undefined || protocol !== 'udp';
  check(isStream, 'framing', framing, 'omit it for UDP, which sends one payload per datagram');
  return options;
}

export type { CheckedOptions, StatsdOptions };
