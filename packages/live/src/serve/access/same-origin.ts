import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { type Host, parseHost } from './request-host.js';

/**
 * Whether a request comes from a page of the dashboard itself, or from no page at all. Browsers send our cookie with requests of pages on
 * other ports of the host, and let them open WebSockets.
 */
export function isSameOrigin({ headers, socket }: IncomingMessage, host: Host): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  const { origin } = headers;
  if (origin === undefined) return true;
  const found = /^(https?):\/\/([^/]+)$/i.exec(origin);
  const scheme = found?.[1]?.toLowerCase();
  const from = found?.[2] === undefined ? undefined : parseHost(found[2]);
  if (from === undefined || scheme === undefined) return false;
  // A proxy may have ended TLS before, so that only the other direction shows a page that anyone could have changed.
  if (scheme === 'http' && (socket as Partial<TLSSocket>).encrypted === true) return false;
  const defaultPort = scheme === 'https' ? '443' : '80';
  return from.name === host.name && (from.port ?? defaultPort) === (host.port ?? defaultPort);
}
