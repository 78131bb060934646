import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** Answers the request of another protocol with an error, and closes the connection. */
export function refuseUpgrade(
  socket: Duplex,
  status: number,
  problem: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (socket.destroyed) return;
  const json = JSON.stringify({ problem });
  const all = {
    Connection: 'close',
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(json)),
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  socket.resume();
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('\r\n')}\r\n\r\n${json}`);
  socket.once('finish', () => socket.destroy());
}
