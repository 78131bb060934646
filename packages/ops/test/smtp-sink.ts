import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A mail server on loopback that keeps what it gets. */
export interface SmtpSink {
  readonly port: number;
  /** Messages as they came, headers included. */
  readonly messages: readonly string[];
  stop(): Promise<void>;
}

export async function smtpSink(): Promise<SmtpSink> {
  const messages: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    receive(socket, (message) => void messages.push(message));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    messages,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The least of RFC 5321 that a client needs. */
function receive(socket: Socket, keep: (message: string) => void): void {
  let buffer = '';
  let isData = false;
  socket.write('220 sink\r\n');
  socket.on('data', (chunk) => {
    buffer += chunk.toString('utf8');
    for (;;) {
      const end = isData ? buffer.indexOf('\r\n.\r\n') : buffer.indexOf('\r\n');
      if (end < 0) return;
      const part = buffer.slice(0, end);
      buffer = buffer.slice(end + (isData ? 5 : 2));
      if (isData) {
        keep(part);
        isData = false;
        socket.write('250 kept\r\n');
      } else {
        isData = /^DATA/i.test(part);
        socket.write(isData ? '354 go on\r\n' : /^QUIT/i.test(part) ? '221 bye\r\n' : '250 ok\r\n');
      }
    }
  });
}
