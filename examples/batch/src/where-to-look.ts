/** The first output of the service. `page` is `undefined` if no exposition is served. */
export function whereToLook(page: string | undefined): string {
  return [
    'Four forecasts every ten seconds, two at a time, one of which fails.',
    ...(page === undefined ? [] : [`Page: ${page}`]),
    'Try:',
    `  ${page === undefined ? 'METRICS_BACKEND=prometheus METRICS_PORT=0 npm run start:batch   # an exposition, at a free port' : `curl -s ${page} | grep nf_runs   # runs by outcome, model and backend`}`,
    '  LOG_LAYOUT=text npm run start:batch   # readable log lines',
    '  METRICS_BACKEND=log METRICS_INTERVAL_SECONDS=2 npm run start:batch   # only lines, one for each two seconds',
    'Ctrl-C ends it.',
  ].join('\n');
}
