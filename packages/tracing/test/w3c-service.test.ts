import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TraceVector, traceparentVectors, tracestateVectors } from '@sightline/conformance/propagator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { w3cPropagator } from '../src/propagation/index.js';
import { type HeaderView, startW3cService, type W3cService } from './w3c-service.js';

// What the W3C suite does, with cases of our own: a service is called over HTTP, with headers as they are really sent, and
// what it sends on is looked at.
type Sent = Record<string, string | undefined>;

describe.each<HeaderView>(['headers', 'rawHeaders'])('over HTTP, read from %s', (view) => {
  let service: W3cService;
  let callbacks: ReturnType<typeof createServer>;
  let received: Sent[] = [];

  beforeAll(async () => {
    service = await startW3cService(w3cPropagator, view);
    callbacks = createServer((incoming, response) => {
      const { traceparent, tracestate } = incoming.headersDistinct;
      received.push({ traceparent: traceparent?.join(' and '), tracestate: tracestate?.join(' and ') });
      response.end('null');
    }).listen(0, '127.0.0.1');
    await once(callbacks, 'listening');
  });

  afterAll(async () => {
    await service.close();
    callbacks.close();
    callbacks.closeAllConnections();
  });

  async function sentOn(headers: ReadonlyArray<[string, string]>, calls = 1): Promise<Sent[]> {
    received = [];
    const { port } = callbacks.address() as AddressInfo;
    const body = JSON.stringify(
      Array.from({ length: calls }, (_, i) => ({ url: `http://127.0.0.1:${port}/${i}`, arguments: [] })),
    );
    const outgoing = request(service.url, {
      method: 'POST',
      headers: ['Host', 'service', 'Content-Length', String(body.length), 'Connection', 'close', ...headers.flat()],
    });
    outgoing.end(body);
    const [response] = await once(outgoing, 'response');
    response.resume();
    await once(response, 'end');
    expect(response.statusCode).toBe(200);
    return received;
  }

  const vectors = [...traceparentVectors, ...tracestateVectors].filter(isSendable);
  test.each(vectors.map((vector) => [vector.name, vector] as const))('%s', async (_, { headers, trace, sent }) => {
    const fields = Object.entries(headers).flatMap(([name, value]) =>
      [value]
        .flat()
        .map((each): [string, string] => [name === 'traceparent' ? 'TraceParent' : 'TRACESTATE', each as string]),
    );
    const [written] = await sentOn(fields);
    const [version, traceId, spanId, flags] = written?.['traceparent']?.split('-') ?? [];
    expect(version).toBe('00');
    expect(spanId).toMatch(/^(?!0{16})[0-9a-f]{16}$/);
    if (trace === undefined) {
      expect(JSON.stringify(headers)).not.toContain(traceId);
      expect(traceId).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
      expect(written?.['tracestate']).toBeUndefined();
      return;
    }
    expect(traceId).toBe(trace.traceId);
    expect(spanId).not.toBe(trace.spanId);
    if (sent === undefined) return;
    expect(flags).toBe(sent['traceparent']?.slice(-2));
    expect(written?.['tracestate']).toBe(sent['tracestate']);
  });

  test('gives every call a span id of its own', async () => {
    const calls = await sentOn([['traceparent', `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`]], 3);
    expect(new Set(calls.map((each) => each['traceparent'])).size).toBe(3);
    expect(calls.every((each) => each['traceparent']?.startsWith(`00-${'a'.repeat(32)}-`))).toBe(true);
  });

  test.each(['trace-parent', 'trace.parent', 'x-traceparent'])('ignores the header %s', async (name) => {
    const [written] = await sentOn([[name, `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`]]);
    expect(written?.['traceparent']).not.toContain('a'.repeat(32));
  });
});

/** Node.js sends no header with characters that HTTP forbids, nor one longer than 16 kB. */
function isSendable({ headers }: TraceVector): boolean {
  const values = Object.values(headers).flat();
  return values.length > 0 && values.every((value) => /^[\t\x20-\x7e]*$/.test(value) && value.length < 10_000);
}
