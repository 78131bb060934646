import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { environmentProxy } from '@sightline/base/client';

/** An answer as it came, but for gzip, which is unpacked. */
export interface Reply {
  readonly status: number;
  /** Of a header, by its name in lower case. */
  header(name: string): string | undefined;
  readonly body: Buffer;
  /** Unix time at which the head arrived. */
  readonly receivedAtMs: number;
}

/**
 * A GET on its own connection, through a proxy of the environment if Node.js itself uses one, as the exporters send. `fetch` would ask the
 * proxy for a tunnel where they do not, and many allow none to the ports of Prometheus and Loki. Redirects are not followed. Rejects
 * without a whole answer, or when the signal aborts.
 */
export async function httpGet(
  url: URL,
  { headers, signal }: { readonly headers: Headers; readonly signal: AbortSignal },
): Promise<Reply> {
  const isTls = url.protocol === 'https:';
  const agent = isTls ? new HttpsAgent(environmentProxy(true)) : new HttpAgent(environmentProxy(false));
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = (isTls ? httpsRequest : httpRequest)(url, { headers: Object.fromEntries(headers), agent, signal });
    request.on('response', resolve).on('error', reject).end();
  });
  const receivedAtMs = Date.now();
  const header = (name: string): string | undefined => {
    const value = response.headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
  const isGzip = /^(x-)?gzip$/i.test(header('content-encoding') ?? '');
  return {
    status: response.statusCode ?? 0,
    header,
    body: await boundedBody(isGzip ? unpacked(response) : response).catch((error: unknown) => {
      signal.throwIfAborted(); // the body says that its connection was reset
      throw error;
    }),
    receivedAtMs,
  };
}

function unpacked(response: IncomingMessage): Readable {
  // An error of one ends the other; it is thrown where the result is read.
  return pipeline(response, createGunzip(), () => {});
}

async function boundedBody(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) throw new Error(`the answer is larger than ${MAX_BYTES / 1024 / 1024} MiB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const MAX_BYTES = 64 * 1024 * 1024;
