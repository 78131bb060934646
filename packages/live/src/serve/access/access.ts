import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { type Clock, DeadlineError, unrefClock, withDeadline } from '@sightline/base';
import { RequestError } from '../../http/request-error.js';
import { type AccessOptions, resolveAccess } from './access-options.js';
import { FailedLogins } from './failed-logins.js';
import { type Host, hasSeveralHosts, hostOf, isLoopbackAddress } from './request-host.js';
import { isSameOrigin } from './same-origin.js';
import { SESSION_MS, type Sessions, sessionsOf } from './sessions.js';
import { isSameToken } from './token.js';

/** Decides about each request. Its methods throw, or reject with, a `RequestError` for one that is refused. */
export interface Access {
  /** For every request and upgrade: whether it is for a name of ours. */
  checkHost(request: IncomingMessage): void;
  /** For all that a page of another site must not do: POST, streams and upgrades. */
  checkOrigin(request: IncomingMessage): void;
  /** Whether the client has shown the token, or the service authorizes it. */
  checkClient(request: IncomingMessage): Promise<void>;
  /** Whether there is a token that can be shown: a login page. */
  readonly hasLogin: boolean;
  /** The `Set-Cookie` of a new session, if the token is right. */
  logIn(request: IncomingMessage, token: string): string;
  /** The `Set-Cookie` that prolongs a session which is half over. */
  prolonged(request: IncomingMessage): string | undefined;
  /** The path and query that log in; `undefined` without a token. */
  readonly loginQuery: string | undefined;
  /** Whether a client may ask for the schema of GraphQL. */
  mayIntrospect(request: IncomingMessage): boolean;
  readonly refused: Refusals;
}

/** How many requests were refused, by reason. */
export interface Refusals {
  readonly hosts: number;
  readonly origins: number;
  readonly clients: number;
  readonly logins: number;
}

/** Throws for options that would let everyone in. */
export function createAccess(options: AccessOptions, clock: Clock): Access {
  const { token, authorize, hosts, isProduction } = resolveAccess(options);
  const sessions = token === undefined ? undefined : sessionsOf(token);
  const failed = new FailedLogins();
  const refused = { hosts: 0, origins: 0, clients: 0 };

  /** Throws for a wrong token, and for every token after too many wrong ones. */
  function checkToken(request: IncomingMessage, given: string): void {
    const address = request.socket.remoteAddress ?? '';
    const nowMs = clock.monotonicMs();
    const wait = failed.waitSeconds(address, nowMs);
    if (wait !== undefined) {
      throw new RequestError(429, `Too many wrong tokens. Try again in ${wait} s.`, { 'Retry-After': String(wait) });
    }
    if (token !== undefined && isSameToken(given, token)) return;
    failed.add(address, nowMs);
    throw unauthorized('The token is wrong. Take the link that the service printed when it started.');
  }

  /** What the service's own decision is asked about may be another kind of token. */
  function hasToken(request: IncomingMessage, bearer: string): boolean {
    try {
      checkToken(request, bearer);
      return true;
    } catch (error) {
      if (authorize === undefined) throw error;
      return false;
    }
  }

  return {
    get refused() {
      return { ...refused, logins: failed.total };
    },
    hasLogin: token !== undefined,
    loginQuery: token === undefined ? undefined : `login?t=${encodeURIComponent(token)}`,
    mayIntrospect: (request) => !isProduction && isOfThisMachine(request),
    checkHost(request) {
      if (hasSeveralHosts(request)) throw new RequestError(400, 'The request has several Host headers.');
      const host = hostOf(request);
      if (hosts.allows(host, isOfThisMachine(request))) return;
      refused.hosts++;
      throw new RequestError(
        421,
        `The dashboard is not known as ${host === undefined ? 'this host' : `"${host.name}"`}. Open it as localhost, or add the name to allowedHosts.`,
      );
    },
    checkOrigin(request) {
      const host = hostOf(request);
      if (host !== undefined && isSameOrigin(request, host)) return;
      refused.origins++;
      throw new RequestError(
        403,
        'The request comes from a page of another origin. Open the dashboard itself; a proxy in between must pass on the Host header.',
      );
    },
    async checkClient(request) {
      const bearer = /^Bearer +([\w.~+/=-]+) *$/i.exec(request.headers.authorization ?? '')?.[1];
      if (sessions !== undefined) {
        if (sessions.remainingMs(request, portOf(request), clock.now()) !== undefined) return;
        if (bearer !== undefined && hasToken(request, bearer)) return;
      }
      if (authorize !== undefined && (await isAuthorized(authorize, request, clock))) return;
      refused.clients++;
      if (sessions === undefined) throw new RequestError(403, 'The service does not let you see its dashboard.');
      throw unauthorized(
        'Log in with the link that the service printed when it started, or send its token as "Authorization: Bearer …".',
      );
    },
    logIn(request, given) {
      if (sessions === undefined) throw new RequestError(404, 'The service itself decides who may see its dashboard.');
      checkToken(request, given);
      return sessions.cookie(placeOf(request), clock.now());
    },
    prolonged(request) {
      const remainingMs = sessions?.remainingMs(request, portOf(request), clock.now());
      if (remainingMs === undefined || remainingMs > SESSION_MS / 2) return undefined;
      return sessions?.cookie(placeOf(request), clock.now());
    },
  };
}

function isOfThisMachine({ socket }: IncomingMessage): boolean {
  return isLoopbackAddress(socket.localAddress);
}

async function isAuthorized(
  authorize: NonNullable<AccessOptions['authorize']>,
  request: IncomingMessage,
  clock: Clock,
): Promise<boolean> {
  try {
    return (
      (await withDeadline(Promise.resolve(authorize(request)), AUTHORIZE_MS, '[live] authorize', unrefClock(clock))) ===
      true
    );
  } catch (error) {
    if (error instanceof DeadlineError) throw new RequestError(503, 'The service did not decide in time. Try again.');
    return false;
  }
}

function unauthorized(message: string): RequestError {
  return new RequestError(401, message, { 'WWW-Authenticate': 'Bearer realm="sightline live"' });
}

function placeOf(request: IncomingMessage): Parameters<Sessions['cookie']>[0] {
  const isEncrypted = (request.socket as Partial<TLSSocket>).encrypted === true;
  return { port: portOf(request), isEncrypted };
}

/** As the browser sees it; behind a proxy without a port that of our server. */
function portOf(request: IncomingMessage): string {
  const host: Host | undefined = hostOf(request);
  return host?.port ?? String(request.socket.localPort ?? 0);
}

const AUTHORIZE_MS = 5000;
