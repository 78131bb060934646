import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { startBrowser, type Tab, type TestBrowser } from './browser.js';
import { type FakeServer, startFakeServer } from './fake-server.js';

/** The page of a fake server, while a test runs. */
export interface FakePage {
  readonly browser: TestBrowser;
  readonly server: FakeServer;
  readonly tab: Tab;
}

/** A tab for each test of the file, which fails by any error of the page, and a server: for each test, or for all that leave it as it is. */
export function fakePage({ serverFor }: { readonly serverFor: 'each test' | 'all tests' }): FakePage {
  let browser: TestBrowser;
  let server: FakeServer;
  let tab: Tab;
  const isShared = serverFor === 'all tests';
  const serve = async (): Promise<void> => {
    server = await startFakeServer({ pageFolder: browser.pageFolder });
  };
  beforeAll(async () => {
    browser = await startBrowser();
    if (isShared) await serve();
  });
  afterAll(async () => {
    await browser?.close();
    if (isShared) await server?.close();
  });
  beforeEach(async () => {
    if (!isShared) await serve();
    tab = await browser.open(server.url);
  });
  afterEach(async () => {
    expect(tab.errors()).toEqual([]);
    await tab.close();
    if (!isShared) await server.close();
  });
  return {
    get browser() {
      return browser;
    },
    get server() {
      return server;
    },
    get tab() {
      return tab;
    },
  };
}
