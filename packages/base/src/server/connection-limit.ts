import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What a connection does, oldest first in the map of all: it moves to the end when an answer has ended. */
interface Connection {
  /** Requests that are not answered to the end. */
  running: number;
  hasAnswered: boolean;
  /** Read when it last became idle: what is beyond is the beginning of a request. */
  idleAtBytes: number;
}

export interface ConnectionLimit {
  /** From now on `socket` is busy until it is closed. */
  keep(socket: Socket): void;
}

/**
 * Keeps a server at so many connections. A further one takes the place of the one that was idle for longest; where none is idle, of one
 * that has begun a request and does not end it. It is refused where all are being answered: time-outs end those.
 */
export function limitConnections(server: Server, maxConnections: number): ConnectionLimit {
  const connections = new Map<Socket, Connection>();

  function makeRoom(): boolean {
    const all = [...connections];
    const isIdle = ([socket, { running, idleAtBytes }]: (typeof all)[number]): boolean =>
      running === 0 && socket.bytesRead === idleAtBytes;
    const found =
      all.find((each) => each[1].hasAnswered && isIdle(each)) ??
      all.find(isIdle) ??
      all.find(([, { running }]) => running === 0);
    found?.[0].destroy();
    return found !== undefined && connections.delete(found[0]);
  }

  server.on('connection', (socket) => {
    if (connections.size >= maxConnections && !makeRoom()) {
      socket.destroy();
      return;
    }
    connections.set(socket, { running: 0, hasAnswered: false, idleAtBytes: 0 });
    socket.once('close', () => connections.delete(socket));
  });

  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    const connection = connections.get(socket);
    if (connection === undefined) return;
    connection.running++;
    response.once('close', () => {
      connection.running--;
      connection.hasAnswered = true;
      connection.idleAtBytes = socket.bytesRead;
      if (connections.delete(socket)) connections.set(socket, connection);
    });
  });

  return {
    keep(socket) {
      const connection = connections.get(socket);
      if (connection !== undefined) connection.running++;
    },
  };
}
