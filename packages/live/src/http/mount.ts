import type { IncomingMessage } from 'node:http';
import { pathOf } from '@sightline/base/server';

/** Where a request meets the handler. */
export interface Mount {
  /** The path of the page without the slash at its end, with what the service's router has taken off: `/ops/live`. */
  readonly base: string;
  /** The path behind it: empty, or with a slash at the front. */
  readonly path: string;
}

/**
 * Finds out whether a request is for the handler, and below which path. Routers such as Express' take the path of a mount off `url`
 * and keep the whole in `originalUrl`: `app.use('/ops', handler)` and `app.use('/live', handler)` both work.
 * @param basePath `/live`
 */
export function mountOf(request: IncomingMessage, basePath: string): Mount | undefined {
  const path = pathOf(request);
  const prefix = prefixOf(request, path);
  if (path === basePath || path.startsWith(`${basePath}/`)) {
    return { base: prefix + basePath, path: path.slice(basePath.length) };
  }
  if (!prefix.endsWith(basePath)) return undefined;
  return { base: prefix, path: isWithoutSlash(request, prefix) ? '' : path };
}

/** Whether the request of another protocol is for a WebSocket of the GraphQL endpoint. No router takes anything off its URL. */
export function isGraphqlUpgrade(request: IncomingMessage, basePath: string): boolean {
  return /^websocket$/i.test(request.headers.upgrade ?? '') && pathOf(request).endsWith(`${basePath}/graphql`);
}

function prefixOf(request: IncomingMessage, path: string): string {
  const original = originalPath(request);
  if (original === undefined) return '';
  if (original.endsWith(path)) return original.slice(0, original.length - path.length);
  return path === '/' ? original : '';
}

/** `app.use('/live', handler)` sees `/` for `/live`. */
function isWithoutSlash(request: IncomingMessage, prefix: string): boolean {
  return originalPath(request) === prefix;
}

function originalPath(request: IncomingMessage): string | undefined {
  const { originalUrl } = request as { originalUrl?: unknown };
  return typeof originalUrl === 'string' ? /^[^?#]*/.exec(originalUrl)?.[0] : undefined;
}
