import type { Clock } from './clock.js';
import type { Log } from './log.js';
import { safeLog } from './safe-log.js';

/** Two lines for an outage, however long it lasts: one when it begins, one when it is over. */
export interface OutageLog {
  readonly isDown: boolean;
  /**
   * @param reason a sentence
   * @param error what the reason was taken from, for the line's `err`
   */
  failed(reason: string, error?: unknown): void;
  /** @param loss what the outage cost, as a sentence; asked when an outage is over, and only then */
  worked(loss: () => string): void;
}

export interface OutageLogOptions {
  /** The package or backend that logs: `otel`. */
  subject: string;
  /** What fails and works again: `Sending spans`. */
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
