import { describe, expect, test } from 'vitest';
import { requireServer } from '../../../../scripts/servers/require-server.js';
import type { LogRow } from '../../src/model/answers.js';
import { chromiumPath, eventually } from './browser.js';
import { fakePage } from './fake-page.js';

/** Effects run after a frame: half a second late, as in a browser with much to do. */
const lateEffects = `{
  const { setTimeout } = window;
  window.setTimeout = (run, ms, ...given) => setTimeout(run, ms > 0 && ms < 200 ? 500 : ms, ...given);
  window.requestAnimationFrame = (run) => setTimeout(() => run(performance.now()), 500);
}`;

describe.skipIf(!requireServer(chromiumPath))('while the service runs', () => {
  const shown = fakePage({ serverFor: 'each test' });
  const grid = '.grid';
  const lastRow = (): Promise<string | null> => shown.tab.page.locator('.grid .row').last().textContent();
  const write = (message: string): void => {
    const { lines } = shown.server.state.shop;
    lines.push({
      id: String(lines.length + 1).padStart(8, '0'),
      timeMs: Date.now(),
      service: 'shop',
      level: 'info',
      logger: 'shop',
      message,
      attributes: {},
      traceId: null,
      spanId: null,
    } satisfies LogRow);
  };
  const log = (message: string): void => {
    write(message);
    shown.server.tick(0);
  };
  const pauseButton = (name: RegExp): Promise<string | null> =>
    shown.tab.page.getByRole('button', { name }).textContent();
  const pause = async (): Promise<void> => {
    await shown.tab.page.keyboard.press('p');
    await eventually(() => pauseButton(/paused/)).toMatch(/^paused, /);
  };

  test('new lines appear at the end, which stays in sight', async () => {
    await shown.tab.show('#/logs');
    log('hello');
    await eventually(lastRow).toContain('hello');
    log('again');
    await eventually(lastRow).toContain('again');
    await shown.tab.until(
      `((grid) => grid.scrollTop + grid.clientHeight >= grid.scrollHeight - 2)(document.querySelector('${grid}'))`,
    );
  });

  test('a reader who has scrolled up stays there, and finds back', async () => {
    await shown.tab.show('#/logs');
    await shown.tab.page.evaluate(`document.querySelector('${grid}').scrollTop = 480`);
    await shown.tab.page.getByText('to the newest').waitFor();
    const first = (): Promise<string> =>
      shown.tab.page.evaluate(`(() => {
      const top = document.querySelector('${grid}').getBoundingClientRect().top + 26;
      return [...document.querySelectorAll('.grid .row')].find((row) => row.getBoundingClientRect().bottom > top + 1).textContent;
    })()`);
    const before = await first();
    const rows = async (): Promise<number> => Number(await shown.tab.page.locator(grid).getAttribute('aria-rowcount'));
    const count = await rows();
    for (let index = 0; index < 20; index++) log(`line ${index}`);
    await eventually(rows).toBe(count + 20);
    expect(await first()).toBe(before);
    await shown.tab.page.getByText('to the newest').click();
    await eventually(lastRow).toContain('line 19');
  });

  test('older lines are read when asked for, and what is read does not move', async () => {
    const { lines } = shown.server.state.shop;
    while (lines.length < 1500) write(`filler ${lines.length}`);
    await shown.tab.show('#/logs?last=1h');
    expect(await shown.tab.page.locator(grid).getAttribute('aria-rowcount')).toBe('1001');
    await shown.tab.page.evaluate(`document.querySelector('${grid}').scrollTop = 0`);
    const first = shown.tab.page.locator('.grid .row[aria-rowindex="2"]');
    const top = (await first.textContent()) ?? '';
    await shown.tab.page.getByRole('button', { name: /older lines/ }).click();
    await eventually(() => shown.tab.page.locator(grid).getAttribute('aria-rowcount')).toBe(String(lines.length + 1));
    await shown.tab.page
      .locator('.grid .row', { hasText: top.slice(-20) })
      .first()
      .waitFor();
  });

  test('lines that were not sent are shown as a gap', async () => {
    await shown.tab.show('#/logs');
    const [line] = shown.server.state.shop.lines.slice(-1);
    shown.server.send('logs', 'more', {
      lines: [{ ...line, id: '99999999', message: 'after the burst' }],
      matching: 9,
      kept: 9,
      overwritten: 0,
      skipped: 12_030,
      cursor: '99999999',
    });
    await eventually(lastRow).toContain('after the burst');
    expect(await shown.tab.page.locator('.row.gap').textContent()).toBe(
      '12\u202f030 lines not shown here: more came than can be read',
    );
  });

  test('paused, nothing moves, what comes is counted, and going on shows it', async () => {
    await shown.tab.show('#/logs');
    await pause();
    const before = await lastRow();
    for (let index = 0; index < 312; index++) write(`line ${index}`);
    shown.server.tick(0);
    await eventually(() => shown.tab.page.getByRole('button', { name: /paused/ }).textContent()).toMatch(
      /^paused, 312 new lines/,
    );
    expect(await lastRow()).toBe(before);
    await shown.tab.page.keyboard.press('p');
    await eventually(lastRow).toContain('line 311');
  });

  test('paused, another filter shows what there was at that moment', async () => {
    await shown.tab.show('#/logs');
    log('before the pause');
    await eventually(lastRow).toContain('before the pause');
    await pause();
    log('after the pause');
    await shown.tab.page.getByRole('searchbox').fill('the pause');
    await eventually(() => shown.tab.page.locator('.grid .row').allTextContents()).toHaveLength(1);
    expect(await lastRow()).toContain('before the pause');
    await shown.tab.page.getByRole('searchbox').blur();
    await shown.tab.page.keyboard.press('p');
    await eventually(() => shown.tab.page.locator('.grid .row').allTextContents()).toHaveLength(2);
  });

  test('paused, the list of traces stands still and spans are counted', async () => {
    await shown.tab.show('#/traces');
    await pause();
    const count = (): Promise<string | null> => shown.tab.page.locator('.count').textContent();
    const before = await count();
    shown.server.tick(5);
    await eventually(() => pauseButton(/paused/)).toMatch(/^paused, [1-9]\d* new spans/);
    expect(await count()).toBe(before);
    await shown.tab.page.keyboard.press('p');
    await eventually(count).not.toBe(before);
  });

  test.each([
    ['traces', '#/traces', '.count'],
    ['lines', '#/logs', '.grid .row:last-child'],
    ['charts', '#/runtime', 'ul.legend'],
  ])('%s: what arrives before the effects of the pause have run is not shown', async (_what, hash, place) => {
    await shown.tab.show(hash);
    const text = (): Promise<string | null> => shown.tab.page.locator(place).first().textContent();
    const before = await text();
    await shown.tab.page.evaluate(lateEffects);
    await shown.tab.page.keyboard.press('p');
    write('after the pause');
    shown.server.tick(5);
    await eventually(() => pauseButton(/paused/)).toMatch(/^paused, [1-9]/);
    await shown.tab.page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
    expect(await text()).toBe(before);
  });

  test('messages come as they are published, and only those of the filter', async () => {
    await shown.tab.show('#/messages?topic=commands');
    shown.server.tick(30);
    const newest = (): string =>
      shown.server.state.shop.messages.findLast(({ topic }) => topic === 'commands')?.type ?? '';
    await eventually(lastRow).toContain(newest());
    const rows = await shown.tab.page.locator('.grid .row .c-topic').allTextContents();
    expect(new Set(rows)).toEqual(new Set(['commands']));
  });

  test('a page asks only for what it shows, charts out of sight for nothing', async () => {
    await shown.tab.show('#/metrics');
    const histories = (): number => shown.server.watches().filter(({ path }) => path === 'metrics/history').length;
    await eventually(histories).toBeGreaterThan(5);
    expect(histories()).toBeLessThan(20);
    await shown.tab.show('#/settings');
    await eventually(() =>
      shown.server
        .watches()
        .map(({ path }) => path)
        .sort(),
    ).toEqual(['services', 'settings']);
  });

  test('one stream serves a tab, whatever it shows', async () => {
    for (const page of ['metrics', 'traces', 'logs', 'flow']) await shown.tab.show(`#/${page}`);
    const streams = await shown.tab.page.evaluate<number>(
      `performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/stream')).length`,
    );
    expect(streams).toBeLessThanOrEqual(1);
  });
});
