import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import type { RunningShop } from './shop.js';

/** The server on a free port of the loopback interface; closing it cuts what is still open. */
export async function listening(server: Server): Promise<RunningShop> {
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
