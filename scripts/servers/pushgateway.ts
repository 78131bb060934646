import { type ServerProcess, startServer } from './server-process.js';

/** Starts a Prometheus Pushgateway that keeps metrics only in memory. */
export function startPushgateway(): Promise<ServerProcess> {
  return startServer({
    command: 'prometheus-pushgateway',
    ready: '/-/ready',
    arguments: (port) => [`--web.listen-address=127.0.0.1:${port}`],
  });
}
