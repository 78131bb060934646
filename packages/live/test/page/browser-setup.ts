import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserServer } from 'playwright-core';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Answers a GET with a `SharedBrowser`. */
    sharedBrowser: string;
  }
}

/** One browser and one build of the page for all files of a test run. */
export interface SharedBrowser {
  /** Where the browser listens. */
  readonly endpoint: string;
  readonly pageFolder: string;
}

/** Debian's; `requireServer` says how to get it. */
export const chromiumPath = '/usr/bin/chromium';

/** Runs before the tests of a project. The first file that asks for the browser starts it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  let starting: Promise<Started> | undefined;
  const server = createServer((_request, response) => {
    starting ??= start();
    starting.then(
      ({ shared }) => response.end(JSON.stringify(shared)),
      (error) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  project.provide('sharedBrowser', `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return async () => {
    server.close();
    server.closeAllConnections();
    const started = await starting?.catch(() => undefined);
    await started?.browser.close();
    if (started !== undefined) await rm(started.shared.pageFolder, { recursive: true, force: true });
  };
}

interface Started {
  readonly browser: BrowserServer;
  readonly shared: SharedBrowser;
}

async function start(): Promise<Started> {
  if (!existsSync(chromiumPath)) throw new Error(`There is no ${chromiumPath}.`);
  // Only now: most test runs need neither.
  const [{ chromium }, { buildPage }] = await Promise.all([
    import('playwright-core'),
    import('../../page/build-page.mjs'),
  ]);
  const pageFolder = await mkdtemp(join(tmpdir(), 'live-page-'));
  const [browser] = await Promise.all([
    chromium.launchServer({
      executablePath: chromiumPath,
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
      host: '127.0.0.1',
    }),
    buildPage(pageFolder, { minify: true }),
  ]);
  return { browser, shared: { endpoint: browser.wsEndpoint(), pageFolder } };
}
