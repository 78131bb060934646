import type { IncomingMessage } from 'node:http';
import { valueText } from '@sightline/base';
import { type AllowedHosts, allowedHosts, isLoopbackAddress } from './request-host.js';
import { checkToken, newToken } from './token.js';

/** Who may see the dashboard. */
export interface AccessOptions {
  /** The address that the dashboard's own server listens on. Default: it is mounted in a server of the service. */
  readonly host?: string | undefined;
  /** Whether the service runs in production: then a token or `authorize` must be given. Default: false. */
  readonly isProduction?: boolean | undefined;
  /** The secret of the login link and of scripts (`Authorization: Bearer …`). Default: a new one, for loopback only. */
  readonly token?: string | undefined;
  /** The service's own decision, instead of a token. Called for every request and WebSocket; false, a throw or five seconds refuse. */
  readonly authorize?: ((request: IncomingMessage) => boolean | Promise<boolean>) | undefined;
  /**
   * Names that the dashboard is reached by, beside those of loopback: `ops.example.com`, or with a port. Needed behind a proxy on the same
   * machine; for connections from others the default is any.
   */
  readonly allowedHosts?: readonly string[] | undefined;
}

export interface ResolvedAccess {
  /** `undefined` if only `authorize` decides. */
  readonly token: string | undefined;
  readonly authorize: AccessOptions['authorize'];
  readonly hosts: AllowedHosts;
  readonly isProduction: boolean;
}

/** Throws for what would be open to everyone. */
export function resolveAccess(options: AccessOptions): ResolvedAccess {
  const { host, isProduction = false, token, authorize, allowedHosts: allowed = [] } = options;
  if (authorize !== undefined && typeof authorize !== 'function') {
    throw new Error(`[live] authorize is ${valueText(authorize)}. Give a function (request) => boolean.`);
  }
  if (!Array.isArray(allowed)) throw new Error(`[live] allowedHosts is ${valueText(allowed)}. Give a list of names.`);
  if (token !== undefined) checkToken(token);
  if (token === undefined && authorize === undefined) {
    const remedy = 'Set a token (SIGHTLINE_LIVE_TOKEN), or give authorize: (request) => boolean.';
    if (isProduction) throw new Error(`[live] The dashboard is on in production without a token. ${remedy}`);
    if (host !== undefined && !isLoopbackAddress(host)) {
      throw new Error(
        `[live] The dashboard listens on ${valueText(host)}, which others can reach, without a token. ${remedy}`,
      );
    }
  }
  return {
    token: token ?? (authorize === undefined ? newToken() : undefined),
    authorize,
    hosts: allowedHosts([...allowed, ...ownName(host)]),
    isProduction,
  };
}

/** Other addresses of loopback have no name: it is the one in the link. */
function ownName(host: string | undefined): readonly string[] {
  return host !== undefined && /^127(?:\.\d{1,3}){3}$/.test(host) ? [host] : [];
}
