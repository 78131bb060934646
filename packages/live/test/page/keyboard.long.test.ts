import { describe, expect, test } from 'vitest';
import { requireServer } from '../../../../scripts/servers/require-server.js';
import { chromiumPath, eventually } from './browser.js';
import { fakePage } from './fake-page.js';

describe.skipIf(!requireServer(chromiumPath))('by keyboard alone', () => {
  const shown = fakePage({ serverFor: 'all tests' });
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await shown.tab.page.keyboard.press(key);
  };
  const focused = (): Promise<string> =>
    shown.tab.page.evaluate(
      '(document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent).trim()',
    );

  test('digits lead to the pages, and the focus to their heading', async () => {
    const titles = ['Overview', 'Metrics', 'Traces', 'Logs', 'Messages', 'Flow', 'Runtime', 'Database', 'Settings'];
    for (const [index, title] of [...titles.entries()].reverse()) {
      await press(String(index + 1));
      await eventually(() => shown.tab.page.title()).toBe(`${title} · shop · Sightline`);
      expect(await focused()).toBe(title);
    }
  });

  test('the first Tab leads past the rail', async () => {
    await press('Tab', 'Enter');
    expect(await focused()).toBe('Overview');
  });

  test('/ leads to the filter, letters in it are no commands, Escape leaves it', async () => {
    await shown.tab.show('#/traces');
    await press('/');
    expect(await focused()).toBe('Filter of traces');
    await shown.tab.page.keyboard.type('p 1 orders');
    expect(await shown.tab.page.getByRole('searchbox').inputValue()).toBe('p 1 orders');
    await eventually(() => shown.tab.hash()).toBe('/traces?filter=p+1+orders');
    await press('Escape', '2');
    expect(await shown.tab.hash()).toBe('/metrics');
  });

  test('? lists the keys, and Escape closes it and gives the focus back', async () => {
    await shown.tab.page.getByRole('button', { name: 'Help and keys' }).focus();
    await press('?');
    await shown.tab.page.getByRole('dialog', { name: 'Keys' }).waitFor();
    expect(await shown.tab.audit()).toEqual([]);
    await press('3'); // no command while the dialog is open
    await press('Escape');
    await shown.tab.page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(await focused()).toBe('Help and keys');
    expect(await shown.tab.hash()).toBe('');
  });

  test('single keys can be switched off, and stay off', async () => {
    await press('?');
    await shown.tab.page.getByRole('checkbox').uncheck();
    await press('Escape', '3');
    expect(await shown.tab.hash()).toBe('');
    await shown.tab.page.reload();
    await shown.tab.page.locator('h1').waitFor();
    await press('3');
    expect(await shown.tab.hash()).toBe('');
  });

  test('arrows move in a list, Enter opens, Escape goes back to the same row', async () => {
    await shown.tab.show('#/traces?sort=slowest');
    await shown.tab.page.getByRole('grid', { name: 'Traces' }).focus();
    await press('ArrowDown', 'ArrowDown', 'PageDown', 'Home', 'ArrowDown', 'Enter');
    await shown.tab.page.locator('.waterfall').waitFor();
    const slowest = [...shown.server.state.shop.traces].sort((a, b) => b.durationMs - a.durationMs);
    expect(await shown.tab.hash()).toContain(`trace=${slowest[1]?.traceId}`);
    await press('Escape');
    await shown.tab.page.locator('.traces .row.selected').waitFor();
    expect(await shown.tab.page.locator('.traces .row.selected').getAttribute('aria-rowindex')).toBe('3');
  });

  test('End shows the last of many rows, and it is named as the active one', async () => {
    await shown.tab.show('#/traces');
    const grid = shown.tab.page.getByRole('grid', { name: 'Traces' });
    await grid.focus();
    await press('End');
    const total = await grid.getAttribute('aria-rowcount');
    await shown.tab.until(
      `document.getElementById(document.querySelector('.grid').getAttribute('aria-activedescendant'))?.ariaRowIndex === '${total}'`,
    );
  });

  test('spans are folded and opened by arrows, and details follow', async () => {
    const trace = shown.server.state.shop.traces.findLast(({ errors }) => errors > 0);
    await shown.tab.show(`#/traces?trace=${trace?.traceId}`);
    const grid = shown.tab.page.getByRole('treegrid', { name: 'Spans of the trace' });
    const rows = grid.locator('.row');
    await grid.focus();
    await press('Home', 'ArrowLeft');
    expect(await rows.count()).toBe(1);
    expect(await rows.first().getAttribute('aria-expanded')).toBe('false');
    await press('ArrowRight');
    expect(await rows.count()).toBe(trace?.spans.length);
    await press('ArrowDown', 'Enter', 'ArrowDown');
    await eventually(() => shown.tab.hash()).toContain(`span=${trace?.spans[2]?.spanId}`);
    expect(await shown.tab.page.getByRole('complementary', { name: 'Span' }).locator('h2').textContent()).toBe(
      trace?.spans[2]?.name,
    );
    await press('ArrowLeft', 'ArrowLeft');
    await eventually(() => shown.tab.hash()).toContain(`span=${trace?.spans[1]?.spanId}`);
    await press('Escape');
    expect(await shown.tab.hash()).not.toContain('span=');
  });

  test('keys that come before the next frame are neither lost nor undone', async () => {
    const { server, browser } = shown;
    const trace = server.state.shop.traces.findLast(({ errors }) => errors > 0);
    const late = await browser.open(server.url, { lateMs: 500 });
    const pressLate = async (...keys: string[]): Promise<void> => {
      for (const key of keys) await late.page.keyboard.press(key);
    };
    await pressLate('3', '/', 'p');
    await eventually(() => late.hash()).toBe('/traces?filter=p');
    expect(await late.page.evaluate('document.activeElement.type')).toBe('search');

    await late.show('#/logs?filter=nothing-like-this');
    await late.page.getByRole('button', { name: 'Remove the filters' }).click();
    await pressLate('/', 'x');
    await eventually(() => late.hash()).toBe('/logs?filter=x');
    expect(await late.page.getByRole('searchbox').inputValue()).toBe('x');

    await late.show(`#/traces?trace=${trace?.traceId}`);
    await late.page.getByRole('treegrid').focus();
    await pressLate('Home', 'ArrowDown', 'Enter', 'ArrowDown', 'ArrowDown');
    expect(await late.hash()).toContain(`span=${trace?.spans[3]?.spanId}`);
    await pressLate('?', '1'); // no command while the dialog is open
    expect(await late.hash()).toContain(`span=${trace?.spans[3]?.spanId}`);
    expect(late.errors()).toEqual([]);
    await late.close();
  });

  test('a table is one stop, and arrows move between its rows', async () => {
    await shown.tab.show('#/database');
    const links = shown.tab.page.getByRole('table', { name: 'Queries', exact: true }).getByRole('link');
    await links.first().focus();
    await press('ArrowDown', 'ArrowDown', 'ArrowUp');
    expect(await shown.tab.page.evaluate('document.activeElement.dataset.row')).toBe('1');
    expect(
      await shown.tab.page.evaluate(`document.querySelectorAll('table[aria-label=Queries] a[tabindex="0"]').length`),
    ).toBe(1);
  });

  test('a table is sorted by its headings, and says how', async () => {
    await shown.tab.show('#/database');
    const table = shown.tab.page.getByRole('table', { name: 'Queries', exact: true });
    await table.getByRole('button', { name: 'max' }).press('Enter');
    expect(await table.getByRole('columnheader', { name: 'max' }).getAttribute('aria-sort')).toBe('descending');
    await table.getByRole('button', { name: /max/ }).press('Enter');
    expect(await table.getByRole('columnheader', { name: 'max' }).getAttribute('aria-sort')).toBe('ascending');
  });

  test('nodes and edges of the flow are links in an order that can be read', async () => {
    await shown.tab.show('#/flow?as=graph');
    const names = await shown.tab.page.locator('.flow a').allTextContents();
    expect(names).toHaveLength(10 + 11);
    await shown.tab.page.locator('.node').first().focus();
    await press('Enter');
    await shown.tab.page.getByRole('complementary', { name: 'Node' }).waitFor();
    await press('Escape');
    expect(await shown.tab.hash()).toBe('/flow?as=graph');
  });

  test('a chart is a table as well, with the same ways on', async () => {
    await shown.tab.show('#/metrics?name=http_server_request_duration_seconds&of=shop');
    await shown.tab.page.getByRole('button', { name: /^table of/ }).press('Enter');
    const table = shown.tab.page.getByRole('table', { name: /quantiles$/ });
    expect(await table.getByRole('columnheader').allTextContents()).toEqual(['until', 'p50', 'p95', 'p99']);
    await table.getByRole('link').first().press('Enter');
    expect(await shown.tab.hash()).toMatch(/^\/traces\?service=shop&last=\d+s&until=\d+$/);
  });
});
