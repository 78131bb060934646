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

/** Of the page. */
export const pageFields = {
  /** Open a server for the page. If not, mount `handler` in a server of yours, or call `listen()`. */
  listen: { type: 'boolean', default: false },
  /** Answer only requests that carry this token as `Authorization: Bearer …`. `/healthz` needs none. */
  bearerToken: {
    type: 'string',
    isRight: isToken as (token: string) => boolean,
    advice: 'give visible ASCII characters without spaces',
  },
  /** Say in OpenMetrics when each series began, which costs a line per series. */
  createdTimestamps: { type: 'boolean', default: false },
  /** Compress for clients that accept it. */
  gzip: { type: 'boolean', default: true },
  /** Scrapes served at the same time; a further one is answered 503. */
  maxConcurrentScrapes: { type: 'count', default: 8 },
  /** After this many milliseconds a client that has not taken the whole page is cut off. */
  responseTimeoutMs: { type: 'milliseconds', default: 30_000 },
  /**
   * Who serves the page, as OpenTelemetry's resource attributes (`service.name`): they become the labels of `target_info`. None of
   * them becomes a label of other metrics. The sdk fills in what it knows of the service. Without any there is no `target_info`.
   */
  resource: { type: 'values', default: {} },
  /** Push to a Pushgateway as well: for jobs that end before they are scraped. */
  pushGateway: { type: 'any', as: undefined as unknown as PushGatewayOptions },
} as const;

export interface PrometheusOptions extends OptionsOf<typeof pageFields>, OptionsOf<typeof serverFields> {}

export interface ResolvedOptions extends ResolvedOf<typeof pageFields>, ResolvedOf<typeof serverFields> {}

/** The environment variables that set the options. Of several for the same option the first one wins. */
export const prometheusEnvironment: readonly EnvironmentRow[] = fieldRows(serverFields);

/** Fills in the defaults. Throws an `Error` that says what to change. */
export function resolveOptions(options: PrometheusOptions): ResolvedOptions {
  return { ...resolveFields(subject, pageFields, options), ...resolveFields(subject, serverFields, options) };
}

const subject = 'backend-prometheus';
