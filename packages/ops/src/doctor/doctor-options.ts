import type { Facts } from '../model/facts.js';

/** Where the doctor looks. What has no address is skipped. */
export interface DoctorOptions {
  /** The service's metrics. Default `http://127.0.0.1:9464/metrics`. Credentials in an address are used, and never shown. */
  readonly page?: string | undefined;
  /** Sent to the page as `Authorization: Bearer …`. */
  readonly token?: string | undefined;
  readonly prometheus?: string | undefined;
  readonly alertmanager?: string | undefined;
  readonly jaeger?: string | undefined;
  readonly tempo?: string | undefined;
  readonly loki?: string | undefined;
  /** Where the service sends spans and lines. Default: as the service, by `OTEL_EXPORTER_OTLP_…` in `env`. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** A file of the service's lines, of which the last errors are shown. */
  readonly logFile?: string | undefined;
  /** The checked definition of the service: its metrics, rules and queues are then expected. */
  readonly facts?: Facts | undefined;
  /** Of each check, in milliseconds. Default 10 000. All run at once. */
  readonly timeoutMs?: number | undefined;
}

export const DEFAULT_PAGE = 'http://127.0.0.1:9464/metrics';
