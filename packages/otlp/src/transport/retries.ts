import type { Clock } from '@sightline/base';
import type { Answer, Transport } from './transport.js';

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 5000;
/** A process that ends is not kept for longer by a collector that is missing. */
const LAST_WAIT_MS = 100;
/** What a collector asks for beyond that is taken for a mistake, which would silence a service for days. */
const LONGEST_ASKED_WAIT_MS = 300_000;

/** Sends requests until the collector takes or refuses them, or there is no time left. */
export interface Retries<Body = Uint8Array> {
  /**
   * @param untilMs on the monotonic clock
   * @param mayRetry asked after each attempt that may be made again; `false` ends the call with this answer
   */
  send(body: Body, untilMs: number, mayRetry?: (answer: NotTaken) => boolean): Promise<Answer>;
  /** Ends a wait that is under way: its request is given up for now, and answered as `retryable`. */
  hurry(): void;
  /** From now on an answer is the last but one: a request is sent once more soon, and then given up. Ends a wait. */
  endSoon(): void;
  /** Ends a wait, and sends nothing any more. */
  close(): void;
}

/** An answer after which the same request may be sent again. */
export type NotTaken = Extract<Answer, { kind: 'retryable' | 'unknown' }>;

export interface RetriesOptions<Body> {
  readonly transport: Pick<Transport<Body>, 'send' | 'rest'>;
  /** Longest time of one request, in milliseconds. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /**
   * Which requests that may have arrived are sent again, by what their answers say. OTLP 1.x, "Duplicate Data", wants spans and log
   * records twice rather than not at all; a difference of a metric that arrives twice would be wrong for good.
   */
  readonly resends: ReadonlyArray<'always' | 'once'>;
}

/**
 * Waits between attempts: 1 s, growing to 5 s, a fifth more or less, so that services that lost a collector together do not come
 * back together; longer where the collector asks for it (Retry-After), up to five minutes, which also holds for later requests.
 * After a wait a connection of before is not used any more: its other end may be gone.
 */
export function retries<Body = Uint8Array>(options: RetriesOptions<Body>): Retries<Body> {
  const { transport, timeoutMs, clock, resends } = options;
  let notBeforeMs = 0;
  let endWait: (() => void) | undefined;
  let isEnding = false;
  let isClosed = false;
  let hasWaited = false;
  /** The request that was sent once without an answer, and is not sent a third time. */
  let silentBody: Body | undefined;

  /** @returns whether the time was waited out */
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
    if (hasWaited) transport.rest();
    hasWaited = false;
    const answer = await transport.send(body, timeoutOfAttemptMs);
    const isToResend = answer.kind === 'unknown' && answer.resend === 'always' && resends.includes('always');
    return isToResend ? { kind: 'retryable', reason: answer.reason } : answer;
  }

  function isAgain(answer: Answer, body: Body): answer is NotTaken {
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
      let last: NotTaken = { kind: 'retryable', reason: 'the collector asked to wait' };
      for (;;) {
        if (waitMs > 0) {
          if (isClosed || clock.monotonicMs() + waitMs >= untilMs) return last;
          if (!(await wait(waitMs))) return isClosed ? last : { kind: 'retryable', reason: last.reason };
        }
        const leftMs = untilMs - clock.monotonicMs();
        if (leftMs <= 0 || isClosed) return last;
        const answer = await attempt(body, Math.min(timeoutMs, leftMs));
        if (!isAgain(answer, body)) return answer;
        last = answer;
        // One that was silent had time enough, and is asked but once more.
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
    hurry: () => endWait?.(),
    endSoon() {
      isEnding = true;
      endWait?.();
    },
    close() {
      isClosed = true;
      endWait?.();
    },
  };
}
