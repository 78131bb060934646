import { quotedSetting } from '@sightline/base/secrets';
import type { PushGatewayOptions } from './push-gateway.js';
import type { ResourceAttributes } from './target-info.js';

export interface PrometheusOptions {
  /** Open a server for the page. Default false: mount `handler` in a server of yours, or call `listen()`. */
  listen?: boolean | undefined;
  /** Whether that server alone keeps the process running, as an exporter needs it. Default false: a script that is done ends. */
  keepsProcessAlive?: boolean | undefined;
  /** Port of that server; 0 takes a free one. Default 9464. */
  port?: number | undefined;
  /** Address or host name of that server. Default: all interfaces, IPv4 and IPv6. */
  host?: string | undefined;
  /** Path of the page on that server. Default `/metrics`. */
  path?: string | undefined;
  /** Answer only requests that carry this token as `Authorization: Bearer …`. `/healthz` needs none. */
  bearerToken?: string | undefined;
  /** Say in OpenMetrics when each series began. Default false: it costs a line per series. */
  createdTimestamps?: boolean | undefined;
  /** Compress for clients that accept it. Default true. */
  gzip?: boolean | undefined;
  /** Scrapes served at the same time; a further one is answered 503. Default 8. */
  maxConcurrentScrapes?: number | undefined;
  /** After this many milliseconds a client that has not taken the whole page is cut off. Default 30 000. */
  responseTimeoutMs?: number | undefined;
  /** Longest wait for the request line and headers on our own server, in milliseconds. Default 5000. */
  headersTimeoutMs?: number | undefined;
  /** Longest wait for a whole request on our own server, in milliseconds. Default 10 000. */
  requestTimeoutMs?: number | undefined;
  /** Open connections on our own server; a further one takes the place of the one that was idle for longest. Default 64. */
  maxConnections?: number | undefined;
  /**
   * Who serves the page, as OpenTelemetry's resource attributes (`service.name`): they become the labels of `target_info`. None of
   * them becomes a label of other metrics. The sdk fills in what it knows of the service. Default none, and no `target_info`.
   */
  resource?: ResourceAttributes | undefined;
  /** Push to a Pushgateway as well: for jobs that end before they are scraped. */
  pushGateway?: PushGatewayOptions | undefined;
}

export interface ResolvedOptions {
  readonly listen: boolean;
  readonly keepsProcessAlive: boolean;
  readonly port: number;
  readonly host: string | undefined;
  readonly path: string;
  readonly bearerToken: string | undefined;
  readonly createdTimestamps: boolean;
  readonly gzip: boolean;
  readonly maxConcurrentScrapes: number;
  readonly responseTimeoutMs: number;
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly maxConnections: number;
  readonly resource: ResourceAttributes;
  readonly pushGateway: PushGatewayOptions | undefined;
}

export const defaultPort = 9464;

/** Fills in the defaults; throws for a value that cannot work. */
export function resolveOptions(options: PrometheusOptions): ResolvedOptions {
  const resolved: ResolvedOptions = {
    listen: options.listen ?? false,
    keepsProcessAlive: options.keepsProcessAlive ?? false,
    port: options.port ?? defaultPort,
    host: options.host,
    path: options.path ?? '/metrics',
    bearerToken: options.bearerToken,
    createdTimestamps: options.createdTimestamps ?? false,
    gzip: options.gzip ?? true,
    maxConcurrentScrapes: options.maxConcurrentScrapes ?? 8,
    responseTimeoutMs: options.responseTimeoutMs ?? 30_000,
    headersTimeoutMs: options.headersTimeoutMs ?? 5000,
    requestTimeoutMs: options.requestTimeoutMs ?? 10_000,
    maxConnections: options.maxConnections ?? 64,
    resource: options.resource ?? {},
    pushGateway: options.pushGateway,
  };
  check(
    resolved,
    'port',
    (port) => Number.isInteger(port) && port >= 0 && port <= 65_535,
    'an integer from 0 to 65535',
  );
  check(resolved, 'path', (path) => /^\/[^\s?#]*$/.test(path), 'a path that begins with "/", such as "/metrics"');
  check(resolved, 'host', (host) => host !== '', 'an address or a host name; leave it out for all interfaces');
  check(resolved, 'bearerToken', (token) => token === undefined || /^[\x21-\x7e]+$/.test(token), tokenHint);
  for (const name of ['maxConcurrentScrapes', 'maxConnections'] as const) {
    check(resolved, name, (value) => Number.isInteger(value) && value > 0, 'a whole number above 0');
  }
  for (const name of ['responseTimeoutMs', 'headersTimeoutMs', 'requestTimeoutMs'] as const) {
    check(resolved, name, (value) => value > 0 && value < 2 ** 31, 'a number of milliseconds above 0 and below 2^31');
  }
  checkResource(resolved.resource);
  return resolved;
}

function checkResource(resource: unknown): void {
  if (typeof resource !== 'object' || resource === null || Array.isArray(resource)) {
    throw new TypeError(
      '[backend-prometheus] Option "resource" must be an object, such as { "service.name": "shop" }.',
    );
  }
  for (const [name, value] of Object.entries(resource)) {
    if (['string', 'number', 'boolean'].includes(typeof value)) continue;
    throw new TypeError(
      `[backend-prometheus] Option "resource" has "${name}", which is no string, number or boolean. Leave it out, or give it as a string.`,
    );
  }
}

const tokenHint = 'visible ASCII characters without spaces';

function check<K extends keyof ResolvedOptions>(
  options: ResolvedOptions,
  name: K,
  isRight: (value: ResolvedOptions[K]) => boolean,
  expected: string,
): void {
  const value = options[name];
  if (isRight(value)) return;
  const shown = name === 'bearerToken' ? 'something else' : quotedSetting(name, value);
  throw new TypeError(`[backend-prometheus] Option "${name}" must be ${expected}, but is ${shown}.`);
}
