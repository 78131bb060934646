import { type PrometheusOptions, prometheusSettings } from '@sightline/backend-prometheus/settings';

/** The server for the page and the health checks: what a Prometheus backend used alone takes for its own. */
export type HttpOptions = Pick<PrometheusOptions, (typeof httpOptionNames)[number]>;

export const httpOptionNames = [
  'port',
  'host',
  'path',
  'keepsProcessAlive',
  'headersTimeoutMs',
  'requestTimeoutMs',
  'maxConnections',
] as const;

export const httpEnvironment: typeof prometheusSettings.environment = prometheusSettings.environment;
