import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { fakeApi, type Serving, serving, token } from './serving.js';

// What a browser does and lets other pages do: no client of ours shows that.

const executablePath = '/usr/bin/chromium';
const isMissing = !existsSync(executablePath);
if (isMissing) {
  const hint = 'Not installed; get it with: apt-get install chromium';
  if (process.env['CI'] === 'true') throw new Error(hint);
  console.warn(`Tests are skipped. ${hint}`);
}

describe.skipIf(isMissing)('a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-quic'] });
  });
  afterAll(() => browser.close());

  async function openContext(): Promise<BrowserContext> {
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    return context;
  }

  /** A dashboard with a page that reads the API and the stream, and shows what it got in its title. */
  async function dashboard(): Promise<Serving> {
    const pageFolder = mkdtempSync(join(tmpdir(), 'page-'));
    onTestFinished(() => rmSync(pageFolder, { recursive: true }));
    mkdirSync(join(pageFolder, 'assets'));
    writeFileSync(
      join(pageFolder, 'index.html'),
      '<!doctype html><title>loading</title><link rel="icon" href="data:,"><script type="module" crossorigin src="./assets/page.js"></script>',
    );
    writeFileSync(
      join(pageFolder, 'assets/page.js'),
      `const source = new EventSource('./stream');
source.addEventListener('hello', async ({ data }) => {
  const watch = [{ id: '1', path: 'text', parameters: {} }];
  const headers = { 'Content-Type': 'application/json' };
  await fetch('./stream/' + JSON.parse(data).streamId, { method: 'POST', headers, body: JSON.stringify({ watch }) });
});
source.addEventListener('view', ({ data }) => {
  document.body.textContent = JSON.parse(data).answer.text;
  document.title = 'live';
});`,
    );
    return serving({ pageFolder, api: fakeApi({ text: () => ({ text: '<script>document.title = "run"</script>' }) }) });
  }

  function problemsOf(page: Page): readonly string[] {
    const problems: string[] = [];
    page.on('console', (message) => void (message.type() === 'error' && problems.push(message.text())));
    page.on('pageerror', (error) => void problems.push(error.message));
    return problems;
  }

  test('logs in by the link, and the page reads its stream under its policy', async () => {
    const { live, origin } = await dashboard();
    const page = await (await openContext()).newPage();
    const problems = problemsOf(page);
    await page.goto(live.link(origin));
    await expect.poll(() => page.title(), { timeout: 60_000 }).toBe('live');
    expect(page.url()).toBe(`${origin}/live/`);
    expect(await page.textContent('body')).toContain('<script>');
    expect(problems).toEqual([]);
  });

  test('logs in by the form, and without scripts', async () => {
    const { origin } = await dashboard();
    const context = await browser.newContext({ javaScriptEnabled: false });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const problems = problemsOf(page);
    expect((await page.goto(`${origin}/live/`))?.status()).toBe(401);
    await page.getByLabel('Token').fill('wrong-token-wrong-token');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('status').filter({ hasText: 'The token is wrong.' }).waitFor();
    await page.getByLabel('Token').fill(token);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.waitForURL(`${origin}/live/`);
    await expect.poll(() => page.title(), { timeout: 60_000 }).toBe('loading');
    // 401 of the two pages themselves
    expect(problems.filter((problem) => !problem.includes('401'))).toEqual([]);
  });

  test('two dashboards on one host keep their sessions apart', async () => {
    const [first, second] = [await dashboard(), await dashboard()];
    const context = await openContext();
    const page = await context.newPage();
    for (const { live, origin } of [first, second]) await page.goto(live.link(origin));
    for (const { origin } of [first, second]) expect((await page.goto(`${origin}/live/`))?.status()).toBe(200);
    expect((await context.cookies()).map(({ httpOnly, sameSite, path }) => ({ httpOnly, sameSite, path }))).toEqual(
      Array.from({ length: 2 }, () => ({ httpOnly: true, sameSite: 'Strict', path: '/live' })),
    );
  });

  test('behind a proxy that takes a part off the path, logging in leads to the page', async () => {
    const { port } = await dashboard();
    const proxy = createServer((request, response) => {
      const path = (request.url ?? '').replace(/^\/ops\/shop/, '');
      const { method, headers } = request;
      const forwarded = httpRequest({ port, host: '127.0.0.1', path, method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      forwarded.on('error', () => response.destroy());
      request.pipe(forwarded);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      proxy.closeAllConnections();
      proxy.close();
    });
    const outside = `http://127.0.0.1:${(proxy.address() as { port: number }).port}/ops/shop/live/`;
    const page = await (await openContext()).newPage();
    await page.goto(`${outside}login?t=${token}`);
    await expect.poll(() => page.title(), { timeout: 20_000 }).toBe('live');
    expect(page.url()).toBe(outside);
  });

  test('a link on another site reaches the page of one who is logged in', async () => {
    const { live, origin, port } = await dashboard();
    const other = await otherPage();
    const page = await (await openContext()).newPage();
    await page.goto(live.link(origin));
    await page.goto(other.replace('127.0.0.1', 'localhost'));
    await page.evaluate(`document.body.innerHTML = '<a href="http://127.0.0.1:${port}/live/">go</a>'`);
    await page.click('a');
    await expect.poll(() => page.title(), { timeout: 60_000 }).toBe('live');
  });

  /** A page on another port of the host. */
  async function otherPage(): Promise<string> {
    const server = createServer((_request, response) => {
      response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>other</title><body>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
  }

  test('lets a page on another port of the host see and do nothing, though it sends our cookie', async () => {
    const posted: string[] = [];
    const api = fakeApi();
    const { live, origin } = await serving({
      api: {
        ...api,
        methods: () => ['GET', 'POST'],
        post(path) {
          posted.push(path);
          return {};
        },
      },
    });
    const page = await (await openContext()).newPage();
    await page.goto(live.link(origin));
    await page.goto(await otherPage());
    const got = await page.evaluate(`(${attack})(${JSON.stringify(origin)})`);
    expect(got).toEqual({
      read: 'refused',
      post: 'refused',
      simple: 'refused',
      graphql: 'refused',
      stream: 'refused',
      socket: 'refused',
    });
    expect(posted).toEqual([]);
    expect(live.viewers.count).toBe(0);
    expect(live.refused.origins).toBeGreaterThanOrEqual(4);
  });
});

/** What a page of another origin may try. A string, because it is code of a page. */
const attack = `async (target) => {
  const tried = (promise) => promise.then(() => 'done', () => 'refused');
  const request = (path, options) => tried(fetch(target + path, { credentials: 'include', ...options }));
  const opened = (source) => new Promise((resolve) => {
    source.onopen = () => resolve('open');
    source.onerror = () => resolve('refused');
  });
  const json = { 'Content-Type': 'application/json' };
  return {
    read: await request('/live/api/echo', {}),
    post: await request('/live/api/profiles', { method: 'POST', body: '{}', headers: { 'Content-Type': 'text/plain' } }),
    simple: await request('/live/api/profiles', { method: 'POST', mode: 'no-cors' }),
    graphql: await request('/live/graphql', { method: 'POST', body: '{}', headers: json }),
    stream: await opened(new EventSource(target + '/live/stream', { withCredentials: true })),
    socket: await opened(new WebSocket(target.replace('http', 'ws') + '/live/graphql', 'graphql-transport-ws')),
  };
}`;
