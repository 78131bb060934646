import { type Clock, type Log, withDeadline } from '@sightline/core';

/** What `/readyz` asks. */
export interface Health {
  /**
   * Adds a check; one of the same name is replaced. It fails by throwing, rejecting, returning `false` or not settling
   * within its time-out. It runs when somebody asks `/readyz`, and never twice at once.
   * @returns the function that takes it out again
   */
  add(name: string, check: HealthCheck, options?: HealthCheckOptions): () => void;
}

// biome-ignore lint/suspicious/noConfusingVoidType: a check that only throws when something is wrong returns nothing
export type HealthCheck = () => boolean | void | Promise<boolean | void>;

export interface HealthCheckOptions {
  /** Milliseconds; 2000 when left out. */
  timeoutMs?: number | undefined;
}

export interface HealthReport {
  readonly isReady: boolean;
  readonly isDraining: boolean;
  readonly checks: ReadonlyArray<{ readonly name: string; readonly failure: string | undefined }>;
}

export class HealthChecks implements Health {
  #isDraining = false;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #checks = new Map<string, Entry>();

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  add(name: string, check: HealthCheck, { timeoutMs = 2000 }: HealthCheckOptions = {}): () => void {
    if (typeof name !== 'string' || name.trim() === '' || /[\r\n]/.test(name)) {
      throw new TypeError(`[sdk] A health check needs a name on one line, but got ${JSON.stringify(name)}.`);
    }
    if (typeof check !== 'function') throw new TypeError(`[sdk] Health check "${name}" is no function.`);
    if (!(timeoutMs > 0 && timeoutMs < 2 ** 31)) {
      throw new TypeError(`[sdk] Health check "${name}" has timeoutMs ${timeoutMs}. Pass milliseconds above 0.`);
    }
    const entry: Entry = { check, timeoutMs, pending: undefined, isFailing: false };
    this.#checks.set(name, entry);
    return () => {
      if (this.#checks.get(name) === entry) this.#checks.delete(name);
    };
  }

  /** The process is about to end: from now on it is not ready, whatever the checks say. */
  beginDraining(): void {
    this.#isDraining = true;
  }

  /** Runs all checks at once. Never rejects. */
  async report(): Promise<HealthReport> {
    const checks = await Promise.all(
      [...this.#checks].map(async ([name, entry]) => ({ name, failure: await this.#failureOf(name, entry) })),
    );
    return {
      isDraining: this.#isDraining,
      isReady: !this.#isDraining && checks.every(({ failure }) => failure === undefined),
      checks,
    };
  }

  async #failureOf(name: string, entry: Entry): Promise<string | undefined> {
    entry.pending ??= run(entry.check).finally(() => {
      entry.pending = undefined;
    });
    const { timeoutMs } = entry;
    const tooSlow: Outcome = { failure: `has not settled within ${timeoutMs} ms`, error: undefined };
    const { failure, error } = await withDeadline(entry.pending, timeoutMs, name, this.#clock).catch(() => tooSlow);
    this.#tell(name, entry, failure, error);
    return failure;
  }

  /** One line when it begins to fail and one when it has recovered; what an error says is for the log, not for whoever asks. */
  #tell(name: string, entry: Entry, failure: string | undefined, error: unknown): void {
    if (entry.isFailing === (failure !== undefined)) return;
    entry.isFailing = failure !== undefined;
    const reason = error === undefined ? '' : `: ${error instanceof Error ? error.message : String(error)}`;
    try {
      if (failure === undefined) this.#log.info({ check: name }, `[sdk] Health check "${name}" passes again.`);
      else this.#log.warn({ check: name, err: error }, `[sdk] Health check "${name}" ${failure}${reason}.`);
    } catch {
      // A logger that fails must not make the service look unhealthy.
    }
  }
}

interface Entry {
  readonly check: HealthCheck;
  readonly timeoutMs: number;
  /** Never rejects. */
  pending: Promise<Outcome> | undefined;
  isFailing: boolean;
}

interface Outcome {
  readonly failure: string | undefined;
  readonly error: unknown;
}

async function run(check: HealthCheck): Promise<Outcome> {
  try {
    return { failure: (await check()) === false ? 'returned false' : undefined, error: undefined };
  } catch (error) {
    return { failure: 'threw', error };
  }
}
