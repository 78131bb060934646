import type { Clock, Log } from '@sightline/core';

/** One log line when something stops working and one when it works again, however often it is tried in between. */
export interface Outage {
  failed(error: unknown): void;
  worked(): void;
}

export interface OutageOptions {
  readonly log: Log;
  readonly clock: Clock;
  /** Completes "… fails" and "… works again". */
  readonly subject: string;
  /** Works again once nothing failed for this many milliseconds, so that a half-broken peer does not flood the log. Default 1000. */
  readonly calmMs?: number | undefined;
}

export function outage({ log, clock, subject, calmMs = 1000 }: OutageOptions): Outage {
  let failures = 0;
  let beganMs = 0;
  let lastFailureMs = 0;
  return {
    failed(error) {
      lastFailureMs = clock.monotonicMs();
      if (failures++ > 0) return;
      beganMs = lastFailureMs;
      log.warn({ err: error }, `${subject} fails`);
    },
    worked() {
      if (failures === 0) return;
      const nowMs = clock.monotonicMs();
      if (nowMs - lastFailureMs < calmMs) return;
      log.info({ failures, duration_ms: Math.round(nowMs - beganMs) }, `${subject} works again`);
      failures = 0;
    },
  };
}
