import type { Clock, Log } from '@sightline/base';

/** Two lines for an outage, however long it lasts: one when it begins, one when it is over. */
export interface OutageLog {
  readonly isDown: boolean;
  failed(reason: string): void;
  /** @param loss what the outage cost, as a sentence */
  worked(loss: () => string): void;
}

/**
 * @param subject the package that logs
 * @param what what fails and works again, such as `Sending spans`
 */
export function outageLog(subject: string, what: string, clock: Clock, log: Log): OutageLog {
  let downSinceMs: number | undefined;

  function write(level: 'info' | 'warn', message: string): void {
    try {
      log[level]({ peer: what }, `[${subject}] ${message}`);
    } catch {
      // A logger that fails must not stop the delivery.
    }
  }

  return {
    get isDown() {
      return downSinceMs !== undefined;
    },
    failed(reason) {
      if (downSinceMs !== undefined) return;
      downSinceMs = clock.monotonicMs();
      write('warn', `${what} failed: ${reason} Further failures are not logged until it works again.`);
    },
    worked(loss) {
      if (downSinceMs === undefined) return;
      const seconds = Math.round((clock.monotonicMs() - downSinceMs) / 1000);
      downSinceMs = undefined;
      write('info', `${what} works again after ${seconds} s. ${loss()}`);
    },
  };
}
