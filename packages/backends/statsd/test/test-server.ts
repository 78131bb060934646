import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** A server that keeps what it is sent, and takes nothing of it for granted. */
export interface TestServer {
  readonly port: number;
  /** Datagrams, or what was read of connections at a time. */
  readonly messages: readonly Buffer[];
  /** Whole lines, in order of arrival. */
  lines(): string[];
  /** Resolves when what was sent before the call was read. */
  settled(): Promise<void>;
  shutdown(): Promise<void>;
}

export interface StreamServer extends TestServer {
  readonly connections: ReadonlySet<Socket>;
  /** How many connections there ever were. */
  readonly accepted: number;
}

const host = '127.0.0.1';

/** @param dies after how many datagrams it is gone */
export async function udpServer(port = 0, dies = Number.POSITIVE_INFINITY): Promise<TestServer> {
  const socket = createSocket('udp4');
  const messages: Buffer[] = [];
  const marker = createSocket('udp4');
  let seen: (() => void) | undefined;
  socket.on('message', (message) => {
    if (message.equals(mark)) seen?.();
    else if (messages.push(message) === dies) socket.close();
  });
  socket.bind(port, host);
  await once(socket, 'listening');
  const bound = socket.address().port;
  return {
    port: bound,
    messages,
    lines: () => messages.flatMap((message) => message.toString().split('\n')),
    // Loopback keeps the order, also between two senders.
    settled: () =>
      new Promise((resolve) => {
        seen = resolve;
        marker.send(mark, bound, host);
      }),
    async shutdown() {
      marker.close();
      if (messages.length >= dies) return;
      socket.close();
      await once(socket, 'close');
    },
  };
}

const mark = Buffer.from([0]);

export async function streamServer({
  listen = { port: 0, host },
  framing = 'newline',
  isReading = true,
  dies = Number.POSITIVE_INFINITY,
}: {
  listen?: { port: number; host: string } | { path: string };
  framing?: 'newline' | 'length';
  isReading?: boolean;
  /** After how many reads it hangs up and is gone. */
  dies?: number;
} = {}): Promise<StreamServer> {
  const messages: Buffer[] = [];
  const connections = new Set<Socket>();
  const received = new Map<Socket, Buffer[]>();
  let accepted = 0;
  const server = createServer((socket) => {
    accepted++;
    connections.add(socket);
    received.set(socket, []);
    if (!isReading) socket.pause();
    socket.on('data', (data) => {
      if (messages.push(data) === dies) {
        server.close();
        socket.resetAndDestroy();
      }
      received.get(socket)?.push(data);
    });
    socket.on('error', () => {});
    socket.on('close', () => connections.delete(socket));
    if (!isReading) socket.pause();
  }).listen(listen);
  await once(server, 'listening');
  const address = server.address() as AddressInfo | string;
  return {
    port: typeof address === 'string' ? 0 : address.port,
    messages,
    connections,
    get accepted() {
      return accepted;
    },
    lines: () => [...received.values()].flatMap((chunks) => linesOf(Buffer.concat(chunks), framing)),
    async settled() {
      let before: number;
      do {
        before = messages.length;
        for (let turn = 0; turn < 3; turn++) await wait(1);
      } while (messages.length > before);
    },
    async shutdown() {
      for (const socket of connections) socket.destroy();
      server.close();
      await once(server, 'close');
      if ('path' in listen) rmSync(listen.path, { force: true });
    },
  };
}

/** The lines of whole frames or lines; what a lost connection cut off is left out. */
function linesOf(bytes: Buffer, framing: 'newline' | 'length'): string[] {
  if (framing === 'newline') return bytes.toString().split('\n').slice(0, -1);
  const lines: string[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt32LE(at);
    if (at + 4 + length > bytes.length) break;
    lines.push(
      ...bytes
        .subarray(at + 4, at + 4 + length)
        .toString()
        .split('\n'),
    );
    at += 4 + length;
  }
  return lines;
}
