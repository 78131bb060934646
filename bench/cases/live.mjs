// What the live page costs a service, and how much the viewer takes.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { fileURLToPath } from 'node:url';

/** @typedef {import('../measure.mjs').Case} Case */

// The page reads every ten seconds: so that each has as many reads.
const SECONDS = 30;

/** @type {Case[]} */
export const cases = [
  {
    name: 'live page without viewers, 1000 series, half of them changing: CPU a second above the service without it',
    unit: 'ms',
    once: true,
    rounds: 1,
    above: 'the service without it',
    limit: 1,
    why: 'on the edge: a reading each 10 s runs code that stays cold, and half of its time is garbage collection',
    peers: { sightline: () => idleService(true), 'the service without it': () => idleService(false) },
  },
  {
    name: 'a labelled counter and histogram, with the live page on',
    unit: 'ns',
    targets: { 'without it': 0.9 },
    peers: { sightline: () => recording(true), 'without it': () => recording(false) },
  },
  {
    name: 'viewer, a span received over OTLP/HTTP and kept (150 000 a second are 6667 ns)',
    unit: 'ns',
    once: true,
    limit: 6667,
    peers: { sightline: receiving },
  },
];

async function observability(/** @type {boolean} */ live) {
  const { createObservability } = await import('@sightline/sdk');
  const obs = createObservability({
    serviceName: 'bench',
    backend: 'none',
    tracing: { exporter: 'none' },
    logger: { destination: { write() {} } },
    processMetrics: false,
    live: live ? { port: 0 } : false,
    signals: false,
    env: {},
  });
  await obs.ready;
  return obs;
}

/** @returns {Promise<() => Promise<number>>} milliseconds of CPU a second */
async function idleService(/** @type {boolean} */ hasPage) {
  const { metrics, live } = await observability(hasPage);
  const labels = Array.from({ length: 40 }, (_, i) => ({ shard: `shard-${i}` }));
  const options = { help: 'A metric of the benchmark.', labelNames: /** @type {const} */ (['shard']) };
  const counters = Array.from({ length: 15 }, (_, i) => metrics.counter(`bench_events_${i}_total`, options));
  const gauges = Array.from({ length: 5 }, (_, i) => metrics.gauge(`bench_level_${i}`, options));
  const histograms = Array.from({ length: 5 }, (_, i) =>
    metrics.histogram(`bench_duration_${i}_seconds`, { ...options, unit: 'seconds' }),
  );
  const record = (/** @type {number} */ part) => {
    for (const each of labels.slice(0, labels.length * part)) {
      for (const counter of counters) counter.inc(each);
      for (const gauge of gauges) gauge.set(each, Math.random());
      for (const histogram of histograms) histogram.observe(each, Math.random());
    }
  };
  record(1);
  // A service runs for hours. The page reads every ten seconds, and when it is asked: so many readings as of five minutes.
  for (let i = 0; i < 30; i++) {
    await new Promise((resolve) => setTimeout(resolve, 1010));
    record(0.5);
    await ask(live.url);
  }
  return async () => {
    const before = process.cpuUsage();
    for (let i = 0; i < SECONDS; i++) {
      record(0.5);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000 / SECONDS;
  };
}

/** Asks the page for something, as a script does. */
async function ask(/** @type {string | undefined} */ link) {
  if (link === undefined) return;
  const url = new URL(link);
  const headers = { authorization: `Bearer ${url.searchParams.get('t')}` };
  // Not by fetch, whose pool of connections would cost something meanwhile.
  const [response] = await once(get(new URL('/live/api/about', url), { agent: false, headers }), 'response');
  if (response.statusCode !== 200) throw new Error(`The page answered ${response.statusCode}.`);
  await once(response.resume(), 'end');
}

async function recording(/** @type {boolean} */ live) {
  const { metrics } = await observability(live);
  const counter = metrics.counter('bench_jobs_total', { help: 'Jobs.', labelNames: ['queue', 'outcome'] });
  const histogram = metrics.histogram('bench_job_seconds', { help: 'Time.', unit: 'seconds', labelNames: ['queue'] });
  const labels = Array.from({ length: 100 }, (_, i) => ({ queue: `queue-${i}`, outcome: 'ok' }));
  const queues = labels.map(({ queue }) => ({ queue }));
  return async (/** @type {number} */ n) => {
    for (let i = 0; i < n; i++) {
      counter.inc(/** @type {{ queue: string, outcome: string }} */ (labels[i % 100]));
      histogram.observe(/** @type {{ queue: string }} */ (queues[i % 100]), 0.01);
    }
  };
}

/** @returns {Promise<() => Promise<number>>} nanoseconds a span */
async function receiving() {
  const { openViewer } = await import('@sightline/live');
  const viewer = await openViewer({ port: 0, otlpHttpPort: 0, otlpGrpcPort: 0 });
  const sender = fork(fileURLToPath(new URL('../otlp-sender.mjs', import.meta.url)), [viewer.otlpHttpUrl]);
  await once(sender, 'message');
  process.once('disconnect', () => process.exit());
  return async () => {
    const requests = 100;
    const start = performance.now();
    sender.send(requests);
    await once(sender, 'message');
    return ((performance.now() - start) * 1e6) / (requests * 1000);
  };
}
