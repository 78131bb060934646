import type { Settings } from './settings.js';

/** What somebody who has just started the service wants to know. `pageUrl` is undefined where no page is served. */
export function whereToLook(
  { exchangeUrl, redisUrl }: Pick<Settings, 'exchangeUrl' | 'redisUrl'>,
  { backend, pageUrl }: { backend: string; pageUrl: string | undefined },
): string {
  const from =
    exchangeUrl === undefined ? 'a simulated exchange (EXCHANGE_WS_URL takes a real one)' : new URL(exchangeUrl).host; // an address may hold a token
  const to = redisUrl === undefined ? 'streams in memory (REDIS_URL takes a Redis)' : 'Redis Streams';
  return [
    `Market data from ${from} to ${to}.`,
    `Metrics go to METRICS_BACKEND=${backend}. ${switchHint(backend)}`,
    ...(pageUrl === undefined ? [] : [`Page: ${pageUrl}   health: ${new URL('/healthz', pageUrl)}`]),
    ...(backend.split(',').includes('log')
      ? ['Log: a line with "msg":"metrics" for each window follows here, the last one at the end.']
      : []),
    'Ctrl-C ends it.',
  ].join('\n');
}

function switchHint(backend: string): string {
  return backend === 'log'
    ? 'Try METRICS_BACKEND=prometheus npm start, or prometheus,log for both.'
    : 'Without the variable: log lines.';
}
