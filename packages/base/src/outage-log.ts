import type { Clock } from './clock.js';
import type { Log } from './log.js';
import { safeLog } from './safe-log.js';

/** Logs two lines per outage: one when it begins, one when it is over. */
export interface OutageLog {
  readonly isDown: boolean;
  /**
   * @param reason a sentence
   * @param error the cause, for the field `err`
   */
  failed(reason: string, error?: unknown): void;
  /** @param loss returns a sentence about what was lost. Called only when an outage is over */
  worked(loss: () => string): void;
}

export interface OutageLogOptions {
  /** The package or backend that logs: `otel`. */
  subject: string;
  /** The operation: `Sending spans`. */
  what: string;
  /** Fields of both lines. Default: `{ peer: what }`. */
  fields?: object | undefined;
  clock: Pick<Clock, 'monotonicMs'>;
  log: Log;
}

export function outageLog({ subject, what, fields = { peer: what }, clock, log: given }: OutageLogOptions): OutageLog {
  const log = safeLog(given);
  let downSinceMs: number | undefined;
  return {
    get isDown() {
      return downSinceMs !== undefined;
    },
    failed(reason, error) {
      if (downSinceMs !== undefined) return;
      downSinceMs = clock.monotonicMs();
      log.warn(
        error === undefined ? fields : { ...fields, err: error },
        `[${subject}] ${what} failed: ${reason} Further failures are not logged until it works again.`,
      );
    },
    worked(loss) {
      if (downSinceMs === undefined) return;
      const seconds = Math.round((clock.monotonicMs() - downSinceMs) / 1000);
      downSinceMs = undefined;
      log.info(fields, `[${subject}] ${what} works again after ${seconds} s. ${loss()}`);
    },
  };
}
