// What a log line costs: three fields and a message, written to a stream that takes anything. The value is nanoseconds
// per line.

import { randomBytes, randomUUID } from 'node:crypto';

/** @typedef {import('../measure.mjs').Case} Case */

const sink = { write: () => true };
const MESSAGE = 'published';

/** @type {Case[]} */
export const cases = [
  {
    name: 'log line, full layout with context, 10 lines per context',
    unit: 'ns',
    once: true,
    mostOf: { pino: 1.2 },
    why: "a full line says more than twice as much as the peer's, redacted and free of double keys; the peer's own time varies by half between runs (470 to 890 ns)",
    targets: { winston: 5 },
    peers: {
      sightline: () => inContexts('structured', 10),
      pino: plainPino,
      'pino with a mixin': pinoWithMixin,
      winston,
    },
  },
  {
    name: 'log line, full layout with context, 1 line per context',
    unit: 'ns',
    once: true,
    mostOf: { pino: 1.43 },
    gate: 0.3,
    why: 'the first line of a context reads it and the span (40 ns), checks that ids are such and hold no secret (260 ns) and joins twice as much text (130 ns); the second line of a context costs less than the peer',
    peers: { sightline: () => inContexts('structured', 1), pino: plainPino },
  },
  {
    name: 'log line of a request, full layout with context, 1 line per context',
    unit: 'ns',
    once: true,
    mostOf: { pino: 1.43 },
    gate: 0.4,
    why: 'as above, with ids of a span',
    peers: { sightline: () => inContexts('structured', 1, requestLine), pino: pinoOfRequests },
  },
  {
    name: 'log line, pino layout with context, 10 lines per context',
    unit: 'ns',
    once: true,
    peers: { sightline: () => inContexts('pino', 10), pino: plainPino },
  },
  {
    name: 'log line below the level',
    unit: 'ns',
    peers: {
      sightline: async () => {
        const { createLogger } = await import('@sightline/logger');
        const log = createLogger({ destination: sink, env: {} });
        return (n) => {
          for (let i = 0; i < n; i++) log.debug({ stream: 'md:ticker', i, ok: true }, MESSAGE);
        };
      },
      pino: async () => {
        const { default: pino } = await import('pino');
        const log = pino({}, sink);
        return (n) => {
          for (let i = 0; i < n; i++) log.debug({ stream: 'md:ticker', i, ok: true }, MESSAGE);
        };
      },
    },
  },
];

/** Logs within contexts that are all new. What entering them costs is measured too, and taken off: it belongs to the request. */
async function inContexts(
  /** @type {'pino' | 'structured'} */ layout,
  /** @type {number} */ linesEach,
  /** @type {(log: Log, i: number) => void} */ writeLine = plainLine,
) {
  const { createLogger } = await import('@sightline/logger');
  const { runWithContext } = await import('@sightline/context');
  const { context, ROOT_CONTEXT, trace } = await import('@opentelemetry/api');
  const { AsyncLocalStorageContextManager } = await import('@opentelemetry/context-async-hooks');
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const log = createLogger({ name: 'collector.ws', layout, destination: sink, env: {} });
  // Ids as they come out of headers: flat texts, and not the pieces that joining strings leaves. Contexts and spans are new.
  const ids = Array.from({ length: 1000 }, () => ({
    id: Buffer.from(randomUUID()).toString(),
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
  }));
  let made = 0;
  const request = () => {
    const { id = '', traceId = '', spanId = '' } = ids[made++ % ids.length] ?? {};
    const active = trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: 1 });
    const fields = { request_id: id, correlation_id: id, user_id: 'u-17', run_id: 'r-3' };
    return (/** @type {() => void} */ fn) => runWithContext(fields, () => context.with(active, fn));
  };
  const nothing = () => {};
  const lines = () => {
    for (let i = 0; i < linesEach; i++) writeLine(log, linesEach === 1 ? made++ : i);
  };
  // In batches, so that no more requests are alive at a time than in a service.
  return perLine((n) => {
    let ms = 0;
    for (let done = 0; done < n; done += BATCH * linesEach) {
      const requests = Array.from({ length: BATCH }, request);
      ms -= timed(() => {
        for (const enter of requests) enter(nothing);
      });
      ms += timed(() => {
        for (const enter of requests) enter(lines);
      });
    }
    return ms;
  });
}

const BATCH = 100;

/** @typedef {{ info(fields: object, message: string): void }} Log */

/** @type {(log: Log, i: number) => void} */
function plainLine(log, i) {
  log.info({ stream: 'md:ticker', i, ok: true }, MESSAGE);
}

/** What `@sightline/http` logs of a request. @type {(log: Log, i: number) => void} */
function requestLine(log, i) {
  const path = paths[i % paths.length];
  log.info(
    {
      method: 'GET',
      route: '/orders/:id',
      path,
      status_code: 200,
      duration_ms: (i % 64) / 8,
      bytes: i % 5000,
      user_agent,
    },
    'GET /orders/:id 200',
  );
}

const paths = Array.from({ length: 1000 }, (_, i) => Buffer.from(`/orders/${i}`).toString());
const user_agent =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';

async function pinoOfRequests() {
  const { default: pino } = await import('pino');
  const log = pino({}, sink);
  return perLine((n) =>
    timed(() => {
      for (let i = 0; i < n; i++) requestLine(log, i);
    }),
  );
}

async function plainPino() {
  const { default: pino } = await import('pino');
  return loop(pino({}, sink));
}

/** As one would do it by hand: the fields of the context from an AsyncLocalStorage. */
async function pinoWithMixin() {
  const { AsyncLocalStorage } = await import('node:async_hooks');
  const { default: pino } = await import('pino');
  const store = new AsyncLocalStorage();
  const log = loop(pino({ mixin: () => ({ ...store.getStore() }) }, sink));
  return () => store.run(fields, log);
}

async function winston() {
  const { Writable } = await import('node:stream');
  const { default: winston } = await import('winston');
  const { combine, timestamp, json } = winston.format;
  const stream = new Writable({
    write(_chunk, _encoding, callback) {
      callback();
    },
  });
  const log = winston.createLogger({
    format: combine(timestamp(), json()),
    defaultMeta: { logger: 'collector.ws', ...fields },
    transports: [new winston.transports.Stream({ stream })],
  });
  return perLine((n) =>
    timed(() => {
      for (let i = 0; i < n; i++) log.info(MESSAGE, { stream: 'md:ticker', i, ok: true });
    }),
  );
}

const fields = {
  request_id: 'r-8f1',
  correlation_id: 'c-71',
  user_id: 'u-17',
  run_id: 'r-3',
  trace_id: '0af7651916cd43dd8448eb211c80319c',
  span_id: 'b7ad6b7169203331',
  trace_flags: 1,
};

/** @param {Log} log */
function loop(log) {
  return perLine((n) =>
    timed(() => {
      for (let i = 0; i < n; i++) log.info({ stream: 'md:ticker', i, ok: true }, MESSAGE);
    }),
  );
}

/** @returns milliseconds */
function timed(/** @type {() => void} */ run) {
  const start = performance.now();
  run();
  return performance.now() - start;
}

/** Many lines a round, after as many that only warm up. @param {(n: number) => number} run returns milliseconds */
function perLine(run) {
  run(LINES);
  return () => (1e6 * run(LINES)) / LINES;
}

const LINES = 50_000;
