/** A way to a server, which is opened again by itself after a failure. */
export interface Transport {
  /** Such as `udp://127.0.0.1:8125`, for messages. */
  readonly target: string;
  /** Resolves when payloads can be sent, and rejects with an error that says what to do. Called before each push. */
  open(timeoutMs: number): Promise<void>;
  /** Resolves when the kernel has the payload. Rejects where the peer surely did not get it. One call at a time. */
  send(payload: Buffer): Promise<void>;
  /** Called now and then between payloads: a server must be able to keep up. */
  pause(): Promise<void>;
  /** Called after the last payload of a push. Rejects where some of them did not arrive, as far as can be known. */
  finish(): Promise<void>;
  /** The next `open` does not wait until it is time to try again. */
  tryAtOnce(): void;
  /** Lets what was sent arrive, within the time, then frees everything. Pending calls reject. */
  close(timeoutMs: number): Promise<void>;
}

export interface TransportEvents {
  connected(): void;
  refused(): void;
}
