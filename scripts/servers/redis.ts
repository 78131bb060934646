import { answers, type ServerProcess, startServer } from './server-process.js';

/** Starts a Redis that keeps data only in memory. Give `port` to restart one after `stop()`. */
export async function startRedis({ port }: { port?: number | undefined } = {}): Promise<ServerProcess> {
  const server = await startServer({
    command: 'redis-server',
    port,
    ready: (listenPort) => answers(listenPort, 'PING\r\n', '+PONG\r\n'),
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
