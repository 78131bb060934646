import { constants } from 'node:os';
import { isMainThread } from 'node:worker_threads';
import { serviceListens } from './service-listens.js';

/** What has to be handed over before the process ends. All of it is bounded in time and never rejects. */
export interface ExitMember {
  /** SIGTERM arrived: nothing new should be sent to this process. */
  beginDraining(): void;
  flush(): Promise<void>;
  shutdown(): Promise<void>;
}

export interface ExitCoordinator {
  /** Returns the function that takes the member out; with the last one the process' own behaviour is back. */
  add(member: ExitMember): () => void;
}

/**
 * The one coordinator of this process, also where several copies of the package were loaded.
 *
 * SIGTERM and SIGINT: if the service listens to the signal itself, members are flushed and the service decides what
 * follows. If it does not, members are shut down once and the signal is raised again, so that the process ends by it. A
 * second signal meanwhile ends the process at once, unless it is the same one within a second: a terminal's Ctrl-C reaches the
 * service both directly and through npm, which passes it on. When the event loop runs dry (`beforeExit`) members are shut down.
 */
export function exitCoordinator(): ExitCoordinator {
  const shared = globalThis as { [sharedKey]?: ExitCoordinator };
  shared[sharedKey] ??= new ProcessExit();
  return shared[sharedKey];
}

// The number goes up when the two interfaces above change.
const sharedKey: unique symbol = Symbol.for('sightline.sdk.exit.v1') as never;

const signals = ['SIGTERM', 'SIGINT'] as const;
type EndSignal = (typeof signals)[number];

/** Within this time the same signal is the same wish, delivered twice. */
const sameSignalMs = 1000;

class ProcessExit implements ExitCoordinator {
  readonly #members = new Set<ExitMember>();
  #drain: { readonly signal: EndSignal; readonly startMs: number } | undefined;

  add(member: ExitMember): () => void {
    if (this.#members.size === 0) this.#install();
    this.#members.add(member);
    return () => {
      if (this.#members.delete(member) && this.#members.size === 0) this.#uninstall();
    };
  }

  #install(): void {
    process.on('beforeExit', this.#onBeforeExit);
    if (!isMainThread) return; // signals go to the main thread only
    // First in line: a `once` listener of the service that ran before ours would be gone when we look for it.
    for (const signal of signals) process.prependListener(signal, this.#onSignal);
  }

  #uninstall(): void {
    process.off('beforeExit', this.#onBeforeExit);
    for (const signal of signals) process.off(signal, this.#onSignal);
  }

  readonly #onSignal = (name: NodeJS.Signals): void => {
    const signal = name as EndSignal;
    if (this.#drain !== undefined) {
      const isSameWish = signal === this.#drain.signal && performance.now() - this.#drain.startMs < sameSignalMs;
      if (!isSameWish) this.#raise(signal);
    } else if (serviceListens(signal, this.#onSignal)) {
      for (const member of this.#members) {
        if (signal === 'SIGTERM') member.beginDraining();
        void member.flush();
      }
    } else {
      this.#drain = { signal, startMs: performance.now() };
      void this.#shutDown().then(() => this.#raise(signal));
    }
  };

  readonly #onBeforeExit = (): void => {
    void this.#shutDown();
  };

  async #shutDown(): Promise<void> {
    await Promise.allSettled([...this.#members].map((member) => member.shutdown()));
  }

  #raise(signal: EndSignal): void {
    this.#uninstall();
    this.#drain = undefined;
    process.kill(process.pid, signal);
    // The kernel keeps a signal without a handler from the first process of a container, which would then live on without telemetry.
    if (process.pid === 1 && process.listenerCount(signal) === 0) process.exit(128 + constants.signals[signal]);
  }
}
