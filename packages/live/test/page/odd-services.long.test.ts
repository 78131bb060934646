import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireServer } from '../../../../scripts/servers/require-server.js';
import type { Viewer } from '../../src/index.js';
import { chromiumPath, eventually, startBrowser, type Tab, type TestBrowser } from './browser.js';
import { openViewer, servePage } from './built-page.js';

const long = 'n'.repeat(200);
const names = [
  'عربي خدمة الطلبات',
  '注文サービス',
  '🛒👩‍👩‍👧🇩🇪',
  'zero\u200bwidth\u2060',
  'over\u202eride',
  'line\nbreak',
  long,
];

interface Attribute {
  readonly key: string;
  readonly value: object;
}

function attributes(given: Readonly<Record<string, string>>): readonly Attribute[] {
  return Object.entries(given).map(([key, stringValue]) => ({ key, value: { stringValue } }));
}

const nano = (ms: number): string => `${BigInt(Math.round(ms)) * 1_000_000n}`;

/** A service of each name, each with a span that failed, a query, a line and a metric, all called like it. */
function requestsOf(name: string, index: number, nowMs: number): Readonly<Record<string, object>> {
  const resource = { attributes: attributes({ 'service.name': name }) };
  const scope = { name };
  const span = {
    traceId: String(index + 1).padStart(32, '0'),
    spanId: String(index + 1).padStart(16, '0'),
    name,
    kind: 2,
    startTimeUnixNano: nano(nowMs - 100),
    endTimeUnixNano: nano(nowMs),
    attributes: attributes({ [name]: name }),
    status: { code: 2, message: name },
  };
  const query = {
    ...span,
    spanId: String(index + 1001).padStart(16, '0'),
    parentSpanId: span.spanId,
    kind: 3,
    attributes: attributes({ 'db.system': name, 'db.statement': name, 'db.name': name }),
  };
  const line = {
    timeUnixNano: nano(nowMs),
    severityNumber: 17,
    body: { stringValue: name },
    attributes: attributes({ [name]: name }),
  };
  const point = { timeUnixNano: nano(nowMs), asDouble: 3, attributes: attributes({ [name]: name }) };
  const metric = { name: `of ${name}`, description: name, unit: name, gauge: { dataPoints: [point] } };
  return {
    traces: { resourceSpans: [{ resource, scopeSpans: [{ scope, spans: [span, query] }] }] },
    logs: { resourceLogs: [{ resource, scopeLogs: [{ scope, logRecords: [line] }] }] },
    metrics: { resourceMetrics: [{ resource, scopeMetrics: [{ scope, metrics: [metric] }] }] },
  };
}

describe.skipIf(!requireServer(chromiumPath))('services that are not as usual', { timeout: 60_000 }, () => {
  let browser: TestBrowser;
  const opened: Array<{ readonly viewer: Viewer; readonly tab: Tab }> = [];
  beforeAll(async () => {
    browser = await startBrowser();
    servePage(browser.pageFolder);
  }, 60_000);
  afterAll(async () => {
    for (const { viewer, tab } of opened) {
      await tab.close();
      await viewer.shutdown({ timeoutMs: 0 });
    }
    await browser?.close();
  });

  async function open(): Promise<{ readonly viewer: Viewer; readonly tab: Tab }> {
    const viewer = await openViewer({ port: 0, otlpHttpPort: 0, otlpGrpcPort: 0 });
    const tab = await browser.open(viewer.url);
    opened.push({ viewer, tab });
    return { viewer, tab };
  }

  async function send({ otlpHttpUrl }: Viewer, requests: Readonly<Record<string, object>>): Promise<void> {
    for (const [signal, body] of Object.entries(requests)) {
      const { status } = await fetch(`${otlpHttpUrl}/v1/${signal}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      expect(status).toBe(200);
    }
  }

  test('names of any length and script leave all columns in sight', async () => {
    const { viewer, tab } = await open();
    const nowMs = Date.now();
    for (const [index, name] of names.entries()) await send(viewer, requestsOf(name, index, nowMs));
    const trace = String(names.length).padStart(32, '0');
    const pages = [
      '#/overview',
      '#/traces',
      `#/traces?trace=${trace}&span=${trace.slice(16)}`,
      '#/logs',
      '#/flow?as=graph',
      '#/flow?as=table',
      '#/database',
      '#/metrics',
      '#/metrics?as=table',
      `#/metrics?${new URLSearchParams({ name: `of ${long}` })}`,
    ];
    for (const width of [1280, 390]) {
      await tab.change({ theme: 'dark', width });
      for (const page of pages) {
        await tab.show(page);
        expect.soft(await tab.overflow(), `${page} at ${width}`).toBeLessThanOrEqual(0);
        expect.soft(await tab.page.evaluate(columnsOutOfSight), `${page} at ${width}`).toEqual([]);
        expect.soft(await tab.page.evaluate(textsTurnedByOthers), `${page} at ${width}`).toEqual([]);
      }
    }
    expect(tab.errors()).toEqual([]);
  });

  test('one with log lines alone has recorded something', async () => {
    const { viewer, tab } = await open();
    await tab.page.getByText('Nothing has come yet').waitFor();
    const { logs = {} } = requestsOf('lonely', 0, Date.now() - 3_600_000);
    await send(viewer, { logs });
    await tab.page.getByText('No errors logged in the last 15 min.').waitFor();
    await tab.show('#/logs');
    await tab.page.getByRole('button', { name: 'Show all that is kept' }).click();
    await eventually(() => tab.page.locator('.grid .row').last().textContent()).toContain('lonely');
  });

  test('one whose clock is ahead is named where its rows stay the newest', async () => {
    const { viewer, tab } = await open();
    await send(viewer, requestsOf('early', 0, Date.now() + 3_600_000));
    for (const page of ['#/logs', '#/traces']) {
      await tab.show(page);
      await tab.page.getByText(/the clock of early is ahead by (1\sh|59\smin)/).waitFor();
    }
  });
});

/** Headings of tables that have less than the width of a word, or are cut off by what is around. */
const columnsOutOfSight = `[...document.querySelectorAll('.table thead th')]
  .filter((cell) => {
    const { width } = cell.getBoundingClientRect();
    return cell.checkVisibility() && width > 0 && width < 24;
  })
  .map((cell) => cell.textContent)`;

/** Texts beside a name with a sign that turns text around, in the same paragraph as far as the browser knows. */
const textsTurnedByOthers = `[...document.querySelectorAll('body *')].flatMap((element) => {
  const own = [...element.childNodes].filter(({ nodeType, data }) => nodeType === 3 && data.includes('\\u202e'));
  if (own.length === 0 || !element.checkVisibility() || element.matches('.hidden')) return [];
  const isAlone = [...element.childNodes].every((node) => own.includes(node) || node.textContent.trim() === '');
  const { display, unicodeBidi } = getComputedStyle(element);
  const isParagraph = unicodeBidi !== 'normal' || !display.startsWith('inline');
  return isAlone && isParagraph ? [] : [element.outerHTML.slice(0, 200)];
})`;
