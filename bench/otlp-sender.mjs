// A sender of spans in a process of its own: posts so many requests of 1000 spans as each message says, two at a time, and answers when
// all are confirmed. Spans are encoded before.

import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import { flatAttributes, spanEncoder } from '@sightline/otlp/encode';

const [, , url = ''] = process.argv;
const SPANS = 1000;
// More than the viewer keeps, so that none is one that it knows.
const bodies = Array.from({ length: 100 }, body);
const agent = new Agent({ keepAlive: true });
let next = 0;

function body() {
  const encoder = spanEncoder({
    encoding: 'protobuf',
    resource: flatAttributes({ 'service.name': `service-${Math.floor(Math.random() * 8)}`, 'host.name': 'box' }),
  });
  const records = Array.from({ length: SPANS }, (_, i) => {
    const startSeconds = 1_800_000_000 + i;
    return encoder.encode(
      {
        traceId: randomBytes(16).toString('hex'),
        spanId: randomBytes(8).toString('hex'),
        parentSpanId: undefined,
        traceState: undefined,
        flags: 0x101,
        name: `GET /orders/${i % 20}`,
        kind: 1,
        startSeconds,
        startNanos: 1000,
        endSeconds: startSeconds,
        endNanos: 1_000_000 + i * 1000,
        attributes: flatAttributes({
          'http.request.method': 'GET',
          'http.route': '/orders/:id',
          'http.response.status_code': 200,
          size: i,
          user: `u-${i}`,
        }),
        droppedAttributesCount: 0,
        events: [],
        droppedEventsCount: 0,
        links: [],
        droppedLinksCount: 0,
        statusCode: 0,
        statusMessage: undefined,
      },
      { name: 'bench' },
    );
  });
  return Buffer.from(encoder.request(records));
}

/** @returns {Promise<void>} */
function post() {
  const given = bodies[next++ % bodies.length] ?? Buffer.alloc(0);
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/x-protobuf', 'content-length': given.length };
    const sent = request(`${url}/v1/traces`, { method: 'POST', agent, headers }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`));
      response.resume().on('end', () => resolve());
    });
    sent.on('error', reject);
    sent.end(given);
  });
}

process.on('message', async (/** @type {number} */ requests) => {
  let left = requests;
  const lane = async () => {
    while (left-- > 0) await post();
  };
  await Promise.all([lane(), lane()]);
  process.send?.('done');
});
process.once('disconnect', () => process.exit());
process.send?.('ready');
