import type { OptionsOf, ResolvedOf } from '@sightline/settings/fields';
import type { Lookup } from './host-addresses.js';

/** The backend's options: types, checks, defaults and variables (`STATSD_*` before `DD_*`). */
export const statsdFields = {
  /** Host name or address of the server. */
  host: {
    type: 'string',
    isRight: (value: string): boolean => /^[^\s/@?#]+$/.test(value),
    advice: 'give the name or address of a host alone, or an address such as udp://host:port as url',
    variables: { STATSD_HOST: { default: '127.0.0.1', help: 'Host name or address of the StatsD server.' } },
  },
  /** Port of the server. It wins over that of `url`. Default: 8125. */
  port: {
    type: 'count',
    max: 65_535,
    advice: 'give a port from 1 to 65535',
    variables: {
      STATSD_PORT: {
        type: 'port',
        isAllowed: (text: string): boolean => Number(text) > 0,
        allowed: 'a port number from 1 to 65535',
        default: '8125',
        help: 'Its port.',
      },
    },
  },
  /** `udp`, `tcp`, or `unix` for a Unix stream socket. Default: `unix` with `path`, what `url` says, else `udp`. */
  protocol: {
    type: 'any',
    as: 'udp' as 'udp' | 'tcp' | 'unix',
    variables: {
      STATSD_PROTOCOL: {
        type: 'choice',
        words: { udp: 'udp', tcp: 'tcp', unix: 'unix' },
        default: 'udp',
        help: 'How to reach it: udp, tcp, or unix for a Unix stream socket.',
      },
    },
  },
  /** Path of the server's Unix stream socket. */
  path: {
    type: 'text',
    advice: 'give the path of a socket, such as "/var/run/datadog/dsd.socket"',
    variables: { STATSD_SOCKET_PATH: 'Path of its Unix stream socket.' },
  },
  /** `dogstatsd`: tags. `statsd`: label values become parts of the name. `graphite`: Graphite tags. Default: `dogstatsd`. */
  dialect: {
    type: 'choice',
    choices: ['dogstatsd', 'statsd', 'graphite'],
    default: 'dogstatsd',
    variables: {
      STATSD_DIALECT:
        'What it understands: dogstatsd (tags), statsd (label values in the name), graphite (Graphite tags).',
    },
  },
  /**
   * How histograms are sent: `d` distribution, `h` histogram, `ms` timer. Timers are in milliseconds: durations are converted, other
   * histograms are sent as `h`. Default: `d`. Dialects other than `dogstatsd` send everything as `ms`.
   */
  histogramType: {
    type: 'choice',
    choices: ['d', 'h', 'ms'],
    variables: {
      STATSD_HISTOGRAM_TYPE: {
        default: 'd, ms without dogstatsd',
        help: 'How histograms are sent: d (distribution), h (histogram), ms (timer).',
      },
    },
  },
  /** Whether a line may hold several values (DogStatsD 1.1, Datadog agent 7.25 or later). Default: true. */
  packValues: {
    type: 'boolean',
    default: true,
    variables: {
      STATSD_PACK_VALUES: 'Whether a line may hold several values, which Telegraf does not read (dogstatsd).',
    },
  },
  /** `udp://host:port`, `tcp://host:port`, `unix:///path` or `unixstream:///path`, as in `DD_DOGSTATSD_URL`. */
  url: {
    type: 'text',
    advice: 'give udp://host:port, tcp://host:port, unix:///path or unixstream:///path',
    variables: {
      DD_DOGSTATSD_URL: "The Datadog agent's address, such as udp://host:8125 or unix:///var/run/datadog/dsd.socket.",
    },
  },
  /** Host of the Datadog agent, if nothing else says where to send. */
  agentHost: {
    type: 'string',
    isRight: (value: string): boolean => /^[^\s/@?#]+$/.test(value),
    advice: 'give the name or address of a host alone, or an address such as udp://host:port as url',
    variables: { DD_AGENT_HOST: "The Datadog agent's host, if neither STATSD_HOST nor DD_DOGSTATSD_URL is set." },
  },
  /** Port of the Datadog agent, if neither `port` nor `url` has one. */
  agentPort: {
    type: 'count',
    max: 65_535,
    advice: 'give a port from 1 to 65535',
    variables: {
      DD_DOGSTATSD_PORT: {
        type: 'port',
        isAllowed: (text: string): boolean => Number(text) > 0,
        allowed: 'a port number from 1 to 65535',
        default: '8125',
        help: "The Datadog agent's port, if STATSD_PORT is not set.",
      },
    },
  },
  /** The tag `env` (`dogstatsd` only, as the next four). */
  env: { type: 'string', variables: { DD_ENV: 'The tag env (dogstatsd).' } },
  /** The tag `service`. */
  service: { type: 'string', variables: { DD_SERVICE: 'The tag service (dogstatsd).' } },
  /** The tag `version`. */
  version: { type: 'string', variables: { DD_VERSION: 'The tag version (dogstatsd).' } },
  /** The tag `dd.internal.entity_id`, which identifies the pod for the Datadog agent. */
  entityId: {
    type: 'string',
    variables: { DD_ENTITY_ID: "The pod's id, for the tags that the Datadog agent adds (dogstatsd)." },
  },
  /** The field `e:`: the pod's origin from Datadog's admission controller. */
  externalData: {
    type: 'string',
    variables: { DD_EXTERNAL_ENV: "What Datadog's admission controller says about the pod (dogstatsd)." },
  },
  /** Time between two pushes in milliseconds. Default: 10 000. */
  intervalMs: {
    type: 'milliseconds',
    default: 10_000,
    variables: {
      METRICS_INTERVAL_SECONDS: { type: 'seconds', help: 'Time between two pushes.' },
      OTEL_METRIC_EXPORT_INTERVAL: 'The same in milliseconds, as OpenTelemetry calls it.',
    },
  },
  /** Added before every name, such as `shop.`. Default: empty. */
  prefix: { type: 'string', default: '', advice: 'give a string, such as "shop."' },
  /** Tags of every series. A label of the same name wins. Not for `statsd`, which has no tags. */
  tags: { type: 'strings', default: {} },
  /** Whether to send the container's id in the field `c:` (`dogstatsd`). Default: if `url` or `agentHost` say where to send. */
  originDetection: { type: 'boolean' },
  /** Maximum values per series and push that represent its observations. Default: 100. */
  histogramValues: { type: 'count', min: 10, max: 10_000, default: 100 },
  /**
   * Whether a value with a sample rate may represent several observations. If not, observations beyond `histogramValues` are left
   * out and counted: for collectd, which divides the value by the rate. Default: true.
   */
  sampleRates: { type: 'boolean', default: true },
  /** Maximum bytes of a datagram or write. Default: 1432 over UDP, 8192 over TCP and Unix sockets. */
  maxPayloadBytes: {
    type: 'count',
    min: 64,
    max: 65_507,
    advice: 'give a whole number of bytes from 64 to 65507, the largest datagram',
  },
  /**
   * How payloads are separated on a stream: `newline`, or `length` (Datadog's 32-bit length prefix). Default: `length` for `dogstatsd`
   * over a Unix socket, else `newline`.
   */
  framing: { type: 'choice', choices: ['newline', 'length'] },
  /** Returns the address of `host`, or all its addresses, which are tried in order. Called at most once per minute, and after failures. Default: the system's look-up. */
  lookup: { type: 'function', as: {} as Lookup },
} as const;

/**
 * Where to send: `path`, else `host`, else `url`, else `agentHost`, else 127.0.0.1. If `protocol` is given, `url` is ignored.
 */
export interface StatsdOptions extends OptionsOf<typeof statsdFields> {}

/** The options with those defaults that do not depend on other options. */
export interface CheckedOptions extends ResolvedOf<typeof statsdFields> {}
