import type { Clock, Log } from '@sightline/sdk';

/** One log line when something stops working and one when it works again, independent of the number of attempts. */
export interface Outage {
  failed(error: Error): void;
  worked(): void;
}

export interface OutageOptions {
  readonly log: Log;
  readonly clock: Clock;
  readonly began: string;
  readonly ended: string;
  /** An outage ends after this many milliseconds without a failure, so that an unreliable peer does not flood the log. Default 1000. */
  readonly calmMs?: number | undefined;
}

export function outage({ log, clock, began, ended, calmMs = 1000 }: OutageOptions): Outage {
  let failures = 0;
  let beganMs = 0;
  let lastFailureMs = 0;
  return {
    failed(error) {
      lastFailureMs = clock.monotonicMs();
      if (failures++ > 0) return;
      beganMs = lastFailureMs;
      // Without a stack: the fault is outside, and the stack would always be the same.
      log.warn({ reason: error.message }, began);
    },
    worked() {
      if (failures === 0) return;
      const nowMs = clock.monotonicMs();
      if (nowMs - lastFailureMs < calmMs) return;
      log.info({ failures, duration_ms: Math.round(nowMs - beganMs) }, ended);
      failures = 0;
    },
  };
}
