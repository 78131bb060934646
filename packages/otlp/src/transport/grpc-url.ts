import { isLoopback } from '@sightline/base';

const DEFAULT_PORT = '4317';
/** Names of "gRPC Name Resolution" that end in a host and a port. */
const resolverPrefix = /^(?:(?:dns|passthrough):(?:\/\/[^/]*\/)?|ipv[46]:)/i;
const hostAndPort = /^(\[[\da-f:.]+\]|[^\s:/?#@[\]]+)(?::(\d{1,5}))?\/?$/i;

/**
 * A gRPC address without a scheme (`collector:4317`) as a URL; `undefined` if it is not an address. `insecure: true` means without
 * TLS. The specification's default is TLS ("Configuration Options", "Insecure"), except for its default address
 * `http://localhost:4317`. Here every loopback address is without TLS by default, unless TLS files are given.
 */
export function grpcUrl(address: string, insecure: boolean | undefined, hasTlsFiles: boolean): string | undefined {
  const [, host, port = DEFAULT_PORT] = hostAndPort.exec(address.replace(resolverPrefix, '')) ?? [];
  if (host === undefined) return undefined;
  const isPlain = insecure ?? (isLoopback(host) && !hasTlsFiles);
  const url = `${isPlain ? 'http' : 'https'}://${host}:${port}`;
  return URL.canParse(url) ? url : undefined;
}
