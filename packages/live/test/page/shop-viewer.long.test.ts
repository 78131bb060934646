import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { requireServer } from '../../../../scripts/servers/require-server.js';
import type { Viewer } from '../../src/index.js';
import type { FlowAnswer, MessagesAnswer, SpanRow, TraceRow } from '../../src/model/answers.js';
import { chromiumPath, eventually, startBrowser, type Tab, type TestBrowser } from './browser.js';
import { openViewer, servePage } from './built-page.js';
import { type RunningShop, startShop } from './running-shop.js';

const log = { info() {}, warn() {}, error() {} };
const ports = { port: 0, otlpHttpPort: 0, otlpGrpcPort: 0, token: 'a-token-of-these-tests', log };

describe.skipIf(!requireServer(chromiumPath))('the viewer, with the services of the shop', () => {
  let browser: TestBrowser;
  let viewer: Viewer;
  let shop: RunningShop;
  let tab: Tab;
  let bought = 0;
  const buy = async (product: string): Promise<void> => {
    await shop.buy(product);
    bought++;
  };
  beforeAll(async () => {
    browser = await startBrowser();
    servePage(browser.pageFolder);
    viewer = await openViewer(ports);
    shop = await startShop(viewer);
    for (const product of ['tea', 'mug', 'piano', 'tea']) await buy(product);
    const refund = async (): Promise<void> => {
      throw new Error('the bank is closed');
    };
    await expect(shop.customer.operation('shop.refund', {}, refund)).rejects.toThrow('closed');
    tab = await browser.open(viewer.url);
    await vi.waitFor(
      async () => {
        expect(await refunds()).toHaveLength(1);
        expect((await purchases()).filter(isComplete)).toHaveLength(bought);
        expect((await messages()).filter(({ type }) => type === 'OrderFulfilled')).toHaveLength(3);
        expect(waysFromTopics(await viewer.get('flow', { last: '15m' }))).toHaveLength(8);
      },
      { timeout: 60_000 },
    );
  });
  afterAll(async () => {
    await browser?.close();
    await shop?.shutdown();
    await viewer?.shutdown();
  });
  afterEach(() => {
    expect(tab.errors()).toEqual([]);
    expect([...tab.origins()]).toEqual([new URL(viewer.url).origin]);
  });

  const refunds = async (): Promise<readonly TraceRow[]> =>
    (await viewer.get('traces', { name: 'shop.refund', last: '1h' })).traces;
  const purchases = async (): Promise<readonly TraceRow[]> =>
    (await viewer.get('traces', { name: 'shop.purchase', last: '1h' })).traces;
  const messages = async (): Promise<MessagesAnswer['messages']> =>
    (await viewer.get('messages', { limit: '500' })).messages;
  const isComplete = ({ services, isRootMissing }: TraceRow): boolean => services.length === 5 && !isRootMissing;
  const texts = (selector: string): Promise<string[]> => tab.page.locator(selector).allTextContents();
  const waysFromTopics = ({ nodes, edges }: FlowAnswer): FlowAnswer['edges'] => {
    const kinds = new Map(nodes.map(({ id, kind }) => [id, kind]));
    return edges.filter(({ from, to }) => kinds.get(from) === 'topic' && kinds.get(to) === 'service');
  };
  /** Until the page shows what the API has: the last spans of a purchase may be on their way to both. */
  const expectSame = <Value>(shown: () => Promise<Value>, known: () => Promise<Value>): Promise<void> =>
    eventually(async () => {
      const both = [await shown(), await known()];
      return isDeepStrictEqual(both[0], both[1]) ? [] : both;
    }).toEqual([]);

  test('shows all that sent something', async () => {
    await tab.show('#/overview');
    const rows = tab.page.getByRole('table', { name: 'Services' }).locator('tbody tr');
    await eventually(() => rows.count()).toBe(5);
    const { services } = await viewer.get('services');
    expect((await rows.locator('a').allTextContents()).map((text) => text.trim())).toEqual(
      services.map(({ name }) => name),
    );
    expect(services.map(({ name }) => name).sort()).toEqual(['fulfilment', 'orders', 'payment', 'shop', 'stock']);
  });

  test('draws the 8 ways from topics to services, and each number of the graph is that of the API', async () => {
    await tab.show('#/flow?as=graph');
    const shown = async (): Promise<string[]> =>
      (await texts('.edge-label')).map((text) => text.split(':')[0] ?? '').sort();
    await expectSame(shown, async () => {
      const { nodes, edges } = await viewer.get('flow', { last: '15m' });
      const name = (id: string): string | undefined => nodes.find((node) => node.id === id)?.name;
      return edges.map(({ from, to }) => `${name(from)} to ${name(to)}`).sort();
    });
    expect(
      (await shown()).filter((text) => /^(orders|stock|payment)\.(commands|queries) to|^events\./.test(text)),
    ).toHaveLength(8);
  });

  test('the small graph of the overview has services alone', async () => {
    await tab.show('#/overview');
    await tab.page.locator('.flow.small .node').first().waitFor();
    expect((await texts('.flow.small .node b')).sort()).toEqual(['fulfilment', 'orders', 'payment', 'shop', 'stock']);
    await tab.page.locator('.flow.small .edge-label').first().click();
    await tab.page.getByRole('complementary', { name: 'Edge' }).waitFor();
  });

  test('from a message to its trace, to its lines, back, and from an exemplar: one click each', async () => {
    const message = (await messages()).find(({ type }) => type === 'ChargePayment');
    await tab.show(`#/messages?message=${encodeURIComponent(message?.id ?? '')}`);
    const panel = tab.page.getByRole('complementary', { name: 'Message' });
    expect(await panel.locator('pre').textContent()).toContain('"amountCents"');
    await expectSame(
      () => tab.page.locator('.chain a').count(),
      async () => (await viewer.get(`messages/${message?.id}`)).chain.length,
    );
    await panel.getByRole('link', { name: message?.traceId?.slice(0, 8) ?? '' }).click();
    await tab.page.locator('.waterfall').waitFor();
    expect(await tab.hash()).toContain(`trace=${message?.traceId}`);

    await tab.page.getByRole('link', { name: /log lines?$/ }).click();
    await tab.page.locator('.lines .row').first().waitFor();
    await eventually(async () => (await texts('.lines .row')).join()).toContain('Asking the card company');
    await tab.page.locator('.lines .row').first().click();
    await tab.page
      .getByRole('complementary', { name: 'Log line' })
      .getByRole('link', { name: /^[0-9a-f]{8}/ })
      .first()
      .click();
    await tab.page.locator('.waterfall').waitFor();
    expect(await tab.hash()).toContain(`trace=${message?.traceId}`);

    await tab.show('#/metrics?name=command.processing.duration&of=payment');
    await tab.page.getByRole('table', { name: 'Exemplars' }).getByRole('link').first().click();
    await tab.page.locator('.waterfall').waitFor();
    const traceIds = (await purchases()).map(({ traceId }) => traceId);
    expect(traceIds).toContain(new URLSearchParams((await tab.hash()).split('?')[1]).get('trace'));
  });

  test('an error leads to its trace', async () => {
    await tab.show('#/overview');
    const [refund] = await refunds();
    await tab.page.locator('.error-lines a').filter({ hasText: 'the bank is closed' }).first().click();
    await tab.page.locator('.waterfall').waitFor();
    expect(await tab.hash()).toContain(`trace=${refund?.traceId}`);
  });

  test('a trace has the spans that were sent, as deep as they are', async () => {
    const [purchase] = await purchases();
    const spans = async (): Promise<readonly SpanRow[]> => (await viewer.get(`traces/${purchase?.traceId}`)).spans;
    await tab.show(`#/traces?trace=${purchase?.traceId}`);
    await expectSame(
      () => tab.page.getByRole('treegrid').getAttribute('aria-rowcount'),
      async () => String((await spans()).length + 1),
    );
    const rows = tab.page.locator('.spans .row');
    for (const [index, { name, depth }] of (await spans()).slice(0, 8).entries()) {
      expect(await rows.nth(index).textContent()).toContain(name);
      expect(await rows.nth(index).getAttribute('aria-level')).toBe(String(depth + 1));
    }
  });

  test('lines and messages of several services are in the order of their times', async () => {
    for (const page of ['logs', 'messages']) {
      await tab.show(`#/${page}`);
      const before = await tab.page.locator('.grid').getAttribute('aria-rowcount');
      await buy('tea');
      await eventually(() => tab.page.locator('.grid').getAttribute('aria-rowcount')).not.toBe(before);
      const times = await texts('.grid .row .c-time');
      expect(times.length).toBeGreaterThan(5);
      expect(times).toEqual([...times].sort());
    }
  });

  test('a session goes from one viewer to another, with all that was kept', async () => {
    const other = await openViewer(ports);
    const second = await browser.open(other.url);
    const folder = await mkdtemp(join(tmpdir(), 'live-session-'));
    try {
      await tab.show('#/settings');
      // What is bought and not yet here would be missing in the file.
      await eventually(async () => (await purchases()).filter(isComplete).length).toBe(bought);
      const kept = (await viewer.get('traces', { last: '1h' })).traces.length;
      const [file] = await Promise.all([
        tab.page.waitForEvent('download'),
        tab.page
          .getByText(/export/i)
          .first()
          .click(),
      ]);
      await second.show('#/settings');
      const [chooser] = await Promise.all([
        second.page.waitForEvent('filechooser'),
        second.page
          .getByText(/import/i)
          .first()
          .click(),
      ]);
      const session = join(folder, 'session');
      await file.saveAs(session); // the browser may have its files elsewhere
      await chooser.setFiles(session);
      await eventually(async () => (await other.get('traces', { last: '1h' })).traces.length).toBe(kept);
      await second.show('#/traces');
      await eventually(() => second.page.locator('.traces .row').count()).toBeGreaterThan(3);
      expect(second.errors()).toEqual([]);
    } finally {
      await second.close();
      await other.shutdown();
      await rm(folder, { recursive: true });
    }
  });

  test.each([
    'overview',
    'metrics',
    'metrics?name=shop.purchase.duration&of=shop',
    'traces',
    'trace',
    'compare',
    'logs',
    'line',
    'messages',
    'message',
    'flow?as=graph',
    'flow?as=table',
    'runtime',
    'database',
    'settings',
    'help',
  ])('%s: axe finds nothing in both themes, and nothing is beyond a narrow window', async (name) => {
    const [one, two] = await purchases();
    const [message] = await messages();
    const [line] = (await viewer.get('logs', { limit: '1' })).lines;
    const hashes: Readonly<Record<string, string>> = {
      trace: `traces?trace=${one?.traceId}`,
      compare: `traces?trace=${one?.traceId}&compare=${two?.traceId}`,
      line: `logs?line=${line?.id}`,
      message: `messages?message=${encodeURIComponent(message?.id ?? '')}`,
      help: 'overview',
    };
    await tab.show(`#/${hashes[name] ?? name}`);
    if (name === 'help') {
      await tab.page.keyboard.press('?');
      await tab.page.getByRole('dialog').waitFor();
    }
    const picture = `shop-${name.replace(/\W+/g, '-')}`;
    expect(await tab.audit()).toEqual([]);
    await tab.picture(picture);
    await tab.change({ theme: 'dark', width: 1280 });
    expect(await tab.audit('colours')).toEqual([]);
    await tab.picture(picture);
    await tab.change({ theme: 'light', width: 360 });
    await eventually(() => tab.overflow()).toBe(0); // a chart follows its window in a later frame
    await tab.picture(picture);
    await tab.change({ theme: 'light', width: 1280 });
    if (name === 'help') await tab.page.keyboard.press('Escape');
  });
});
