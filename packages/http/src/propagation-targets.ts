import type { Ask } from './callbacks.js';

/**
 * Where requests may carry ids to: hosts (`stock.internal`, with a port where only that is meant: `stock.internal:8443`), all hosts below one
 * (`*.internal`), or patterns that are tried on the origin (`/^https:\/\/stock-\d+\.internal$/`); or a function that says so of a URL.
 */
export type PropagationTargets = ReadonlyArray<string | RegExp> | ((url: URL) => boolean);

/** `undefined` if they may go everywhere. @throws TypeError for a target that matches no host */
export function targetTest(
  targets: PropagationTargets | undefined,
  subject: string,
  ask: Ask,
): ((url: URL) => boolean) | undefined {
  if (targets === undefined) return undefined;
  if (typeof targets === 'function') return (url) => ask('propagateTo', () => targets(url)) === true;
  if (!Array.isArray(targets)) throw notATarget(subject, targets);
  const tests = targets.map((target) => testOf(target, subject));
  return (url) => tests.some((test) => test(url));
}

function testOf(target: unknown, subject: string): (url: URL) => boolean {
  if (target instanceof RegExp) {
    return ({ origin }) => {
      target.lastIndex = 0; // of a pattern with the flag g, which otherwise goes on where it stopped
      return target.test(origin);
    };
  }
  const [, below = '', host = '', port] =
    (typeof target === 'string' && /^(\*\.)?([^*/?#@\s:[\]]+|\[[\da-f:.]+\])(?::(\d{1,5}))?$/i.exec(target)) || [];
  const name = hostname(host);
  if (name === undefined || name === '' || Number(port ?? 1) < 1 || Number(port ?? 1) > 65_535)
    throw notATarget(subject, target);
  return (url) =>
    (below === '' ? relative(url.hostname) === name : relative(url.hostname).endsWith(`.${name}`)) &&
    (port === undefined || portOf(url) === Number(port));
}

/** As URLs have it: in lower case, and in Punycode. */
function hostname(host: string): string | undefined {
  return host !== '' && URL.canParse(`http://${host}`) ? relative(new URL(`http://${host}`).hostname) : undefined;
}

/** Without the dot at the end of a fully qualified name, which is the same host. */
function relative(hostname: string): string {
  return hostname.endsWith('.') ? hostname.slice(0, -1) : hostname;
}

function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}

function notATarget(subject: string, target: unknown): TypeError {
  const shown = typeof target === 'string' ? JSON.stringify(target.slice(0, 100)) : typeof target;
  return new TypeError(
    `[http] ${subject} has propagateTo with ${shown}. Give hosts, such as "stock.internal", "stock.internal:8443" or "*.internal", or patterns of origins.`,
  );
}
