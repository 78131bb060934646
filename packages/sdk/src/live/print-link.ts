import type { Log } from '@sightline/base';

/** Says where the page is. The link opens it, so it goes to a terminal only: log lines are shipped. */
export function printLink(url: string, log: Log): void {
  const terminal = [process.stderr, process.stdout].find(({ isTTY }) => isTTY);
  if (terminal !== undefined) terminal.write(`\nLive page: ${url}\n\n`);
  else log.info({}, `[sdk] The live page is at ${withoutToken(url)}. obs.live.url has the link that opens it.`);
}

/** The page's address, for everybody to see. */
export function withoutToken(url: string): string {
  return new URL('.', url).href;
}
