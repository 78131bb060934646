import { join } from 'node:path';
import { answers, type ServerProcess, startServer } from './server-process.js';

/** Starts a NATS server, with JetStream if asked for. */
export async function startNats({ hasJetStream = false, port }: NatsServerOptions = {}): Promise<ServerProcess> {
  const server = await startServer({
    command: '/usr/sbin/nats-server',
    port,
    ready: (listening) => answers(listening, '', 'INFO'),
    arguments: (listening, folder) => [
      ...['--addr', '127.0.0.1', '--port', String(listening)],
      ...(hasJetStream ? ['--jetstream', '--store_dir', join(folder, 'store')] : []),
    ],
  });
  return { ...server, url: `nats://127.0.0.1:${server.port}` };
}

export interface NatsServerOptions {
  readonly hasJetStream?: boolean | undefined;
  /** Default: a free one. */
  readonly port?: number | undefined;
}
