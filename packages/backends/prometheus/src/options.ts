import {
  type EnvironmentRow,
  fieldRows,
  type OptionsOf,
  type ResolvedOf,
  resolveFields,
  serverFields,
} from '@sightline/settings/fields';
import type { PushGatewayOptions } from './push-gateway.js';

const isToken = (token: string): boolean => /^[\x21-\x7e]+$/.test(token);

/** Options of the exposition. */
export const pageFields = {
  /** Open a server for the metrics. If not, mount `handler` in your own server, or call `listen()`. */
  listen: { type: 'boolean', default: false },
  /** Answer only requests that carry this token as `Authorization: Bearer …`. `/healthz` needs none. */
  bearerToken: {
    type: 'string',
    isRight: isToken as (token: string) => boolean,
    advice: 'give visible ASCII characters without spaces',
  },
  /** Write the start time of each series in OpenMetrics, which costs a line per series. */
  createdTimestamps: { type: 'boolean', default: false },
  /** Compress for clients that accept it. */
  gzip: { type: 'boolean', default: true },
  /** Maximum scrapes served at the same time. A further one gets 503. */
  maxConcurrentScrapes: { type: 'count', default: 8 },
  /** Maximum time for a client to read the whole exposition, in milliseconds. Then it is cut off. */
  responseTimeoutMs: { type: 'milliseconds', default: 30_000 },
  /**
   * OpenTelemetry's resource attributes (`service.name`). They become labels of `target_info`, not of other metrics. The sdk sets those
   * that it knows. Without attributes there is no `target_info`.
   */
  resource: { type: 'values', default: {} },
  /** Push to a Pushgateway as well: for jobs that end before they are scraped. */
  pushGateway: { type: 'object', as: undefined as unknown as PushGatewayOptions },
} as const;

export interface PrometheusOptions extends OptionsOf<typeof pageFields>, OptionsOf<typeof serverFields> {}

export interface ResolvedOptions extends ResolvedOf<typeof pageFields>, ResolvedOf<typeof serverFields> {}

/** The environment variables that set the options. If several set the same option, the first wins. */
export const prometheusEnvironment: readonly EnvironmentRow[] = fieldRows(serverFields);

/** Fills in the defaults. Throws an `Error` that says what to change. */
export function resolveOptions(options: PrometheusOptions): ResolvedOptions {
  return { ...resolveFields(subject, pageFields, options), ...resolveFields(subject, serverFields, options) };
}

const subject = 'backend-prometheus';
