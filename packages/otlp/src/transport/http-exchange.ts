import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Clock } from '@sightline/base';
import { eventsHandled } from '@sightline/base/event-loop';
import { type Answer, reasonOf } from './transport.js';

/** One HTTP request, from its first byte to its end. */
export interface HttpExchange {
  /** Never rejects. */
  readonly outcome: Promise<HttpAnswer | Unanswered>;
  /** Ends the request, after reading what has arrived. */
  giveUp(reason: string): Promise<void>;
}

/** A status arrived. The body is cut at 64 KiB. */
export interface HttpAnswer {
  readonly kind: 'answered';
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** No status came. */
export type Unanswered = Extract<Answer, { kind: 'retryable' | 'unknown' }>;

export const MAX_ANSWER_BYTES = 65_536;

/**
 * Sends `body` with `request`. It also settles at the time-out and at the end of the connection, because after some answers, such
 * as 101, Node.js emits neither `response` nor `error`.
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
    return { kind: 'answered', status, headers, body: Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES) };
  }

  function unanswered(): Unanswered {
    const reason = reasonOf(failure ?? 'the connection was closed without an answer');
    // Until the last byte is handed to the kernel, the peer cannot have the whole request.
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
  // The caller keeps the process alive; a request in the background does not.
  timer.unref();
  request.once('socket', (socket) => socket.unref());
  const countBytes = (): void => {
    bytesBefore = request.socket?.bytesRead ?? 0;
  };
  request.once('socket', countBytes);
  request.on('information', countBytes); // 1xx is not yet an answer
  request.once('finish', () => {
    isSent = true;
  });
  request.on('error', (error) => {
    failure ??= error;
  });
  /** 101: Node.js reports it as `upgrade` or as `response`. */
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
      if (size > MAX_ANSWER_BYTES) end();
    });
    received.on('error', () => {}); // the status counts, even if the body fails
    received.once('end', end);
  });
  request.once('close', end);
  request.end(body);
  return { outcome, giveUp };
}
