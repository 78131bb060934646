import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireServer } from '../../../../scripts/servers/require-server.js';
import { formatNumber } from '../../page/src/format/number.js';
import type { Viewer } from '../../src/index.js';
import { chromiumPath, eventually, startBrowser, type Tab, type TestBrowser } from './browser.js';
import { openViewer, servePage } from './built-page.js';
import { shopMetrics } from './fake-metrics.js';
import { type FakeServer, startFakeServer } from './fake-server.js';
import { spanRow } from './span-rows.js';

/**
 * The budgets are those of the design: 80 ms a second for 12 charts, no task over 50 ms. What is measured is processor time, since a test run
 * has other work to do at the same time, and each core of the machine may be slower: what is asked for here is at most three times as much.
 * The bench has the numbers.
 */
const slack = 3;

describe.skipIf(!requireServer(chromiumPath))('the work of the page', () => {
  let browser: TestBrowser;
  let server: FakeServer;
  beforeAll(async () => {
    browser = await startBrowser();
    server = await startFakeServer({ pageFolder: browser.pageFolder });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test('12 charts of 900 points, renewed once a second', async () => {
    expect(shopMetrics.length).toBeGreaterThan(60);
    const tab = await browser.open(server.url, { width: 1440, height: 1180 });
    await tab.show('#/metrics?last=15m');
    await tab.until(`document.querySelectorAll('.metric-card canvas').length >= 12`);
    const seconds: number[] = [];
    const longestMs: number[] = [];
    for (let second = 0; second < 9; second++) {
      const stop = await startWatch(tab);
      const next = new Promise((resolve) => setTimeout(resolve, 1000)); // what is measured is work per second
      server.tick();
      await next;
      const work = await stop();
      seconds.push(work.msPerSecond);
      longestMs.push(Math.max(0, ...work.longTasksMs));
    }
    const median = middle(seconds);
    console.log(
      `12 charts: ${median.toFixed(0)} ms/s, the longest task over 50 ms of each: ${JSON.stringify(longestMs)}`,
    );
    expect(median).toBeLessThan(80 * slack);
    // Of the best second: the clock of a task runs on while another process has the core.
    expect(Math.min(...longestMs)).toBeLessThan(50 * slack);
    await tab.close();
  });

  test('a trace of 20 000 spans', async () => {
    const spans = Array.from({ length: 20_000 }, (_, index) =>
      spanRow({
        spanId: index.toString(16).padStart(16, '0'),
        depth: index === 0 ? 0 : 1 + (index % 7),
        offsetMs: index * 0.5,
        durationMs: 5,
        name: `step ${index}`,
      }),
    );
    const [trace] = server.state.shop.traces;
    if (trace === undefined) throw new Error('no trace');
    server.state.shop.traces.push({ ...trace, traceId: 'f'.repeat(32), durationMs: 10_010, spans });
    const tab = await browser.open(server.url);
    const attempts: number[] = [];
    for (let attempt = 0; attempt < 3; attempt++) {
      await tab.show('#/settings');
      const stop = await startWatch(tab);
      await tab.page.evaluate(`location.hash = '#/traces?trace=${'f'.repeat(32)}'`);
      await tab.page.locator('.spans .row').nth(10).waitFor();
      attempts.push((await stop()).scriptMs);
    }
    const scriptMs = Math.min(...attempts);
    console.log(`20 000 spans: ${scriptMs.toFixed(0)} ms of script until they are painted`);
    expect(scriptMs).toBeLessThan(50 * slack);

    await tab.page.getByRole('treegrid').focus();
    for (const key of ['End', 'PageUp', 'PageUp', 'Home', 'ArrowLeft', 'ArrowRight']) {
      const stop = await startWatch(tab);
      await tab.page.keyboard.press(key);
      await tab.until(`document.querySelectorAll('.spans .row').length ${key === 'ArrowLeft' ? '=== 1' : '> 10'}`);
      await tab.page.evaluate(painted);
      expect((await stop()).taskMs, key).toBeLessThan(50 * slack);
    }
    await tab.close();
  });

  test('log lines at the rate that a tab gets', async () => {
    const tab = await browser.open(`${server.url}#/logs`);
    await tab.page.locator('.lines .row').first().waitFor();
    const [line] = server.state.shop.lines.slice(-1);
    const batches: Work[] = [];
    let id = 0;
    for (let batch = 0; batch < 20; batch++) {
      const stop = await startWatch(tab);
      const next = new Promise((resolve) => setTimeout(resolve, 200));
      const lines = Array.from({ length: 60 }, () => ({
        ...line,
        id: `9${String(id++).padStart(7, '0')}`,
        message: `line ${id}`,
      }));
      server.send('logs', 'more', {
        lines,
        matching: 5000,
        kept: 5000,
        overwritten: 0,
        skipped: 1940,
        cursor: lines.at(-1)?.id,
      });
      await next;
      batches.push(await stop());
    }
    const msPerSecond = middle(batches.map((work) => work.msPerSecond));
    const mostMs = Math.max(...batches.map(({ taskMs }) => taskMs));
    console.log(`300 lines a second: ${msPerSecond.toFixed(0)} ms/s, at most ${mostMs.toFixed(0)} ms for 60 of them`);
    expect(msPerSecond).toBeLessThan(80 * slack);
    expect(mostMs).toBeLessThan(50 * slack);
    await tab.close();
  });
});

describe.skipIf(!requireServer(chromiumPath))('the work of the page on a viewer', () => {
  let browser: TestBrowser;
  let viewer: Viewer;
  beforeAll(async () => {
    browser = await startBrowser();
    servePage(browser.pageFolder);
    const log = { info() {}, warn() {}, error() {} };
    viewer = await openViewer({ port: 0, otlpHttpPort: 0, otlpGrpcPort: 0, token: 'a-token-of-these-tests', log });
  });
  afterAll(async () => {
    await browser?.close();
    await viewer?.shutdown();
  });

  async function send(signal: 'traces' | 'logs' | 'metrics', body: object): Promise<void> {
    const answer = await fetch(`${viewer.otlpHttpUrl}/v1/${signal}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(200);
    await answer.text();
  }
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'busy' } }] };
  const nano = (ms: number): string => `${BigInt(Math.round(ms)) * 1_000_000n}`;

  test('a trace of 20 000 spans opens', async () => {
    const startMs = Date.now() - 20_000;
    const traceId = 'a'.repeat(32);
    const spans = Array.from({ length: 20_000 }, (_, index) => ({
      traceId,
      spanId: (index + 1).toString(16).padStart(16, '0'),
      ...(index > 0 && { parentSpanId: (index < 10 ? 1 : 1 + (index % 9)).toString(16).padStart(16, '0') }),
      name: `step ${index}`,
      kind: 1,
      startTimeUnixNano: nano(startMs + index / 2),
      endTimeUnixNano: nano(startMs + (index === 0 ? 10_010 : index / 2 + 5)),
    }));
    for (let from = 0; from < spans.length; from += 5000)
      await send('traces', {
        resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 's' }, spans: spans.slice(from, from + 5000) }] }],
      });
    const tab = await browser.open(viewer.url);
    await tab.show('#/settings');
    const stop = await startWatch(tab);
    await tab.page.evaluate(`location.hash = '#/traces?trace=${traceId}'`);
    await tab.page.locator('.spans .row').nth(10).waitFor();
    const { scriptMs } = await stop();
    console.log(`20 000 spans of a viewer: ${scriptMs.toFixed(0)} ms of script until they are painted`);
    expect(await tab.page.getByRole('treegrid').getAttribute('aria-rowcount')).toBe('20001');
    // Besides painting: to read 6 MB of JSON.
    expect(scriptMs).toBeLessThan(250 * slack);
    expect(tab.errors()).toEqual([]);
    await tab.close();
  });

  test('10 000 log lines a second: the tail goes on, its losses are counted, and keys are answered', async () => {
    const tab = await browser.open(`${viewer.url}#/logs`);
    await tab.show('#/logs');
    let count = 0;
    const batch = (): object => {
      const timeUnixNano = nano(Date.now());
      const logRecords = Array.from({ length: 1000 }, () => ({
        timeUnixNano,
        severityNumber: 9,
        body: { stringValue: `line ${count++}` },
      }));
      return { resourceLogs: [{ resource, scopeLogs: [{ scope: { name: 's' }, logRecords }] }] };
    };
    await send('logs', batch());
    await tab.page.locator('.lines .row').first().waitFor();
    const stop = await startWatch(tab);
    for (let round = 0; round < 30; round++) {
      const next = new Promise((resolve) => setTimeout(resolve, 100)); // what is measured is work at a rate
      await send('logs', batch());
      await next;
    }
    const { msPerSecond, longTasksMs } = await stop();
    console.log(
      `10 000 lines a second: ${msPerSecond.toFixed(0)} ms/s, tasks over 50 ms: ${JSON.stringify(longTasksMs)}`,
    );
    expect(msPerSecond).toBeLessThan(80 * slack);
    await tab.page.locator('.lines .row', { hasText: `line ${count - 1}` }).waitFor();
    expect(await tab.page.locator('.count b').textContent()).toBe(formatNumber(count));
    // Upwards, until what was lost between two increments comes into sight.
    await tab.until(`(() => {
      if (document.querySelector('.lines .gap') !== null) return true;
      document.querySelector('.grid').scrollTop -= 10 * 24;
      return false;
    })()`);
    await tab.page.keyboard.press('1');
    await tab.page.getByRole('heading', { name: 'Overview' }).waitFor();
    expect(tab.errors()).toEqual([]);
    await tab.close();
  });

  test('12 charts of a sender that sends each second', async () => {
    const tab = await browser.open(viewer.url, { width: 1440, height: 1180 });
    let value = 0;
    const sendMetrics = (): Promise<void> => {
      const point = { timeUnixNano: nano(Date.now()), startTimeUnixNano: nano(Date.now() - 60_000) };
      const metrics = Array.from({ length: 16 }, (_, at) => ({
        name: `gauge_${at}`,
        gauge: {
          dataPoints: Array.from({ length: 5 }, (_, series) => ({
            ...point,
            asDouble: Math.sin(value++),
            attributes: [{ key: 'series', value: { stringValue: String(series) } }],
          })),
        },
      }));
      return send('metrics', { resourceMetrics: [{ resource, scopeMetrics: [{ scope: { name: 's' }, metrics }] }] });
    };
    await sendMetrics();
    await tab.show('#/metrics');
    await tab.until(`document.querySelectorAll('.metric-card').length >= 12`);
    const seconds: number[] = [];
    const longTasksMs: number[] = [];
    for (let second = 0; second < 5; second++) {
      const stop = await startWatch(tab);
      const next = new Promise((resolve) => setTimeout(resolve, 1000)); // what is measured is work per second
      await sendMetrics();
      await next;
      const work = await stop();
      seconds.push(work.msPerSecond);
      longTasksMs.push(...work.longTasksMs);
    }
    await eventually(() => tab.page.locator('.metric-card canvas').count()).toBeGreaterThanOrEqual(12);
    console.log(
      `12 charts of a viewer: ${middle(seconds).toFixed(0)} ms/s, tasks over 50 ms: ${JSON.stringify(longTasksMs)}`,
    );
    expect(middle(seconds)).toBeLessThan(80 * slack);
    await tab.close();
  });
});

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** Processor time of the main thread. */
interface Work {
  readonly msPerSecond: number;
  /** Of all that it did. */
  readonly taskMs: number;
  /** Of scripts alone, in all. */
  readonly scriptMs: number;
  /** By the clock. */
  readonly longTasksMs: readonly number[];
}

/** Returns what the main thread has worked since: what is drawn after `setData` returns counts too. */
async function startWatch({ page }: Tab): Promise<() => Promise<Work>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const spentMs = async (what: 'TaskDuration' | 'ScriptDuration'): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === what)?.value ?? Number.NaN);
  };
  await page.evaluate(countLongTasks);
  const before = { task: await spentMs('TaskDuration'), script: await spentMs('ScriptDuration') };
  const from = performance.now();
  return async () => {
    const taskMs = (await spentMs('TaskDuration')) - before.task;
    const msPerSecond = taskMs / ((performance.now() - from) / 1000);
    const scriptMs = (await spentMs('ScriptDuration')) - before.script;
    await session.detach();
    return { msPerSecond, taskMs, scriptMs, longTasksMs: await page.evaluate<number[]>('window.longTasks') };
  };
}

const painted = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))';

const countLongTasks = `window.longTaskObserver?.disconnect();
window.longTasks = [];
window.longTaskObserver = new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) window.longTasks.push(Math.round(duration));
});
window.longTaskObserver.observe({ type: 'longtask' });`;
