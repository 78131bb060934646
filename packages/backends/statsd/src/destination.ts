import { checkOption } from '@sightline/settings/fields';
import { type StatsdOptions, statsdFields } from './fields.js';

/** The options that say where to send, each checked by itself. */
export type DestinationOptions = Pick<
  StatsdOptions,
  'host' | 'port' | 'protocol' | 'path' | 'url' | 'agentHost' | 'agentPort'
>;

/** The server to send to. */
export type Destination = (
  | { readonly protocol: 'udp' | 'tcp'; readonly host: string; readonly port: number }
  | { readonly protocol: 'unix'; readonly path: string }
) & {
  /** Whether the options name a Datadog agent. */
  readonly isAgent: boolean;
};

const alternatives =
  'Node.js cannot open Unix datagram sockets. Let the server listen on a stream socket (dogstatsd_stream_socket of the Datadog agent) and give unixstream:///path, or use udp://host:port';

/** If nothing says where to send. */
const defaults = {
  protocol: statsdFields.protocol.variables.STATSD_PROTOCOL.default,
  host: statsdFields.host.variables.STATSD_HOST.default,
  port: Number(statsdFields.port.variables.STATSD_PORT.default),
};

/** Throws an `Error` that says what to change. */
export function destinationOf(options: DestinationOptions): Destination {
  const { host, port, protocol, path, url, agentHost, agentPort } = options;
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
    protocol: protocol ?? defaults.protocol,
    host: unbracketed(host ?? agentHost ?? defaults.host),
    port: port ?? agentPort ?? defaults.port,
    isAgent: host === undefined && agentHost !== undefined,
  };
}

function parsedUrl(
  url: string,
  { port: ownPort, agentPort = defaults.port }: DestinationOptions,
): { protocol: 'udp' | 'tcp'; host: string; port: number } | { protocol: 'unix'; path: string } {
  const [, scheme, rest = ''] = /^([a-z]+):\/\/(.*)$/i.exec(url) ?? [];
  switch (scheme?.toLowerCase()) {
    case 'udp':
    case 'tcp': {
      const [, bracketed, plain, portText] = /^(?:\[([^\]]+)\]|([^:/?#@\s]+))(?::(\d{1,5}))?\/?$/.exec(rest) ?? [];
      const host = bracketed ?? plain;
      const port = ownPort ?? (portText === undefined ? agentPort : Number(portText));
      if (host === undefined) break;
      check(port >= 1 && port <= 65_535, 'url', port, 'give a port from 1 to 65535');
      return { protocol: scheme?.toLowerCase() === 'tcp' ? 'tcp' : 'udp', host, port };
    }
    case 'unix':
    case 'unixstream':
      if (rest.startsWith('/') && rest.length > 1) return { protocol: 'unix', path: rest };
      break;
    case 'unixgram':
      check(false, 'url', url, alternatives);
  }
  return check(false, 'url', url, 'give udp://host:port, tcp://host:port, unix:///path or unixstream:///path') as never;
}

function check(isRight: boolean, option: string, value: unknown, whatToDo: string): void {
  checkOption('backend-statsd', isRight, option, value, whatToDo);
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

/** Removes the brackets of an IPv6 address in a URL. */
function unbracketed(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}
