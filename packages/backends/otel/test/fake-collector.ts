import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { freePort } from '../../../../scripts/servers/server-process.js';
import {
  type DecodedMetric,
  type DecodedPoint,
  type DecodedRequest,
  decodeJson,
  decodeProtobuf,
} from '../../../../scripts/test/official-messages.js';

/** What the collector does with a request: answer it, or something worse. */
export type Behaviour = (exchange: Exchange) => void;

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly socket: Socket;
  readonly decoded: DecodedRequest;
  /** Takes the request: from then on it counts as received. */
  accept(): void;
}

/** An OTLP/HTTP collector in this process that answers as a test wants. */
export interface FakeCollector {
  readonly url: string;
  /** Requests that it took, oldest first. */
  readonly received: readonly DecodedRequest[];
  /** Every request that came in whole, also those that it did not take. */
  readonly arrived: readonly Arrival[];
  /** For all following requests. */
  behave(behaviour: Behaviour): void;
  /** For the next requests only, one each. */
  behaveOnce(...behaviours: Behaviour[]): void;
  /** Waits until that many requests have come in altogether. */
  arrivals(count: number): Promise<void>;
  shutdown(): Promise<void>;
  restart(): Promise<void>;
}

export interface Arrival {
  readonly headers: IncomingMessage['headers'];
  readonly path: string | undefined;
  readonly decoded: DecodedRequest;
}

export const takes: Behaviour = ({ accept, response }) => {
  accept();
  response.end();
};

export function answers(
  status: number,
  headers: Record<string, string> = {},
  body: string | Uint8Array = '',
): Behaviour {
  return ({ response, accept }) => {
    if (status === 200) accept();
    response.writeHead(status, headers).end(body);
  };
}

export const hangs: Behaviour = () => {};

export async function fakeCollector(): Promise<FakeCollector> {
  const received: DecodedRequest[] = [];
  const arrived: Arrival[] = [];
  const next: Behaviour[] = [];
  let always: Behaviour = takes;
  let listeners: Array<() => void> = [];
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return; // the client went away
    }
    const body =
      request.headers['content-encoding'] === 'gzip' ? gunzipSync(Buffer.concat(chunks)) : Buffer.concat(chunks);
    const isJson = request.headers['content-type'] === 'application/json';
    const decoded = isJson ? decodeJson(body) : decodeProtobuf(body);
    arrived.push({ headers: request.headers, path: request.url, decoded });
    const behaviour = next.shift() ?? always;
    behaviour({ request, response, socket: request.socket, decoded, accept: () => void received.push(decoded) });
    for (const listener of listeners) listener();
  });
  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const port = await listen(await freePort());
  return {
    url: `http://127.0.0.1:${port}/v1/metrics`,
    received,
    arrived,
    behave(behaviour) {
      always = behaviour;
    },
    behaveOnce: (...behaviours) => void next.push(...behaviours),
    arrivals: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (arrived.length < count) return;
          listeners = listeners.filter((each) => each !== look);
          resolve();
        };
        listeners.push(look);
        look();
      }),
    async shutdown() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
    async restart() {
      if (!server.listening) await listen(port);
    },
  };
}

export function metricsIn(requests: readonly DecodedRequest[]): readonly DecodedMetric[] {
  return requests.flatMap(({ resourceMetrics }) =>
    resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics)),
  );
}

/** The points of a metric in all of the requests, in order. */
export function pointsOf(name: string, requests: readonly DecodedRequest[]): readonly DecodedPoint[] {
  return metricsIn(requests)
    .filter((metric) => metric.name === name)
    .flatMap(({ gauge, sum, histogram, exponentialHistogram, summary }) =>
      [gauge, sum, histogram, exponentialHistogram, summary].flatMap((data) => data?.dataPoints ?? []),
    );
}

/** What a collector that adds up differences has of a counter. */
export function totalOf(name: string, requests: readonly DecodedRequest[]): number {
  return pointsOf(name, requests).reduce((total, { asDouble = 0 }) => total + asDouble, 0);
}

/** Data points of all metrics in a request. */
export function sizeOf(request: DecodedRequest): number {
  return metricsIn([request]).reduce((size, { name }) => size + pointsOf(name, [request]).length, 0);
}
