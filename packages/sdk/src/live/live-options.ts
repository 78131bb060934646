import {
  livePageFields,
  type OptionsOf,
  type PackageSettings,
  type ResolvedOf,
  settingsOf,
} from '@sightline/settings/fields';

/** Options of the live page that the viewer does not have, or with other defaults. */
export const liveFields = {
  /** Port of the page. Default: the next free one from 9466; 0 takes any free one. */
  port: {
    type: 'port',
    variables: {
      SIGHTLINE_LIVE_PORT: {
        default: 'the next free one from 9466',
        help: 'Port of the live page; 0 takes any free one.',
      },
    },
  },
  /** Whether the page has a server of its own. If not, mount `obs.live.handler`. Default: true. */
  listens: { type: 'boolean', default: true },
  /** Whether the page may be on in production, where it needs `token` or `authorize`. `SIGHTLINE_LIVE=true` does the same. Default: false. */
  inProduction: { type: 'boolean', default: false },
  /** Whether messages are also sent as log records over OTLP, so that a viewer shows those of many services. Needs `otlpLogs`. Default: false. */
  sendsMessages: {
    type: 'boolean',
    default: false,
    variables: {
      SIGHTLINE_LIVE_SENDS_MESSAGES:
        '`true` also sends messages over OTLP, so that a viewer shows those of many services.',
    },
  },
  /** Whether viewers may take CPU and heap profiles. Default: true. */
  allowsProfiles: { type: 'boolean', default: true },
  /** Maximum spans kept. Default: 5000. */
  maxSpans: { type: 'count', default: 5000, max: 1_000_000 },
  /** Maximum log lines kept. Default: 5000. */
  maxLogLines: { type: 'count', default: 5000, max: 1_000_000 },
  /** Maximum series whose history is kept. Default: 2000. */
  maxSeries: { type: 'count', default: 2000, max: 100_000 },
  /** Maximum memory of all that is kept, in bytes. Default: 32 MiB. */
  maxBytes: { type: 'count', default: 33_554_432, min: 1_048_576 },
} as const;

export interface LiveOptions extends OptionsOf<typeof livePageFields>, OptionsOf<typeof liveFields> {}
export interface ResolvedLiveOptions extends ResolvedOf<typeof livePageFields>, ResolvedOf<typeof liveFields> {
  /** Whether the service runs in production. */
  readonly isProduction: boolean;
}

export const liveSettings: PackageSettings<LiveOptions, Omit<ResolvedLiveOptions, 'isProduction'>> = settingsOf(
  'sdk',
  'live',
  { ...livePageFields, ...liveFields },
);
