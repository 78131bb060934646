import { describe, expect, test } from 'vitest';
import { destinationOf } from '../src/destination.js';
import { type StatsdOptions, statsdBackend } from '../src/index.js';
import { statsdSettings } from '../src/settings.js';

const alternatives =
  'Node.js cannot open Unix datagram sockets. Let the server listen on a stream socket (dogstatsd_stream_socket of the Datadog agent) and give unixstream:///path, or use udp://host:port.';

test.each<[string, unknown]>([
  ['[backend-statsd] intervalMs is 0: give milliseconds from 1 to 2147483647.', { intervalMs: 0 }],
  ["[backend-statsd] dialect is \"influx\": give 'dogstatsd', 'statsd' or 'graphite'.", { dialect: 'influx' }],
  ['[backend-statsd] port is 0: give a port from 1 to 65535.', { port: 0 }],
  ['[backend-statsd] host is "": give the name or address of a host alone', { host: '' }],
  ['[backend-statsd] host is "a": give host or path, not both.', { host: 'a', path: '/s' }],
  ['[backend-statsd] protocol is "unix": give the path of the socket too.', { protocol: 'unix' }],
  [`[backend-statsd] protocol is "unixgram": ${alternatives}`, { protocol: 'unixgram' }],
  [
    `[backend-statsd] url is "unixgram:///var/run/dsd.socket": ${alternatives}`,
    { url: 'unixgram:///var/run/dsd.socket' },
  ],
  [`[backend-statsd] path is "/s": leave it out with protocol 'udp'. ${alternatives}`, { path: '/s', protocol: 'udp' }],
  [
    '[backend-statsd] url is "http://x": give udp://host:port, tcp://host:port, unix:///path or unixstream:///path.',
    { url: 'http://x' },
  ],
  ['[backend-statsd] url is 70000: give a port from 1 to 65535.', { url: 'udp://x:70000' }],
  [
    "[backend-statsd] tags is {\"a\":\"b\"}: the dialect 'statsd' has none: use prefix, or the dialect 'dogstatsd' or 'graphite'.",
    { dialect: 'statsd', tags: { a: 'b' } },
  ],
  ['[backend-statsd] tags["a"] is 1: give a string.', { tags: { a: 1 } }],
  [
    "[backend-statsd] histogramType is \"d\": the dialect 'graphite' has 'ms' only: its servers count other types as counters or refuse them.",
    { dialect: 'graphite', histogramType: 'd' },
  ],
  ['[backend-statsd] histogramValues is 5: give a whole number from 10 to 10000.', { histogramValues: 5 }],
  ['[backend-statsd] sampleRates is "no": give true or false.', { sampleRates: 'no' }],
  [
    '[backend-statsd] maxPayloadBytes is 70000: give a whole number of bytes from 64 to 65507, the largest datagram.',
    { maxPayloadBytes: 70_000 },
  ],
  [
    '[backend-statsd] framing is "length": omit it for UDP, which sends one payload per datagram.',
    { framing: 'length' },
  ],
])('%s', (message, options) => {
  expect(() => statsdBackend(options as StatsdOptions)).toThrow(message);
});

describe('where to send', () => {
  test.each<[StatsdOptions, object]>([
    [{}, { protocol: 'udp', host: '127.0.0.1', port: 8125, isAgent: false }],
    [
      { host: 'a', port: 1 },
      { protocol: 'udp', host: 'a', port: 1, isAgent: false },
    ],
    [
      { host: '[::1]', protocol: 'tcp' },
      { protocol: 'tcp', host: '::1', port: 8125, isAgent: false },
    ],
    [{ path: '/s' }, { protocol: 'unix', path: '/s', isAgent: false }],
    [
      { agentHost: 'a', agentPort: 2 },
      { protocol: 'udp', host: 'a', port: 2, isAgent: true },
    ],
    [{ url: 'udp://a:9' }, { protocol: 'udp', host: 'a', port: 9, isAgent: true }],
    [
      { url: 'udp://a', agentPort: 7 },
      { protocol: 'udp', host: 'a', port: 7, isAgent: true },
    ],
    [{ url: 'udp://[::1]:9' }, { protocol: 'udp', host: '::1', port: 9, isAgent: true }],
    [{ url: 'unix:///a/b' }, { protocol: 'unix', path: '/a/b', isAgent: true }],
    [{ url: 'unixstream:///a/b' }, { protocol: 'unix', path: '/a/b', isAgent: true }],
    [
      { url: 'udp://a:9', agentHost: 'b', agentPort: 7 },
      { protocol: 'udp', host: 'a', port: 9, isAgent: true },
    ],
    [
      { host: 'own', url: 'udp://a:9', agentHost: 'b' },
      { protocol: 'udp', host: 'own', port: 8125, isAgent: false },
    ],
    [
      { port: 5, url: 'udp://a:9' },
      { protocol: 'udp', host: 'a', port: 5, isAgent: true },
    ],
    [
      { port: 5, agentHost: 'b', agentPort: 6 },
      { protocol: 'udp', host: 'b', port: 5, isAgent: true },
    ],
    [
      { protocol: 'tcp', url: 'udp://a:9', agentHost: 'b' },
      { protocol: 'tcp', host: 'b', port: 8125, isAgent: true },
    ],
  ])('%j', (options, destination) => {
    expect(destinationOf(options)).toEqual(destination);
  });
});

describe('the environment table', () => {
  test('names the variables and the options they set', () => {
    const rows = statsdSettings.environment.map(({ name, sets }) => `${name} ${sets}`);
    expect(rows.slice(0, 14)).toEqual([
      'STATSD_HOST host',
      'STATSD_PORT port',
      'STATSD_PROTOCOL protocol',
      'STATSD_SOCKET_PATH path',
      'STATSD_DIALECT dialect',
      'STATSD_HISTOGRAM_TYPE histogramType',
      'STATSD_PACK_VALUES packValues',
      'DD_DOGSTATSD_URL url',
      'DD_AGENT_HOST agentHost',
      'DD_DOGSTATSD_PORT agentPort',
      'DD_ENV env',
      'DD_SERVICE service',
      'DD_VERSION version',
      'DD_ENTITY_ID entityId',
    ]);
  });

  test('sets options that there are, whose defaults change nothing when they are given', () => {
    const resolved = statsdSettings.resolve({});
    for (const { sets } of statsdSettings.environment) expect(Object.keys(resolved)).toContain(sets);
    expect(statsdSettings.resolve(resolved)).toEqual(resolved);
    expect(destinationOf({ ...resolved, agentHost: 'b' })).toMatchObject({ host: 'b', isAgent: true });
  });
});
