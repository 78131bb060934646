import type { IncomingMessage } from 'node:http';

/** Options of the live page of a service and of the viewer: who may look, and what is kept of messages. */
export const livePageFields = {
  /** Address or host name of the page. Other than loopback it needs `token` or `authorize`. Default: `127.0.0.1`. */
  host: {
    type: 'text',
    default: '127.0.0.1',
    advice: 'give an address or a host name',
    variables: { SIGHTLINE_LIVE_HOST: 'Address or host name of the live page. Other than loopback it needs a token.' },
  },
  /** Who knows it may look: at least 16 printable characters. Default: a new random one at each start. */
  token: {
    type: 'string',
    isRight: (token: string): boolean => /^[\x21-\x7e]{16,}$/.test(token),
    advice: 'give at least 16 printable characters without spaces',
    variables: {
      SIGHTLINE_LIVE_TOKEN: {
        allowed: 'at least 16 printable characters without spaces',
        default: 'random at each start',
        help: 'Who knows it may look at the live page.',
      },
    },
  },
  /** Instead of a token: decides who may look, as the service decides elsewhere. Called for each request and upgrade. */
  authorize: { type: 'function', as: {} as (request: IncomingMessage) => boolean | Promise<boolean> },
  /** Host names, besides loopback ones and `host`, under which browsers (and senders of the viewer) reach the page. */
  allowedHosts: {
    type: 'list',
    isEach: (host: string): boolean => /^[^\s/]+$/.test(host),
    default: [] as readonly string[],
    advice: 'give host names, with a port or without',
    variables: {
      SIGHTLINE_LIVE_ALLOWED_HOSTS: {
        default: 'none',
        help: 'Host names, besides loopback ones, under which browsers reach the live page, separated by commas.',
      },
    },
  },
  /** Maximum messages kept per topic. Default: 1000. */
  maxMessages: { type: 'count', default: 1000, max: 100_000 },
  /** Maximum bytes of a message's payload; longer ones are cut. Default: 4096. */
  maxPayloadBytes: { type: 'count', default: 4096, min: 64, max: 1_048_576 },
} as const;
