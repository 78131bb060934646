import type { Settings } from './settings.js';

/** The first output of the service. `pageUrl` is `undefined` if no exposition is served. */
export function whereToLook(
  { exchangeUrl, redisUrl }: Pick<Settings, 'exchangeUrl' | 'redisUrl'>,
  { backend, pageUrl }: { backend: string; pageUrl: string | undefined },
): string {
  const from =
    exchangeUrl === undefined ? 'a simulated exchange (EXCHANGE_WS_URL takes a real one)' : new URL(exchangeUrl).host; // an address may hold a token
  const to = redisUrl === undefined ? 'streams in memory (REDIS_URL takes a Redis)' : 'Redis Streams';
  return [
    `Market data from ${from} to ${to}.`,
    `Metrics go to METRICS_BACKEND=${backend}.`,
    ...(pageUrl === undefined ? [] : [`Page: ${pageUrl}   health: ${new URL('/healthz', pageUrl)}`]),
    ...(backend.split(',').includes('log')
      ? ['Log: a line with "msg":"metrics" for each window follows here, the last one at the end.']
      : []),
    'Try:',
    `  ${pageUrl === undefined ? 'METRICS_BACKEND=prometheus METRICS_PORT=0 npm start   # a page, at a free port' : `curl -s ${pageUrl} | grep collector_messages   # twice: the numbers have grown`}`,
    '  SIMULATOR_MESSAGES_PER_SECOND=2000 npm start   # a busier exchange',
    '  METRICS_BACKEND=statsd npm start   # another destination (otel, log, none), and no line of code',
    'Ctrl-C ends it.',
  ].join('\n');
}
