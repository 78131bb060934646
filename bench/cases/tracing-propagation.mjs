// What a service pays per message for the context that travels with it.

/** @typedef {import('../measure.mjs').Case} Case */

const headers = {
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  tracestate: 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE',
};

const childId = 'b7ad6b7169203331';

/** @type {Case[]} */
export const cases = [
  {
    name: 'W3C extract and inject with tracestate',
    unit: 'ns',
    targets: { opentelemetry: 3 },
    why: 'on the edge: eight further processes of each gave about 2.85 times',
    peers: {
      sightline: async () => passedOn((await import('@sightline/tracing/propagation')).w3cPropagator),
      opentelemetry: async () => passedOn(new (await import('@opentelemetry/core')).W3CTraceContextPropagator()),
    },
  },
];

/** What came in is sent on from a child, as from a span that the SDK makes of it. */
async function passedOn(/** @type {import('@opentelemetry/api').TextMapPropagator} */ propagator) {
  const { ROOT_CONTEXT, defaultTextMapGetter, defaultTextMapSetter, trace } = await import('@opentelemetry/api');
  return (/** @type {number} */ n) => {
    for (let i = 0; i < n; i++) {
      const received = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
      const parent = trace.getSpanContext(received);
      if (parent === undefined) throw new Error('nothing came in');
      /** @type {Record<string, string>} */
      const sent = {};
      propagator.inject(trace.setSpanContext(received, { ...parent, spanId: childId }), sent, defaultTextMapSetter);
      if (sent['tracestate'] === undefined) throw new Error('nothing was sent');
    }
  };
}
