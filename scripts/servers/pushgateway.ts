import { type ServerProcess, startServer } from './server-process.js';

/** Starts a Prometheus Pushgateway that keeps what it is given in memory only. */
export function startPushgateway(): Promise<ServerProcess> {
  return startServer({
    command: 'prometheus-pushgateway',
    ready: '/-/ready',
    arguments: (port) => [`--web.listen-address=127.0.0.1:${port}`],
  });
}
