import { createMetrics } from '@sightline/core';
import { expect, test } from 'vitest';
import { logSnapshotBackend } from '../src/index.js';
import { receivedFrom } from './received.js';

test('lines can be read back, with the names of labels from the declaration', async () => {
  const lines: string[] = [];
  const logger = { info: (fields: object) => void lines.push(JSON.stringify(fields)) };
  const metrics = createMetrics({ backends: [logSnapshotBackend({ logger })], defaultLabels: { service: 's' } });
  metrics.counter('moves', { help: 'h', labelNames: ['from', 'to'] }).inc({ from: 'a:b', to: 'c' }, 2);
  metrics.gauge('depth', { help: 'h' }).set(3);
  metrics.histogram('sizes', { help: 'h' }).observe(4);
  await metrics.shutdown();
  const constantLabels = { service: 's' };
  const [window] = receivedFrom(lines, {
    families: [
      {
        name: 'moves',
        kind: 'counter',
        labelNames: ['from', 'to'],
        constantLabels,
        series: [{ from: 'a:b', to: 'c' }],
      },
      { name: 'depth', kind: 'gauge', labelNames: [], constantLabels, series: [{}] },
      { name: 'sizes', kind: 'histogram', labelNames: [], constantLabels, series: [{}] },
    ],
  });
  expect(window).toEqual([
    { name: 'moves', labels: { service: 's', from: 'a:b', to: 'c' }, value: 2 },
    { name: 'depth', labels: { service: 's' }, value: 3 },
    {
      ...{ name: 'sizes', labels: { service: 's' }, count: 1, sum: 4 },
      quantiles: [0.5, 0.95, 0.99].map((quantile) => ({ quantile, value: 4 })),
    },
  ]);
});
