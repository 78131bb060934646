import { type ClientHttp2Session, connect, constants, type IncomingHttpHeaders } from 'node:http2';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { HttpTransportOptions } from './http-transport.js';
import { packageVersion } from './package-version.js';
import { readProtobuf } from './read-protobuf.js';
import { type Answer, reasonOf, shortText, type Transport } from './transport.js';

/** OTLP/gRPC: unary calls over HTTP/2 ("gRPC over HTTP2"; OTLP 1.x, "OTLP/gRPC"). */
export function grpcTransport(options: Omit<HttpTransportOptions, 'encoding'>): Transport {
  const { url, wire, isCompressed, tls, clock } = options;
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  const headers = {
    [constants.HTTP2_HEADER_METHOD]: 'POST',
    [constants.HTTP2_HEADER_PATH]: wire.grpcPath,
    ...(credentials === ':' ? {} : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }),
    // Metadata keys are in lower case on the wire.
    ...Object.fromEntries(Object.entries(options.headers).map(([name, value]) => [name.toLowerCase(), value])),
    'user-agent': `sightline-otel/${packageVersion}`,
    'content-type': 'application/grpc',
    te: 'trailers',
    ...(isCompressed ? { 'grpc-encoding': 'gzip' } : {}),
  };
  let session: ClientHttp2Session | undefined;

  function openSession(): ClientHttp2Session {
    if (session !== undefined && !session.closed && !session.destroyed) return session;
    session = connect(url.origin, tls);
    session.on('error', () => {}); // the call that it ends hears of it too
    return session;
  }

  function exchange(frame: Buffer, timeoutMs: number): Promise<Answer> {
    return new Promise((resolve) => {
      const connection = openSession();
      let isConnected = !connection.connecting;
      connection.once('connect', () => {
        isConnected = true;
      });
      const timeout = `${Math.min(99_999_999, Math.max(1, Math.ceil(timeoutMs)))}m`;
      const call = connection.request({ ...headers, 'grpc-timeout': timeout });
      const chunks: Buffer[] = [];
      let status: number | undefined;
      let head: IncomingHttpHeaders = {};
      let failure: unknown;
      let isLate = false;
      const timer = clock.setTimer(() => {
        isLate = true;
        connection.destroy(); // and the call with it: one alone cannot end before there is a connection
      }, timeoutMs);
      call.on('response', (received) => {
        status = Number(received[constants.HTTP2_HEADER_STATUS]);
        head = received;
      });
      call.on('trailers', (trailers) => {
        head = { ...head, ...trailers };
      });
      call.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
      });
      call.on('error', (error) => {
        failure = error.cause ?? error; // of a call that its connection ended
      });
      call.once('close', () => {
        timer.cancel();
        if (head['grpc-status'] !== undefined) return resolve(grpcAnswer(head, Buffer.concat(chunks)));
        if (status !== undefined && status !== 200) return resolve(answerOfProxy(status));
        const reason = isLate ? `no answer within ${timeoutMs} ms` : reasonOf(failure ?? 'the call was ended');
        const isUnread = !isConnected || !call.writableFinished || call.rstCode === constants.NGHTTP2_REFUSED_STREAM;
        resolve(isUnread ? { kind: 'retryable', reason } : { kind: 'unknown', reason });
      });
      call.end(frame);
    });
  }

  return {
    async send(body, timeoutMs) {
      try {
        return await exchange(frameOf(isCompressed ? await promisify(gzip)(body) : body, isCompressed), timeoutMs);
      } catch (error) {
        return { kind: 'retryable', reason: reasonOf(error) };
      }
    },
    rest: () => session?.close(),
    close: () => session?.destroy(),
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

function grpcAnswer(headers: IncomingHttpHeaders, body: Buffer): Answer {
  const status = Number(headers['grpc-status']);
  if (status === 0) {
    const isPlain = body.length >= 5 && body[0] === 0;
    const partial = isPlain
      ? readProtobuf(body.subarray(5, 5 + body.readUInt32BE(1)))
          ?.messages(1)
          .at(-1)
      : undefined;
    const rejected = partial?.number(1) ?? 0;
    return {
      kind: 'accepted',
      rejected: rejected <= Number.MAX_SAFE_INTEGER ? rejected : 0,
      message: shortText(partial?.text(2) ?? ''),
    };
  }
  const message = shortText(decoded(String(headers['grpc-message'] ?? '')));
  const reason = `the answer was gRPC status ${status}${message === '' ? '' : `: ${message}`}`;
  const retryAfterMs = retryDelayMs(headers['grpc-status-details-bin']);
  if (retryableStatuses.includes(status) || (status === RESOURCE_EXHAUSTED && retryAfterMs !== undefined)) {
    return { kind: 'retryable', reason, retryAfterMs };
  }
  // Without a delay this status is about the size of the message.
  return { kind: 'refused', reason, isTooLarge: status === RESOURCE_EXHAUSTED };
}

/** What something between us and the collector says ("HTTP to gRPC Status Code Mapping"). */
function answerOfProxy(status: number): Answer {
  const reason = `the answer was HTTP ${status} without a gRPC status`;
  return [429, 502, 503, 504].includes(status)
    ? { kind: 'retryable', reason }
    : { kind: 'refused', reason, isTooLarge: status === 413 };
}

/** The delay of a google.rpc.RetryInfo among the details of a google.rpc.Status. */
function retryDelayMs(details: string | readonly string[] | undefined): number | undefined {
  if (details === undefined) return undefined;
  const status = readProtobuf(Buffer.from(String(details), 'base64'));
  const info = status?.messages(3).find((any) => any.text(1).endsWith('/google.rpc.RetryInfo'));
  const delay = info?.messages(2).at(-1)?.messages(1).at(-1);
  return delay === undefined ? undefined : delay.number(1) * 1000 + delay.number(2) / 1e6;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
