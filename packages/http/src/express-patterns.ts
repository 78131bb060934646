import type { ExpressLayer, ExpressPath } from './express-layer.js';

/** Picks the matching one of several paths; a regular expression becomes its source, a constant like other patterns. */
export function pickPath(path: ExpressPath, layer: ExpressLayer | undefined, url: string): string {
  if (!Array.isArray(path)) return String(path);
  const paths = path.flat(Number.POSITIVE_INFINITY).map(String);
  const { matchers, regexp } = layer ?? {};
  const parts = matchers ?? (regexp === undefined ? [] : alternatives(regexp));
  const index = parts.length === paths.length ? parts.findIndex((each) => matchesPart(each, url)) : -1;
  return paths[index] ?? paths.join('|');
}

/** The path given to `use()`, without a trailing slash; empty for `/`. */
export function mountPattern(layer: ExpressLayer, path: string): string {
  const { rawPath, regexp, matchers } = layer;
  let pattern: string;
  if (layer.slash === true || regexp?.fast_slash === true) return '';
  if (regexp?.fast_star === true) pattern = '*';
  else if (rawPath !== undefined) pattern = pickPath(rawPath, layer, path);
  else if (regexp !== undefined) pattern = patternOfRegExp(layer, regexp, path);
  else if (matchers !== undefined) pattern = learnedPattern(layer, path);
  else pattern = '/*';
  return pattern.startsWith('/^') ? pattern : pattern.replace(/\/+$/, '');
}

/** The prefix of the path that the mount matches; `undefined` if it does not match. */
export function matchedPrefix({ slash, matchers, regexp }: ExpressLayer, path: string): string | undefined {
  if (slash === true || regexp?.fast_slash === true) return '';
  if (regexp?.fast_star === true) return path;
  const given = path === '' ? '/' : path;
  if (regexp !== undefined) return regexp.exec(given)?.[0].replace(/\/$/, '');
  for (const matcher of matchers ?? []) {
    const match = matcher(given);
    if (match !== false) return match.path.replace(/\/$/, '');
  }
  return undefined;
}

function matchesPart(part: RegExp | NonNullable<ExpressLayer['matchers']>[number], url: string): boolean {
  return typeof part === 'function' ? part(url) !== false : part.test(url);
}

/** Express 4 keeps one expression for an array of paths. */
function alternatives({ source, flags }: RegExp): RegExp[] {
  return source.split(/(?<=\$|\(\?=\\\/\|\$\))\|(?=\^)/).map((part) => new RegExp(part, flags));
}

/** Express 4 keeps only the expression that it compiled from a pattern: read it back. A user's own expression is its own name. */
function patternOfRegExp({ keys = [] }: ExpressLayer, regexp: RegExp, path: string): string {
  const parts = alternatives(regexp);
  const index = Math.max(
    0,
    parts.findIndex((part) => part.test(path)),
  );
  if (!parts.every(({ source }) => source.endsWith(END_OF_MOUNT))) return String(regexp);
  const names = keys.map(({ name }) => name).values();
  return parts.map(({ source }) => readBack(source, names))[index] ?? '/*';
}

const END_OF_MOUNT = '(?=\\/|$)';

/** `^\/api\/(?:([^\/]+?))\/?(?=\/|$)` is `/api/:tenant`: each capture is the next key, the rest is literal. */
function readBack(source: string, names: Iterator<string | number>): string {
  const body = source.slice(1, -END_OF_MOUNT.length).replace(/(\\\/|\/)\?$/, '');
  let pattern = '';
  for (let i = 0; i < body.length; i++) {
    const char = body[i];
    if (char === '\\') {
      i++;
      pattern += body[i] ?? '';
    } else if (char === '(' && body[i + 1] === '?') {
      i += 2; // skip `(?:` and read its content
    } else if (char === '(') {
      const { value } = names.next();
      pattern += typeof value === 'string' ? `:${value}` : '*';
      i = endOfGroup(body, i, names);
    } else if (char !== ')' && char !== '?') {
      pattern += char;
    }
  }
  return pattern;
}

/** The end of the group that begins at `start`. Captures within it have their own keys. */
function endOfGroup(source: string, start: number, names: Iterator<string | number>): number {
  let depth = 0;
  let isClass = false;
  for (let i = start; i < source.length; i++) {
    const char = source[i];
    if (char === '\\') i++;
    else if (isClass) isClass = char !== ']';
    else if (char === '[') isClass = true;
    else if (char === '(') {
      if (depth > 0 && source[i + 1] !== '?') names.next();
      depth++;
    } else if (char === ')' && --depth === 0) return i;
  }
  return source.length;
}

/**
 * Express 5.0 and 5.1 keep only a function: a segment is a parameter if the function accepts another one in its place. Learned at
 * the first match and kept, so that later paths add no label values.
 */
function learnedPattern(layer: ExpressLayer, path: string): string {
  const matchers = layer.matchers ?? [];
  const index = matchers.findIndex((matcher) => matcher(path) !== false);
  const matcher = matchers[index];
  if (matcher === undefined) return '/*';
  let learned = patternsLearned.get(layer);
  if (learned === undefined) {
    learned = [];
    patternsLearned.set(layer, learned);
  }
  learned[index] ??= learn(matcher, path);
  return learned[index];
}

const patternsLearned = new WeakMap<ExpressLayer, string[]>();

function learn(matcher: NonNullable<ExpressLayer['matchers']>[number], path: string): string {
  const match = matcher(path);
  if (match === false) return '/*';
  const segments = match.path.split('/');
  return segments
    .map((segment, i) => {
      if (segment === '') return segment;
      const probe = `${segment}sightlineprobe`;
      const tried = matcher(segments.with(i, probe).join('/'));
      if (tried === false) return segment;
      const param = Object.entries(tried.params).find(([, value]) => String(value).includes('sightlineprobe'));
      return param === undefined ? segment : `:${param[0]}`;
    })
    .join('/');
}
