import type { IncomingMessage } from 'node:http';
import { valueText } from '@sightline/base';

/** A host as requests and origins name it, in lower case. */
export interface Host {
  /** `localhost`, `127.0.0.1`, `[::1]`. */
  readonly name: string;
  readonly port: string | undefined;
}

/** The host that a request is for: that of an absolute target, `:authority` of HTTP/2, or `Host`. `undefined` if there is none, or it is wrong. */
export function hostOf({ url, headers }: IncomingMessage): Host | undefined {
  const absolute = /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)/i.exec(url ?? '')?.[1];
  const authority = absolute ?? headers[':authority'] ?? headers.host;
  return typeof authority === 'string' ? parseHost(authority) : undefined;
}

/** Then a proxy may have looked at another one than we do (RFC 9112, section 3.2). */
export function hasSeveralHosts({ rawHeaders }: IncomingMessage): boolean {
  return rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length > 1;
}

export function parseHost(text: string): Host | undefined {
  const found = /^([a-z\d._-]+|\[[\da-f:.]+\])(?::(\d{1,5}))?$/i.exec(text);
  return found?.[1] === undefined ? undefined : { name: found[1].toLowerCase(), port: found[2] };
}

/**
 * Decides which hosts are taken. A page of another site can let its own name resolve to this machine (DNS rebinding): its requests then
 * have that name.
 */
export interface AllowedHosts {
  allows(host: Host | undefined, isLoopback: boolean): boolean;
}

/** @param allowed names with or without a port. Throws for others. */
export function allowedHosts(allowed: readonly string[]): AllowedHosts {
  const hosts = allowed.map((text) => {
    const host = typeof text === 'string' ? parseHost(text) : undefined;
    if (host !== undefined) return host;
    throw new Error(
      `[live] allowedHosts contains ${valueText(text)}. Give the names that the dashboard is reached by, as "ops.example.com" or "ops.example.com:8443".`,
    );
  });
  return {
    allows(host, isLoopback) {
      if (host === undefined) return false;
      if (loopbackNames.has(host.name)) return true;
      if (hosts.length === 0 && !isLoopback) return true;
      return hosts.some(({ name, port }) => name === host.name && (port === undefined || port === host.port));
    },
  };
}

const loopbackNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

export function isLoopbackAddress(address: string | undefined): boolean {
  return address !== undefined && /^(?:localhost|::1|\[::1\]|(?:::ffff:)?127(?:\.\d{1,3}){3})$/i.test(address);
}
