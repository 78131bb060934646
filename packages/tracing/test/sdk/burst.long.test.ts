import { expect, test } from 'vitest';
import { heldBytes } from '../../../../scripts/held-memory.js';
import { otlpReceiver } from '../../../../scripts/servers/otlp-receiver.js';
import { startTracing } from '../../src/sdk/index.js';

test.each(['sightline', 'opentelemetry'] as const)(
  'on %s a burst of 200 000 spans with the collector down stays within its bounds, and each loss is counted',
  async (engine) => {
    const collector = await otlpReceiver();
    await collector.stop();
    const { spans, stats, shutdown } = startTracing({
      engine,
      protocol: 'http/protobuf',
      url: `${collector.url}/v1/traces`,
      timeoutMs: 1000,
      env: {},
      log: { info() {}, warn() {}, error() {} },
      drainsAtExit: false,
    });
    const before = await heldBytes();
    for (let i = 0; i < 200_000; i++) {
      spans.span('burst', { root: true, attributes: { index: i, text: 'x'.repeat(100) } }, () => {});
      if (i % 20_000 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    const { pending, dropped } = stats();
    expect(pending).toBeLessThanOrEqual(2048 + 512);
    expect(pending + dropped).toBe(200_000);
    // The 2560 spans that wait take 4 MB; forty times as many would take 28 MB at least.
    expect((await heldBytes()) - before).toBeLessThan(10e6);
    await shutdown({ timeoutMs: 200 });
    expect(stats()).toMatchObject({ exported: 0, pending: 0, dropped: 200_000 });
  },
);
