/** A connection to a server. It reconnects after a failure. */
export interface Transport {
  /** Such as `udp://127.0.0.1:8125`, for messages. */
  readonly target: string;
  /** Resolves when payloads can be sent, and rejects with an error that says what to do. Called before each push. */
  open(timeoutMs: number): Promise<void>;
  /** Resolves when the kernel has the payload. Rejects if the peer certainly did not get it. One call at a time. */
  send(payload: Buffer): Promise<void>;
  /** Called after every few payloads, so that the server can keep up. */
  pause(): Promise<void>;
  /** Called after the last payload of a push. Rejects if some payloads are known to be lost. */
  flush(): Promise<void>;
  /** The next `open` does not wait for the retry delay. */
  skipBackoff(): void;
  /** Lets sent data arrive within `timeoutMs`, then frees everything. Pending calls reject. */
  shutdown(timeoutMs: number): Promise<void>;
}

export interface TransportEvents {
  connected(): void;
  refused(): void;
}
