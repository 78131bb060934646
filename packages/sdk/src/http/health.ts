import { type Clock, type Log, messageOf, unrefClock, withDeadline } from '@sightline/base';
import type { Gauge, MetricsCollector } from '@sightline/core';
import { type OptionsOf, resolveFields } from '@sightline/settings/fields';
import { declareEach, reasonsOf } from '../declare-each.js';

/** What `/readyz` asks. */
export interface Health {
  /**
   * Adds a check; one of the same name is replaced. It fails by throwing, rejecting, returning `false` or not settling
   * within its time-out. It runs when `/readyz` is requested, and never twice at once. The gauge `health_check_status{check}` is 1 or 0, as
   * at the last request.
   * @returns the function that takes it out again
   */
  add(name: string, check: HealthCheck, options?: HealthCheckOptions): () => void;
}

// biome-ignore lint/suspicious/noConfusingVoidType: a check that only throws when something is wrong returns nothing
export type HealthCheck = () => boolean | void | Promise<boolean | void>;

const checkFields = {
  /** How long the check may take, in milliseconds. Default: 2000. */
  timeoutMs: { type: 'milliseconds', default: 2000 },
  /** For so many milliseconds a result is given again instead of running the check. Default: 0. */
  cacheMs: { type: 'milliseconds', min: 0, default: 0 },
} as const;

export interface HealthCheckOptions extends OptionsOf<typeof checkFields> {}

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
  #metrics: MetricsCollector | undefined;
  #status: Gauge<'check'> | undefined;

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  /** From now on results are exported too. Nothing is declared before there is a check. */
  recordIn(metrics: MetricsCollector): void {
    this.#metrics = metrics;
  }

  add(name: string, check: HealthCheck, options: HealthCheckOptions = {}): () => void {
    if (typeof name !== 'string' || name.trim() === '' || /[\r\n]/.test(name)) {
      throw new TypeError(`[sdk] A health check needs a name on one line, but got ${JSON.stringify(name)}.`);
    }
    if (typeof check !== 'function') throw new TypeError(`[sdk] Health check "${name}" is no function.`);
    const resolved = resolveFields('sdk', checkFields, options, `Health check "${name}"`, `Health check "${name}": `);
    const entry: Entry = { check, ...resolved, pending: undefined, known: undefined, isFailing: false };
    this.#checks.set(name, entry);
    this.#declareStatus();
    return () => {
      if (this.#checks.get(name) !== entry) return;
      this.#checks.delete(name);
      this.#status?.remove({ check: name });
    };
  }

  /** The process is about to end: from now on it is not ready, with passing checks too. */
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

  #declareStatus(): void {
    if (this.#metrics === undefined || this.#status !== undefined) return;
    // The service may have a metric of its own of that name.
    const each = declareEach(this.#metrics);
    this.#status = each('health_check_status', (metrics) =>
      metrics.gauge('health_check_status', {
        help: 'Whether a check for readiness passed when it was last asked: 1 or 0.',
        labelNames: ['check'],
      }),
    );
    if (each.refused.size === 0) return;
    this.#log.error({}, `[sdk] The state of health checks is not recorded: ${reasonsOf(each.refused)}`);
  }

  async #failureOf(name: string, entry: Entry): Promise<string | undefined> {
    const { known } = entry;
    if (known !== undefined && this.#clock.monotonicMs() - known.atMs < entry.cacheMs) return known.failure;
    entry.pending ??= run(entry.check).finally(() => {
      entry.pending = undefined;
    });
    const { timeoutMs } = entry;
    const tooSlow: Outcome = { failure: `has not settled within ${timeoutMs} ms`, error: undefined };
    const { failure, error } = await withDeadline(entry.pending, timeoutMs, name, unrefClock(this.#clock)).catch(
      () => tooSlow,
    );
    if (entry.cacheMs > 0) entry.known = { failure, atMs: this.#clock.monotonicMs() };
    // A check that was removed meanwhile has no gauge.
    if (this.#checks.get(name) === entry) this.#status?.set({ check: name }, failure === undefined ? 1 : 0);
    this.#report(name, entry, failure, error);
    return failure;
  }

  /** One line when it begins to fail and one when it has recovered. The error's message is for the log only, not for the response. */
  #report(name: string, entry: Entry, failure: string | undefined, error: unknown): void {
    if (entry.isFailing === (failure !== undefined)) return;
    entry.isFailing = failure !== undefined;
    const reason = error === undefined ? '' : `: ${messageOf(error)}`;
    if (failure === undefined) this.#log.info({ check: name }, `[sdk] Health check "${name}" passes again.`);
    else this.#log.warn({ check: name, err: error }, `[sdk] Health check "${name}" ${failure}${reason}.`);
  }
}

interface Entry {
  readonly check: HealthCheck;
  readonly timeoutMs: number;
  readonly cacheMs: number;
  known: { readonly failure: string | undefined; readonly atMs: number } | undefined;
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
