import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';

/** The part of a WebSocket that a connection needs; tests have their own. */
export interface ExchangeSocket {
  on<E extends keyof SocketEvents>(event: E, listener: SocketEvents[E]): void;
  send(text: string): void;
  ping(): void;
  /** Cuts the connection without a closing handshake. */
  terminate(): void;
  /** Closes the connection, or terminates it if the other side does not answer. Resolves when it is closed. */
  shutdown(): Promise<void>;
  bufferedBytes(): number;
}

export interface SocketEvents {
  open(): void;
  message(data: Uint8Array): void;
  ping(): void;
  pong(): void;
  /** `close` follows. */
  error(error: Error): void;
  close(code: number, reason: string): void;
}

/** Opens a WebSocket that accepts messages of up to 1 MiB. */
export function openWebSocket(url: string): ExchangeSocket {
  const socket = new WebSocket(url, { maxPayload: 2 ** 20, handshakeTimeout: 10_000 });
  return {
    on(event, listener) {
      if (event === 'message') {
        socket.on('message', (data) => (listener as SocketEvents['message'])(bytesOf(data)));
      } else if (event === 'close') {
        socket.on('close', (code, reason) => (listener as SocketEvents['close'])(code, reason.toString()));
      } else {
        socket.on(event, listener);
      }
    },
    send(text) {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    ping() {
      if (socket.readyState === WebSocket.OPEN) socket.ping();
    },
    terminate: () => socket.terminate(),
    async shutdown() {
      if (socket.readyState === WebSocket.CLOSED) return;
      const closed = new Promise((resolve) => socket.once('close', resolve));
      const answered = new AbortController();
      socket.close(1000);
      await Promise.race([closed, delay(1000, undefined, { signal: answered.signal }).catch(() => undefined)]);
      answered.abort();
      socket.terminate();
      await closed;
    },
    bufferedBytes: () => socket.bufferedAmount,
  };
}

function bytesOf(data: Buffer | ArrayBuffer | Buffer[]): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
