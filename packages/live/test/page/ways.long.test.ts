import { describe, expect, test } from 'vitest';
import { requireServer } from '../../../../scripts/servers/require-server.js';
import { chromiumPath, eventually } from './browser.js';
import { fakePage } from './fake-page.js';
import type { FakeServer } from './fake-server.js';

describe.skipIf(!requireServer(chromiumPath))('every number leads on', () => {
  const shown = fakePage({ serverFor: 'all tests' });

  const failedTrace = (): FakeServer['state']['shop']['traces'][number] => {
    const trace = shown.server.state.shop.traces.findLast(({ errors }) => errors > 0);
    if (trace === undefined) throw new Error('no trace failed');
    return trace;
  };
  const selectedRow = (): Promise<string | null> => shown.tab.page.locator('.grid .row.selected').textContent();

  test('errors lead to the traces that failed', async () => {
    await shown.tab.show('#/overview');
    await shown.tab.page.getByRole('link', { name: 'Errors', exact: true }).click();
    await eventually(() => shown.tab.hash()).toBe('/traces?filter=status%3Derror');
    await eventually(() => shown.tab.page.locator('.traces .row').count()).toBeGreaterThan(5);
    expect(await shown.tab.page.locator('.traces .row .badge.bad').count()).toBe(
      await shown.tab.page.locator('.traces .row').count(),
    );
  });

  test('an operation leads to its traces, the slowest first', async () => {
    await shown.tab.show('#/overview');
    await shown.tab.page.getByRole('link', { name: /^POST \/orders/ }).click();
    await eventually(() => shown.tab.hash()).toBe('/traces?service=shop&filter=%22POST+%2Forders%22&sort=slowest');
    await shown.tab.page.locator('.traces .row').first().waitFor();
    expect(await shown.tab.page.locator('.traces .row').first().textContent()).toContain('POST /orders');
  });

  test('a logged error leads to its span', async () => {
    await shown.tab.show('#/overview');
    await shown.tab.page.locator('.error-lines a').first().click();
    await shown.tab.page.locator('.waterfall').waitFor();
    await eventually(() => shown.tab.hash()).toMatch(/^\/traces\?trace=[0-9a-f]{32}&span=[0-9a-f]{16}$/);
    await shown.tab.page.getByRole('complementary', { name: 'Span' }).waitFor();
  });

  test('a chart leads to the traces of the moment', async () => {
    await shown.tab.show('#/overview');
    await shown.tab.page
      .locator('.card .plot .u-over')
      .first()
      .click({ position: { x: 100, y: 20 } });
    await eventually(() => shown.tab.hash()).toMatch(/[?&]last=\d+s(?:&|$)/);
    const { until } = Object.fromEntries(new URLSearchParams((await shown.tab.hash()).split('?')[1]));
    expect(Number(until)).toBeLessThan(Date.now());
    await shown.tab.page.getByText('back to now').click();
    await eventually(() => shown.tab.hash()).toBe('/traces');
  });

  test('dragging in a chart shows that time on all pages', async () => {
    await shown.tab.show('#/runtime');
    const plot = shown.tab.page.locator('.plot .u-over').first();
    await plot.hover({ position: { x: 60, y: 40 } });
    await shown.tab.page.mouse.down();
    await plot.hover({ position: { x: 160, y: 40 } });
    await shown.tab.until(`document.querySelector('.u-select').offsetWidth > 60`);
    await shown.tab.page.mouse.up();
    await eventually(() => shown.tab.hash()).toMatch(/^\/runtime\?last=\d+s&until=\d+$/);
    const time = (await shown.tab.hash()).split('?')[1];
    await shown.tab.page.getByRole('link', { name: 'Logs' }).click();
    await eventually(() => shown.tab.hash()).toBe(`/logs?${time}`);
  });

  test('at a time of before, all of the overview is of that time', async () => {
    const until = Date.now() - 60_000;
    await shown.tab.show(`#/overview?last=5m&until=${until}`);
    const timed = shown.server.watches().filter(({ path }) => path === 'overview' || path === 'flow');
    expect(timed.map(({ path, parameters }) => [path, parameters['last'], parameters['until']]).sort()).toEqual([
      ['flow', '5m', String(until)],
      ['overview', '5m', String(until)],
    ]);
    await shown.tab.page.getByText('by time spent, in the time chosen above').waitFor();
    await shown.tab.show(`#/flow?as=graph&last=5m&until=${until}&node=shop`);
    const details = shown.server.watches().find(({ path }) => path === 'operations');
    expect(details?.parameters).toMatchObject({ service: 'shop', last: '5m', until: String(until) });
  });

  test('from a message to its trace, to its lines, to an exemplar: one click each', async () => {
    const { spans, traceId, messages } = failedTrace();
    await shown.tab.show(`#/messages?message=${messages[0]}`);
    await shown.tab.page
      .getByRole('complementary', { name: 'Message' })
      .getByRole('link', { name: traceId.slice(0, 8) })
      .click();
    await shown.tab.page.locator('.waterfall').waitFor();
    await eventually(() => shown.tab.hash()).toContain(`trace=${traceId}`);

    await shown.tab.page.getByRole('link', { name: /log lines$/ }).click();
    await shown.tab.page.locator('.lines .row').first().waitFor();
    await eventually(() => shown.tab.hash()).toBe(`/logs?trace=${traceId}`);
    expect(await shown.tab.page.locator('.lines .row').count()).toBe(
      shown.server.state.shop.lines.filter((line) => line.traceId === traceId).length,
    );

    await shown.tab.page.locator('.lines .row').first().click();
    await shown.tab.page
      .getByRole('complementary', { name: 'Log line' })
      .getByRole('link', { name: traceId.slice(0, 8) })
      .click();
    await shown.tab.page.locator('.waterfall').waitFor();
    expect(await selectedRow()).toContain(spans[0]?.name);

    await shown.tab.show('#/metrics?name=http_server_request_duration_seconds&of=shop');
    await shown.tab.page.getByRole('table', { name: 'Exemplars' }).getByRole('link').first().click();
    await shown.tab.page.locator('.waterfall').waitFor();
    await eventually(() => shown.tab.hash()).toContain(`trace=${shown.server.state.shop.traces.at(-1)?.traceId}`);
  });

  test('the chain of a message leads from one to the other', async () => {
    const { messages } = failedTrace();
    await shown.tab.show(`#/messages?message=${messages[0]}`);
    const chain = shown.tab.page.locator('.chain a');
    expect(await chain.count()).toBe(messages.length);
    await chain.last().click();
    await eventually(() => shown.tab.hash()).toBe(`/messages?message=${messages.at(-1)?.replace(':', '%3A')}`);
  });

  test('an edge leads to a trace that went this way, a node to its operations', async () => {
    await shown.tab.show('#/flow?as=graph');
    await shown.tab.page.getByRole('link', { name: /^shop to payments/ }).click();
    await shown.tab.page.getByRole('complementary', { name: 'Edge' }).getByRole('link', { name: /…$/ }).click();
    await shown.tab.page.locator('.waterfall').waitFor();
    await shown.tab.show('#/flow?as=graph');
    await shown.tab.page.locator('.node.service', { hasText: 'payments' }).click();
    await shown.tab.page
      .getByRole('complementary', { name: 'Node' })
      .getByRole('link', { name: /p95/ })
      .first()
      .click();
    await shown.tab.page.locator('.traces .row').first().waitFor();
    await eventually(() => shown.tab.hash()).toContain('service=payments');
  });

  test('a slow query leads to its span', async () => {
    await shown.tab.show('#/database');
    await shown.tab.page.getByRole('table', { name: 'Slowest queries' }).getByRole('link').first().click();
    await shown.tab.page.locator('.waterfall').waitFor();
    expect(await selectedRow()).toMatch(/SELECT orders|UPDATE stock|INSERT orders/);
  });

  test('a value of a span leads to the traces with the same', async () => {
    const { traceId, spans } = failedTrace();
    const span = spans.find(({ attributes }) => 'error.type' in attributes);
    await shown.tab.show(`#/traces?trace=${traceId}&span=${span?.spanId}`);
    await shown.tab.page.getByRole('link', { name: 'CardDeclined', exact: true }).click();
    await eventually(() => shown.tab.hash()).toBe('/traces?filter=error.type%3DCardDeclined');
    await eventually(() => shown.tab.page.locator('.count').textContent()).toMatch(/^\d+ of \d+ traces match/);
  });

  test('the back button returns to what was shown before, the list where it was', async () => {
    await shown.tab.show('#/traces?sort=slowest');
    await shown.tab.page.locator('.traces .row').nth(3).click();
    await shown.tab.page.locator('.waterfall').waitFor();
    await shown.tab.page.goBack();
    await shown.tab.page.locator('.traces .row').first().waitFor();
    await eventually(() => shown.tab.hash()).toBe('/traces?sort=slowest');
    await shown.tab.page.goForward();
    await shown.tab.page.locator('.waterfall').waitFor();
  });

  test('two traces stand side by side, their spans in the same rows', async () => {
    const { traceId, spans } = failedTrace();
    const other = shown.server.state.shop.traces.findLast(
      (trace) => trace.errors === 0 && trace.spans[0]?.name === 'POST /orders',
    );
    await shown.tab.show(`#/traces?trace=${other?.traceId}`);
    await shown.tab.page.keyboard.press('c');
    await shown.tab.page.getByText('Choose the trace to compare with').waitFor();
    await shown.tab.page.getByRole('searchbox').fill('status=error');
    await eventually(() => shown.tab.hash()).toContain('filter=status');
    await shown.tab.show(`${(await shown.tab.hash()).replace(/^/, '#')}&trace=${traceId}`);
    expect(await shown.tab.page.locator('.compared .row').count()).toBe(spans.length);
    expect(await shown.tab.page.locator('.compared .lonely').count()).toBe(spans.length - (other?.spans.length ?? 0));
    await shown.tab.page.keyboard.press('Escape');
    await shown.tab.page.locator('.waterfall .spans').waitFor();
  });
});
