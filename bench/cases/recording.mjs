// What a service pays per recording. Every case is a loop of calls; the value is nanoseconds per call, loop included.

import { QUEUES, VALUES } from '../loaded.mjs';
import { openTelemetry, promClient, sightline } from '../peers.mjs';

/** @typedef {import('../measure.mjs').Case} Case */

/** @type {Case[]} */
export const cases = [
  {
    name: 'counter.inc(labels)',
    unit: 'ns',
    targets: { 'prom-client': 8, opentelemetry: 30 },
    peers: {
      sightline: async () => {
        const { counter } = await sightline();
        return (n) => {
          for (let i = 0; i < n; i++) counter.inc({ queue: queue(i), outcome: 'ok' });
        };
      },
      'prom-client': async () => {
        const { counter } = await promClient();
        return (n) => {
          for (let i = 0; i < n; i++) counter.inc({ queue: queue(i), outcome: 'ok' });
        };
      },
      opentelemetry: async () => {
        const { counter } = await openTelemetry();
        return (n) => {
          for (let i = 0; i < n; i++) counter.add(1, { queue: queue(i), outcome: 'ok' });
        };
      },
    },
  },
  {
    name: 'counter.inc(labels), label text built for each call',
    unit: 'ns',
    targets: { 'prom-client': 3 },
    peers: {
      sightline: async () => {
        const { counter } = await sightline();
        return (n) => {
          for (let i = 0; i < n; i++) counter.inc({ queue: `queue-${i % 100}`, outcome: 'ok' });
        };
      },
      'prom-client': async () => {
        const { counter } = await promClient();
        return (n) => {
          for (let i = 0; i < n; i++) counter.inc({ queue: `queue-${i % 100}`, outcome: 'ok' });
        };
      },
    },
  },
  {
    name: 'counter.inc(labels) within a sampled span, of which ours makes exemplars',
    unit: 'ns',
    peers: {
      sightline: async () => {
        const { context, trace } = await import('@opentelemetry/api');
        const withinSpan = await sampledSpan();
        const { counter } = await sightline({ activeSpan: () => sampled(trace.getSpanContext(context.active())) });
        return withinSpan((n) => {
          for (let i = 0; i < n; i++) counter.inc({ queue: queue(i), outcome: 'ok' });
        });
      },
      'prom-client': async () => {
        const withinSpan = await sampledSpan();
        const { counter } = await promClient();
        return withinSpan((n) => {
          for (let i = 0; i < n; i++) counter.inc({ queue: queue(i), outcome: 'ok' });
        });
      },
      opentelemetry: async () => {
        const withinSpan = await sampledSpan();
        const { counter } = await openTelemetry();
        return withinSpan((n) => {
          for (let i = 0; i < n; i++) counter.add(1, { queue: queue(i), outcome: 'ok' });
        });
      },
    },
  },
  {
    name: 'bound inc(), 16 handles, varying step',
    unit: 'ns',
    targets: { 'prom-client': 20 },
    peers: {
      sightline: async () => {
        const { counter } = await sightline();
        const bound = handles((labels) => counter.labels(labels));
        return (n) => {
          for (let i = 0; i < n; i++) handle(bound, i).inc(i & 7);
        };
      },
      'prom-client': async () => {
        const { counter } = await promClient();
        const bound = handles((labels) => counter.labels(labels));
        return (n) => {
          for (let i = 0; i < n; i++) handle(bound, i).inc(i & 7);
        };
      },
    },
  },
  {
    name: 'histogram.observe(labels), 11 buckets',
    unit: 'ns',
    targets: { 'prom-client': 8, opentelemetry: 15 },
    peers: {
      sightline: async () => {
        const { histogram } = await sightline();
        return (n) => {
          for (let i = 0; i < n; i++) histogram.observe({ queue: queue(i), outcome: 'ok' }, value(i));
        };
      },
      'prom-client': async () => {
        const { histogram } = await promClient();
        return (n) => {
          for (let i = 0; i < n; i++) histogram.observe({ queue: queue(i), outcome: 'ok' }, value(i));
        };
      },
      opentelemetry: async () => {
        const { histogram } = await openTelemetry();
        return (n) => {
          for (let i = 0; i < n; i++) histogram.record(value(i), { queue: queue(i), outcome: 'ok' });
        };
      },
    },
  },
  {
    name: 'bound observe(), 11 buckets, unpredictable values',
    unit: 'ns',
    targets: { 'prom-client': 12 },
    peers: {
      sightline: async () => {
        const { histogram } = await sightline();
        const bound = handles((labels) => histogram.labels(labels));
        return (n) => {
          for (let i = 0; i < n; i++) handle(bound, i).observe(value(i));
        };
      },
      'prom-client': boundPromHistogram,
    },
  },
  {
    name: 'exponential observe(), bound; against a classic histogram of prom-client',
    unit: 'ns',
    targets: { 'prom-client': 12, opentelemetry: 20 },
    peers: {
      sightline: async () => {
        const { exponential } = await sightline({ exponential: true });
        const bound = handles((labels) => exponential.labels(labels));
        return (n) => {
          for (let i = 0; i < n; i++) handle(bound, i).observe(value(i));
        };
      },
      'prom-client': boundPromHistogram,
      opentelemetry: async () => {
        const { exponential } = await openTelemetry();
        const attributes = handles((labels) => labels);
        return (n) => {
          for (let i = 0; i < n; i++) exponential.record(value(i), handle(attributes, i));
        };
      },
    },
  },
];

async function boundPromHistogram() {
  const { histogram } = await promClient();
  const bound = handles((labels) => histogram.labels(labels));
  return (/** @type {number} */ n) => {
    for (let i = 0; i < n; i++) handle(bound, i).observe(value(i));
  };
}

/** @template T @param {(labels: { queue: string, outcome: string }) => T} bind @returns {T[]} */
function handles(bind) {
  return QUEUES.slice(0, 16).map((name) => bind({ queue: name, outcome: 'ok' }));
}

/** @template T @param {T[]} of @param {number} i @returns {T} */
function handle(of, i) {
  return /** @type {T} */ (of[i & 15]);
}

function queue(/** @type {number} */ i) {
  return /** @type {string} */ (QUEUES[i % 100]);
}

function value(/** @type {number} */ i) {
  return /** @type {number} */ (VALUES[i & 4095]);
}

/** Makes a loop run within a sampled span, as in a service that is traced. */
async function sampledSpan() {
  const { context, ROOT_CONTEXT, trace } = await import('@opentelemetry/api');
  const { AsyncLocalStorageContextManager } = await import('@opentelemetry/context-async-hooks');
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
  return (/** @type {(n: number) => void} */ loop) => (/** @type {number} */ n) =>
    context.with(trace.setSpanContext(ROOT_CONTEXT, span), () => loop(n));
}

/** As createObservability() links metrics to traces. */
function sampled(/** @type {import('@opentelemetry/api').SpanContext | undefined} */ span) {
  if (span === undefined || (span.traceFlags & 1) === 0) return undefined;
  return { traceId: span.traceId, spanId: span.spanId, isSampled: true };
}
