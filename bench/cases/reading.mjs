// What readers cost: scrapes, differences, memory, loading. Each round is one measurement of its own.

import { Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { BUCKETS } from '../loaded.mjs';

/** @typedef {import('../measure.mjs').Case} Case */

const help = 'Measured.';
const labelNames = ['kind', 'id'];
const SERIES = 100_000;
const HISTOGRAMS = 10_000;

/** @type {Case[]} */
export const cases = [
  {
    name: 'scrape of 100k counter and 10k histogram series',
    unit: 'ms',
    once: true,
    targets: { 'prom-client': 10 },
    rounds: 15,
    peers: {
      sightline: async () => {
        const { scrape } = await manySeries();
        return async () => (await scrape({})).totalMs;
      },
      'prom-client': async () => {
        const { default: prom } = await import('prom-client');
        const registry = new prom.Registry();
        const counter = new prom.Counter({ name: 'many_total', help, labelNames, registers: [registry] });
        const histogram = new prom.Histogram({
          name: 'some_seconds',
          help,
          labelNames,
          buckets: BUCKETS,
          registers: [registry],
        });
        fill(
          (labels, i) => counter.inc(labels, i),
          (labels, i) => histogram.observe(labels, i % 11),
        );
        return async () => {
          const start = performance.now();
          Buffer.from(await registry.metrics());
          return performance.now() - start;
        };
      },
    },
  },
  {
    name: 'longest slice of that scrape',
    unit: 'ms',
    once: true,
    limit: 5,
    peers: {
      sightline: async () => {
        const { scrape } = await manySeries();
        return async () => (await scrape({})).longestMs;
      },
    },
  },
  {
    name: 'longest block of the event loop, with gzip',
    unit: 'ms',
    once: true,
    limit: 10,
    peers: {
      sightline: async () => {
        const { scrape } = await manySeries();
        return async () => (await scrape({ 'accept-encoding': 'gzip' })).longestMs;
      },
    },
  },
  memory('memory of a counter series, label with few values first', labelNames, 'counter', 0.5),
  memory('memory of a counter series, label with many values first', [...labelNames].reverse(), 'counter', undefined),
  memory('memory of an 11-bucket histogram series', labelNames, 'histogram', 0.5),
  {
    name: 'memory of a delta reader per series, 100k series',
    unit: 'B',
    once: true,
    limit: 24,
    peers: {
      sightline: async () => {
        const { metrics, deltas } = await manyCounters();
        return async () => {
          const before = await settledBytes();
          const reader = deltas(metrics);
          readOnce(reader);
          const bytes = ((await settledBytes()) - before) / SERIES;
          reader.shutdown();
          return bytes;
        };
      },
    },
  },
  {
    name: 'read of a delta reader, 100k series, all changed',
    unit: 'ms',
    once: true,
    limit: 5,
    peers: {
      sightline: async () => {
        const { metrics, deltas, countAll } = await manyCounters();
        const reader = deltas(metrics);
        return async () => {
          countAll();
          const start = performance.now();
          const batch = reader.read();
          const ms = performance.now() - start;
          batch.commit();
          return ms;
        };
      },
    },
  },
  {
    name: "import '@sightline/core', beyond that of an empty module",
    unit: 'ms',
    once: true,
    limit: 5,
    why: 'imported by its path, core takes little more than half of that: the rest is how Node.js finds a package by its name',
    rounds: 15,
    fresh: true,
    peers: {
      sightline: async () => async () => {
        await import('../empty.mjs'); // what the first import of a process costs is not ours
        const start = performance.now();
        await import('@sightline/core');
        return performance.now() - start;
      },
    },
  },
  {
    name: "createMetrics of '@sightline/core', bundled, minified and compressed",
    unit: 'kB',
    once: true,
    limit: 15,
    gate: 16.5,
    why: 'what the kilobytes buy, and what would have to go, is in [the size of core](decisions/size-of-core.md)',
    rounds: 1,
    peers: {
      sightline: async () => {
        const { build } = await import('esbuild');
        return async () => {
          const { outputFiles } = await build({
            stdin: { contents: "export { createMetrics } from '@sightline/core'", resolveDir: import.meta.dirname },
            bundle: true,
            minify: true,
            format: 'esm',
            platform: 'neutral',
            write: false,
          });
          return gzipSync(outputFiles[0]?.contents ?? '').length / 1000;
        };
      },
    },
  },
];

async function manySeries() {
  const { createMetrics } = await import('@sightline/core');
  const { prometheusBackend } = await import('@sightline/backend-prometheus');
  const backend = prometheusBackend({ listen: false });
  const metrics = createMetrics({
    backends: [backend],
    maxSeries: 10 * SERIES,
    maxTotalSeries: 100 * SERIES,
    collectionIntervalMs: 0,
  });
  const counter = metrics.counter('many_total', { help, labelNames });
  const histogram = metrics.histogram('some_seconds', { help, labelNames, buckets: BUCKETS });
  fill(
    (labels, i) => counter.inc(labels, i),
    (labels, i) => histogram.observe(labels, i % 11),
  );
  await metrics.ready;
  return {
    /** One request through the backend's handler to a client that takes everything at once. */
    async scrape(/** @type {Record<string, string>} */ headers) {
      let bytes = 0;
      const response = Object.assign(
        new Writable({
          write(chunk, _, done) {
            bytes += chunk.length;
            done();
          },
        }),
        { headersSent: false, setHeader() {}, writeHead() {} },
      );
      const finished = new Promise((resolve) => response.once('close', resolve));
      const watch = watchEventLoop();
      const start = performance.now();
      backend.handler(
        /** @type {never} */ ({ method: 'GET', url: '/metrics', headers, httpVersionMajor: 1 }),
        /** @type {never} */ (response),
      );
      await finished;
      const totalMs = performance.now() - start;
      const longestMs = watch.stop();
      if (bytes < 1_000_000) throw new Error(`The page has only ${bytes} bytes.`);
      return { totalMs, longestMs };
    },
  };
}

/** The longest time between two turns of the event loop. */
function watchEventLoop() {
  let last = performance.now();
  let longestMs = 0;
  let isWatching = true;
  const turn = () => {
    const now = performance.now();
    longestMs = Math.max(longestMs, now - last);
    last = now;
    if (isWatching) setImmediate(turn);
  };
  setImmediate(turn);
  return {
    stop() {
      isWatching = false;
      return longestMs;
    },
  };
}

async function manyCounters() {
  const { createMetrics } = await import('@sightline/core');
  const { deltas } = await import('@sightline/core/backend');
  const metrics = createMetrics({ maxSeries: 10 * SERIES, maxTotalSeries: 100 * SERIES });
  const counter = metrics.counter('many_total', { help, labelNames });
  const ids = Array.from({ length: SERIES }, (_, i) => `id-${i}`);
  const countAll = () => {
    for (const [i, id] of ids.entries()) counter.inc({ kind: `kind-${i % 10}`, id }, 1);
  };
  countAll();
  const warmUp = deltas(metrics);
  for (let i = 0; i < 10; i++) warmUp.read().commit();
  warmUp.shutdown();
  return { metrics, deltas, countAll };
}

/** @returns {Case} */
function memory(
  /** @type {string} */ name,
  /** @type {string[]} */ names,
  /** @type {'counter' | 'histogram'} */ kind,
  /** @type {number | undefined} */ most,
) {
  const measure =
    (/** @type {() => (labels: Record<string, string>, value: number) => void} */ declare) => async () => {
      const record = declare();
      const ids = Array.from({ length: SERIES }, (_, i) => `id-${i}`);
      record({ kind: 'kind-0', id: 'first' }, 1);
      const before = usedBytes();
      for (const [i, id] of ids.entries()) record({ kind: `kind-${i % 10}`, id }, (i % 110) / 10);
      return (usedBytes() - before) / SERIES;
    };
  return {
    name,
    unit: 'B',
    once: true,
    fresh: true,
    ...(most === undefined ? {} : { mostOf: { 'prom-client': most } }),
    peers: {
      sightline: async () => {
        const { createMetrics } = await import('@sightline/core');
        const metrics = createMetrics({ maxSeries: 10 * SERIES, maxTotalSeries: 100 * SERIES });
        return measure(() => {
          if (kind === 'counter') {
            const counter = metrics.counter('many_total', { help, labelNames: names });
            return (labels, value) => counter.inc(labels, value);
          }
          const histogram = metrics.histogram('many_seconds', { help, labelNames: names, buckets: BUCKETS });
          return (labels, value) => histogram.observe(labels, value);
        });
      },
      'prom-client': async () => {
        const { default: prom } = await import('prom-client');
        const registers = [new prom.Registry()];
        return measure(() => {
          if (kind === 'counter') {
            const counter = new prom.Counter({ name: 'many_total', help, labelNames: names, registers });
            return (labels, value) => counter.inc(labels, value);
          }
          const histogram = new prom.Histogram({
            name: 'many_seconds',
            help,
            labelNames: names,
            buckets: BUCKETS,
            registers,
          });
          return (labels, value) => histogram.observe(labels, value);
        });
      },
    },
  };
}

/** In a function of its own, so that nothing on the stack holds the batch. */
function readOnce(/** @type {import('@sightline/core/backend').DeltaReader} */ reader) {
  reader.read().commit();
}

/** As `usedBytes`, once the buffers of what was collected have been given back, too. */
async function settledBytes() {
  usedBytes();
  await new Promise((resolve) => setImmediate(resolve));
  return usedBytes();
}

/** Heap and array buffers, after the garbage is gone. */
function usedBytes() {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('Run with --expose-gc.');
  for (let i = 0; i < 4; i++) gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function fill(
  /** @type {(labels: Record<string, string>, i: number) => void} */ count,
  /** @type {(labels: Record<string, string>, i: number) => void} */ observe,
) {
  for (let i = 0; i < SERIES; i++) count({ kind: `kind-${i % 10}`, id: `id-${i}` }, i);
  for (let i = 0; i < HISTOGRAMS; i++) observe({ kind: `kind-${i % 10}`, id: `id-${i}` }, i);
}
