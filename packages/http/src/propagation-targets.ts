import type { Ask } from './callbacks.js';

/**
 * The targets that may get ids: hosts (`stock.internal`, or with a port, `stock.internal:8443`), all hosts of a domain (`*.internal`),
 * patterns for the origin (`/^https:\/\/stock-\d+\.internal$/`), or a function that returns true for a URL.
 */
export type PropagationTargets = ReadonlyArray<string | RegExp> | ((url: URL) => boolean);

/** `undefined` if all hosts may get ids. @throws Error for a target that matches no host */
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
      target.lastIndex = 0; // a pattern with the flag g continues after its last match
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

/** The form in URLs: lower case and Punycode. */
function hostname(host: string): string | undefined {
  return host !== '' && URL.canParse(`http://${host}`) ? relative(new URL(`http://${host}`).hostname) : undefined;
}

/** Without the trailing dot of a fully qualified name: both are the same host. */
function relative(hostname: string): string {
  return hostname.endsWith('.') ? hostname.slice(0, -1) : hostname;
}

function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}

function notATarget(subject: string, target: unknown): Error {
  const shown = typeof target === 'string' ? JSON.stringify(target.slice(0, 100)) : typeof target;
  return new Error(`[http] ${subject}: propagateTo has ${shown}: ${targetsAdvice}.`);
}

/** What to give instead of a wrong option. */
export const targetsAdvice: string =
  'give hosts, such as "stock.internal", "stock.internal:8443" or "*.internal", or patterns of origins';
