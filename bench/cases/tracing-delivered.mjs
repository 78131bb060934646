// What a span costs from its start until its collector has it: CPU of the process, the collector in another one.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** @typedef {import('../measure.mjs').Case} Case */

/** @type {Case[]} */
export const cases = [
  {
    name: 'sampled span with 5 attributes, started, ended, encoded and sent, CPU',
    unit: 'ns',
    once: true,
    targets: { opentelemetry: 2.5 },
    gate: 1.2,
    why: 'starting, ending and encoding take 1.3 us of it; the rest is the request of Node.js and the copy into the kernel, which are the same for both',
    peers: { sightline: ours, opentelemetry: theirs },
  },
];

const queues = Array.from({ length: 100 }, (_, i) => `queue-${i}`);

function attributes(/** @type {number} */ i) {
  return { queue: queues[i % 100], outcome: 'ok', size: i, urgent: false, 'order.id': queues[i % 97] };
}

function nothing() {}

async function ours() {
  const { startTracing } = await import('@sightline/tracing/sdk');
  const { spans, flush } = startTracing({ url: await collector(), env: {} });
  return delivered((i) => spans.span('work', { attributes: attributes(i) }, nothing), flush);
}

async function theirs() {
  const { BatchSpanProcessor, TracerProvider } = await import('@opentelemetry/sdk-trace');
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto');
  const { AsyncLocalStorageContextManager } = await import('@opentelemetry/context-async-hooks');
  const { context } = await import('@opentelemetry/api');
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  const exporter = new OTLPTraceExporter({ url: await collector() });
  const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] });
  const tracer = provider.getTracer('bench');
  const work = (/** @type {number} */ i) =>
    tracer.startActiveSpan('work', { attributes: attributes(i) }, (span) => {
      nothing();
      span.end();
    });
  return delivered(work, () => provider.forceFlush());
}

/** Nanoseconds of CPU per span, all of them sent. */
function delivered(/** @type {(i: number) => unknown} */ work, /** @type {() => Promise<unknown>} */ flush) {
  // The queues hold 2048 spans: what is started at once must fit, so that no peer gets cheaper by losing some.
  const batch = 2000;
  const batches = 20;
  return async () => {
    const before = process.cpuUsage();
    for (let b = 0; b < batches; b++) {
      for (let i = 0; i < batch; i++) work(i);
      await flush();
    }
    const { user, system } = process.cpuUsage(before);
    return (1000 * (user + system)) / (batch * batches);
  };
}

/** @returns {Promise<string>} its address */
async function collector() {
  const sink = fork(fileURLToPath(new URL('../otlp-sink.mjs', import.meta.url)));
  const [port] = await once(sink, 'message');
  process.once('disconnect', () => process.exit()); // its open connection would keep the process for ever
  return `http://127.0.0.1:${port}/v1/traces`;
}
