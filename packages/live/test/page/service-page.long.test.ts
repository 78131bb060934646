import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { collectorObservability } from '../../../../examples/collector/src/observability.js';
import { type Service, startService } from '../../../../examples/collector/src/service.js';
import { readSettings } from '../../../../examples/collector/src/settings.js';
import { requireServer } from '../../../../scripts/servers/require-server.js';
import { formatExact } from '../../page/src/format/number.js';
import { chromiumPath, eventually, startBrowser, type Tab, type TestBrowser } from './browser.js';
import { servePage } from './built-page.js';

type Observability = ReturnType<typeof collectorObservability>;
const token = 'a-token-of-these-tests';
const log = { info() {}, warn() {}, error() {} };

function observed(port: number): Observability {
  return collectorObservability({
    log,
    lines: { info() {} } as never,
    env: {
      SIGHTLINE_TEST_RUN: 'false',
      SIGHTLINE_LIVE_PORT: String(port),
      SIGHTLINE_LIVE_TOKEN: token,
      METRICS_BACKEND: 'log',
      LOG_LEVEL: 'fatal',
    },
  });
}

describe.skipIf(!requireServer(chromiumPath))('the page of a service', () => {
  let browser: TestBrowser;
  let obs: Observability;
  let service: Service;
  let tab: Tab;
  let link: string;
  beforeAll(async () => {
    browser = await startBrowser();
    servePage(browser.pageFolder);
    obs = observed(0);
    await obs.ready;
    link = obs.live.url ?? '';
    service = await startService({ settings: readSettings({}), metrics: obs.metrics, log });
    obs.health.add('exchange', () => service.isConnected());
    obs.live.page('Tenants', () =>
      Array.from({ length: 1234 }, (_, index) => ({ tenant: `t-${index}`, requests: index, isPaid: index % 2 === 0 })),
    );
    const received = (): number =>
      obs.metrics
        .snapshot()
        .families.reduce(
          (sum, family) => sum + (family.name === 'collector_messages_received_total' ? numberOf(family, 0) : 0),
          0,
        );
    await vi.waitFor(() => expect(received()).toBeGreaterThan(5), { timeout: 60_000 });
    await service.shutdown(); // so that its numbers stay
  });
  afterAll(async () => {
    await browser?.close();
    await obs?.shutdown();
  });
  beforeEach(async () => {
    tab = await browser.open(link);
  });
  afterEach(async () => {
    expect(tab.errors()).toEqual([]);
    expect([...tab.origins()]).toEqual([new URL(link).origin]);
    await tab.close();
  });

  /** Labels and value of each series of a metric, as the snapshot has them; the count of a histogram. */
  function seriesOf(family: Family): string[][] {
    const { labelNames, labelValues, size } = family;
    return Array.from({ length: size }, (_, at) => [
      ...labelValues.slice(at * labelNames.length, (at + 1) * labelNames.length),
      formatExact(numberOf(family, at)),
    ]);
  }
  const announcement = (): Promise<string | null> => tab.page.locator('.notices').textContent();

  test('each number of each metric is that of `snapshot()`', async () => {
    const { families } = obs.metrics.snapshot();
    const own = families.filter(({ name }) => /^(collector_|last_message)/.test(name));
    expect(own.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['counter', 'gauge', 'histogram']));
    for (const family of own) {
      const columns = Math.max(1, family.labelNames.length) + 1;
      const shown = (): Promise<string[][]> =>
        tab.page
          .getByRole('table', { name: 'Series' })
          .locator('tbody tr')
          .evaluateAll(
            (rows, count) =>
              rows.map((row) =>
                [...(row as unknown as Row).cells].slice(0, count).map(({ textContent }) => textContent.trim()),
              ),
            columns,
          );
      await tab.show(`#/metrics?name=${family.name}`);
      const expected = seriesOf(family).map((cells) => (cells.length === 1 ? ['without labels', ...cells] : cells));
      await eventually(async () => (await shown()).sort()).toEqual(expected.sort());
    }
  });

  test('a page of its own has its rows, and says how many more there are', async () => {
    await tab.show('#/own/tenants');
    await eventually(() => tab.page.locator('tbody tr').count()).toBe(1000);
    expect(await tab.page.locator('main').textContent()).toContain('And 234 rows more');
    expect(await tab.page.locator('tbody tr').nth(1).textContent()).toBe('t-11no');
  });

  test('messages, lines and spans of the service itself come by themselves', async () => {
    await tab.show('#/messages?topic=orders');
    obs.live.publish('orders', { type: 'Placed', payload: { order: 'o-1', password: 'hunter2' } });
    await tab.page.locator('.messages .row', { hasText: 'order=o-1' }).waitFor();
    expect(await tab.page.locator('main').textContent()).not.toContain('hunter2');
    await obs.operation('restock', {}, async () => {});
    await tab.show('#/traces');
    await tab.page.locator('.traces .row', { hasText: 'restock' }).waitFor();
  });

  test('pause counts what comes, and shows it afterwards', async () => {
    obs.live.publish('paused', { type: 'First' });
    await tab.show('#/messages?topic=paused');
    await tab.page.locator('.messages .row').first().waitFor();
    await tab.page.keyboard.press('p');
    for (let index = 0; index < 5; index++) obs.live.publish('paused', { type: `Later${index}` });
    await tab.page.getByText(/paused.*5 new/).waitFor();
    expect(await tab.page.locator('.messages .row').count()).toBe(1);
    await tab.page.keyboard.press('p');
    await eventually(() => tab.page.locator('.messages .row').count()).toBe(6);
  });

  test('settings say where they are from, and show no secret', async () => {
    await tab.show('#/settings');
    const text = await tab.page.locator('main').textContent();
    expect(text).toContain('SIGHTLINE_LIVE_PORT');
    expect(text).not.toContain(token);
  });

  test('the largest holders of heap are looked for on demand', async () => {
    await tab.show('#/runtime');
    expect(await tab.page.locator('main').textContent()).toContain('The service stands still for it');
    // To really look at the heap of a test run takes a minute.
    const asked = new Promise<string>((resolve) => {
      void tab.page.route('**/api/profiles?*', (route) => {
        resolve(`${route.request().method()} ${new URL(route.request().url()).search}`);
        return route.fulfill({ status: 409, json: { problem: 'A profile is being recorded.' } });
      });
    });
    await tab.page.getByRole('button', { name: 'Find the largest holders of heap' }).click();
    expect(await asked).toBe('POST ?kind=heap');
    await tab.page.getByRole('alert').filter({ hasText: 'A profile is being recorded.' }).waitFor();
  });

  test('by keyboard alone: from the overview to a trace and back', async () => {
    await obs.operation('by-keyboard', {}, async () => {});
    await tab.page.keyboard.press('3');
    await tab.page.locator('.traces .row').first().waitFor();
    await tab.page.keyboard.press('/');
    await tab.page.keyboard.type('by-keyboard');
    await eventually(() => tab.page.locator('.traces .row').count()).toBe(1);
    await tab.page.keyboard.press('Escape');
    for (let steps = 0; steps < 30 && (await focusedRole()) !== 'grid'; steps++) await tab.page.keyboard.press('Tab');
    await tab.page.keyboard.press('ArrowDown');
    await tab.page.keyboard.press('Enter');
    await tab.page.locator('.waterfall').waitFor();
    await tab.page.keyboard.press('1');
    await eventually(() => tab.page.title()).toContain('Overview');
  });
  const focusedRole = (): Promise<string | null> => tab.page.evaluate('document.activeElement.getAttribute("role")');

  test('without a session one has to log in, and then sees the page', async () => {
    const { origin } = new URL(link);
    const stranger = await browser.open(`${origin}/live/`);
    try {
      expect(await stranger.audit()).toEqual([]);
      await stranger.change({ theme: 'dark', width: 1280 });
      expect(await stranger.audit()).toEqual([]);
      await stranger.picture('login');
      await stranger.page.getByLabel('Token').fill(token);
      await stranger.page.getByRole('button', { name: 'Log in' }).click();
      await stranger.page.getByRole('heading', { name: 'Overview' }).waitFor();
      await stranger.page.context().clearCookies();
      await stranger.page.reload();
      await stranger.page.getByLabel('Token').waitFor();
      expect(stranger.errors()).toEqual([]);
    } finally {
      await stranger.close();
    }
  });

  test('a session that ends while the page is open leads to the log-in', async () => {
    await tab.page.context().clearCookies();
    await tab.page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
    await obs.shutdown();
    const { port } = new URL(link);
    obs = observed(Number(port));
    await obs.ready;
    await tab.page.evaluate(`dispatchEvent(new Event('online'))`); // not only when it tries again by itself
    await tab.page.getByRole('heading', { name: 'Log in to go on' }).waitFor();
    expect(await tab.audit()).toEqual([]);
  });

  test('a restart is shown, and the view stays', async () => {
    await tab.show('#/logs?level=warn');
    const { port } = new URL(link);
    await obs.shutdown();
    await eventually(announcement).toContain('Connection lost');
    obs = observed(Number(port));
    await obs.ready;
    await tab.page.evaluate(`dispatchEvent(new Event('online'))`);
    await eventually(announcement).toContain('The service restarted');
    expect(await tab.hash()).toBe('/logs?level=warn');
    expect(await tab.audit()).toEqual([]);
  });
});

type Family = ReturnType<Observability['metrics']['snapshot']>['families'][number];

interface Row {
  readonly cells: Iterable<{ readonly textContent: string }>;
}

function numberOf(family: Family, at: number): number {
  if (family.kind === 'summary') return family.counts[at] ?? Number.NaN;
  if (family.kind !== 'histogram') return family.values[at] ?? Number.NaN;
  const buckets = family.bounds.length + 1;
  return family.bucketCounts.slice(at * buckets, (at + 1) * buckets).reduce((sum, count) => sum + count, 0);
}
