import { answers, type ServerProcess, startServer } from './server-process.js';

/** Starts a NATS server without JetStream. */
export async function startNats(): Promise<ServerProcess> {
  const server = await startServer({
    command: '/usr/sbin/nats-server',
    ready: (port) => answers(port, '', 'INFO'),
    arguments: (port) => ['--addr', '127.0.0.1', '--port', String(port)],
  });
  return { ...server, url: `nats://127.0.0.1:${server.port}` };
}
