/** What the reader of the terminal wants to know once the service runs. `page` is undefined if no page is served. */
export function whereToLook(page: string | undefined): string {
  return [
    'Four forecasts every ten seconds, two at a time, one of which fails.',
    ...(page === undefined ? [] : [`Page: ${page}`]),
    'Try:',
    `  ${page === undefined ? 'METRICS_BACKEND=prometheus METRICS_PORT=0 npm run start:batch   # a page, at a free port' : `curl -s ${page} | grep nf_runs   # runs by outcome, model and backend`}`,
    '  LOG_LAYOUT=text npm run start:batch   # log lines for people',
    '  METRICS_BACKEND=log METRICS_INTERVAL_SECONDS=2 npm run start:batch   # only lines, one for each two seconds',
    'Ctrl-C ends it.',
  ].join('\n');
}
