import { valueTypes } from '@sightline/settings';
import type { Facts } from '../model/facts.js';
import { type Peer, type PeerName, peerNames, secretsOfHeaders, secretsOfPeer } from './peers.js';

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
  /**
   * Sent to a peer with each request, to no other host, and not shown if their names say that they are secret:
   * `{ loki: { authorization: 'Bearer …', 'X-Scope-OrgID': 'team-a' } }`.
   */
  readonly headers?: { readonly [Name in PeerName]?: Readonly<Record<string, string>> | undefined } | undefined;
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

/** The peer of that name, if its address is given; the page has one in any case. */
export function peerOf(options: DoctorOptions, name: 'page'): Peer;
export function peerOf(options: DoctorOptions, name: PeerName): Peer | undefined;
export function peerOf(options: DoctorOptions, name: PeerName): Peer | undefined {
  const address = options[name] ?? (name === 'page' ? DEFAULT_PAGE : undefined);
  return address === undefined ? undefined : { name, address, headers: options.headers?.[name] ?? {} };
}

/**
 * What is never shown, whichever peer answers with it: credentials of addresses, and values of headers that are secret by their names; also those
 * that probes are sent with.
 */
export function secretsOf(options: DoctorOptions): string[] {
  const { token, env = process.env } = options;
  const peers = peerNames.flatMap((name) => peerOf(options, name) ?? []);
  const ofProbes = ['', '_TRACES', '_LOGS'].flatMap((signal) => {
    const headers = env[`OTEL_EXPORTER_OTLP${signal}_HEADERS`] ?? '';
    return secretsOfHeaders(valueTypes.attributes.parse(headers, {}) ?? {});
  });
  return [...peers.flatMap(secretsOfPeer), ...ofProbes, ...(token === undefined ? [] : [token])];
}
