import { BlockList, isIP } from 'node:net';
import { valueText } from '@sightline/base';

/**
 * The trusted proxies in front of the service: their number, or their addresses (`10.1.2.3`, `10.0.0.0/8`, `fd00::/8`, or `loopback`,
 * `linklocal`, `uniquelocal`; several as an array, or with commas). `true` trusts everything, also headers that the client has sent.
 * As `trust proxy` of Express and `trustProxy` of Fastify.
 */
export type TrustProxy = boolean | number | string | readonly string[];

/**
 * Whether an address belongs to a trusted proxy.
 * @param address `undefined` if it is unknown
 * @param hop 0 for the peer of the connection, 1 for that proxy's own peer as it reports it, and so on
 */
export type Trusts = (address: string | undefined, hop: number) => boolean;

/** `undefined` if no proxy is trusted. @throws Error for an invalid option, with what to give */
export function trustedProxies(option: TrustProxy | undefined, subject: string): Trusts | undefined {
  if (option === undefined || option === false || option === 0) return undefined;
  if (option === true) return () => true;
  if (typeof option === 'number') {
    if (!Number.isSafeInteger(option) || option < 0) refuse(option, subject);
    return (_address, hop) => hop < option;
  }
  const list: unknown = typeof option === 'string' ? option.split(',') : option;
  if (!Array.isArray(list)) refuse(option, subject);
  const trusted = new BlockList();
  const rules = list.flatMap((each: unknown): readonly unknown[] => namedSubnets.get(String(each).trim()) ?? [each]);
  for (const given of rules) {
    if (typeof given !== 'string' || !add(trusted, given.trim())) refuse(given, subject);
  }
  return (address) => {
    if (address === undefined) return false;
    const known = plainAddress(address);
    return isIP(known) !== 0 && trusted.check(known, familyOf(known));
  };
}

/** Unwraps IPv4 in IPv6 (RFC 4291, section 2.5.5.2), as a server on `::` sees its peers, and removes the zone of an address. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '').replace(/%.*$/, '');
}

function add(trusted: BlockList, given: string): boolean {
  const [address = '', bits, ...more] = given.split('/');
  const plain = plainAddress(address);
  const family = isIP(plain);
  if (family === 0 || more.length > 0) return false;
  if (bits === undefined) {
    trusted.addAddress(plain, familyOf(plain));
    return true;
  }
  // `::ffff:10.0.0.0/104` is `10.0.0.0/8`.
  const prefix = Number(bits) - (isIP(address) === 6 && family === 4 ? 96 : 0);
  if (!/^\d{1,3}$/.test(bits) || prefix < 0 || prefix > (family === 4 ? 32 : 128)) return false;
  trusted.addSubnet(plain, prefix, familyOf(plain));
  return true;
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6';
}

const namedSubnets: ReadonlyMap<string, readonly string[]> = new Map([
  ['loopback', ['127.0.0.0/8', '::1/128']],
  ['linklocal', ['169.254.0.0/16', 'fe80::/10']],
  ['uniquelocal', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']],
]);

/** What to give instead of a wrong option. */
export const trustAdvice: string =
  'give the number of proxies in front of the service, or their addresses: "10.1.2.3", "10.0.0.0/8", "loopback", "linklocal", "uniquelocal"';

function refuse(value: unknown, subject: string): never {
  throw new Error(`[http] ${subject}: trustProxy is ${valueText(value)}: ${trustAdvice}.`);
}
