import { isIP } from 'node:net';
import type { Trusts } from './trusted-proxies.js';

/** What proxies report about the client's request. */
export interface Forwarded {
  /** `undefined` if a trusted proxy does not know it, or hides it. */
  readonly clientAddress: string | undefined;
  readonly scheme: 'http' | 'https' | undefined;
  /** With its port, if it has one. */
  readonly host: string | undefined;
}

/**
 * Reads `X-Forwarded-For`, `-Proto` and `-Host`, or `Forwarded` (RFC 7239) if there is none of them: a proxy that sets one kind passes on
 * the other as the client sent it, and most set the former. Each proxy appends an entry. The entry of the outermost trusted proxy
 * counts, from the right; entries left of it come from the client.
 * @param header returns the value of a header, several lines joined by commas
 * @param peer the address of the connection
 */
export function forwarded(
  header: (name: string) => string | undefined,
  peer: string | undefined,
  trusts: Trusts,
): Forwarded {
  if (!trusts(peer, 0)) return { clientAddress: peer, scheme: undefined, host: undefined };
  const chains = namesOfX.map((name) => listOf(header(name)));
  const [addresses = [], protos = [], hosts = []] = chains;
  if (chains.every((chain) => chain.length === 0)) return ofElements(elementsOf(header('forwarded')), peer, trusts);
  const hops = trustedHops(addresses, trusts);
  const address = entryAt(addresses, hops);
  return {
    clientAddress: address === undefined ? peer : addressOf(address),
    scheme: schemeOf(entryAt(protos, hops)),
    host: entryAt(hosts, hops),
  };
}

const namesOfX = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host'] as const;

function ofElements(elements: readonly Element[], peer: string | undefined, trusts: Trusts): Forwarded {
  const hops = trustedHops(
    elements.map((element) => element['for'] ?? ''),
    trusts,
  );
  const element = entryAt(elements, hops);
  return {
    clientAddress: element === undefined ? peer : addressOf(element['for'] ?? ''),
    scheme: schemeOf(element?.['proto']),
    host: element?.['host'] || undefined,
  };
}

/** The number of trusted proxies, starting with the peer of the connection. */
function trustedHops(chain: readonly string[], trusts: Trusts): number {
  let hops = 1;
  while (hops <= chain.length && trusts(addressOf(chain[chain.length - hops] ?? ''), hops)) hops++;
  return hops;
}

/** The entry of the outermost trusted proxy; the first one if the proxies keep only one value. */
function entryAt<T>(chain: readonly T[], hops: number): T | undefined {
  return chain[Math.max(0, chain.length - hops)];
}

function schemeOf(proto: string | undefined): 'http' | 'https' | undefined {
  const scheme = proto?.toLowerCase();
  return scheme === 'http' || scheme === 'https' ? scheme : undefined;
}

/** Without port and brackets: `203.0.113.7:51234`, `[2001:db8::1]:443`. `undefined` if it is no address: `unknown`, `_hidden`. */
function addressOf(node: string): string | undefined {
  const address = /^\[([^\]]*)\](?::[\w.-]+)?$/.exec(node)?.[1] ?? /^([\d.]+):[\w.-]+$/.exec(node)?.[1] ?? node;
  return isIP(address) === 0 ? undefined : address;
}

function listOf(value: string | undefined): string[] {
  return value === undefined
    ? []
    : splitOutsideQuotes(value, ',')
        .map(unquoted)
        .filter((entry) => entry !== '');
}

/** One proxy's pairs, names in lower case. */
type Element = Readonly<Record<string, string | undefined>>;

function elementsOf(value: string | undefined): Element[] {
  if (value === undefined) return [];
  return splitOutsideQuotes(value, ',')
    .filter((element) => element.trim() !== '')
    .map((element) => {
      const pairs = splitOutsideQuotes(element, ';').map((pair): [string, string] => {
        const at = pair.indexOf('=');
        return [pair.slice(0, Math.max(0, at)).trim().toLowerCase(), unquoted(pair.slice(at + 1))];
      });
      return Object.fromEntries(pairs);
    });
}

function splitOutsideQuotes(text: string, separator: ',' | ';'): string[] {
  if (!text.includes('"')) return text.split(separator);
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '\\' && isQuoted) at++;
    else if (char === '"') isQuoted = !isQuoted;
    else if (char === separator && !isQuoted) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

function unquoted(value: string): string {
  const text = value.trim();
  const inner = /^"(.*)"$/s.exec(text)?.[1];
  return inner === undefined ? text : inner.replaceAll(/\\(.)/gs, '$1').trim();
}
