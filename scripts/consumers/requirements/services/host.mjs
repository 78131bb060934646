// A service that tells of its machine, as a folder like /proc has it. SYSTEM_NAMES chooses the set of names.
import { createMetrics, systemClock } from '@sightline/core';
import { createObservability } from '@sightline/sdk';
import { collectGpuMetrics } from '@sightline/system-metrics/gpu';
import { collectHostMetrics, procSource } from '@sightline/system-metrics/host';

const source = procSource({ proc: process.env.PROC_FOLDER, cgroup: '/no/cgroup' });
const obs = createObservability({ serviceName: 'host', metrics: { roundIntervalMs: 0 } });
// Shares of time are known from the second reading on.
const cpu = { intervalMs: 1 };
collectHostMetrics(obs.metrics, { systemNames: process.env.SYSTEM_NAMES, source, cpu, log: obs.log });
collectGpuMetrics(obs.metrics, { log: obs.log });
await obs.ready;
await obs.metrics.collect();

// How often memory is read by a collector that is asked after 0, 59 and 61 seconds.
let offsetMs = 0;
let readings = 0;
const clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + offsetMs };
const timed = createMetrics({ clock });
const memory = () => {
  readings++;
  return source.memory();
};
collectHostMetrics(timed, { source: { ...source, memory } });
let otherRuns = 0;
timed.onCollect(() => void otherRuns++, { name: 'another', intervalMs: 15_000 });
const readingsAt = {};
const otherRunsAt = {};
for (const seconds of [0, 59, 61]) {
  offsetMs = seconds * 1000;
  await timed.collect();
  readingsAt[seconds] = readings;
  otherRunsAt[seconds] = otherRuns;
}
console.log(JSON.stringify({ address: obs.address, readingsAt, otherRunsAt }));
setInterval(() => {}, 60_000);
