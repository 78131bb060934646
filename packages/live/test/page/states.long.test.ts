import { describe, expect, test } from 'vitest';
import { requireServer } from '../../../../scripts/servers/require-server.js';
import { chromiumPath, eventually } from './browser.js';
import { fakePage } from './fake-page.js';
import { startFakeServer } from './fake-server.js';

describe.skipIf(!requireServer(chromiumPath))('what is not as usual', () => {
  const shown = fakePage({ serverFor: 'each test' });
  const notice = (text: string | RegExp): Promise<void> =>
    shown.tab.page.locator('.notice', { hasText: text }).waitFor();

  test('a lost connection is shown, and what was shown stays', async () => {
    await shown.tab.show('#/overview');
    await shown.server.close();
    await notice('Connection lost.');
    expect(await shown.tab.page.locator('.card').count()).toBeGreaterThan(3);
    await shown.tab.page.locator('.notice', { hasText: /Trying again/ }).waitFor();
    expect(await shown.tab.page.locator('.rail-foot .off').textContent()).toBe('not connected');
    expect(await shown.tab.audit()).toEqual([]);
    await shown.tab.picture('lost');
  });

  test('it comes back by itself, and the notice goes', async () => {
    await shown.tab.show('#/overview');
    shown.server.cut();
    await notice(/refuses|lost/);
    shown.server.restore();
    await shown.tab.page.locator('.notice').waitFor({ state: 'detached' });
    shown.server.tick();
    await shown.tab.page.locator('.rail-foot .on').waitFor();
  });

  test('a refusal gives the reason of the server', async () => {
    await shown.tab.show('#/overview');
    shown.server.cut(503);
    await notice('Ten tabs watch already. Close one of them.');
    expect(await shown.tab.audit()).toEqual([]);
    await shown.tab.picture('refused');
  });

  test('without a session it asks to log in, and the address stays', async () => {
    await shown.tab.show('#/traces?sort=slowest');
    shown.server.cut(401);
    await shown.tab.page.getByRole('heading', { name: 'Log in to go on' }).waitFor();
    expect(await shown.tab.page.getByRole('link', { name: 'Log in' }).getAttribute('href')).toBe('./login');
    expect(await shown.tab.hash()).toBe('/traces?sort=slowest');
    expect(await shown.tab.audit()).toEqual([]);
    await shown.tab.picture('unauthorised');
    shown.server.restore();
    await shown.tab.page.getByRole('button', { name: 'I have logged in elsewhere' }).click();
    await shown.tab.page.locator('.traces .row').first().waitFor();
  });

  test('a restart of the service is shown until it is read, and the view stays', async () => {
    await shown.tab.show('#/traces?sort=slowest');
    shown.server.cut();
    shown.server.restore(true);
    await notice('The service restarted');
    expect(await shown.tab.hash()).toBe('/traces?sort=slowest');
    await eventually(() => shown.tab.page.locator('.count').textContent()).toMatch(/of (19|20) traces/);
    expect(await shown.tab.audit()).toEqual([]);
    await shown.tab.picture('restarted');
    await shown.tab.page.getByRole('button', { name: 'understood' }).click();
    await shown.tab.page.locator('.notice').waitFor({ state: 'detached' });
  });

  test('a trace that is no longer kept, and a line that is not among those shown, are reported', async () => {
    await shown.tab.show('#/traces?trace=0123456789abcdef0123456789abcdef');
    await shown.tab.page.getByText('No span of this trace is kept.').waitFor();
    await shown.tab.show('#/logs?line=nope');
    await shown.tab.page.getByText('The line of this address is not among those shown.').waitFor();
  });

  test('an answer that fails is reported in its place, and the rest goes on', async () => {
    await shown.tab.show('#/overview');
    shown.server.send('flow', 'failed', { id: '', status: 500, problem: 'The graph is too large.' });
    await shown.tab.show('#/database');
    shown.server.send('database', 'failed', { status: 500, problem: 'Too many queries.' });
    await shown.tab.page.locator('h1', { hasText: 'Database' }).waitFor();
  });

  test('what is wrong with a filter is said beside it', async () => {
    await shown.tab.show('#/traces?filter=duration%3Esoon');
    await shown.tab.page.getByText('A duration is a number with a unit').waitFor();
    expect(await shown.tab.page.getByRole('searchbox').getAttribute('aria-invalid')).toBe('true');
    expect(await shown.tab.audit()).toEqual([]);
  });

  test('a filter that nothing matches can be removed at once', async () => {
    await shown.tab.show('#/logs?filter=nothing-like-this');
    await shown.tab.page.getByRole('button', { name: 'Remove the filters' }).click();
    await shown.tab.page.locator('.lines .row').first().waitFor();
    expect(await shown.tab.hash()).toBe('/logs');
  });

  test('the theme follows the system until it is chosen, and the choice is kept', async () => {
    const background = (): Promise<string> =>
      shown.tab.page.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await background();
    await shown.tab.page.emulateMedia({ colorScheme: 'dark' });
    const dark = await background();
    expect(dark).not.toBe(light);
    await shown.tab.page.getByRole('button', { name: 'Theme: system. Change to light' }).click();
    expect(await background()).toBe(light);
    await shown.tab.page.reload();
    await shown.tab.page.locator('h1').waitFor();
    expect(await background()).toBe(light);
  });

  test('a profile is recorded on demand, and its file can be had', async () => {
    await shown.tab.show('#/runtime');
    await shown.tab.page.getByRole('button', { name: 'Record ten seconds' }).click();
    await shown.tab.page.getByRole('progressbar', { name: 'Recording' }).waitFor();
    expect(shown.server.posts.some(({ path }) => path === 'api/profiles')).toBe(true);
    shown.server.state.running = null;
    shown.server.state.profiles = [
      {
        id: 'p1',
        startedMs: Date.now(),
        durationMs: 10_000,
        bytes: 412_000,
        top: [{ name: 'placeOrder', place: 'orders.ts:12', selfMs: 30, totalMs: 900, share: 0.4 }],
      },
    ];
    shown.server.tick();
    await shown.tab.page.getByRole('row', { name: /placeOrder/ }).waitFor();
    expect(await shown.tab.page.getByRole('link', { name: /Download/ }).getAttribute('href')).toBe(
      './api/profiles/p1.cpuprofile',
    );
    expect(await shown.tab.audit()).toEqual([]);
  });

  test('the viewer exports and imports a session', async () => {
    const viewer = await startFakeServer({ pageFolder: shown.browser.pageFolder, kind: 'viewer' });
    const own = await shown.browser.open(`${viewer.url}#/settings`);
    expect(await own.page.getByRole('link', { name: 'Export' }).getAttribute('href')).toBe('./api/session');
    await own.page
      .locator('input[type=file]')
      .setInputFiles({ name: 'session.bin', mimeType: 'application/octet-stream', buffer: Buffer.from('x') });
    await own.page.getByText('✓ imported').waitFor();
    expect(viewer.posts.map(({ path }) => path)).toContain('api/session');
    await own.close();
    await viewer.close();
  });

  test('the empty viewer says where to send', async () => {
    const viewer = await startFakeServer({ pageFolder: shown.browser.pageFolder, kind: 'viewer', isEmpty: true });
    const own = await shown.browser.open(viewer.url);
    await own.page.getByText('OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318').waitFor();
    await own.close();
    await viewer.close();
  });
});
