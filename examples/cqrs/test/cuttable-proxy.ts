import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Passes connections on to a port of loopback, and can lose them. */
export interface CuttableProxy {
  readonly port: number;
  /** Ends every connection at once, as a network does. New ones are passed on. */
  cut(): number;
  shutdown(): Promise<void>;
}

export async function cuttableProxy(target: number): Promise<CuttableProxy> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    keep(client);
    keep(upstream);
    client.pipe(upstream).pipe(client);
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): number => {
    const cutOff = sockets.size / 2;
    for (const socket of sockets) socket.destroy();
    return cutOff;
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    async shutdown() {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}
