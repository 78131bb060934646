import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, Agent as TlsAgent } from 'node:https';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Clock } from '@sightline/core';
import { packageVersion } from './package-version.js';
import { readProtobuf } from './read-protobuf.js';
import type { SignalWire } from './signal.js';
import { type Answer, reasonOf, shortText, type Transport } from './transport.js';

export interface HttpTransportOptions {
  readonly url: URL;
  readonly wire: SignalWire;
  readonly encoding: 'protobuf' | 'json';
  readonly headers: Readonly<Record<string, string>>;
  readonly isCompressed: boolean;
  readonly tls: TlsFiles;
  readonly clock: Clock;
}

/** PEM texts. */
export interface TlsFiles {
  readonly ca?: Buffer | undefined;
  readonly cert?: Buffer | undefined;
  readonly key?: Buffer | undefined;
}

/** OTLP/HTTP (OTLP 1.x, "OTLP/HTTP"). */
export function httpTransport(options: HttpTransportOptions): Transport {
  const { url, wire, encoding, isCompressed, clock } = options;
  const reading = { wire, encoding, clock };
  const isTls = url.protocol === 'https:';
  const send = isTls ? httpsRequest : httpRequest;
  const agentOptions = { keepAlive: true, maxSockets: 1, maxFreeSockets: 1 };
  let agent = newAgent();
  const contentType = encoding === 'json' ? 'application/json' : 'application/x-protobuf';
  const headers = {
    'User-Agent': `sightline-otel/${packageVersion}`,
    ...options.headers,
    'Content-Type': contentType,
    ...(isCompressed ? { 'Content-Encoding': 'gzip' } : {}),
  };

  function newAgent(): Agent {
    return isTls ? new TlsAgent({ ...agentOptions, ...options.tls }) : new Agent(agentOptions);
  }

  function exchange(body: Uint8Array, timeoutMs: number): Promise<Answer> {
    return new Promise((resolve) => {
      let isSent = false;
      const lengths = { 'Content-Length': String(body.length) };
      const request = send(url, { method: 'POST', headers: { ...headers, ...lengths }, agent });
      const timer = clock.setTimer(() => request.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
      const end = (answer: Answer): void => {
        timer.cancel();
        resolve(answer);
      };
      // Emitted once the last byte was handed to the kernel: until then nobody can have a whole request.
      request.once('finish', () => {
        isSent = true;
      });
      request.on('error', (error) => {
        const reason = reasonOf(error);
        end(isSent ? { kind: 'unknown', reason } : { kind: 'retryable', reason });
      });
      request.once('response', (response) => {
        readBody(response).then(
          (answerBody) => end(answerOf(response, answerBody, reading)),
          (error: unknown) => {
            const isTaken = isSuccess(response.statusCode ?? 0);
            // What was rejected of it is in the part that did not come.
            end(isTaken ? { kind: 'unknown', reason: reasonOf(error) } : answerOf(response, undefined, reading));
          },
        );
      });
      request.end(body);
    });
  }

  return {
    async send(body, timeoutMs) {
      try {
        return await exchange(isCompressed ? await promisify(gzip)(body) : body, timeoutMs);
      } catch (error) {
        return { kind: 'retryable', reason: reasonOf(error) };
      }
    },
    rest() {
      // Otherwise the next request may go into a connection that the collector is just closing.
      agent.destroy();
      agent = newAgent();
    },
    close: () => agent.destroy(),
  };
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** OTLP 1.x, "OTLP/HTTP Response". */
function answerOf(
  { statusCode: status = 0, headers }: IncomingMessage,
  body: Buffer | undefined,
  reading: Pick<HttpTransportOptions, 'wire' | 'encoding' | 'clock'>,
): Answer {
  if (isSuccess(status)) return { kind: 'accepted', ...partialSuccess(body ?? Buffer.alloc(0), reading) };
  const text = shortText(errorText(body ?? Buffer.alloc(0), headers['content-type'] ?? ''));
  const reason = `the answer was ${status}${text === '' ? '' : `: ${text}`}`;
  if ([429, 502, 503, 504].includes(status)) {
    return { kind: 'retryable', reason, retryAfterMs: retryAfterMs(headers['retry-after'], reading.clock) };
  }
  return { kind: 'refused', reason, isTooLarge: status === 413 };
}

/** What cannot be read says nothing of what was rejected: the status has said that the request was taken. */
function partialSuccess(
  body: Buffer,
  { wire, encoding }: Pick<HttpTransportOptions, 'wire' | 'encoding'>,
): { rejected: number; message: string } {
  if (encoding === 'protobuf') {
    const partial = readProtobuf(body)?.messages(1).at(-1);
    return { rejected: countOf(partial?.number(1)), message: shortText(partial?.text(2) ?? '') };
  }
  try {
    const { partialSuccess: partial } = Object(JSON.parse(body.toString())) as {
      partialSuccess?: Readonly<Record<string, unknown>> | null;
    };
    return {
      rejected: countOf(Number(partial?.[wire.rejectedField] ?? 0)),
      message: shortText(String(partial?.['errorMessage'] ?? '')),
    };
  } catch {
    return { rejected: 0, message: '' };
  }
}

function countOf(number: number | undefined): number {
  return number !== undefined && number > 0 && number <= Number.MAX_SAFE_INTEGER ? Math.round(number) : 0;
}

/** The body of a failure is a google.rpc.Status in either form, or any text of a proxy. */
function errorText(body: Buffer, contentType: string): string {
  if (contentType.includes('protobuf')) return readProtobuf(body)?.text(2) ?? '';
  const text = body.toString();
  if (!contentType.includes('json')) return text;
  try {
    const { message } = Object(JSON.parse(text)) as { message?: unknown };
    return typeof message === 'string' ? message : text;
  } catch {
    return text;
  }
}

/** RFC 9110, section 10.2.3: seconds or a date. */
function retryAfterMs(header: string | undefined, clock: Clock): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const dateMs = Date.parse(text);
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - clock.now());
}

const MOST_BYTES = 65_536;

/** The beginning of the answer; a longer one is cut off. */
async function readBody(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MOST_BYTES) break; // leaving the loop ends the connection
  }
  return Buffer.concat(chunks);
}
