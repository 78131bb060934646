import { once } from 'node:events';
import { connect } from 'node:net';
import { type ServerProcess, startServer } from './server-process.js';

/** Starts a Redis that keeps what it is given in memory only. `port` is for one that comes back after `stop()`. */
export async function startRedis({ port }: { port?: number | undefined } = {}): Promise<ServerProcess> {
  const server = await startServer({
    command: 'redis-server',
    port,
    ready: answersPing,
    arguments: (listenPort) => [
      '--bind',
      '127.0.0.1',
      '--port',
      String(listenPort),
      '--save',
      '',
      '--appendonly',
      'no',
    ],
  });
  return { ...server, url: `redis://127.0.0.1:${server.port}` };
}

async function answersPing(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    socket.write('PING\r\n');
    const [answer] = await once(socket, 'data');
    return String(answer) === '+PONG\r\n';
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
