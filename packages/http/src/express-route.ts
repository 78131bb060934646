import type { ExpressLayer, ExpressRoute } from './express-layer.js';
import { placesIn, routeTemplate } from './express-templates.js';
import { quietly } from './quietly.js';

/**
 * Calls `found` with the template of each route that Express dispatches this request to. The router assigns `request.route` at that
 * moment; only then the mounts are known, because errors and `next()` reset `baseUrl`. Changes only this request.
 */
export function watchRoute(request: object, found: (template: string) => void): void {
  let { route } = request as { route?: unknown };
  const { app: outermost } = request as ExpressRequest;
  quietly(
    () =>
      Object.defineProperty(request, 'route', {
        configurable: true,
        enumerable: true,
        get: () => route,
        set(assigned: unknown) {
          route = assigned;
          const template = quietly(() => templateOf(request as ExpressRequest, assigned, outermost), undefined);
          if (template !== undefined) found(template);
        },
      }),
    undefined,
  );
}

interface ExpressRequest {
  readonly app?: ExpressApplication | undefined;
  readonly baseUrl?: string | undefined;
  readonly url?: string | undefined;
}

interface ExpressApplication {
  readonly _router?: { readonly stack?: readonly ExpressLayer[] | undefined } | undefined;
  readonly router?: { readonly stack?: readonly ExpressLayer[] | undefined } | undefined;
  readonly parent?: ExpressApplication | undefined;
  readonly mountpath?: string | readonly string[] | undefined;
}

function templateOf(
  { app, baseUrl = '', url = '/' }: ExpressRequest,
  route: unknown,
  outermost: ExpressApplication | undefined,
): string | undefined {
  if (typeof route !== 'object' || route === null || !('path' in route)) return undefined;
  const path = /^[^?#]*/.exec(url)?.[0] ?? '/';
  const known = route as ExpressRoute;
  if (app !== outermost && app?.parent === undefined && outermost !== undefined) {
    // An application in a router does not know its mount path, but is in the tree.
    const stack = stackOf(outermost) ?? [];
    if (placesIn(stack, known).length > 0) return prefixOf(outermost) + routeTemplate(known, stack, baseUrl, path);
  }
  return prefixOf(app) + routeTemplate(known, (app && stackOf(app)) ?? [], baseUrl, path);
}

/** Express 4 throws when its `router` is read. */
function stackOf(app: ExpressApplication): readonly ExpressLayer[] | undefined {
  return (app._router ?? app.router)?.stack;
}

/** The mount path of an application, as the application knows it. */
function prefixOf(app: ExpressApplication | undefined): string {
  if (app?.parent === undefined) return '';
  const { mountpath = '' } = app;
  const own = typeof mountpath === 'string' ? mountpath : mountpath.map(String).join('|');
  return prefixOf(app.parent) + own.replace(/\/$/, '');
}
