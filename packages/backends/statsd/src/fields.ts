import type { OptionsOf, ResolvedOf } from '@sightline/settings/fields';
import type { Lookup } from './host-addresses.js';

const isHost = (value: string): boolean => /^[^\s/@?#]+$/.test(value);
const isFilled = (value: string): boolean => value.trim() !== '';

/** The backend's options: types, checks, defaults and variables (`STATSD_*` before `DD_*`). */
export const statsdFields = {
  /** Host name or address of the server. */
  host: {
    type: 'string',
    isRight: isHost as (value: string) => boolean,
    advice: 'give the name or address of a host alone, or an address such as udp://host:port as url',
    variables: { STATSD_HOST: { default: '127.0.0.1', help: 'Host name or address of the StatsD server.' } },
  },
  /** Its port, before that of `url`. Default 8125. */
  port: {
    type: 'count',
    most: 65_535,
    advice: 'give a port from 1 to 65535',
    variables: { STATSD_PORT: { type: 'port', default: '8125', help: 'Its port.' } },
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
    type: 'string',
    isRight: isFilled as (value: string) => boolean,
    variables: { STATSD_SOCKET_PATH: 'Path of its Unix stream socket.' },
  },
  /** `dogstatsd`: tags. `statsd`: label values become parts of the name. `graphite`: Graphite tags. */
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
   * How histograms are sent: `d` distribution, `h` histogram, `ms` timer. A timer is in milliseconds, so durations are converted,
   * and what is none is sent as `h`. Default `d`; other dialects than `dogstatsd` have `ms` only, for everything.
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
  /** Whether a line may hold several values (DogStatsD 1.1, Datadog agent 7.25 and later). */
  packValues: {
    type: 'boolean',
    default: true,
    variables: {
      STATSD_PACK_VALUES: 'Whether a line may hold several values, which Telegraf does not read (dogstatsd).',
    },
  },
  /** `udp://host:port`, `tcp://host:port`, `unix:///path` or `unixstream:///path`, as in `DD_DOGSTATSD_URL`. */
  url: {
    type: 'string',
    isRight: isFilled as (value: string) => boolean,
    variables: {
      DD_DOGSTATSD_URL: "The Datadog agent's address, such as udp://host:8125 or unix:///var/run/datadog/dsd.socket.",
    },
  },
  /** Host of the Datadog agent, if nothing else says where to send. */
  agentHost: {
    type: 'string',
    isRight: isHost as (value: string) => boolean,
    advice: 'give the name or address of a host alone, or an address such as udp://host:port as url',
    variables: {
      DD_AGENT_HOST: "The Datadog agent's host, where neither STATSD_HOST nor DD_DOGSTATSD_URL is set.",
    },
  },
  /** Port of the Datadog agent, if neither `port` nor `url` has one. */
  agentPort: {
    type: 'count',
    most: 65_535,
    advice: 'give a port from 1 to 65535',
    variables: {
      DD_DOGSTATSD_PORT: {
        type: 'port',
        default: '8125',
        help: "The Datadog agent's port, where STATSD_PORT is not set.",
      },
    },
  },
  /** The tag `env` (`dogstatsd` only, as the next four). */
  env: { type: 'string', variables: { DD_ENV: 'The tag env (dogstatsd).' } },
  /** The tag `service`. */
  service: { type: 'string', variables: { DD_SERVICE: 'The tag service (dogstatsd).' } },
  /** The tag `version`. */
  version: { type: 'string', variables: { DD_VERSION: 'The tag version (dogstatsd).' } },
  /** The tag `dd.internal.entity_id`, by which the Datadog agent knows a pod. */
  entityId: {
    type: 'string',
    variables: {
      DD_ENTITY_ID: "The pod's id, by which the Datadog agent adds the pod's tags (dogstatsd).",
    },
  },
  /** The field `e:`, by which Datadog's admission controller gives a pod's origin. */
  externalData: {
    type: 'string',
    variables: { DD_EXTERNAL_ENV: "What Datadog's admission controller says about the pod (dogstatsd)." },
  },
  /** Time between two pushes in milliseconds. */
  intervalMs: {
    type: 'milliseconds',
    default: 10_000,
    variables: {
      METRICS_INTERVAL_SECONDS: { type: 'seconds', help: 'Time between two pushes.' },
      OTEL_METRIC_EXPORT_INTERVAL: 'The same in milliseconds, as OpenTelemetry calls it.',
    },
  },
  /** Put before every name, such as `shop.`. */
  prefix: { type: 'string', default: '', advice: 'give a string, such as "shop."' },
  /** On every series. A label of the same name wins. Not with `statsd`, which has no tags. */
  tags: { type: 'strings', default: {} },
  /** Whether to send the container's id in the field `c:` (`dogstatsd`). Default: if `url` or `agentHost` say where to send. */
  originDetection: { type: 'boolean' },
  /** Most values that stand for a series' observations in a push. */
  histogramValues: { type: 'count', least: 10, most: 10_000, default: 100 },
  /**
   * Whether a value may stand for several observations by its sample rate. If not, observations beyond `histogramValues`
   * are left out and counted: for collectd, which divides the value itself by the rate.
   */
  sampleRates: { type: 'boolean', default: true },
  /** Most bytes of a datagram or write. Default 1432 over UDP, 8192 over TCP and Unix sockets. */
  maxPayloadBytes: {
    type: 'count',
    least: 64,
    most: 65_507,
    advice: 'give a whole number of bytes from 64 to 65507, the largest datagram',
  },
  /**
   * How payloads are told apart on a stream: `newline`, or `length`, Datadog's 32-bit length before each. Default
   * `length` for `dogstatsd` over a Unix socket, else `newline`.
   */
  framing: { type: 'choice', choices: ['newline', 'length'] },
  /** Finds the address of `host`, or all of them, which are tried in that order. Default: the system's look-up. Called once a minute at most, and after failures. */
  lookup: { type: 'function', as: undefined as unknown as Lookup },
} as const;

/**
 * Where to send: `path`, else `host`, else `url`, else `agentHost`, else 127.0.0.1. `url` is not looked at if `protocol`
 * is given.
 */
export interface StatsdOptions extends OptionsOf<typeof statsdFields> {}

/** Every option, with its default if that does not depend on others. */
export interface CheckedOptions extends ResolvedOf<typeof statsdFields> {}
