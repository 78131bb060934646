import { createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isSameToken } from './token.js';

/**
 * The sessions of browsers that have shown the token. A session's cookie holds its end and a signature with a key made of the token, so
 * that nothing is kept for it, and it outlives a restart if the token does. Another token ends all.
 */
export interface Sessions {
  /** The value of `Set-Cookie`. */
  cookie(place: CookiePlace, nowMs: number): string;
  /** Milliseconds until the session of a request ends; `undefined` if it has none. */
  remainingMs(request: IncomingMessage, port: string, nowMs: number): number | undefined;
}

export interface CookiePlace {
  /** Browsers send a cookie to all ports of a host, so that its name has the port. */
  readonly port: string;
  readonly isEncrypted: boolean;
}

export const SESSION_MS: number = 24 * 3600 * 1000;

export function sessionsOf(token: string): Sessions {
  const key = createHmac('sha256', 'sightline live session').update(token).digest();
  const sign = (ends: string, port: string): string =>
    createHmac('sha256', key).update(`${port} ${ends}`).digest('base64url');
  return {
    cookie({ port, isEncrypted }, nowMs) {
      const ends = (nowMs + SESSION_MS).toString(36);
      // Without a path browsers take the folder of the request, which a proxy may have taken a part off before we saw it.
      const secure = isEncrypted ? '; Secure' : '';
      const value = `${ends}.${sign(ends, port)}`;
      return `${cookieName(port)}=${value}; HttpOnly; SameSite=Strict; Max-Age=${SESSION_MS / 1000}${secure}`;
    },
    remainingMs(request, port, nowMs) {
      for (const value of cookiesOf(request, cookieName(port))) {
        const [ends = '', signature = ''] = value.split('.');
        const remainingMs = Number.parseInt(ends, 36) - nowMs;
        if (remainingMs > 0 && remainingMs <= SESSION_MS && isSameToken(signature, sign(ends, port)))
          return remainingMs;
      }
      return undefined;
    },
  };
}

function cookieName(port: string): string {
  return `sightline_live_${port}`;
}

/** There may be several of one name, of other paths. */
function cookiesOf({ headers }: IncomingMessage, name: string): readonly string[] {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
    .slice(0, 5);
}
