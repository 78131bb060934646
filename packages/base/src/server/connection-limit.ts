import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The state of a connection. The map is in order of the last answer, oldest first. */
interface Connection {
  /** Requests whose answers have not ended. */
  running: number;
  hasAnswered: boolean;
  /** Bytes read when it last became idle. More bytes mean that a request has begun. */
  idleAtBytes: number;
}

export interface ConnectionLimit {
  /** Counts `socket` as busy until it is closed. */
  keep(socket: Socket): void;
}

/**
 * Limits the connections of a server. A further one replaces the connection that was idle for longest. If none is idle, it replaces
 * one whose request is incomplete. If all are being answered, it is refused: time-outs end those.
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
