import { type Clock, FlushError, type Log, messageOf, withDeadline } from '@sightline/base';
import { refuse } from '../instruments/option-checks.js';
import type { BackendContext, HistogramNeed, LazyBackend, MetricsBackend, ShutdownOptions } from './metrics-backend.js';

export interface BackendRunnerOptions {
  readonly backends: ReadonlyArray<MetricsBackend | LazyBackend>;
  readonly context: (need: HistogramNeed) => BackendContext;
  readonly clock: Clock;
  readonly log: Log;
}

/** Loads, starts, flushes and shuts down a collector's backends. No failure of one reaches another or the service. */
export class BackendRunner {
  readonly #options: BackendRunnerOptions;
  readonly #running: readonly RunningBackend[];
  readonly #ready: Promise<void>;
  #isReadyAsked = false;
  #shutdown: Promise<void> | undefined;

  constructor(options: BackendRunnerOptions) {
    this.#options = options;
    checkNames(options.backends);
    this.#running = options.backends.map((backend) => this.#start(backend));
    this.#ready = Promise.all(this.#running.map(({ started }) => started)).then(() => {});
    for (const { name, started } of this.#running)
      started.catch((error: unknown) => this.#isReadyAsked || this.#log('error', name, error));
    this.#ready.catch(() => {}); // reported above if `ready` is not read
  }

  get ready(): Promise<void> {
    this.#isReadyAsked = true;
    return this.#ready;
  }

  async flush(timeoutMs: number): Promise<void> {
    const failures = this.#running.map(({ name, started }) =>
      this.#call('Flushing', name, started, timeoutMs, (backend) => backend.flush({ timeoutMs })).then(
        () => [],
        (error: unknown) => [named(name, error)],
      ),
    );
    const errors = (await Promise.all(failures)).flat();
    if (errors.length > 0) {
      throw new FlushError(
        `[core] Not everything was flushed. ${errors.map(({ message }) => message).join(' ')}`,
        errors,
      );
    }
  }

  /** Never rejects: failures are logged. */
  shutdown(options: ShutdownOptions): Promise<void> {
    this.#shutdown ??= this.#shutdownAll(options);
    return this.#shutdown;
  }

  async #shutdownAll(options: ShutdownOptions): Promise<void> {
    const ends = this.#running.map(({ name, loaded }) =>
      this.#call('Shutting down', name, loaded, options.timeoutMs, (backend) => backend.shutdown(options)).catch(
        (error: unknown) => this.#log('warn', name, error),
      ),
    );
    await Promise.all(ends);
  }

  /** If the backend was not loaded or did not start (`ready` reports that), there is nothing to do. */
  #call(
    what: string,
    name: string,
    backend: Promise<MetricsBackend>,
    timeoutMs: number,
    method: (backend: MetricsBackend) => Promise<void>,
  ): Promise<void> {
    const done = backend.then(method, () => {});
    return withDeadline(done, timeoutMs, `[core] ${what} "${name}"`, this.#options.clock);
  }

  #start(backend: MetricsBackend | LazyBackend): RunningBackend {
    const start = async (loaded: MetricsBackend): Promise<MetricsBackend> => {
      await loaded.start(this.#options.context(backend.histogramNeed));
      return loaded;
    };
    const { name } = backend;
    // A loaded backend starts now, so that it misses no recording.
    if (!('load' in backend)) return { name, loaded: Promise.resolve(backend), started: start(backend) };
    const loaded = (async () => backend.load())();
    return { name, loaded, started: loaded.then(start) };
  }

  #log(level: 'warn' | 'error', name: string, error: unknown): void {
    this.#options.log[level]({ backend: name, err: error }, named(name, error).message);
  }
}

interface RunningBackend {
  readonly name: string;
  readonly loaded: Promise<MetricsBackend>;
  readonly started: Promise<MetricsBackend>;
}

function checkNames(backends: ReadonlyArray<MetricsBackend | LazyBackend>): void {
  const names = new Set<string>();
  for (const backend of backends) {
    if (typeof backend?.name !== 'string' || !('load' in backend || 'start' in backend)) {
      refuse('backends has an entry that is not a backend. Pass entries such as prometheusBackend().');
    }
    if (names.has(backend.name)) {
      refuse(`backends has two named "${backend.name}". Pass each once, or rename one.`);
    }
    names.add(backend.name);
  }
}

/** The error, with a message that names the backend. */
function named(name: string, error: unknown): Error {
  const message = messageOf(error);
  return message.startsWith('[') && error instanceof Error
    ? error
    : new Error(`[core] Backend "${name}": ${message}`, { cause: error });
}
