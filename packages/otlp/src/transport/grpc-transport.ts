import { type ClientHttp2Session, connect, constants, type IncomingHttpHeaders } from 'node:http2';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { basicAuthorization } from '@sightline/base/client';
import { eventsHandled } from '@sightline/base/event-loop';
import { packageVersion } from '../package-version.js';
import { partialSuccessIn, statusIn } from './answer-messages.js';
import { type GrpcAnswer, type GrpcExchange, grpcExchange } from './grpc-exchange.js';
import type { HttpTransportOptions } from './http-transport.js';
import { type Answer, reasonOf, shortText, type Transport } from './transport.js';

/** OTLP/gRPC: unary calls over HTTP/2 ("gRPC over HTTP2"; OTLP 1.x, "OTLP/gRPC"). */
export function grpcTransport(options: Omit<HttpTransportOptions, 'encoding'>): Transport {
  const { url, wire, isCompressed, tls, clock } = options;
  const authorization = basicAuthorization(url);
  const headers = {
    [constants.HTTP2_HEADER_METHOD]: 'POST',
    [constants.HTTP2_HEADER_PATH]: wire.grpcPath,
    ...(authorization === undefined ? {} : { authorization }),
    // Metadata keys are in lower case on the wire.
    ...Object.fromEntries(Object.entries(options.headers).map(([name, value]) => [name.toLowerCase(), value])),
    'user-agent': `sightline-otel/${packageVersion}`,
    'content-type': 'application/grpc',
    te: 'trailers',
    ...(isCompressed ? { 'grpc-encoding': 'gzip' } : {}),
  };
  let session: ClientHttp2Session | undefined;
  let running: GrpcExchange | undefined;

  async function openSession(): Promise<ClientHttp2Session> {
    // Notice whether the collector has closed the connection since its last answer: a request sent into it may be lost.
    if (session !== undefined) await eventsHandled();
    if (session !== undefined && !session.closed && !session.destroyed) return session;
    session = connect(url.origin, tls);
    session.unref(); // the caller of `send` keeps the process alive; a request in the background does not
    session.on('error', () => {}); // the call gets the error as well
    return session;
  }

  async function exchange(frame: Buffer, timeoutMs: number): Promise<Answer> {
    const connection = await openSession();
    const timeout = `${Math.min(99_999_999, Math.max(1, Math.ceil(timeoutMs)))}m`;
    running = grpcExchange(connection, { ...headers, 'grpc-timeout': timeout }, frame, { timeoutMs, clock });
    const outcome = await running.outcome;
    running = undefined;
    return outcome.kind === 'answered' ? answerOf(outcome) : outcome;
  }

  return {
    async send(body, timeoutMs) {
      try {
        return await exchange(frameOf(isCompressed ? await promisify(gzip)(body) : body, isCompressed), timeoutMs);
      } catch (error) {
        return { kind: 'retryable', reason: reasonOf(error) };
      }
    },
    // Not `close`, which waits for the peer and keeps the process alive until then.
    releaseIdleConnections: () => session?.destroy(),
    shutdown() {
      if (running === undefined) session?.destroy();
      else void running.giveUp('the connection was ended');
    },
  };
}

/** A length-prefixed message. */
function frameOf(message: Uint8Array, isCompressed: boolean): Buffer {
  const frame = Buffer.allocUnsafe(5 + message.length);
  frame[0] = isCompressed ? 1 : 0;
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, 5);
  return frame;
}

const RESOURCE_EXHAUSTED = 8;
/** CANCELLED, DEADLINE_EXCEEDED, ABORTED, OUT_OF_RANGE, UNAVAILABLE, DATA_LOSS (OTLP 1.x, "Failures"). */
const retryableStatuses: readonly number[] = [1, 4, 10, 11, 14, 15];

function answerOf({ httpStatus, headers, body }: GrpcAnswer): Answer {
  return headers['grpc-status'] === undefined ? answerOfProxy(httpStatus, headers) : grpcAnswer(headers, body);
}

function grpcAnswer(headers: IncomingHttpHeaders, body: Buffer): Answer {
  const status = Number(headers['grpc-status']);
  if (status === 0) {
    // The status says that the request was accepted. Without a readable message nothing counts as rejected.
    const isWhole = body.length >= 5 && body[0] === 0 && body.length >= 5 + body.readUInt32BE(1);
    const partial = isWhole ? partialSuccessIn(body.subarray(5, 5 + body.readUInt32BE(1))) : undefined;
    const { rejected, message } = partial ?? { rejected: 0, message: '' };
    return {
      kind: 'accepted',
      rejected: rejected > 0 && rejected <= Number.MAX_SAFE_INTEGER ? rejected : 0,
      message: shortText(message),
    };
  }
  const message = shortText(decoded(String(headers['grpc-message'] ?? '')));
  const reason = `the answer was gRPC status ${status}${message === '' ? '' : `: ${message}`}`;
  const retryAfterMs = retryDelayMs(headers['grpc-status-details-bin']);
  if (retryableStatuses.includes(status) || (status === RESOURCE_EXHAUSTED && retryAfterMs !== undefined)) {
    return { kind: 'retryable', reason, retryAfterMs };
  }
  // Without a delay this status means that the message is too large.
  return { kind: 'refused', reason, isTooLarge: status === RESOURCE_EXHAUSTED };
}

/** An answer of a proxy ("HTTP to gRPC Status Code Mapping": 200 without a gRPC status is an error too). */
function answerOfProxy(status: number, headers: IncomingHttpHeaders): Answer {
  const type = status === 200 ? `, of type ${shortText(headers['content-type'] ?? 'unknown')}` : '';
  const reason = `the answer was HTTP ${status} without a gRPC status${type}`;
  return [429, 502, 503, 504].includes(status)
    ? { kind: 'retryable', reason }
    : { kind: 'refused', reason, isTooLarge: status === 413 };
}

/** The delay of a google.rpc.RetryInfo among the details of a google.rpc.Status. */
function retryDelayMs(details: string | readonly string[] | undefined): number | undefined {
  if (details === undefined) return undefined;
  return statusIn(Buffer.from(String(details), 'base64'))?.retryDelayMs;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
