import { type ClientHttp2Session, constants, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2';
import type { Clock } from '@sightline/base';
import { eventsHandled } from '@sightline/base/event-loop';
import { MAX_ANSWER_BYTES, type Unanswered } from './http-exchange.js';
import { reasonOf } from './transport.js';

/** One unary call, from its first byte to its end. */
export interface GrpcExchange {
  /** Never rejects. */
  readonly outcome: Promise<GrpcAnswer | Unanswered>;
  /** Ends the call and its connection, after reading what has arrived. */
  giveUp(reason: string): Promise<void>;
}

/** A status arrived: of the call, or of a proxy. */
export interface GrpcAnswer {
  readonly kind: 'answered';
  readonly httpStatus: number;
  /** Headers and trailers. */
  readonly headers: IncomingHttpHeaders;
  /** The bytes as received: a length-prefixed message or the start of one. */
  readonly body: Buffer;
}

const PREFIX_BYTES = 5;

/** Sends `frame`. It settles with the end of the call, with the end of its connection, or after the time-out. */
export function grpcExchange(
  connection: ClientHttp2Session,
  headers: OutgoingHttpHeaders,
  frame: Buffer,
  { timeoutMs, clock }: { readonly timeoutMs: number; readonly clock: Clock },
): GrpcExchange {
  let isConnected = !connection.connecting;
  let isUnread = false;
  let isGivenUp = false;
  let httpStatus: number | undefined;
  let head: IncomingHttpHeaders = {};
  let failure: unknown;
  const chunks: Buffer[] = [];
  let size = 0;
  const call = connection.request(headers);
  let settle: (outcome: GrpcAnswer | Unanswered) => void;
  const outcome = new Promise<GrpcAnswer | Unanswered>((resolve) => {
    settle = resolve;
  });

  const connected = (): void => {
    isConnected = true;
  };
  // RFC 9113, section 6.8: streams above the last one were not processed.
  const wentAway = (_code: number, lastStreamId: number): void => {
    if ((call.id ?? 0) > lastStreamId) isUnread = true;
  };

  function end(): void {
    timer.cancel();
    connection.off('connect', connected);
    connection.off('goaway', wentAway);
    connection.off('close', end);
    settle(hasStatus() ? answered() : unanswered());
  }

  function hasStatus(): boolean {
    if (httpStatus === undefined) return false;
    return head['grpc-status'] !== undefined || httpStatus !== 200 || !isGrpc(head);
  }

  function answered(): GrpcAnswer {
    return { kind: 'answered', httpStatus: httpStatus ?? 0, headers: head, body: Buffer.concat(chunks) };
  }

  function unanswered(): Unanswered {
    const reason = reasonOf(failure ?? 'the call was ended without a status');
    const isRefused = call.rstCode === constants.NGHTTP2_REFUSED_STREAM;
    if (isUnread || isRefused || !isConnected || !call.writableFinished) return { kind: 'retryable', reason };
    const isConnectionLost = connection.destroyed || connection.closed;
    const isClosedUnread = !isGivenUp && httpStatus === undefined && isConnectionLost;
    return { kind: 'unknown', reason, resend: isClosedUnread ? 'always' : 'once' };
  }

  function cut(reason: string): void {
    failure ??= reason;
    isGivenUp = true;
    end();
    connection.destroy(); // and the call with it: a call without a connection cannot be ended alone
  }

  async function giveUp(reason: string): Promise<void> {
    await eventsHandled();
    cut(reason);
  }

  const timer = clock.setTimer(() => void giveUp(`no answer within ${timeoutMs} ms`), timeoutMs);
  timer.unref(); // as the connection is
  if (!isConnected) connection.once('connect', connected);
  connection.on('goaway', wentAway);
  connection.once('close', end);
  call.on('response', (received) => {
    httpStatus = Number(received[constants.HTTP2_HEADER_STATUS]);
    head = received;
  });
  call.on('trailers', (trailers) => {
    head = { ...head, ...trailers };
  });
  call.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size > PREFIX_BYTES + MAX_ANSWER_BYTES || saysTooMuch(chunks, size)) {
      if (isGrpc(head)) cut(`the answer is longer than ${MAX_ANSWER_BYTES} bytes`);
      else cut('the answer is not gRPC');
    }
  });
  call.on('error', (error) => {
    failure ??= error.cause ?? error; // of a call that its connection ended
  });
  call.once('close', end);
  call.end(frame);
  return { outcome, giveUp };
}

/** Whether the length prefix is above the maximum. */
function saysTooMuch(chunks: readonly Buffer[], size: number): boolean {
  if (size < PREFIX_BYTES) return false;
  const [first = Buffer.alloc(0)] = chunks;
  const prefix = first.length >= PREFIX_BYTES ? first : Buffer.concat(chunks);
  return prefix.readUInt32BE(1) > MAX_ANSWER_BYTES;
}

/** "gRPC over HTTP2", "Content-Type". */
function isGrpc(headers: IncomingHttpHeaders): boolean {
  return /^application\/grpc(?:[+;]|$)/i.test(headers['content-type'] ?? '');
}
