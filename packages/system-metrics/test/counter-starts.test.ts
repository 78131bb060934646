import { createMetrics } from '@sightline/core';
import { pointsOf } from '@sightline/core/backend';
import { expect, test } from 'vitest';
import { collectHostMetrics } from '../src/host/index.js';
import { collectProcessMetrics } from '../src/process/index.js';

const source = {
  network: async () => [
    { interface: 'eth0', receivedBytes: 7e9, transmittedBytes: 1e9, receiveErrors: 1, transmitErrors: 2 },
  ],
  diskIo: async () => [{ device: 'sda', readBytes: 5e9, writtenBytes: 1 }],
};

test('totals since the boot or since the process began start there, not where they were first read', async () => {
  const metrics = createMetrics();
  const off = { cpu: false, memory: false, disk: false };
  const host = collectHostMetrics(metrics, { ...off, source: source as never });
  const own = collectProcessMetrics(metrics);
  const { families, timeMs } = await metrics.collect();
  host.shutdown();
  own.shutdown();
  const startOf = (name: string): number => {
    const family = families.find((each) => each.name === name);
    return family === undefined ? Number.NaN : Math.min(...[...pointsOf(family)].map(({ startTimeMs }) => startTimeMs));
  };
  const processStartMs = timeMs - process.uptime() * 1000;
  for (const name of ['process_cpu_seconds_total', 'nodejs_eventloop_time_seconds_total']) {
    expect(Math.abs(startOf(name) - processStartMs), name).toBeLessThan(2000);
  }
  for (const name of ['system_network_bytes_total', 'system_network_errors_total', 'system_disk_io_bytes_total']) {
    expect(startOf(name), name).toBeLessThanOrEqual(processStartMs);
  }
});
