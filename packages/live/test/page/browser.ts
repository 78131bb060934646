import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire as requireFrom } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { expect, inject } from 'vitest';
import { chromiumPath, type SharedBrowser } from './browser-setup.js';
import { isSettled } from './is-settled.js';

export { chromiumPath };

/** The browser of the test run, and the page that was built for it. */
export interface TestBrowser {
  readonly pageFolder: string;
  /** A tab with nothing kept from others. */
  open(url: string, options?: TabOptions): Promise<Tab>;
  close(): Promise<void>;
}

export interface TabOptions {
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
  /** How much later than asked for frames and timers of the page come, as on a busy machine. */
  readonly lateMs?: number;
}

export interface Tab {
  readonly page: Page;
  /** Goes to another hash of the page, and waits until its answers have come and its charts are drawn. */
  show(hash: string): Promise<void>;
  /** Waits until an expression of the page is true, looking once a frame. */
  until(expression: string): Promise<void>;
  /** The part of the address after `#`, as the page has it now. */
  hash(): Promise<string>;
  /** What axe-core finds: rules, and their elements. In another theme only colours differ. */
  audit(what?: 'all' | 'colours'): Promise<string[]>;
  /** Changes the theme and the size of the window. */
  change(options: Required<Pick<TabOptions, 'theme' | 'width'>>): Promise<void>;
  /** Errors of scripts, of the console, and violations of the content security policy, since the last call. */
  errors(): string[];
  /** The origins of all that was asked for, since it was opened. */
  origins(): ReadonlySet<string>;
  /** How much wider the document is than the window. */
  overflow(): Promise<number>;
  /** Writes a picture into `$SIGHTLINE_SCREENSHOTS`, or into a temporary folder. */
  picture(name: string): Promise<void>;
  close(): Promise<void>;
}

/** Like `expect`, of what becomes so. */
export function eventually<Value>(read: () => Value | Promise<Value>): ReturnType<typeof expect.poll<Value>> {
  return expect.poll(read, { interval: 20 });
}

export async function startBrowser(): Promise<TestBrowser> {
  const response = await fetch(inject('sharedBrowser'));
  if (!response.ok) throw new Error(`The browser did not start: ${await response.text()}`);
  const { endpoint, pageFolder } = (await response.json()) as SharedBrowser;
  const browser = await chromium.connect(endpoint);
  const axe = await readFile(requireFrom(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  return {
    pageFolder,
    open: (url, options) => openTab(browser, axe, url, options),
    close: () => browser.close(), // the tabs of this connection
  };
}

async function openTab(browser: Browser, axe: string, url: string, options: TabOptions = {}): Promise<Tab> {
  let { theme = 'light', width = 1280 } = options;
  const { height = 820, lateMs = 0 } = options;
  const context = await browser.newContext({ colorScheme: theme, viewport: { width, height } });
  const page = await context.newPage();
  let errors: string[] = [];
  page.on('pageerror', (error) => errors.push(`${error.name}: ${error.message}`));
  page.on('console', (message) => {
    // Of a request that a test lets fail: the browser logs it, the page does not.
    if (/Failed to load resource|net::ERR_/.test(message.text())) return;
    if (message.type() === 'error') errors.push(message.text());
  });
  const origins = new Set<string>();
  page.on('request', (request) => void origins.add(new URL(request.url()).origin));
  await page.addInitScript(reportViolations);
  if (lateMs > 0) await page.addInitScript(framesAndTimersLate(lateMs));
  await page.goto(url);
  await page.locator('h1').waitFor();
  let hasAxe = false;
  const until = async (expression: string): Promise<void> => {
    const deadline = Date.now() + 60_000;
    while ((await page.evaluate(expression)) !== true) {
      if (Date.now() > deadline) throw new Error(`It was not so within a minute: ${expression}`);
      await page.evaluate('new Promise((done) => requestAnimationFrame(done))');
    }
  };
  return {
    page,
    async show(hash) {
      await page.evaluate(goTo(hash));
      await until(isSettled);
    },
    until,
    // Not `page.url()`, which follows later.
    hash: () => page.evaluate<string>('location.hash.slice(1)'),
    async audit(what = 'all') {
      if (!hasAxe) await page.evaluate(axe);
      hasAxe = true;
      return page.evaluate<string[]>(runAxe(what === 'all' ? '' : `{ runOnly: ['color-contrast'] }`));
    },
    async change(next) {
      ({ theme, width } = next);
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize({ width, height });
      await until(isSettled);
    },
    errors() {
      const given = errors;
      errors = [];
      return given;
    },
    origins: () => origins,
    overflow: () =>
      page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
    async picture(name) {
      mkdirSync(pictureFolder, { recursive: true });
      await page.screenshot({ path: join(pictureFolder, `${name}-${theme}-${width}.png`) });
    },
    close: () => context.close(),
  };
}

// Scripts for the page are texts, since the tests are compiled without the types of browsers.

const reportViolations = `document.addEventListener('securitypolicyviolation', (event) => {
  console.error('content security policy: ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sourceFile);
});`;

const framesAndTimersLate = (byMs: number): string => `{
  const { setTimeout, requestAnimationFrame } = window;
  window.setTimeout = (run, ms = 0, ...rest) => setTimeout(run, ms + ${byMs}, ...rest);
  window.requestAnimationFrame = (run) => setTimeout(() => requestAnimationFrame(run), ${byMs});
  window.cancelAnimationFrame = clearTimeout;
}`;

/** Until the page has read the address: otherwise what was shown before would be taken for settled. */
const goTo = (hash: string): string => `new Promise((done) => {
  const before = location.hash;
  addEventListener('hashchange', () => done(), { once: true });
  location.hash = ${JSON.stringify(hash)};
  if (location.hash === before) done();
})`;

const runAxe = (
  options: string,
): string => `axe.run(${options}).then(({ violations }) => violations.map(({ id, nodes }) =>
  id + ': ' + nodes.map(({ html, failureSummary }) => html + ' ' + failureSummary).join(' | ')))`;

const pictureFolder = process.env['SIGHTLINE_SCREENSHOTS'] ?? join(tmpdir(), 'sightline-screenshots');
