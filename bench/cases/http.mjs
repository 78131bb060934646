// What an HTTP request costs a service with everything on: CPU of the process above the same service without telemetry, its client
// and its collector in other processes.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startService } from '../http-services.mjs';

/**
 * @typedef {import('../measure.mjs').Case} Case
 * @typedef {import('../http-services.mjs').Framework} Framework
 * @typedef {import('../http-services.mjs').Telemetry} Telemetry
 */

/** @type {Framework[]} */
const frameworks = ['node:http', 'express', 'fastify'];

/** @type {Case[]} */
export const cases = [
  ...frameworks.flatMap((framework) => [everythingOn(framework, 8), everythingOn(framework, 1)]),
  aboveBare('node:http', 8, 'with metrics, log line and context, without spans', {
    sightline: 'sightline without spans',
  }),
];

/** @returns {Case} */
function everythingOn(/** @type {Framework} */ framework, /** @type {number} */ pipelined) {
  const what = 'with span exported, metrics, log line and context';
  return {
    ...aboveBare(framework, pipelined, what, { sightline: 'sightline', opentelemetry: 'opentelemetry' }),
    mostOf: { opentelemetry: 0.4 },
    gate: 1.1,
    why: 'writing a line to a file descriptor takes 3.5 us on the measured machine, for either side, and making the line 3 more; the methods that are set on each request and response take 0.8',
  };
}

/** @returns {Case} */
function aboveBare(
  /** @type {Framework} */ framework,
  /** @type {number} */ pipelined,
  /** @type {string} */ what,
  /** @type {Record<string, Telemetry>} */ peers,
) {
  const how = pipelined === 1 ? 'one at a time' : `pipelined by ${pipelined}`;
  const all = Object.entries({ ...peers, bare: /** @type {const} */ ('nothing') });
  return {
    name: `HTTP request of ${framework} ${what}, CPU above the bare server, ${how}`,
    unit: 'ns',
    once: true,
    above: 'bare',
    peers: Object.fromEntries(
      all.map(([name, telemetry]) => [
        name,
        (/** @type {number} */ roundMs) => requests(framework, telemetry, pipelined, roundMs),
      ]),
    ),
  };
}

/** Nanoseconds of CPU per request, what sending all of it takes included. */
async function requests(
  /** @type {Framework} */ framework,
  /** @type {Telemetry} */ telemetry,
  /** @type {number} */ pipelined,
  /** @type {number} */ roundMs,
) {
  const sink = started('../otlp-sink.mjs');
  const [collectorPort] = await once(sink, 'message');
  const { server, flush } = await startService(framework, telemetry, `http://127.0.0.1:${collectorPort}`);
  server.keepAliveTimeout = 0; // the connection rests while the other peers have their rounds
  if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const client = started('../request-client.mjs', String(port));
  client.once('exit', () => process.exit(1)); // instead of waiting for answers for ever
  process.once('disconnect', () => process.exit()); // the open connections would keep it for ever
  const send = async (/** @type {number} */ count) => {
    client.send({ requests: count, pipelined });
    await once(client, 'message');
  };
  // The queues hold 2048 spans: what is sent at once must fit, so that no peer gets cheaper by losing some.
  const batch = 1200;
  const batches = Math.max(2, Math.round(roundMs / 30));
  await send(pipelined);
  return async () => {
    const before = process.cpuUsage();
    for (let i = 0; i < batches; i++) {
      await send(batch);
      await flush();
    }
    const { user, system } = process.cpuUsage(before);
    return (1000 * (user + system)) / (batch * batches);
  };
}

function started(/** @type {string} */ file, /** @type {string[]} */ ...args) {
  return fork(fileURLToPath(new URL(file, import.meta.url)), args, { execArgv: [] });
}
