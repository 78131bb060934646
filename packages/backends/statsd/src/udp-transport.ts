import { createSocket, type Socket } from 'node:dgram';
import { setTimeout as delay } from 'node:timers/promises';
import { eventsHandled } from '@sightline/base/event-loop';
import type { Address, HostAddresses } from './host-addresses.js';
import { RefusingAddresses } from './refusing-addresses.js';
import type { Transport, TransportEvents } from './transport.js';

export interface UdpTarget {
  readonly host: string;
  readonly port: number;
}

// The refusal of one datagram may arrive when the next one is sent, which then fails.
const attempts = 3;

/**
 * Datagrams over a connected socket, so that the kernel reports a refusal if no server listens. The first datagram of a push waits for
 * a refusal, which comes at once on the same machine. If it is refused, it is sent to the host's next address, and nothing is lost. A
 * later refusal means a lost datagram and is counted.
 */
export class UdpTransport implements Transport {
  readonly target: string;
  readonly #port: number;
  readonly #host: HostAddresses;
  readonly #refusing = new RefusingAddresses();
  readonly #events: TransportEvents;
  #open: { readonly socket: Socket; readonly address: string } | undefined;
  #addresses: readonly Address[] = [];
  #isShutDown = false;
  /** Datagrams of this push that were handed over, and those refused. */
  #sent = 0;
  #refusals = 0;
  /** Set while a refusal can only concern the first datagram of the push. */
  #first: { isRefused: boolean } | undefined;
  #failure: Error | undefined;

  constructor({ host, port }: UdpTarget, addresses: HostAddresses, events: TransportEvents) {
    this.target = `udp://${host.includes(':') ? `[${host}]` : host}:${port}`;
    this.#port = port;
    this.#host = addresses;
    this.#events = events;
  }

  async open(timeoutMs: number): Promise<void> {
    const isTaken = this.#sent > 0 && this.#refusals === 0 && this.#failure === undefined;
    if (isTaken && this.#open !== undefined) this.#refusing.tookPush(this.#open.address);
    this.#sent = 0;
    this.#refusals = 0;
    this.#failure = undefined;
    this.#addresses = await this.#host.resolve(timeoutMs);
    const candidates = this.#refusing.candidates(this.#addresses);
    if (candidates.some(({ address }) => address === this.#open?.address)) return;
    await this.#connect(candidates);
  }

  async send(payload: Buffer): Promise<void> {
    while (!(await this.#isHandedOver(payload))) {
      const isElsewhere = this.#open !== undefined && this.#refusing.refused(this.#open.address);
      const others = isElsewhere ? this.#addresses.filter(({ address }) => !this.#refusing.has(address)) : [];
      if (others.length === 0) throw this.#noListener();
      await this.#connect(others);
      this.#sent = 0;
    }
  }

  /**
   * UDP has no back-pressure, and a receive buffer on Linux holds about 90 full datagrams: a slow server needs a millisecond for eight.
   * Uses real time, not the clock of the service, because it is about another process.
   */
  pause(): Promise<void> {
    return delay(1);
  }

  async flush(): Promise<void> {
    if (this.#sent > 1) await eventsHandled();
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#refusals > 0) throw this.#noListener();
  }

  skipBackoff(): void {}

  async shutdown(): Promise<void> {
    this.#isShutDown = true;
    this.#discard();
  }

  /** Opens a socket to the first address that works. */
  async #connect(addresses: readonly Address[]): Promise<void> {
    let failure: unknown;
    for (const address of addresses) {
      this.#discard();
      try {
        const socket = await connectedSocket(address, this.#port);
        return this.#connected(socket, address.address);
      } catch (error) {
        failure = error; // such as an IPv6 address without IPv6
        if (this.#isShutDown) break;
      }
    }
    throw failure;
  }

  #connected(socket: Socket, address: string): void {
    if (this.#isShutDown) {
      socket.close();
      throw new Error('[backend-statsd] The backend was shut down.');
    }
    socket.unref();
    socket.on('error', (error: NodeJS.ErrnoException) => this.#failed(socket, error));
    this.#open = { socket, address };
    this.#events.connected();
  }

  /** `false` if no server listens and the payload has not arrived. */
  async #isHandedOver(payload: Buffer): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      const error = await this.#attempt(payload);
      if (error === undefined) break;
      if (error.code !== 'ECONNREFUSED') throw this.#unsendable(error);
      this.#refused();
      if (attempt === attempts) return false;
    }
    if (++this.#sent > 1) return true;
    const first = { isRefused: false };
    this.#first = first;
    await eventsHandled();
    this.#first = undefined;
    return !first.isRefused;
  }

  #attempt(payload: Buffer): Promise<NodeJS.ErrnoException | undefined> {
    const socket = this.#open?.socket;
    if (socket === undefined) return Promise.resolve(this.#failure ?? new Error('The socket is closed.'));
    return new Promise((resolve) => {
      try {
        socket.send(payload, (error) => resolve(error ?? undefined));
      } catch (error) {
        resolve(error as Error); // closed meanwhile
      }
    });
  }

  #failed(socket: Socket, error: NodeJS.ErrnoException): void {
    if (error.code === 'ECONNREFUSED') {
      if (this.#open?.socket === socket) this.#refused();
      return;
    }
    this.#failure = this.#unsendable(error);
    if (this.#open?.socket === socket) this.#discard();
  }

  #refused(): void {
    this.#host.doubt();
    if (this.#first !== undefined && !this.#first.isRefused) {
      this.#first.isRefused = true;
      return;
    }
    if (this.#open !== undefined) this.#refusing.refused(this.#open.address);
    this.#refusals++;
    this.#events.refused();
  }

  #discard(): void {
    const socket = this.#open?.socket;
    this.#open = undefined;
    socket?.close();
  }

  #noListener(): Error {
    return new Error(
      `[backend-statsd] No server listens on ${this.target}. Start the server there, or set STATSD_HOST and STATSD_PORT.`,
    );
  }

  #unsendable(error: NodeJS.ErrnoException): Error {
    const advice = error.code === 'EMSGSIZE' ? ' Lower maxPayloadBytes.' : '';
    return new Error(`[backend-statsd] A datagram to ${this.target} could not be sent: ${error.message}.${advice}`, {
      cause: error,
    });
  }
}

function connectedSocket({ address, family }: Address, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket({
      type: family === 6 ? 'udp6' : 'udp4',
      lookup: (_host, _options, callback) => callback(null, address, family),
    });
    socket.once('error', reject);
    socket.connect(port, address, (error?: Error) => {
      socket.off('error', reject);
      if (error === undefined || error === null) return resolve(socket);
      socket.close();
      reject(error);
    });
  });
}
