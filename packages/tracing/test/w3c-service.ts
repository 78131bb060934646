import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type Context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  type TextMapGetter,
  type TextMapPropagator,
  trace,
} from '@opentelemetry/api';

/** How the service reads its headers: as Node.js joins them, or each as often as it was sent. */
export type HeaderView = 'headers' | 'rawHeaders';

export interface W3cService {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * The service that the W3C trace-context suite asks for, made of nothing but a propagator: `POST /test` with a list of calls
 * to make, each of which carries the context on with a new span id.
 */
export async function startW3cService(propagator: TextMapPropagator, view: HeaderView): Promise<W3cService> {
  const server = createServer((incoming, response) => {
    serve(propagator, view, incoming).then(
      () => response.end('null'),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/test`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function serve(propagator: TextMapPropagator, view: HeaderView, incoming: IncomingMessage): Promise<void> {
  const received =
    view === 'headers'
      ? propagator.extract(ROOT_CONTEXT, incoming.headers, defaultTextMapGetter)
      : propagator.extract(ROOT_CONTEXT, incoming.rawHeaders, rawGetter);
  const calls = JSON.parse(await bodyOf(incoming)) as Array<{ url: string; arguments: unknown }>;
  for (const call of calls) {
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    propagator.inject(childOf(received), headers, defaultTextMapSetter);
    await post(call.url, headers, JSON.stringify(call.arguments));
  }
}

function childOf(received: Context): Context {
  const parent = trace.getSpanContext(received);
  return trace.setSpanContext(received, {
    traceId: parent?.traceId ?? randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    traceFlags: parent === undefined ? 3 : parent.traceFlags & 1, // as OpenTelemetry's SDK, which forgets the random flag
    ...(parent?.traceState === undefined ? {} : { traceState: parent.traceState }),
  });
}

const rawGetter: TextMapGetter<readonly string[]> = {
  keys: (raw) => raw.filter((_, i) => i % 2 === 0),
  get: (raw, key) => {
    const values = raw.filter((_, i) => i % 2 === 1 && raw[i - 1]?.toLowerCase() === key);
    return values.length === 0 ? undefined : values;
  },
};

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of incoming.setEncoding('utf8')) body += chunk;
  return body;
}

async function post(url: string, headers: Record<string, string>, body: string): Promise<void> {
  const outgoing = request(url, { method: 'POST', headers: { ...headers, 'content-length': Buffer.byteLength(body) } });
  outgoing.end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  answer.resume();
  await once(answer, 'end');
}
