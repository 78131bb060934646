import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { buildPage } from '../../page/build-page.mjs';
import { startFakeServer } from './fake-server.js';
import { isSettled } from './is-settled.js';

const size = { width: 1360, height: 860 };
const nowMs = Date.UTC(2026, 0, 15, 3, 12, 30);

/** The pictures of the guide. Data and time are fixed, so that a picture changes only if the page does. */
export async function takeGuidePictures(folder: string): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  const realNow = Date.now;
  Date.now = () => nowMs;
  const pageFolder = await mkdtemp(join(tmpdir(), 'live-page-'));
  const [browser] = await Promise.all([
    chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] }),
    buildPage(pageFolder, { minify: true }),
  ]);
  const server = await startFakeServer({ pageFolder });
  const paths: string[] = [];
  try {
    const failed = server.state.shop.traces.findLast(({ errors }) => errors > 0);
    const pictures = [
      { name: 'overview', theme: 'light', hash: '#/overview' },
      { name: 'metrics', theme: 'light', hash: '#/metrics' },
      { name: 'trace', theme: 'dark', hash: `#/traces?trace=${failed?.traceId}&span=${failed?.spans[1]?.spanId}` },
      { name: 'flow', theme: 'light', hash: '#/flow?last=5m&as=graph' },
    ] as const;
    for (const { name, theme, hash } of pictures) {
      const context = await browser.newContext({
        colorScheme: theme,
        reducedMotion: 'reduce',
        viewport: size,
        locale: 'en-GB',
        timezoneId: 'UTC',
      });
      const page = await context.newPage();
      await page.clock.setFixedTime(nowMs);
      await page.goto(`${server.url}${hash}`);
      while ((await page.evaluate(isSettled)) !== true) await page.evaluate(nextFrame);
      await page.evaluate(nextFrame);
      await page.mouse.move(0, 0);
      const path = join(folder, `${name}-${theme}.png`);
      await writeFile(path, await steadyPicture(page));
      paths.push(path);
      await context.close();
    }
  } finally {
    Date.now = realNow;
    await server.close();
    await browser.close();
    await rm(pageFolder, { recursive: true, force: true });
  }
  return paths;
}

const nextFrame = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))';

/** Text may still be drawn a little differently in the first frames. */
async function steadyPicture(page: Page): Promise<Buffer> {
  let before = await page.screenshot({ animations: 'disabled' });
  for (let same = 0; same < 4; ) {
    await page.evaluate(nextFrame);
    const picture = await page.screenshot({ animations: 'disabled' });
    same = picture.equals(before) ? same + 1 : 0;
    before = picture;
  }
  return before;
}
