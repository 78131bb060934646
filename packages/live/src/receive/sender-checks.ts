import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Refusal } from './refusal.js';

export interface SenderRules {
  readonly isLoopback: boolean;
  readonly key: string | undefined;
  readonly allowedHosts: readonly string[];
}

/** Throws a `Refusal` for a request that must not be taken, whatever it holds. */
export type SenderCheck = (headers: IncomingHttpHeaders, host: string | undefined) => void;

/**
 * A page in a browser must not be able to send: neither one of another site, whose requests say so, nor one whose name was made to lead to
 * this machine (DNS rebinding), whose `Host` says so.
 */
export function senderCheck({ isLoopback, key, allowedHosts }: SenderRules): SenderCheck {
  const keyHash = key === undefined ? undefined : hashOf(key);
  const hosts = new Set(allowedHosts.map((host) => host.toLowerCase()));
  // With a key, a name says nothing more: a page does not know the key.
  const checksHost = hosts.size > 0 || (isLoopback && key === undefined);
  return (headers, host) => {
    if (checksHost && !isAllowed(host, hosts)) {
      throw new Refusal(
        421,
        'This host name is not one of this receiver. Send to localhost, or allow the name with --allowed-hosts.',
      );
    }
    const site = headers['sec-fetch-site'];
    if (headers.origin !== undefined || (site !== undefined && site !== 'none')) {
      throw new Refusal(403, 'Pages in browsers may not send here.');
    }
    if (keyHash !== undefined && !timingSafeEqual(keyHash, hashOf(givenKey(headers)))) {
      throw new Refusal(401, 'The key is missing or wrong. Give it as the header x-otlp-api-key.');
    }
  };
}

/** Names that only this machine or its container engine can give a meaning. */
const ownNames: ReadonlySet<string> = new Set([
  'localhost',
  '[::1]',
  'host.docker.internal',
  'gateway.docker.internal',
  'host.containers.internal',
]);

function isAllowed(given: string | undefined, hosts: ReadonlySet<string>): boolean {
  const [, name = ''] = /^(\[[\da-f:.]+\]|[^:\s/?#@[\]]+)(?::\d{1,5})?$/i.exec(given ?? '') ?? [];
  const host = name.toLowerCase();
  return ownNames.has(host) || /^127(?:\.\d{1,3}){3}$/.test(host) || hosts.has(host);
}

function givenKey(headers: IncomingHttpHeaders): string {
  const key = headers['x-otlp-api-key'];
  if (typeof key === 'string') return key;
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
}

function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
