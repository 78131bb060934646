import type { IncomingMessage, ServerResponse } from 'node:http';
import { openLimitedServer, pathOf } from '@sightline/base/server';
import { type OtlpSignal, signalWires } from '@sightline/otlp';
import { exportResponse, statusMessage } from './answers.js';
import { inflateOf, knownEncodings } from './inflate.js';
import { ReceiverCounts } from './receiver-counts.js';
import { checkedOptions, type OtlpReceiver, type ReceiverOptions } from './receiver-options.js';
import { grpcCodes, Refusal } from './refusal.js';
import { readBody } from './request-body.js';
import { RequestBudget } from './request-budget.js';
import { senderCheck } from './sender-checks.js';
import { type Encoding, takeRequest } from './take-request.js';

/**
 * Receives OTLP/HTTP (OTLP 1.x): `POST /v1/traces`, `/v1/metrics` and `/v1/logs`, protobuf and JSON, compressed or not. Rejects if the port is
 * not available; throws for options that are none.
 */
export async function openOtlpHttp(options: ReceiverOptions): Promise<OtlpReceiver> {
  const checked = checkedOptions(options, '--otlp-http-port');
  const { intake, budget = new RequestBudget(), key, allowedHosts = [] } = options;
  const { host, isLoopback, maxBodyBytes, maxInflatedBytes, requestTimeoutMs } = checked;
  const check = senderCheck({ isLoopback, key, allowedHosts });
  const counts = new ReceiverCounts('OTLP/HTTP requests');
  let isShuttingDown = false;

  async function take(request: IncomingMessage, encodings: Encodings): Promise<Buffer> {
    if (isShuttingDown) throw new Refusal(503, 'The viewer is shutting down.');
    check(request.headers, request.headers.host);
    const signal = signalOf(request);
    const { encoding, inflate } = encodings.of(request);
    const body = await readBody(request, {
      maxBytes: maxBodyBytes,
      declared: request.headers['content-length'],
      budget,
    });
    try {
      const report =
        inflate === undefined
          ? takeRequest(signal, body.bytes, encoding, intake, maxInflatedBytes)
          : await budget.inTurn(async () =>
              takeRequest(signal, await inflate(body.bytes, maxInflatedBytes), encoding, intake, maxInflatedBytes),
            );
      counts.countTaken(report.leftOut.records);
      return exportResponse(signal, report, encoding);
    } finally {
      body.release();
    }
  }

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const encodings = new Encodings();
    take(request, encodings).then(
      (message) => reply(request, response, 200, contentTypes[encodings.answer], message),
      (error: unknown) => {
        if (request.destroyed && !request.complete) return; // the sender went away
        const refusal = error instanceof Refusal ? error : new Refusal(400, 'The request cannot be read.');
        counts.countRefused(refusal);
        const message = statusMessage(grpcCodes[refusal.status], refusal.message, encodings.answer);
        for (const [name, value] of Object.entries(headersOf(refusal))) response.setHeader(name, value);
        reply(request, response, refusal.status, contentTypes[encodings.answer], message);
      },
    );
  }

  const server = await openLimitedServer(
    {
      port: options.port,
      host,
      headersTimeoutMs: 10_000,
      requestTimeoutMs,
      responseTimeoutMs: requestTimeoutMs,
      maxConnections: MAX_CONNECTIONS,
      keepsProcessAlive: true,
      owner: {
        name: 'live',
        freePort: '{ otlpHttpPort: 0 }',
        portVariable: '--otlp-http-port',
        hostVariable: '--host',
      },
    },
    answer,
  );
  return {
    address: server.address,
    losses: () => counts.losses(),
    shutdown(given) {
      isShuttingDown = true;
      return server.shutdown(given);
    },
  };
}

const MAX_CONNECTIONS = 256;
const contentTypes: Readonly<Record<Encoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};

/** How a request is encoded, and so its answer. */
class Encodings {
  /** Before it is known, JSON, which people can read. */
  answer: Encoding = 'json';

  of({ headers }: IncomingMessage): { readonly encoding: Encoding; readonly inflate: ReturnType<typeof inflateOf> } {
    const encoding = encodingOf(headers['content-type']);
    if (encoding === undefined) {
      throw new Refusal(415, 'The content type must be application/x-protobuf or application/json.');
    }
    this.answer = encoding;
    const compression = headers['content-encoding'] ?? 'identity';
    const inflate = inflateOf(compression);
    if (inflate === undefined && compression.trim().toLowerCase() !== 'identity') {
      throw new Refusal(415, `The content encoding must be one of ${knownEncodings}, or identity.`);
    }
    return { encoding, inflate };
  }
}

/**
 * Only the types of OTLP, so that browsers ask before they send one from another site: a "simple" type, or one that a parameter makes look like
 * one, is refused.
 */
function encodingOf(contentType: string | undefined): Encoding | undefined {
  const [type = '', ...parameters] = (contentType ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  if (!parameters.every((parameter) => /^charset="?utf-8"?$/.test(parameter))) return undefined;
  if (type === contentTypes.protobuf) return 'protobuf';
  return type === contentTypes.json ? 'json' : undefined;
}

function signalOf(request: IncomingMessage): OtlpSignal {
  const path = pathOf(request);
  const signal = signals.find((each) => `/${signalWires[each].path}` === path);
  if (signal === undefined) {
    throw new Refusal(404, `There are ${signals.map((each) => `/${signalWires[each].path}`).join(', ')}.`);
  }
  if (request.method !== 'POST') throw new Refusal(405, 'OTLP is sent with POST.');
  return signal;
}

const signals: readonly OtlpSignal[] = ['traces', 'metrics', 'logs'];

function headersOf({ status }: Refusal): Readonly<Record<string, string>> {
  switch (status) {
    case 401:
      return { 'WWW-Authenticate': 'Bearer' };
    case 405:
      return { Allow: 'POST' };
    case 415:
      return { 'Accept-Encoding': knownEncodings };
    case 429:
    case 503:
      return { 'Retry-After': '1' };
    default:
      return {};
  }
}

function reply(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  contentType: string,
  message: Buffer,
): void {
  if (response.destroyed || response.headersSent) return;
  // What is left of a body that was refused is not read.
  if (!request.complete) response.setHeader('Connection', 'close');
  response.writeHead(status, {
    'Content-Type': contentType,
    'Content-Length': message.length,
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(message);
}
