import { check, oneOf } from './check-option.js';
import { destinationOf } from './destination.js';
import type { DialectName } from './dialect.js';
import type { Lookup } from './host-addresses.js';

/**
 * Where to send: `path`, else `host`, else `url`, else `agentHost`, else 127.0.0.1. `url` is not looked at where `protocol`
 * is given.
 */
export interface StatsdOptions {
  /** Time between two pushes in milliseconds. Default 10 000. */
  intervalMs?: number | undefined;
  /** Host name or address of the server. */
  host?: string | undefined;
  /** Its port, before that of `url`. Default 8125. */
  port?: number | undefined;
  /** `udp`, `tcp`, or `unix` for a Unix stream socket. Default: `unix` with `path`, what `url` says, else `udp`. */
  protocol?: 'udp' | 'tcp' | 'unix' | undefined;
  /** Path of the server's Unix stream socket. */
  path?: string | undefined;
  /** `udp://host:port`, `tcp://host:port`, `unix:///path` or `unixstream:///path`, as in `DD_DOGSTATSD_URL`. */
  url?: string | undefined;
  /** Host of the Datadog agent, for where nothing else says where to send. */
  agentHost?: string | undefined;
  /** Port of the Datadog agent, where neither `port` nor `url` has one. */
  agentPort?: number | undefined;
  /** `dogstatsd`: tags. `statsd`: label values become parts of the name. `graphite`: Graphite tags. Default `dogstatsd`. */
  dialect?: DialectName | undefined;
  /** Put before every name, such as `shop.`. Default none. */
  prefix?: string | undefined;
  /** On every series. A label of the same name wins. Not with `statsd`, which has no tags. */
  tags?: Readonly<Record<string, string>> | undefined;
  /** The tag `env` (`dogstatsd` only, as the next four). */
  env?: string | undefined;
  /** The tag `service`. */
  service?: string | undefined;
  /** The tag `version`. */
  version?: string | undefined;
  /** The tag `dd.internal.entity_id`, by which the Datadog agent knows a pod. */
  entityId?: string | undefined;
  /** The field `e:`, with which Datadog's admission controller tells a pod's origin. */
  externalData?: string | undefined;
  /** Whether to send the container's id in the field `c:` (`dogstatsd`). Default: where `url` or `agentHost` say where to send. */
  originDetection?: boolean | undefined;
  /**
   * How histograms are sent: `d` distribution, `h` histogram, `ms` timer. A timer is in milliseconds, so durations are converted,
   * and what is none is sent as `h`. Default `d`; other dialects than `dogstatsd` have `ms` only, for everything.
   */
  histogramType?: 'd' | 'h' | 'ms' | undefined;
  /** Most values that stand for a series' observations in a push, from 10 on. Default 100. */
  histogramValues?: number | undefined;
  /**
   * Whether a value may stand for several observations by its sample rate. If not, observations beyond `histogramValues`
   * are left out and counted: for collectd, which divides the value itself by the rate. Default true.
   */
  sampleRates?: boolean | undefined;
  /** Whether a line may hold several values (DogStatsD 1.1, Datadog agent 7.25 and later). Default true. */
  packValues?: boolean | undefined;
  /** Most bytes of a datagram or write. Default 1432 over UDP, 8192 over TCP and Unix sockets. */
  maxPayloadBytes?: number | undefined;
  /**
   * How payloads are told apart on a stream: `newline`, or `length`, Datadog's 32-bit length before each. Default
   * `length` for `dogstatsd` over a Unix socket, else `newline`.
   */
  framing?: 'newline' | 'length' | undefined;
  /** Finds the address of `host`, or all of them, which are tried in that order. Default: the system's look-up. Called once a minute at most, and after failures. */
  lookup?: Lookup | undefined;
}

/** Every option, with its default where that does not depend on others. */
export type CheckedOptions = { readonly [K in keyof StatsdOptions]-?: StatsdOptions[K] } & {
  readonly intervalMs: number;
  readonly dialect: DialectName;
  readonly prefix: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly histogramValues: number;
  readonly sampleRates: boolean;
  readonly packValues: boolean;
};

/** Fills in the defaults. Throws an `Error` that says what to change. */
export function checkedOptions(options: StatsdOptions): CheckedOptions {
  const { intervalMs = 10_000, dialect = 'dogstatsd', prefix = '', tags = {}, histogramValues = 100 } = options;
  const { sampleRates = true, packValues = true } = options;
  // Timers of Node.js take at most 2^31 - 1 ms and fire at once beyond.
  check(intervalMs >= 1 && intervalMs < 2 ** 31, 'intervalMs', intervalMs, 'give milliseconds from 1 to 2147483647');
  oneOf('dialect', dialect, ['dogstatsd', 'statsd', 'graphite']);
  check(typeof prefix === 'string', 'prefix', prefix, 'give a text, such as "shop."');
  checkTags(tags, dialect);
  check(
    Number.isInteger(histogramValues) && histogramValues >= 10 && histogramValues <= 10_000,
    'histogramValues',
    histogramValues,
    'give a whole number from 10 to 10000',
  );
  for (const [name, value] of Object.entries({ sampleRates, packValues, originDetection: options.originDetection })) {
    check(value === undefined || typeof value === 'boolean', name, value, 'give true or false');
  }
  checkHistogramType(options.histogramType, dialect);
  const { maxPayloadBytes, lookup } = options;
  check(
    maxPayloadBytes === undefined ||
      (Number.isInteger(maxPayloadBytes) && maxPayloadBytes >= 64 && maxPayloadBytes <= 65_507),
    'maxPayloadBytes',
    maxPayloadBytes,
    'give a whole number of bytes from 64 to 65507, the largest datagram',
  );
  check(lookup === undefined || typeof lookup === 'function', 'lookup', lookup, 'give a function');
  const { protocol } = destinationOf(options);
  if (options.framing !== undefined) oneOf('framing', options.framing, ['newline', 'length']);
  check(
    options.framing === undefined || protocol !== 'udp',
    'framing',
    options.framing,
    'leave it out over UDP, where a datagram is a payload',
  );
  const { host, port, path, url, agentHost, agentPort, env, service, version, entityId, externalData } = options;
  const { originDetection, histogramType, framing } = options;
  return {
    ...{ intervalMs, host, port, protocol: options.protocol, path, url, agentHost, agentPort, dialect, prefix, tags },
    ...{ env, service, version, entityId, externalData, originDetection, histogramType, histogramValues },
    ...{ sampleRates, packValues, maxPayloadBytes, framing, lookup },
  };
}

function checkTags(tags: Readonly<Record<string, string>>, dialect: DialectName): void {
  for (const [name, value] of Object.entries(tags)) {
    check(typeof value === 'string', `tags[${JSON.stringify(name)}]`, value, 'give a text');
  }
  check(
    dialect !== 'statsd' || Object.keys(tags).length === 0,
    'tags',
    tags,
    "the dialect 'statsd' has none: use prefix, or the dialect 'dogstatsd' or 'graphite'",
  );
}

function checkHistogramType(type: unknown, dialect: DialectName): void {
  if (type === undefined) return;
  oneOf('histogramType', type, ['d', 'h', 'ms']);
  check(
    dialect === 'dogstatsd' || type === 'ms',
    'histogramType',
    type,
    `the dialect '${dialect}' has 'ms' only: its servers count other types as counters or refuse them`,
  );
}
