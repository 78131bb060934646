import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { freePort } from './server-process.js';

/** A span as OTLP's JSON form has it. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: ReadonlyArray<{ readonly key: string; readonly value: Readonly<Record<string, unknown>> }>;
  readonly status: { readonly code?: number; readonly message?: string };
}

/** The receiver's answer to a request: `take` answers 200 and keeps its spans. */
export type Behaviour = (request: ReceivedRequest, response: ServerResponse, take: () => void) => void;

export interface ReceivedRequest {
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly socket: Socket;
}

/** An OTLP/HTTP receiver in this process that keeps the spans of JSON requests, and answers as configured. */
export interface OtlpReceiver {
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
  readonly spans: readonly ReceivedSpan[];
  readonly resource: Readonly<Record<string, unknown>>;
  behave(behaviour: Behaviour): void;
  stop(): Promise<void>;
  /** On the same port. */
  restart(): Promise<void>;
}

export const takes: Behaviour = (_request, response, take) => {
  take();
  response.end('{}');
};

export function answers(status: number, headers: Record<string, string> = {}, body = ''): Behaviour {
  return (_request, response) => void response.writeHead(status, headers).end(body);
}

export async function otlpReceiver(): Promise<OtlpReceiver> {
  const requests: ReceivedRequest[] = [];
  const spans: ReceivedSpan[] = [];
  const resource: Record<string, unknown> = {};
  let behaviour = takes;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return; // the client went away
    }
    const { url: path, headers, socket } = request;
    const received: ReceivedRequest = { path, headers, body: Buffer.concat(chunks), socket };
    requests.push(received);
    behaviour(received, response, () => {
      if (headers['content-type'] !== 'application/json') return;
      for (const each of JSON.parse(received.body.toString()).resourceSpans ?? []) {
        for (const { key, value } of each.resource.attributes) resource[key] = Object.values(value)[0];
        for (const scope of each.scopeSpans) spans.push(...scope.spans);
      }
    });
  });
  const port = await freePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    spans,
    resource,
    behave(next) {
      behaviour = next;
    },
    async stop() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
    async restart() {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
  };
}
