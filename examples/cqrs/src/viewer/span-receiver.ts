import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type ReceivedSpan, spansOfRequest } from './received-span.js';

export interface SpanReceiver {
  /** For `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`. */
  readonly url: string;
  /** All spans so far, of all processes. */
  readonly spans: readonly ReceivedSpan[];
  shutdown(): Promise<void>;
}

/** A collector for one run: takes OTLP over HTTP as JSON, on loopback, and keeps the spans. */
export async function startSpanReceiver(): Promise<SpanReceiver> {
  const spans: ReceivedSpan[] = [];
  const server = createServer(async (request, response) => {
    response.setHeader('content-type', 'application/json');
    try {
      spans.push(...spansOfRequest(await text(request)));
      response.end('{}');
    } catch {
      response.writeHead(400).end('{}');
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1/traces`,
    spans,
    async shutdown() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
