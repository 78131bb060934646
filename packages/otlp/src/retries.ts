import type { Clock } from '@sightline/core';
import type { Answer, Transport } from './transport.js';

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 5000;
/** What a collector asks for beyond that is taken for a mistake, which would silence a service for days. */
const LONGEST_ASKED_WAIT_MS = 300_000;

/** Sends requests until the collector takes or refuses them, or there is no time left. */
export interface Retries<Body = Uint8Array> {
  /**
   * @param untilMs on the monotonic clock
   * @param mayRetry asked after each attempt that may be made again; `false` ends the call with this answer
   */
  send(body: Body, untilMs: number, mayRetry?: (answer: Answer) => boolean): Promise<Answer>;
  /** Ends a wait that is under way: its request is given up for now. */
  hurry(): void;
  /** Ends a wait, and sends nothing any more. */
  close(): void;
}

/**
 * Waits between attempts: 1 s, growing to 5 s, a fifth more or less, so that services that lost a collector together do not come
 * back together; longer where the collector asks for it (Retry-After), up to five minutes, which also holds for later requests.
 */
export function retries<Body = Uint8Array>(
  transport: Pick<Transport<Body>, 'send'>,
  timeoutMs: number,
  clock: Clock,
): Retries<Body> {
  let notBeforeMs = 0;
  let endWait: (() => void) | undefined;
  let isClosed = false;

  /** @returns whether the time was waited out */
  function wait(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = clock.setTimer(() => {
        endWait = undefined;
        resolve(true);
      }, ms);
      timer.unref();
      endWait = () => {
        endWait = undefined;
        timer.cancel();
        resolve(false);
      };
    });
  }

  return {
    async send(body, untilMs, mayRetry = () => true) {
      let waitMs = notBeforeMs - clock.monotonicMs();
      let growingMs = FIRST_WAIT_MS;
      let answer: Answer = { kind: 'retryable', reason: 'the collector asked to wait' };
      for (;;) {
        if (waitMs > 0) {
          if (isClosed || clock.monotonicMs() + waitMs >= untilMs || !(await wait(waitMs))) return answer;
        }
        const leftMs = untilMs - clock.monotonicMs();
        if (leftMs <= 0 || isClosed) return answer;
        answer = await transport.send(body, Math.min(timeoutMs, leftMs));
        if (answer.kind !== 'retryable') return answer;
        const askedMs = Math.min(answer.retryAfterMs ?? 0, LONGEST_ASKED_WAIT_MS);
        notBeforeMs = clock.monotonicMs() + askedMs;
        if (!mayRetry(answer)) return answer;
        waitMs = Math.max(askedMs, growingMs * (0.8 + 0.4 * Math.random()));
        growingMs = Math.min(LONGEST_WAIT_MS, growingMs * 1.5);
      }
    },
    hurry: () => endWait?.(),
    close() {
      isClosed = true;
      endWait?.();
    },
  };
}
