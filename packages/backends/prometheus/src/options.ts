import type { OptionsOf, ResolvedOf, serverFields } from '@sightline/settings/fields';

export const pushGatewayFields = {
  /** Address of the gateway, such as `http://localhost:9091`; a path before `/metrics` is kept, credentials become basic authentication. */
  url: {
    type: 'string',
    isRight: (url: string): boolean => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol),
    advice: 'give an http:// or https:// address',
    required: true,
  },
  /** The `job` label of the group. */
  jobName: { type: 'text', advice: 'give the job a name', required: true },
  /** Further labels of the group: they replace labels of the same name on every series. */
  groupings: { type: 'strings', default: {} },
  /** `PUT` replaces everything in the group, `POST` only metrics of the same names. Default: `PUT`. */
  method: { type: 'choice', choices: ['PUT', 'POST'], default: 'PUT' },
  /** Time between two pushes, in milliseconds. Default: 15 000. */
  intervalMs: { type: 'milliseconds', default: 15_000 },
  /** Remove the group at shutdown instead of keeping the last values, for batch jobs. Default: false. */
  deleteOnShutdown: { type: 'boolean', default: false },
  /** Compress requests. Default: true. */
  gzip: { type: 'boolean', default: true },
  /** Further request headers, such as `Authorization`. */
  headers: { type: 'strings', default: {} },
} as const;

export interface PushGatewayOptions extends OptionsOf<typeof pushGatewayFields> {}

/** Options of the exposition. */
export const pageFields = {
  /** Open a server for the metrics. If not, mount `handler` in your own server, or call `listen()`. Default: false. */
  listen: { type: 'boolean', default: false },
  /** Answer only requests that carry this token as `Authorization: Bearer …`. `/healthz` needs none. */
  bearerToken: {
    type: 'string',
    isRight: (token: string): boolean => /^[\x21-\x7e]+$/.test(token),
    advice: 'give visible ASCII characters without spaces',
  },
  /** Write the start time of each series in OpenMetrics, which costs a line per series. Default: false. */
  createdTimestamps: { type: 'boolean', default: false },
  /** Compress for clients that accept it. Default: true. */
  gzip: { type: 'boolean', default: true },
  /** Maximum scrapes served at the same time. A further one gets 503. Default: 8. */
  maxConcurrentScrapes: { type: 'count', default: 8 },
  /** Maximum time for a client to read the whole exposition, in milliseconds. Then it is cut off. Default: 30 000. */
  responseTimeoutMs: { type: 'milliseconds', default: 30_000 },
  /**
   * OpenTelemetry's resource attributes (`service.name`). They become labels of `target_info`, not of other metrics. The sdk sets those
   * that it knows. Without attributes there is no `target_info`.
   */
  resource: { type: 'values', default: {} },
  /** Push to a Pushgateway as well: for jobs that end before they are scraped. */
  pushGateway: { type: 'options', fields: pushGatewayFields as typeof pushGatewayFields },
} as const;

export interface PrometheusOptions extends OptionsOf<typeof pageFields>, OptionsOf<typeof serverFields> {}

export interface ResolvedOptions extends ResolvedOf<typeof pageFields>, ResolvedOf<typeof serverFields> {}
