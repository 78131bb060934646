const DEFAULT_PORT = '4317';
/** Of names as gRPC knows them ("gRPC Name Resolution"), those that end in a host and a port. */
const resolverPrefix = /^(?:(?:dns|passthrough):(?:\/\/[^/]*\/)?|ipv[46]:)/i;
const hostAndPort = /^(\[[\da-f:.]+\]|[^\s:/?#@[\]]+)(?::(\d{1,5}))?\/?$/i;
const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;

/**
 * A gRPC address without a scheme (`collector:4317`) as a URL; `undefined` for what is none. `insecure` says whether it is without
 * TLS. The specification's default is TLS ("Configuration Options", "Insecure"), but plain text for a collector on this machine,
 * whose default address is `http://localhost:4317`: so is any loopback address here, unless files for TLS are given.
 */
export function grpcUrl(address: string, insecure: boolean | undefined, hasTlsFiles: boolean): string | undefined {
  const [, host, port = DEFAULT_PORT] = hostAndPort.exec(address.replace(resolverPrefix, '')) ?? [];
  if (host === undefined) return undefined;
  const isPlain = insecure ?? (loopback.test(host) && !hasTlsFiles);
  const url = `${isPlain ? 'http' : 'https'}://${host}:${port}`;
  return URL.canParse(url) ? url : undefined;
}
