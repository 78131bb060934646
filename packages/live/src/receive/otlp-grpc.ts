import {
  constants,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { type OtlpSignal, signalWires } from '@sightline/otlp';
import { exportResponse } from './answers.js';
import { framed, readMessage } from './grpc-message.js';
import { inflateOf, knownEncodings } from './inflate.js';
import { ReceiverCounts } from './receiver-counts.js';
import { checkedOptions, type OtlpReceiver, type ReceiverOptions } from './receiver-options.js';
import { grpcCodes, Refusal } from './refusal.js';
import { RequestBudget } from './request-budget.js';
import { senderCheck } from './sender-checks.js';
import { takeRequest } from './take-request.js';

/**
 * Receives OTLP/gRPC: the unary `Export` of the three services, over HTTP/2 without TLS ("gRPC over HTTP2"). Rejects if the port is not available;
 * throws for options that are none.
 */
export async function openOtlpGrpc(options: ReceiverOptions): Promise<OtlpReceiver> {
  const checked = checkedOptions(options, '--otlp-grpc-port');
  const { intake, budget = new RequestBudget(), key, allowedHosts = [] } = options;
  const { host, isLoopback, maxBodyBytes, maxInflatedBytes, requestTimeoutMs } = checked;
  const check = senderCheck({ isLoopback, key, allowedHosts });
  const counts = new ReceiverCounts('OTLP/gRPC requests');
  const sessions = new Set<ServerHttp2Session>();
  let isShuttingDown = false;

  async function take(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<Buffer> {
    if (isShuttingDown) throw new Refusal(503, 'The viewer is shutting down.');
    check(headers, headers[':authority'] ?? headers.host);
    const signal = signalOf(headers);
    const encoding = headers['grpc-encoding'];
    const inflate = typeof encoding === 'string' ? inflateOf(encoding) : undefined;
    if (encoding !== undefined && encoding !== 'identity' && inflate === undefined) {
      throw new Refusal(415, `The encoding of messages must be one of ${knownEncodings}, or identity.`);
    }
    const message = await readMessage(stream, { maxBytes: maxBodyBytes, budget });
    try {
      const report = message.isCompressed
        ? await budget.inTurn(async () => {
            if (inflate === undefined) throw new Refusal(400, 'A message is compressed, but grpc-encoding is missing.');
            const bytes = await inflate(message.bytes, maxInflatedBytes);
            return takeRequest(signal, bytes, 'protobuf', intake, maxInflatedBytes);
          })
        : takeRequest(signal, message.bytes, 'protobuf', intake, maxInflatedBytes);
      counts.countTaken(report.leftOut.records);
      return exportResponse(signal, report, 'protobuf');
    } finally {
      message.release();
    }
  }

  function answer(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    stream.on('error', () => {}); // the sender ended the call
    stream.setTimeout(requestTimeoutMs, () => stream.close(constants.NGHTTP2_CANCEL));
    if (!isGrpc(headers)) {
      counts.countRefused(new Refusal(415, ''));
      stream.respond({ ':status': 415 }, { endStream: true });
      return;
    }
    take(stream, headers).then(
      (response) => succeed(stream, response),
      (error: unknown) => {
        if (stream.destroyed) return;
        const refusal = error instanceof Refusal ? error : new Refusal(400, 'The request cannot be read.');
        counts.countRefused(refusal);
        fail(stream, refusal);
      },
    );
  }

  const server = createServer({
    settings: { maxConcurrentStreams: MAX_STREAMS, initialWindowSize: WINDOW_BYTES, maxHeaderListSize: 16_384 },
    maxSessionMemory: 32,
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    session.on('error', () => {}); // the sender closed the connection, or speaks no HTTP/2
    session.setLocalWindowSize(4 * WINDOW_BYTES);
    session.setTimeout(IDLE_MS, () => session.close());
  });
  server.on('stream', answer);
  server.on('sessionError', () => {});
  const { address, port } = await listening(server, options.port, host);
  return {
    address: { host: address, port, url: `http://${address.includes(':') ? `[${address}]` : address}:${port}` },
    losses: () => counts.losses(),
    shutdown({ timeoutMs }) {
      isShuttingDown = true;
      return closed(server, sessions, timeoutMs);
    },
  };
}

const MAX_STREAMS = 64;
const MAX_CONNECTIONS = 256;
/** A batch of some thousand spans arrives without waiting for the window. */
const WINDOW_BYTES = 1024 * 1024;
/** A connection without traffic; senders open another when they need one. */
const IDLE_MS = 600_000;

function isGrpc(headers: IncomingHttpHeaders): boolean {
  return headers[':method'] === 'POST' && /^application\/grpc(?:\+proto)?(?:;|$)/i.test(headers['content-type'] ?? '');
}

function signalOf(headers: IncomingHttpHeaders): OtlpSignal {
  const path = headers[':path'] ?? '';
  const signal = signals.find((each) => signalWires[each].grpcPath === path);
  if (signal !== undefined) return signal;
  throw new Refusal(404, 'There is only Export of the trace, metrics and logs services of OTLP.');
}

const signals: readonly OtlpSignal[] = ['traces', 'metrics', 'logs'];

function succeed(stream: ServerHttp2Stream, response: Buffer): void {
  if (stream.destroyed) return;
  stream.respond(
    { ':status': 200, 'content-type': 'application/grpc', 'grpc-accept-encoding': `identity, ${knownEncodings}` },
    { waitForTrailers: true },
  );
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end(framed(response));
}

/** The headers are the trailers as well ("Trailers-Only"). */
function fail(stream: ServerHttp2Stream, { status, message }: Refusal): void {
  stream.respond(
    {
      ':status': 200,
      'content-type': 'application/grpc',
      'grpc-accept-encoding': `identity, ${knownEncodings}`,
      'grpc-status': String(grpcCodes[status]),
      'grpc-message': encodeURI(message),
    },
    { endStream: true },
  );
  // What is left of the request is not read. In the same turn Node.js 22.23 and 26 would send the end of the stream without the headers.
  if (!stream.readableEnded) setImmediate(() => stream.close(constants.NGHTTP2_NO_ERROR));
}

function listening(server: Http2Server, port: number, host: string): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const text =
        error.code === 'EADDRINUSE'
          ? `Port ${port} is in use. Set --otlp-grpc-port, or pass { otlpGrpcPort: 0 } for a free one.`
          : `Cannot listen on port ${port} of ${host} for OTLP/gRPC: ${error.message}.`;
      reject(Object.assign(new Error(`[live] ${text}`, { cause: error }), { code: error.code }));
    });
    server.listen({ port, host }, () => {
      server.removeAllListeners('error');
      server.on('error', () => {}); // accepting can fail if there are no file descriptors left; later connections may work
      resolve(server.address() as AddressInfo);
    });
  });
}

function closed(server: Http2Server, sessions: ReadonlySet<ServerHttp2Session>, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(
      () => {
        for (const session of sessions) session.destroy();
      },
      Math.max(0, timeoutMs),
    );
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    for (const session of sessions) session.close();
  });
}
