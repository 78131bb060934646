import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireServer } from '../../../../scripts/servers/require-server.js';
import type { Viewer } from '../../src/index.js';
import { chromiumPath, startBrowser, type Tab, type TestBrowser } from './browser.js';
import { openViewer, servePage } from './built-page.js';

const markup = `"><script>window.hacked = true</script><img src=x onerror="window.hacked = true">`;
const traceId = 'c'.repeat(32);
const spanId = 'd'.repeat(16);
const text = (value: string): object => ({ stringValue: value + markup });
const attributes = (...names: readonly string[]): object[] => [
  ...names.map((key) => ({ key, value: text(key) })),
  { key: `own${markup}`, value: text('value') },
  { key: 'list', value: { arrayValue: { values: [text('one')] } } },
  { key: 'map', value: { kvlistValue: { values: [{ key: `inner${markup}`, value: text('deep') }] } } },
];
const resource = {
  attributes: attributes(
    'service.name',
    'service.version',
    'service.instance.id',
    'telemetry.sdk.language',
    'process.runtime.name',
    'process.runtime.version',
    'host.name',
  ),
};
const scope = { name: `scope${markup}`, version: markup };

/** A request of each signal, with markup in every text of it. */
function requests(nowMs: number): Readonly<Record<string, object>> {
  const nano = (offsetMs: number): string => `${BigInt(Math.round(nowMs + offsetMs)) * 1_000_000n}`;
  const span = {
    traceId,
    spanId,
    name: `span${markup}`,
    traceState: `a=${markup}`,
    startTimeUnixNano: nano(-50),
    endTimeUnixNano: nano(0),
    attributes: attributes(
      'db.system.name',
      'db.query.summary',
      'db.query.text',
      'server.address',
      'error.type',
      'messaging.destination.name',
      'messaging.system',
    ),
    events: [
      {
        timeUnixNano: nano(-20),
        name: `event${markup}`,
        attributes: attributes('exception.message', 'exception.stacktrace'),
      },
    ],
    links: [{ traceId: 'e'.repeat(32), spanId: 'f'.repeat(16), attributes: attributes('link') }],
    status: { code: 2, message: `status${markup}` },
  };
  const line = {
    timeUnixNano: nano(-10),
    severityNumber: 17,
    severityText: `ERROR${markup}`,
    body: text('body'),
    attributes: attributes('order.id'),
    traceId,
    spanId,
  };
  const point = {
    attributes: attributes('route'),
    startTimeUnixNano: nano(-60_000),
    timeUnixNano: nano(0),
    exemplars: [{ timeUnixNano: nano(-5), asDouble: 3, traceId, spanId, filteredAttributes: attributes('user') }],
  };
  const metric = (name: string, data: object): object => ({
    name: name + markup,
    description: `help${markup}`,
    unit: `unit${markup}`,
    ...data,
  });
  const monotonic = { aggregationTemporality: 2, isMonotonic: true };
  return {
    traces: {
      resourceSpans: [
        {
          resource,
          scopeSpans: [
            {
              scope,
              spans: [
                { ...span, kind: 2 },
                ...[3, 4, 5].map((kind) => ({ ...span, kind, spanId: String(kind).repeat(16), parentSpanId: spanId })),
              ],
            },
          ],
        },
      ],
    },
    logs: {
      resourceLogs: [
        {
          resource,
          scopeLogs: [
            {
              scope,
              logRecords: [
                line,
                {
                  ...line,
                  eventName: `Type${markup}`,
                  attributes: [
                    ...attributes('correlation.id', 'messaging.message.id'),
                    { key: 'sightline.topic', value: text('topic') },
                  ],
                },
                {
                  ...line,
                  body: { kvlistValue: { values: [{ key: `field${markup}`, value: text('payload') }] } },
                  eventName: `Structured${markup}`,
                  attributes: [{ key: 'sightline.topic', value: { stringValue: 'events' } }],
                },
              ],
            },
          ],
        },
      ],
    },
    metrics: {
      resourceMetrics: [
        {
          resource,
          scopeMetrics: [
            {
              scope,
              metrics: [
                metric('counter', { sum: { ...monotonic, dataPoints: [{ ...point, asDouble: 5 }] } }),
                {
                  name: 'process_resident_memory_bytes',
                  unit: 'By',
                  gauge: { dataPoints: [{ ...point, asDouble: 1e8 }] },
                },
                metric('gauge', { gauge: { dataPoints: [{ ...point, asDouble: 7 }] } }),
                metric('histogram', {
                  histogram: {
                    aggregationTemporality: 2,
                    dataPoints: [{ ...point, count: '2', sum: 3, bucketCounts: ['1', '1'], explicitBounds: [1] }],
                  },
                }),
                metric('exponential', {
                  exponentialHistogram: {
                    aggregationTemporality: 2,
                    dataPoints: [
                      {
                        ...point,
                        count: '1',
                        sum: 3,
                        scale: 1,
                        zeroCount: '0',
                        positive: { offset: 1, bucketCounts: ['1'] },
                      },
                    ],
                  },
                }),
                metric('summary', {
                  summary: {
                    dataPoints: [
                      {
                        ...point,
                        exemplars: undefined,
                        count: '1',
                        sum: 2,
                        quantileValues: [{ quantile: 0.5, value: 2 }],
                      },
                    ],
                  },
                }),
              ],
            },
          ],
        },
      ],
    },
  };
}

describe.skipIf(!requireServer(chromiumPath))('markup in every field of what a sender sends', () => {
  let browser: TestBrowser;
  let viewer: Viewer;
  let tab: Tab;
  beforeAll(async () => {
    browser = await startBrowser();
    servePage(browser.pageFolder);
    const log = { info() {}, warn() {}, error() {} };
    viewer = await openViewer({ port: 0, otlpHttpPort: 0, otlpGrpcPort: 0, token: 'a-token-of-these-tests', log });
    for (const [signal, body] of Object.entries(requests(Date.now()))) {
      const answer = await fetch(`${viewer.otlpHttpUrl}/v1/${signal}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      expect(await answer.text()).not.toContain('rejected');
      expect(answer.status).toBe(200);
    }
    tab = await browser.open(viewer.url);
  });
  afterAll(async () => {
    await browser?.close();
    await viewer?.shutdown();
  });

  const id = async (of: 'line' | 'message'): Promise<string> => {
    const [kept] = of === 'line' ? (await viewer.get('logs')).lines : (await viewer.get('messages')).messages;
    if (kept === undefined) throw new Error(`No ${of} is kept.`);
    return encodeURIComponent(kept.id);
  };

  test.each([
    'overview',
    'metrics',
    'metrics?as=table',
    ...['counter', 'gauge', 'histogram', 'exponential', 'summary'].map(
      (name) => `metrics?name=${encodeURIComponent(name + markup)}`,
    ),
    'traces',
    `traces?trace=${traceId}&span=${spanId}`,
    'logs',
    'logs?line=<line>',
    'messages',
    `messages?topic=${encodeURIComponent(`topic${markup}`)}`,
    'messages?message=<message>',
    'flow?as=graph',
    'flow?as=table',
    'runtime',
    'database',
    `overview?service=${encodeURIComponent(`service.name${markup}`)}`,
  ])('stays text: %s', async (hash) => {
    const full = hash.replace('<line>', await id('line')).replace('<message>', await id('message'));
    await tab.show(`#/${full}`);
    await tab.until(`document.body.textContent.includes('<script>')`);
    expect(await tab.page.evaluate('window.hacked')).toBeUndefined();
    expect(await tab.page.evaluate(`document.querySelectorAll('script').length`)).toBe(1);
    expect(await tab.page.evaluate(`document.querySelectorAll('#page img, #page iframe, #page script').length`)).toBe(
      0,
    );
    expect(tab.errors()).toEqual([]);
    expect([...tab.origins()]).toEqual([new URL(viewer.url).origin]);
  });
});
