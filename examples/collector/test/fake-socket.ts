import type { ExchangeSocket, SocketEvents } from '../src/exchange-socket.js';

/** One side of a connection, of which the test plays the other. */
export interface FakeSocket extends ExchangeSocket {
  readonly requests: readonly unknown[];
  readonly pings: number;
  readonly isTerminated: boolean;
  emit<E extends keyof SocketEvents>(event: E, ...args: Parameters<SocketEvents[E]>): void;
}

/** Every socket that the code under test opens, in order. */
export function fakeSockets(): { readonly opened: readonly FakeSocket[]; open(): ExchangeSocket } {
  const opened: FakeSocket[] = [];
  return {
    opened,
    open() {
      const socket = fakeSocket();
      opened.push(socket);
      return socket;
    },
  };
}

function fakeSocket(): FakeSocket {
  const listeners: Array<{ event: string; listener: (...args: never[]) => void }> = [];
  const requests: unknown[] = [];
  let pings = 0;
  let isTerminated = false;
  return {
    on: (event, listener) => void listeners.push({ event, listener }),
    emit(event, ...args) {
      for (const each of listeners) if (each.event === event) each.listener(...(args as never[]));
    },
    send: (text) => void requests.push(JSON.parse(text)),
    ping() {
      pings++;
    },
    terminate() {
      isTerminated = true;
      this.emit('close', 1006, '');
    },
    async shutdown() {
      this.emit('close', 1000, '');
    },
    bufferedBytes: () => 42,
    requests,
    get pings() {
      return pings;
    },
    get isTerminated() {
      return isTerminated;
    },
  };
}
