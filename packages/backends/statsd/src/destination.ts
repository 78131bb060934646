import { quotedSetting } from '@sightline/base/secrets';
import { check } from './check-option.js';

/** The options that say where to send. */
export interface DestinationOptions {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly protocol?: 'udp' | 'tcp' | 'unix' | undefined;
  readonly path?: string | undefined;
  readonly url?: string | undefined;
  readonly agentHost?: string | undefined;
  readonly agentPort?: number | undefined;
}

/** Where the options say to send. */
export type Destination = (
  | { readonly protocol: 'udp' | 'tcp'; readonly host: string; readonly port: number }
  | { readonly protocol: 'unix'; readonly path: string }
) & {
  /** Whether it was given as a Datadog agent's. */
  readonly isAgent: boolean;
};

const alternatives =
  'Node.js cannot open Unix datagram sockets. Let the server listen on a stream socket (dogstatsd_stream_socket of the Datadog agent) and give unixstream:///path, or use udp://host:port';

/** Throws an `Error` that says what to change. */
export function destinationOf(options: DestinationOptions): Destination {
  const { host, port, protocol, path, url, agentHost, agentPort } = options;
  for (const [name, value] of Object.entries({ host, path, url, agentHost })) {
    check(value === undefined || (typeof value === 'string' && value.trim() !== ''), name, value, 'give a text');
  }
  for (const [name, value] of Object.entries({ host, agentHost })) {
    const isHost = value === undefined || /^[^\s/@?#]+$/.test(value);
    check(
      isHost,
      name,
      value,
      'give the name or address of a host alone, or an address such as udp://host:port as url',
    );
  }
  for (const [name, value] of Object.entries({ port, agentPort })) checkPort(name, value);
  checkProtocol(protocol);
  if (path !== undefined || protocol === 'unix') {
    check(path !== undefined, 'protocol', protocol, 'give the path of the socket too');
    check(
      protocol !== 'udp' && protocol !== 'tcp',
      'path',
      path,
      `leave it out with protocol '${protocol}'. ${alternatives}`,
    );
    check(host === undefined, 'host', host, 'give host or path, not both');
    return { protocol: 'unix', path: path ?? '', isAgent: false };
  }
  if (host === undefined && protocol === undefined && url !== undefined) {
    return { ...parsedUrl(url, { port, agentPort }), isAgent: true };
  }
  return {
    protocol: protocol ?? 'udp',
    host: unbracketed(host ?? agentHost ?? '127.0.0.1'),
    port: port ?? agentPort ?? 8125,
    isAgent: host === undefined && agentHost !== undefined,
  };
}

function parsedUrl(
  url: string,
  { port: ownPort, agentPort = 8125 }: DestinationOptions,
): { protocol: 'udp' | 'tcp'; host: string; port: number } | { protocol: 'unix'; path: string } {
  const [, scheme, rest = ''] = /^([a-z]+):\/\/(.*)$/i.exec(url) ?? [];
  switch (scheme?.toLowerCase()) {
    case 'udp':
    case 'tcp': {
      const [, bracketed, plain, portText] = /^(?:\[([^\]]+)\]|([^:/?#@\s]+))(?::(\d{1,5}))?\/?$/.exec(rest) ?? [];
      const host = bracketed ?? plain;
      const port = ownPort ?? (portText === undefined ? agentPort : Number(portText));
      if (host === undefined) break;
      checkPort('url', port);
      return { protocol: scheme?.toLowerCase() === 'tcp' ? 'tcp' : 'udp', host, port };
    }
    case 'unix':
    case 'unixstream':
      if (rest.startsWith('/') && rest.length > 1) return { protocol: 'unix', path: rest };
      break;
    case 'unixgram':
      check(false, 'url', url, alternatives);
  }
  throw new Error(
    `[backend-statsd] url is ${quotedSetting('url', url)}: give udp://host:port, tcp://host:port, unix:///path or unixstream:///path.`,
  );
}

function checkPort(option: string, value: unknown): void {
  const isPort = typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535;
  check(value === undefined || isPort, option, value, 'give a port from 1 to 65535');
}

function checkProtocol(protocol: unknown): void {
  check(protocol !== 'unixgram' && protocol !== 'uds', 'protocol', protocol, alternatives);
  check(
    protocol === undefined || protocol === 'udp' || protocol === 'tcp' || protocol === 'unix',
    'protocol',
    protocol,
    "give 'udp', 'tcp' or 'unix' (what the server understands is the option dialect)",
  );
}

/** A URL's spelling of an IPv6 address is not an address. */
function unbracketed(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}
