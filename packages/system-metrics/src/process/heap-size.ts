import { getHeapSpaceStatistics } from 'node:v8';
import type { Gauge } from '@sightline/core';
import type { MetricGroup } from './metric-group.js';

export const heapSize: MetricGroup = (metrics) => {
  const inBytes = { unit: 'bytes', isAdditive: true };
  const total = metrics.gauge('nodejs_heap_size_total_bytes', { help: 'Size of the JavaScript heap.', ...inBytes });
  const used = metrics.gauge('nodejs_heap_size_used_bytes', {
    help: 'Used size of the JavaScript heap.',
    ...inBytes,
  });
  const external = metrics.gauge('nodejs_external_memory_bytes', {
    help: 'Memory outside of the heap of JavaScript objects, such as buffers.',
    ...inBytes,
  });
  const space = (what: string): Gauge<'space'> =>
    metrics.gauge(`nodejs_heap_space_size_${what}_bytes`, {
      help: `Size of each space of the JavaScript heap: ${what}.`,
      labelNames: ['space'],
      ...inBytes,
    });
  const spaces = { total: space('total'), used: space('used'), available: space('available') };
  const stops = [
    metrics.onCollect(
      () => {
        const memory = process.memoryUsage();
        total.set(memory.heapTotal);
        used.set(memory.heapUsed);
        external.set(memory.external);
      },
      { name: 'nodejs.heap' },
    ),
    metrics.onCollect(
      () => {
        for (const statistics of getHeapSpaceStatistics()) {
          const labels = { space: statistics.space_name.replace(/_space$/, '') };
          spaces.total.set(labels, statistics.space_size);
          spaces.used.set(labels, statistics.space_used_size);
          spaces.available.set(labels, statistics.space_available_size);
        }
      },
      { name: 'nodejs.heap_spaces' },
    ),
  ];
  return () => {
    for (const stop of stops) stop();
  };
};
