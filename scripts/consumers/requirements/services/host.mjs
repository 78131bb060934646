// A service with metrics of its machine, read from a folder like /proc. SYSTEM_NAMES chooses the set of names.
import { createMetrics } from '@sightline/core';
import { createObservability } from '@sightline/sdk';
import { collectGpuMetrics } from '@sightline/system-metrics/gpu';
import { collectHostMetrics, procSource } from '@sightline/system-metrics/host';

let offsetMs = 0;
const clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now() + offsetMs,
  setTimer(callback, delayMs) {
    const timer = setTimeout(callback, delayMs);
    return { cancel: () => clearTimeout(timer), ref: () => timer.ref(), unref: () => timer.unref() };
  },
};
const source = procSource({ proc: process.env.PROC_FOLDER, cgroup: '/no/cgroup' });
const obs = createObservability({ serviceName: 'host', metrics: { clock } });
collectHostMetrics(obs.metrics, { systemNames: process.env.SYSTEM_NAMES, source, log: obs.log });
collectGpuMetrics(obs.metrics, { log: obs.log });
await obs.ready;
// Shares of time are known from the second reading on, which the page asks for after 61 seconds.
await obs.metrics.collect();

// How often memory is read, and another callback runs, by a collector that is asked after 0, 59 and 61 seconds.
let readings = 0;
let otherRuns = 0;
const timed = createMetrics({ clock });
const memory = () => {
  readings++;
  return source.memory();
};
collectHostMetrics(timed, { source: { ...source, memory } });
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
