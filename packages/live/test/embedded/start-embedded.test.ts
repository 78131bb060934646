import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fakeClock } from '@sightline/base/fake-clock';
import { createMetrics } from '@sightline/core';
import { expect, onTestFinished, test } from 'vitest';
import { type EmbeddedOptions, startEmbedded } from '../../src/embedded/index.js';

test('a page whose port is in use leaves no reader of metrics behind', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void taken.close());
  const clock = fakeClock();
  const metrics = createMetrics({ clock });
  let collections = 0;
  metrics.onCollect(() => void collections++);
  const { port } = taken.address() as AddressInfo;
  await expect(startEmbedded({ ...embeddedOptions(port), metrics, clock })).rejects.toThrow(`Port ${port} is in use`);
  clock.advance(60_000);
  expect(collections).toBe(0);
});

test('a request that comes with the first connection is answered', async () => {
  const clock = fakeClock();
  const embedded = await startEmbedded({ ...embeddedOptions(0), metrics: createMetrics({ clock }), clock });
  onTestFinished(() => embedded.shutdown({ timeoutMs: 0 }));
  const { origin } = new URL(embedded.url ?? '');
  const headers = { Authorization: `Bearer ${token}` };
  expect((await fetch(`${origin}/live/api/services`, { headers })).status).toBe(200);
});

const token = 'a-token-of-the-team';

function embeddedOptions(port: number): Omit<EmbeddedOptions, 'metrics' | 'clock'> {
  const silent = { info() {}, warn() {}, error() {} };
  return {
    health: async () => ({ status: 'ready', checks: [] }),
    losses: () => [],
    settings: () => ({ sections: [] }),
    queues: () => [],
    sampledOut: () => undefined,
    log: silent,
    service: { name: 'shop', version: undefined, environment: undefined },
    resource: { 'service.name': 'shop' },
    pages: new Map(),
    sendRecord: undefined,
    options: {
      ...{ port, host: '127.0.0.1', token, authorize: undefined, allowedHosts: [], listens: true, isProduction: false },
      ...{ allowsProfiles: false, maxMessages: 10, maxPayloadBytes: 1000, maxSpans: 10, maxLogLines: 10 },
      ...{ maxSeries: 10, maxBytes: 2 ** 20 },
    },
  };
}
