import { type Log, messageOf } from '@sightline/base';

/** What starts in the background, and one promise for all of it. */
export class Startup {
  readonly #log: Log;
  readonly #states = new Map<string, string>();
  readonly #skipped = new Set<string>();
  readonly #ready: Promise<void>;
  #resolve: () => void = () => {};
  #reject: (error: Error) => void = () => {};
  #isAsked = false;
  #hasFailed = false;

  constructor(log: Log) {
    this.#log = log;
    this.#ready = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#ready.catch(() => {}); // logged unless it is read
  }

  /** Resolves when everything has started, rejects with the first failure. Further ones are logged, and the first if `ready` was not read before. */
  get ready(): Promise<void> {
    this.#isAsked = true;
    return this.#ready;
  }

  /** State by component. */
  get states(): ReadonlyMap<string, string> {
    return this.#states;
  }

  /** Unlike `ready` this does not count as asking. */
  whenReady(then: () => void): void {
    this.#ready.then(then, () => {});
  }

  begin(what: string): void {
    this.#states.set(what, 'starting');
  }

  started(what: string): void {
    this.#states.set(what, 'running');
    this.#settle();
  }

  /** What the service runs without has failed: it is logged, and `ready` resolves all the same. */
  skipped(what: string, error: unknown): void {
    const named = withSubject(what, error);
    this.#states.set(what, `failed: ${named.message}`);
    this.#skipped.add(what);
    this.#log.error({ err: named }, named.message);
    this.#settle();
  }

  failed(what: string, error: unknown): void {
    const named = withSubject(what, error);
    this.#states.set(what, `failed: ${named.message}`);
    if (this.#hasFailed || !this.#isAsked) {
      this.#log.error({ err: named }, named.message);
    }
    this.#hasFailed = true;
    this.#reject(named);
  }

  #settle(): void {
    if ([...this.#states].every(([what, state]) => state === 'running' || this.#skipped.has(what))) this.#resolve();
  }
}

function withSubject(what: string, error: unknown): Error {
  if (error instanceof Error && error.message.startsWith('[')) return error;
  const message = messageOf(error);
  return new Error(`[sdk] Starting ${what} failed: ${message}`, { cause: error });
}
