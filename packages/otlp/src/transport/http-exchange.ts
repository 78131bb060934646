import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Clock } from '@sightline/base';
import { eventsHandled } from './events-handled.js';
import { type Answer, reasonOf } from './transport.js';

/** One HTTP request, from its first byte to whatever ends it. */
export interface HttpExchange {
  /** Never rejects. */
  readonly outcome: Promise<HttpAnswer | Unanswered>;
  /** Ends it after what has arrived was read. */
  giveUp(reason: string): Promise<void>;
}

/** A status arrived; the body is as much as came of its first 64 KiB. */
export interface HttpAnswer {
  readonly kind: 'answered';
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** No status came. */
export type Unanswered = Extract<Answer, { kind: 'retryable' | 'unknown' }>;

export const MOST_ANSWER_BYTES = 65_536;

/**
 * Sends `body` with `request`. The time-out and the end of the connection settle it by themselves: after some answers, such as one
 * of 101, Node.js emits neither `response` nor `error`.
 */
export function httpExchange(
  request: ClientRequest,
  body: Uint8Array,
  { timeoutMs, clock }: { readonly timeoutMs: number; readonly clock: Clock },
): HttpExchange {
  const chunks: Buffer[] = [];
  let size = 0;
  let isSent = false;
  let response: IncomingMessage | undefined;
  let failure: unknown;
  let isGivenUp = false;
  let bytesBefore = 0;
  let settle: (outcome: HttpAnswer | Unanswered) => void;
  const outcome = new Promise<HttpAnswer | Unanswered>((resolve) => {
    settle = resolve;
  });

  function end(): void {
    timer.cancel();
    settle(response === undefined ? unanswered() : answered(response));
    if (!isSent || response?.complete !== true) request.destroy();
  }

  function answered({ statusCode: status = 0, headers }: IncomingMessage): HttpAnswer {
    return { kind: 'answered', status, headers, body: Buffer.concat(chunks).subarray(0, MOST_ANSWER_BYTES) };
  }

  function unanswered(): Unanswered {
    const reason = reasonOf(failure ?? 'the connection was closed without an answer');
    // Until the last byte was handed to the kernel, nobody can have a whole request.
    if (!isSent) return { kind: 'retryable', reason };
    const isClosedUnread = !isGivenUp && (request.socket?.bytesRead ?? 0) === bytesBefore;
    return { kind: 'unknown', reason, resend: isClosedUnread ? 'always' : 'once' };
  }

  async function giveUp(reason: string): Promise<void> {
    await eventsHandled();
    failure ??= reason;
    isGivenUp = true;
    end();
  }

  const timer = clock.setTimer(() => void giveUp(`no answer within ${timeoutMs} ms`), timeoutMs);
  // Whoever waits for the answer keeps the process; a request in the background does not.
  timer.unref();
  request.once('socket', (socket) => socket.unref());
  const noteBytes = (): void => {
    bytesBefore = request.socket?.bytesRead ?? 0;
  };
  request.once('socket', noteBytes);
  request.on('information', noteBytes); // 1xx is not yet an answer
  request.once('finish', () => {
    isSent = true;
  });
  request.on('error', (error) => {
    failure ??= error;
  });
  /** 101: Node.js knows two kinds of it. */
  const switched = ({ statusCode, socket }: IncomingMessage): void => {
    failure ??= `the answer was ${statusCode}, which was not asked for`;
    socket.destroy();
    end();
  };
  request.once('upgrade', switched);
  request.once('response', (received) => {
    if ((received.statusCode ?? 0) < 200) return switched(received);
    response = received;
    received.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > MOST_ANSWER_BYTES) end();
    });
    received.on('error', () => {}); // the status counts, however the body ends
    received.once('end', end);
  });
  request.once('close', end);
  request.end(body);
  return { outcome, giveUp };
}
