import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireServer } from '../../../../scripts/servers/require-server.js';
import { chromiumPath, eventually, startBrowser, type Tab, type TabOptions, type TestBrowser } from './browser.js';
import { type FakeServer, startFakeServer } from './fake-server.js';

type Kind = 'service' | 'empty service' | 'viewer' | 'empty viewer';

/** Every page, and what can be opened on it. */
const shown: ReadonlyArray<{ name: string; kind?: Kind; hash(server: FakeServer): string }> = [
  { name: 'overview', hash: () => '#/overview' },
  { name: 'metrics', hash: () => '#/metrics' },
  { name: 'metrics-list', hash: () => '#/metrics?as=table' },
  { name: 'metric', hash: () => '#/metrics?name=http_server_request_duration_seconds&of=shop' },
  { name: 'traces', hash: () => '#/traces?sort=slowest' },
  {
    name: 'trace',
    hash: (server) => `#/traces?trace=${failed(server).traceId}&span=${failed(server).spans[1]?.spanId}`,
  },
  {
    name: 'compare',
    hash: (server) => `#/traces?trace=${failed(server).traceId}&compare=${server.state.shop.traces.at(-1)?.traceId}`,
  },
  { name: 'logs', hash: () => '#/logs' },
  {
    name: 'line',
    hash: (server) =>
      `#/logs?level=error&line=${server.state.shop.lines.findLast(({ level }) => level === 'error')?.id}`,
  },
  { name: 'messages', hash: () => '#/messages?topic=events' },
  { name: 'message', hash: (server) => `#/messages?message=${server.state.shop.messages.at(-1)?.id}` },
  { name: 'flow', hash: () => '#/flow?last=1m&as=graph' },
  { name: 'flow-node', hash: () => '#/flow?node=payments' },
  { name: 'flow-table', hash: () => '#/flow?as=table&from=shop&to=payments' },
  { name: 'runtime', hash: () => '#/runtime' },
  { name: 'database', hash: () => '#/database' },
  { name: 'settings', hash: () => '#/settings' },
  { name: 'own-rows', hash: () => '#/own/tenants' },
  { name: 'own-chart', hash: () => '#/own/spot-price' },
  { name: 'unknown', hash: () => '#/nothing' },
  { name: 'viewer-overview', kind: 'viewer', hash: () => '#/overview' },
  { name: 'viewer-runtime', kind: 'viewer', hash: () => '#/runtime' },
  { name: 'viewer-settings', kind: 'viewer', hash: () => '#/settings' },
  ...['overview', 'metrics', 'traces', 'logs', 'messages', 'flow', 'runtime', 'database'].map((page) => ({
    name: `empty-${page}`,
    kind: 'empty service' as const,
    hash: () => `#/${page}`,
  })),
  { name: 'empty-viewer', kind: 'empty viewer', hash: () => '#/overview' },
];

function failed({ state }: FakeServer): FakeServer['state']['shop']['traces'][number] {
  const trace = state.shop.traces.findLast(({ errors }) => errors > 0);
  if (trace === undefined) throw new Error('no trace failed');
  return trace;
}

describe.skipIf(!requireServer(chromiumPath))('every page', () => {
  let browser: TestBrowser;
  const servers = new Map<Kind, FakeServer>();
  const tabs = new Map<string, Tab>();
  beforeAll(async () => {
    browser = await startBrowser();
    const { pageFolder } = browser;
    servers.set('service', await startFakeServer({ pageFolder }));
    servers.set('empty service', await startFakeServer({ pageFolder, isEmpty: true, isReady: false }));
    servers.set('viewer', await startFakeServer({ pageFolder, kind: 'viewer' }));
    servers.set('empty viewer', await startFakeServer({ pageFolder, kind: 'viewer', isEmpty: true }));
  });
  afterAll(async () => {
    await browser?.close();
    for (const server of servers.values()) await server.close();
  });

  /** One tab for all pages of a server: to load the page anew for each takes a second. */
  async function tabOf(kind: Kind, options: TabOptions): Promise<{ tab: Tab; server: FakeServer }> {
    const server = servers.get(kind);
    if (server === undefined) throw new Error(kind);
    const key = JSON.stringify([kind, options]);
    const tab = tabs.get(key) ?? (await browser.open(server.url, options));
    tabs.set(key, tab);
    return { tab, server };
  }

  test.each(shown)(
    '$name: axe finds nothing in both themes, there is no error, and nothing beyond a narrow window',
    async ({ name, kind = 'service', hash }) => {
      const { tab, server } = await tabOf(kind, {});
      await tab.show(hash(server));
      expect(await tab.audit()).toEqual([]);
      await tab.picture(name);
      await tab.change({ theme: 'dark', width: 1280 });
      expect(await tab.audit('colours')).toEqual([]);
      await tab.picture(name);
      await tab.change({ theme: 'light', width: 360 });
      await eventually(() => tab.overflow()).toBe(0); // a chart follows its window in a later frame
      expect(await tab.audit()).toEqual([]);
      expect(tab.errors()).toEqual([]);
      await tab.picture(name);
      await tab.change({ theme: 'light', width: 1280 });
    },
  );
});
