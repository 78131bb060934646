import type { Clock } from '@sightline/base';
import type { Answer, Transport } from './transport.js';

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 5000;
/** At shutdown an unreachable collector delays the process no longer than this. */
const LAST_WAIT_MS = 100;
/** Maximum wait that a collector may ask for. A longer one is probably an error, and would silence a service for days. */
const LONGEST_ASKED_WAIT_MS = 300_000;

/** Sends a request until the collector accepts or refuses it, or the time is over. */
export interface Retries<Body = Uint8Array> {
  /**
   * @param untilMs deadline on the monotonic clock
   * @param mayRetry called after each attempt that may be repeated; `false` ends the call with this answer
   */
  send(body: Body, untilMs: number, mayRetry?: (answer: NotAccepted) => boolean): Promise<Answer>;
  /** Ends a running wait: its request settles as `retryable`. */
  skipBackoff(): void;
  /** Ends a running wait. From now on a request is repeated at most once, soon. */
  beginShutdown(): void;
  /** Ends a running wait and sends nothing any more. */
  shutdown(): void;
}

/** An answer after which the same request may be sent again. */
export type NotAccepted = Extract<Answer, { kind: 'retryable' | 'unknown' }>;

export interface RetriesOptions<Body> {
  readonly transport: Pick<Transport<Body>, 'send' | 'releaseIdleConnections'>;
  /** Maximum time of one request, in milliseconds. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /**
   * Which requests are sent again although they may have arrived, by `resend` of the answer. OTLP 1.x, "Duplicate Data", prefers
   * duplicate spans and log records to lost ones. A duplicate difference of a metric makes the total wrong for ever.
   */
  readonly resends: ReadonlyArray<'always' | 'once'>;
}

/**
 * Waits between attempts: 1 s, growing to 5 s, with 20 % jitter, so that services do not return all at once. Longer if the
 * collector asks for it (Retry-After), up to five minutes; later requests wait as well. A wait closes the connection, because the
 * peer may have closed it meanwhile.
 */
export function retries<Body = Uint8Array>(options: RetriesOptions<Body>): Retries<Body> {
  const { transport, timeoutMs, clock, resends } = options;
  let notBeforeMs = 0;
  let endWait: (() => void) | undefined;
  let isEnding = false;
  let isShutDown = false;
  let hasWaited = false;
  /** The request that was sent once without an answer. It is not sent a third time. */
  let silentBody: Body | undefined;

  /** @returns whether the full time has passed */
  function wait(ms: number): Promise<boolean> {
    hasWaited = true;
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

  async function attempt(body: Body, timeoutOfAttemptMs: number): Promise<Answer> {
    if (hasWaited) transport.releaseIdleConnections();
    hasWaited = false;
    const answer = await transport.send(body, timeoutOfAttemptMs);
    const isToResend = answer.kind === 'unknown' && answer.resend === 'always' && resends.includes('always');
    return isToResend ? { kind: 'retryable', reason: answer.reason } : answer;
  }

  function isAgain(answer: Answer, body: Body): answer is NotAccepted {
    const isRetryable = answer.kind === 'retryable';
    const isSilent = answer.kind === 'unknown' && answer.resend === 'once' && resends.includes('once');
    const isToSend = isRetryable || (isSilent && silentBody !== body);
    if (isSilent) silentBody = body;
    if (!isToSend) silentBody = undefined;
    return isToSend;
  }

  return {
    async send(body, untilMs, mayRetry = () => true) {
      let waitMs = notBeforeMs - clock.monotonicMs();
      let growingMs = FIRST_WAIT_MS;
      let isLast = false;
      let last: NotAccepted = { kind: 'retryable', reason: 'the collector asked to wait' };
      for (;;) {
        if (waitMs > 0) {
          if (isShutDown || clock.monotonicMs() + waitMs >= untilMs) return last;
          if (!(await wait(waitMs))) return isShutDown ? last : { kind: 'retryable', reason: last.reason };
        }
        const leftMs = untilMs - clock.monotonicMs();
        if (leftMs <= 0 || isShutDown) return last;
        const answer = await attempt(body, Math.min(timeoutMs, leftMs));
        if (!isAgain(answer, body)) return answer;
        last = answer;
        // A collector that did not answer in time gets one more attempt.
        waitMs = 0;
        if (answer.kind === 'retryable') {
          const askedMs = Math.min(answer.retryAfterMs ?? 0, LONGEST_ASKED_WAIT_MS);
          notBeforeMs = clock.monotonicMs() + askedMs;
          waitMs = Math.max(askedMs, (isEnding ? LAST_WAIT_MS : growingMs) * (0.8 + 0.4 * Math.random()));
          growingMs = Math.min(LONGEST_WAIT_MS, growingMs * 1.5);
        }
        if (!mayRetry(answer) || isLast) return answer;
        isLast = isEnding;
      }
    },
    skipBackoff: () => endWait?.(),
    beginShutdown() {
      isEnding = true;
      endWait?.();
    },
    shutdown() {
      isShutDown = true;
      endWait?.();
    },
  };
}
