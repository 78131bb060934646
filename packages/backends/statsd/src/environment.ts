import type { StatsdOptions } from './options.js';

/**
 * The environment variables that set the backend's options. Of several that set the same option the first one wins;
 * options that say where to send are weighed against each other as `StatsdOptions` says, `STATSD_*` before `DD_*`. The
 * package itself never reads `process.env`.
 */
export const statsdEnvironment: readonly StatsdEnvironmentRow[] = [
  {
    name: 'STATSD_HOST',
    sets: 'host',
    type: 'string',
    defaultText: '127.0.0.1',
    description: 'Host name or address of the StatsD server.',
  },
  { name: 'STATSD_PORT', sets: 'port', type: 'port', defaultText: '8125', description: 'Its port.' },
  {
    name: 'STATSD_PROTOCOL',
    sets: 'protocol',
    type: 'choice',
    choices: { udp: 'udp', tcp: 'tcp', unix: 'unix' },
    defaultText: 'udp',
    description: 'How to reach it: udp, tcp, or unix for a Unix stream socket.',
  },
  {
    name: 'STATSD_SOCKET_PATH',
    sets: 'path',
    type: 'string',
    defaultText: 'none',
    description: 'Path of its Unix stream socket.',
  },
  {
    name: 'STATSD_DIALECT',
    sets: 'dialect',
    type: 'choice',
    choices: { dogstatsd: 'dogstatsd', statsd: 'statsd', graphite: 'graphite' },
    defaultText: 'dogstatsd',
    description: 'What it understands: dogstatsd (tags), statsd (label values in the name), graphite (Graphite tags).',
  },
  {
    name: 'STATSD_HISTOGRAM_TYPE',
    sets: 'histogramType',
    type: 'choice',
    choices: { d: 'd', h: 'h', ms: 'ms' },
    defaultText: 'd, ms without dogstatsd',
    description: 'How histograms are sent: d (distribution), h (histogram), ms (timer).',
  },
  {
    name: 'STATSD_PACK_VALUES',
    sets: 'packValues',
    type: 'boolean',
    defaultText: 'true',
    description: 'Whether a line may hold several values, which Telegraf does not read (dogstatsd).',
  },
  {
    name: 'DD_DOGSTATSD_URL',
    sets: 'url',
    type: 'string',
    defaultText: 'none',
    description: "The Datadog agent's address, such as udp://host:8125 or unix:///var/run/datadog/dsd.socket.",
  },
  {
    name: 'DD_AGENT_HOST',
    sets: 'agentHost',
    type: 'string',
    defaultText: 'none',
    description: "The Datadog agent's host, where neither STATSD_HOST nor DD_DOGSTATSD_URL is set.",
  },
  {
    name: 'DD_DOGSTATSD_PORT',
    sets: 'agentPort',
    type: 'port',
    defaultText: '8125',
    description: "The Datadog agent's port, where STATSD_PORT is not set.",
  },
  { name: 'DD_ENV', sets: 'env', type: 'string', defaultText: 'none', description: 'The tag env (dogstatsd).' },
  {
    name: 'DD_SERVICE',
    sets: 'service',
    type: 'string',
    defaultText: 'none',
    description: 'The tag service (dogstatsd).',
  },
  {
    name: 'DD_VERSION',
    sets: 'version',
    type: 'string',
    defaultText: 'none',
    description: 'The tag version (dogstatsd).',
  },
  {
    name: 'DD_ENTITY_ID',
    sets: 'entityId',
    type: 'string',
    defaultText: 'none',
    description: "The pod's id, by which the Datadog agent adds the pod's tags (dogstatsd).",
  },
  {
    name: 'DD_EXTERNAL_ENV',
    sets: 'externalData',
    type: 'string',
    defaultText: 'none',
    description: "What Datadog's admission controller says about the pod (dogstatsd).",
  },
  {
    name: 'METRICS_INTERVAL_SECONDS',
    sets: 'intervalMs',
    type: 'seconds',
    defaultText: '10',
    description: 'Time between two pushes.',
  },
  {
    name: 'OTEL_METRIC_EXPORT_INTERVAL',
    sets: 'intervalMs',
    type: 'milliseconds',
    defaultText: '10000',
    description: 'The same in milliseconds, as OpenTelemetry calls it.',
  },
];

export interface StatsdEnvironmentRow {
  readonly name: string;
  /** The option it sets. */
  readonly sets: keyof StatsdOptions;
  readonly type: 'string' | 'boolean' | 'port' | 'seconds' | 'milliseconds' | 'choice';
  /** Of a choice: the option's value for each text. */
  readonly choices?: Readonly<Record<string, string>> | undefined;
  readonly defaultText: string;
  readonly description: string;
}
