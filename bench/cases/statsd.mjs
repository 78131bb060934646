// What a million increments cost a service that sends to StatsD, its flush included, in processor time.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { QUEUES } from '../loaded.mjs';

/** @typedef {import('../measure.mjs').Case} Case */

const INCREMENTS = 1_000_000;

/** @type {Case[]} */
export const cases = [
  {
    name: 'processor time of 1 M increments and their flush over UDP',
    unit: 'ms',
    once: true,
    targets: { 'hot-shots': 20 },
    peers: {
      sightline: async () => {
        const port = await listenElsewhere();
        const { createMetrics } = await import('@sightline/core');
        const { statsdBackend } = await import('@sightline/backend-statsd');
        const metrics = createMetrics({
          backends: [statsdBackend({ host: '127.0.0.1', port, intervalMs: 1_000_000 })],
        });
        const counter = metrics.counter('jobs_total', { help: 'Measured.', labelNames: ['queue', 'outcome'] });
        await metrics.ready;
        return () =>
          processorTime(async () => {
            for (let i = 0; i < INCREMENTS; i++) counter.inc({ queue: QUEUES[i % 100] ?? '', outcome: 'ok' });
            await metrics.flush();
          });
      },
      'hot-shots': async () => {
        const port = await listenElsewhere();
        const { StatsD } = await import('hot-shots');
        // Buffered, as its documentation advises for many metrics; a turn of the event loop now and then, as a service has.
        const client = new StatsD({ host: '127.0.0.1', port, maxBufferSize: 1432, cacheDns: true });
        return () =>
          processorTime(async () => {
            for (let i = 0; i < INCREMENTS; i++) {
              client.increment('jobs_total', 1, { queue: QUEUES[i % 100] ?? '', outcome: 'ok' });
              if (i % 10_000 === 0) await new Promise((resolve) => setImmediate(resolve));
            }
            await new Promise((resolve) => setTimeout(resolve, 100)); // its buffer is sent by a timer
          });
      },
    },
  },
];

async function processorTime(/** @type {() => Promise<void>} */ work) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** A UDP server in a process of its own, whose work is not ours. @returns {Promise<number>} its port */
async function listenElsewhere() {
  const child = fork(new URL('../udp-sink.mjs', import.meta.url), { stdio: 'ignore', execArgv: [] });
  const [port] = await once(child, 'message');
  child.unref();
  child.channel?.unref();
  return port;
}
