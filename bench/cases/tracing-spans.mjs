// What a span costs, started, given five attributes and ended, around a function that does nothing.

/** @typedef {import('../measure.mjs').Case} Case */

/** @type {Case[]} */
export const cases = [
  {
    name: 'sampled span with 5 attributes, against startActiveSpan',
    unit: 'ns',
    targets: { opentelemetry: 1.5 },
    peers: { sightline: async () => ourSpans(true), opentelemetry: async () => theirSpans(true) },
  },
  {
    name: 'sampled span without attributes, against startActiveSpan',
    unit: 'ns',
    targets: { opentelemetry: 1.5 },
    peers: { sightline: async () => ourPlainSpans(true), opentelemetry: async () => theirPlainSpans(true) },
  },
  {
    name: 'unsampled span with 5 attributes, against startActiveSpan',
    unit: 'ns',
    targets: { opentelemetry: 2 },
    peers: { sightline: async () => ourSpans(false), opentelemetry: async () => theirSpans(false) },
  },
];

const queues = Array.from({ length: 100 }, (_, i) => `queue-${i}`);

/** @returns {{ queue: string | undefined, outcome: string, size: number, urgent: boolean, 'order.id': string | undefined }} */
function attributes(/** @type {number} */ i) {
  return { queue: queues[i % 100], outcome: 'ok', size: i, urgent: false, 'order.id': queues[i % 97] };
}

async function ourSpans(/** @type {boolean} */ isSampled) {
  const spans = await builder(isSampled);
  return (/** @type {number} */ n) => {
    for (let i = 0; i < n; i++) spans.span('work', { attributes: attributes(i) }, nothing);
  };
}

async function theirSpans(/** @type {boolean} */ isSampled) {
  const tracer = await rawTracer(isSampled);
  return (/** @type {number} */ n) => {
    for (let i = 0; i < n; i++) {
      tracer.startActiveSpan('work', { attributes: attributes(i) }, (span) => {
        nothing();
        span.end();
      });
    }
  };
}

async function ourPlainSpans(/** @type {boolean} */ isSampled) {
  const spans = await builder(isSampled);
  return (/** @type {number} */ n) => {
    for (let i = 0; i < n; i++) spans.span('work', nothing);
  };
}

async function theirPlainSpans(/** @type {boolean} */ isSampled) {
  const tracer = await rawTracer(isSampled);
  return (/** @type {number} */ n) => {
    for (let i = 0; i < n; i++) {
      tracer.startActiveSpan('work', (span) => {
        nothing();
        span.end();
      });
    }
  };
}

async function builder(/** @type {boolean} */ isSampled) {
  const { context } = await import('@opentelemetry/api');
  const { alwaysOff, alwaysOn, createSpans, parentBased } = await import('@sightline/tracing');
  const { ContextManager, TracerProvider } = await import('@sightline/tracing/tracer');
  context.setGlobalContextManager(new ContextManager());
  const provider = new TracerProvider({ sampler: parentBased(isSampled ? alwaysOn : alwaysOff) });
  return createSpans({ tracer: provider.getTracer('bench') });
}

async function rawTracer(/** @type {boolean} */ isSampled) {
  const { AlwaysOffSampler, AlwaysOnSampler, ParentBasedSampler } = await import('@opentelemetry/sdk-trace');
  const root = isSampled ? new AlwaysOnSampler() : new AlwaysOffSampler();
  return (await tracerProvider({ sampler: new ParentBasedSampler({ root }) })).getTracer('bench');
}

async function tracerProvider(/** @type {import('@opentelemetry/sdk-trace').TracerProviderOptions} */ options) {
  const { context } = await import('@opentelemetry/api');
  const { AsyncLocalStorageContextManager } = await import('@opentelemetry/context-async-hooks');
  const { NoopSpanProcessor, TracerProvider } = await import('@opentelemetry/sdk-trace');
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  return new TracerProvider({ ...options, spanProcessors: [new NoopSpanProcessor()] });
}

function nothing() {}
