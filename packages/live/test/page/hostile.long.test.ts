import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireServer } from '../../../../scripts/servers/require-server.js';
import { chromiumPath, startBrowser, type Tab, type TestBrowser } from './browser.js';
import { type FakeServer, startFakeServer } from './fake-server.js';

const markup = `"><script>window.hacked = true</script><img src=x onerror="window.hacked = true">`;

/** Each text of an answer with markup in it. What the page takes for a name of its own, such as a kind, stays. */
function poisoned<Value>(value: Value, key = ''): Value {
  if (typeof value === 'string')
    return (kept.has(key) || /^[0-9a-f]{16,32}$/.test(value) ? value : value + markup) as Value;
  if (Array.isArray(value)) return value.map((each) => poisoned(each, key)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [isFreeName(key) ? name + markup : name, poisoned(each, name)]),
  ) as Value;
}

const kept = new Set([
  'kind',
  'level',
  'status',
  'severity',
  'bootId',
  'cursor',
  'id',
  'traceId',
  'spanId',
  'parentSpanId',
  'from',
  'to',
]);

function isFreeName(key: string): boolean {
  return ['attributes', 'labels', 'payload', 'versions', 'handles', 'ended'].includes(key);
}

describe.skipIf(!requireServer(chromiumPath))('markup in every field of every answer', () => {
  let browser: TestBrowser;
  let server: FakeServer;
  let tab: Tab;
  beforeAll(async () => {
    browser = await startBrowser();
    server = await startFakeServer({ pageFolder: browser.pageFolder, change: poisoned });
    tab = await browser.open(server.url);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const [trace, line, message] = [0, 1, 2];
  test.each([
    '#/overview',
    '#/metrics',
    '#/metrics?as=table',
    '#/traces',
    `#/traces?trace=${trace}`,
    '#/logs',
    `#/logs?line=${line}`,
    '#/messages',
    `#/messages?message=${message}`,
    '#/flow?as=graph',
    '#/flow?as=table',
    '#/runtime',
    '#/database',
    '#/settings',
    '#/own/tenants',
    '#/own/spot-price',
    `#/own/${encodeURIComponent(markup)}`,
    `#/logs?filter=${encodeURIComponent(markup)}&service=${encodeURIComponent(markup)}`,
  ])('stays text: %s', async (hash) => {
    const { traces, lines, messages } = server.state.shop;
    const full = hash
      .replace(/trace=0/, `trace=${traces.at(-1)?.traceId}&span=${traces.at(-1)?.spans[0]?.spanId}`)
      .replace(/line=1/, `line=${lines.at(-1)?.id}`)
      .replace(/message=2/, `message=${encodeURIComponent(messages.at(-1)?.id ?? '')}`);
    await tab.show(full);
    expect(await tab.page.evaluate('window.hacked')).toBeUndefined();
    expect(await tab.page.evaluate(`document.querySelectorAll('script').length`)).toBe(1);
    expect(await tab.page.evaluate(`document.querySelectorAll('#page img, #page iframe, #page script').length`)).toBe(
      0,
    );
    expect(await tab.page.locator('body').textContent()).toContain('<script>');
    expect(tab.errors()).toEqual([]);
  });
});
