import { basicAuthorization } from '@sightline/base/client';
import { secrecyOf } from '@sightline/base/secrets';

/** What the doctor asks over HTTP, by the names of its options. */
export const peerNames = ['page', 'prometheus', 'alertmanager', 'jaeger', 'tempo', 'loki'] as const;
export type PeerName = (typeof peerNames)[number];

/** How a peer is asked. */
export interface Peer {
  readonly name: PeerName;
  /** Its credentials are sent, and never shown. */
  readonly address: string;
  /** Of each request to its host. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The beginning of what a peer answered, for a person. A service may repeat what it was given, and half a secret would not be known as
 * one.
 */
export function excerpt(text: string, peer: Peer, maxLength: number): string {
  return withoutThese(text.slice(0, maxLength + 10_000), secretsOfPeer(peer))
    .slice(0, maxLength)
    .trim();
}

/** The text without any of the secrets. */
export function withoutThese(text: string, secrets: readonly string[]): string {
  return secrets
    .toSorted((a, b) => b.length - a.length)
    .filter(({ length }) => length >= MIN_SECRET)
    .reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text);
}

/** Shorter ones are found within other words. */
const MIN_SECRET = 4;

/** What must not be shown of how it is asked. */
export function secretsOfPeer({ address, headers }: Peer): string[] {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const ofAddress = url === undefined ? [] : [basicAuthorization(url) ?? '', url.password, decoded(url.password)];
  return [...secretsOfHeaders(headers), ...ofAddress.flatMap(withoutScheme)];
}

export function secretsOfHeaders(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers).flatMap(([name, value]) => (secrecyOf(name) === false ? [] : withoutScheme(value)));
}

/** Of `Bearer abc` also `abc`. */
function withoutScheme(value: string): string[] {
  return [value, value.slice(value.lastIndexOf(' ') + 1)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
