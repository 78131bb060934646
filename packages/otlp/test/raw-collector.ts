import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** What is done with a request that came in whole. */
export type Behaviour = (socket: Socket) => void;

export interface RawCollector {
  readonly url: string;
  /** Bodies of all requests that came in whole, oldest first. */
  readonly requests: readonly string[];
  readonly connections: number;
  /** Headers of the last request. */
  readonly head: string;
}

export const takes: Behaviour = (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');

/** An HTTP server of our own, so that it can do what none should: each behaviour for one request, then it takes them. */
export async function rawCollector(...behaviours: Behaviour[]): Promise<RawCollector> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let head = '';
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    let received = '';
    socket.on('data', (data) => {
      received += data.toString('latin1');
      const [headers = '', ...rest] = received.split('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(headers)?.[1]);
      const body = rest.join('\r\n\r\n');
      if (!(body.length >= length)) return;
      received = body.slice(length);
      head = headers;
      requests.push(body.slice(0, length));
      (behaviours.shift() ?? takes)(socket);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`,
    requests,
    get connections() {
      return connections;
    },
    get head() {
      return head;
    },
  };
}
