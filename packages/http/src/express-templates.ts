import type { ExpressLayer, ExpressRoute } from './express-layer.js';
import { matchedPrefix, mountPattern, pickPath } from './express-patterns.js';

/**
 * The template of a route: the patterns of the mounts above it and its own. A route is in the tree of routers once for each place
 * where its router is mounted; if there are several, the mounts of the right one match the expanded `baseUrl`.
 *
 * @param path the path as seen by the router of the route
 */
export function routeTemplate(
  route: ExpressRoute,
  stack: readonly ExpressLayer[],
  baseUrl: string,
  path: string,
): string {
  const place = placeOf(route, stack, baseUrl);
  if (place === undefined) {
    // The router is called by a handler, not mounted: its mount path is unknown.
    return (baseUrl === '' ? '' : '/*') + own(route, undefined, path);
  }
  const mounts = place.slice(0, -1);
  let rest = baseUrl;
  let prefix = '';
  for (const mount of mounts) {
    prefix += mountPattern(mount, rest);
    rest = rest.slice(matchedPrefix(mount, rest)?.length ?? 0);
  }
  const last = own(route, place.at(-1), path);
  return prefix !== '' && last === '/' ? prefix : prefix + last;
}

/** The layers from the top to the route's own. */
type Place = readonly ExpressLayer[];

function placeOf(route: ExpressRoute, stack: readonly ExpressLayer[], baseUrl: string): Place | undefined {
  const isHere = (each: Place): boolean => endsWithMounts(baseUrl, each);
  const places = placesIn(stack, route);
  const place = places.find(isHere);
  if (place !== undefined || places.length === 0) return place;
  // Its router was mounted at another place since the look-up.
  knownPlaces.get(stack)?.delete(route);
  const now = placesIn(stack, route);
  return now.find(isHere) ?? (now.length === 1 ? now[0] : undefined);
}

/** The places of the route below this stack: looked up once. */
export function placesIn(stack: readonly ExpressLayer[], route: ExpressRoute): readonly Place[] {
  let known = knownPlaces.get(stack);
  if (known === undefined) {
    known = new WeakMap();
    knownPlaces.set(stack, known);
  }
  let places = known.get(route);
  if (places === undefined) {
    places = placesOf(route, stack, []);
    known.set(route, places);
  }
  return places;
}

const knownPlaces = new WeakMap<readonly ExpressLayer[], WeakMap<ExpressRoute, readonly Place[]>>();

// Routers may contain themselves.
const maxMounts = 20;

function placesOf(route: ExpressRoute, stack: readonly ExpressLayer[], above: Place): Place[] {
  if (above.length > maxMounts) return [];
  return stack.flatMap((layer) => {
    if (layer.route === route) return [[...above, layer]];
    const inner = layer.route === undefined ? stackBehind(layer.handle) : undefined;
    return inner === undefined ? [] : placesOf(route, inner, [...above, layer]);
  });
}

/** The stack of a router, or of an application that is mounted in a router. */
function stackBehind(handle: unknown): readonly ExpressLayer[] | undefined {
  const router = handle as { stack?: unknown; _router?: { stack?: unknown }; router?: { stack?: unknown } } | undefined;
  if (Array.isArray(router?.stack)) return router.stack;
  if (Array.isArray(router?._router?.stack)) return router._router.stack;
  try {
    return Array.isArray(router?.router?.stack) ? router.router.stack : undefined;
  } catch {
    return undefined; // Express 4, before its first route
  }
}

/** There may be mounts of applications above the top, so the mounts must match only the end of the expanded path. */
function endsWithMounts(baseUrl: string, place: Place): boolean {
  for (let start = 0; start >= 0; start = baseUrl.indexOf('/', start + 1)) {
    if (isMounts(baseUrl.slice(start), place)) return true;
  }
  return isMounts('', place);
}

/** Whether the mounts above the route match the whole path. */
function isMounts(path: string, place: Place): boolean {
  let rest = path;
  for (let i = 0; i < place.length - 1; i++) {
    const matched = matchedPrefix(place[i] as ExpressLayer, rest);
    if (matched === undefined) return false;
    rest = rest.slice(matched.length);
  }
  return rest === '' || rest === '/';
}

function own({ path }: ExpressRoute, layer: ExpressLayer | undefined, url: string): string {
  return pickPath(path, layer, url);
}
