import type { IncomingMessage } from 'node:http';
import type { Clock } from '@sightline/base';
import { RequestError } from './request-error.js';

/**
 * The body of a request, also if a body parser of the service has read it before. Rejects with a `RequestError` if it is too long, too
 * slow, or of another type.
 * @param contentType what the request must declare, such as `application/json`
 */
export async function readBody(
  request: IncomingMessage,
  contentType: string,
  { maxBytes, clock }: { readonly maxBytes: number; readonly clock: Clock },
): Promise<string> {
  checkContentType(request, contentType);
  const parsed = parsedBody(request);
  if (parsed !== undefined) return checkedLength(parsed, maxBytes);
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw new RequestError(415, 'The body must not be compressed.', { 'Accept-Encoding': 'identity' });
  }
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLong(maxBytes);
  const body = await received(request, maxBytes, clock);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new RequestError(400, 'The body is not UTF-8.');
  }
}

/** The bytes of a body of any length, in chunks. */
export function bodyChunks(request: IncomingMessage): AsyncIterable<Uint8Array> {
  const body = bodyProperty(request);
  const parsed = Buffer.isBuffer(body) ? body : parsedBody(request);
  if (parsed === undefined) return request;
  return (async function* once(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(parsed);
  })();
}

function checkContentType({ headers }: IncomingMessage, contentType: string): void {
  const [declared = '', ...parameters] = (headers['content-type'] ?? '').split(';').map((each) => each.trim());
  const charset = parameters.find((each) => /^charset=/i.test(each))?.slice('charset='.length) ?? 'utf-8';
  const isUtf8 = /^"?utf-?8"?$/i.test(charset);
  if (declared.toLowerCase() !== contentType || !isUtf8) {
    throw new RequestError(415, `The Content-Type must be ${contentType}, in UTF-8.`, { Accept: contentType });
  }
}

function bodyProperty(request: IncomingMessage): unknown {
  return (request as { body?: unknown }).body;
}

/** What a body parser made of the body, as text again; `undefined` if it was not read. */
function parsedBody(request: IncomingMessage): string | undefined {
  // Body parsers of Express 4 set `{}` for what they leave unread.
  if (!request.readableDidRead) return undefined;
  const body = bodyProperty(request);
  if (typeof body === 'string') return body;
  if (Buffer.isBuffer(body)) return body.toString();
  if (typeof body !== 'object' || body === null) {
    throw new RequestError(
      400,
      'The body was read before, and not kept. Mount the handler before the body parser, or set request.body.',
    );
  }
  return /urlencoded/i.test(request.headers['content-type'] ?? '')
    ? String(new URLSearchParams(body as Record<string, string>))
    : JSON.stringify(body);
}

function checkedLength(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) > maxBytes) throw tooLong(maxBytes);
  return text;
}

function tooLong(maxBytes: number): RequestError {
  return new RequestError(413, `The body is longer than ${maxBytes} bytes.`);
}

function received(request: IncomingMessage, maxBytes: number, clock: Clock): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const finish = (settle: () => void): void => {
      timer.cancel();
      request.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose);
      settle();
    };
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (length <= maxBytes) chunks.push(chunk);
      else finish(() => reject(tooLong(maxBytes)));
    };
    const onEnd = (): void => finish(() => resolve(Buffer.concat(chunks)));
    const onError = (error: Error): void => finish(() => reject(error));
    const onClose = (): void => finish(() => reject(new RequestError(400, 'The client closed the connection.')));
    const timer = clock.setTimer(
      () => finish(() => reject(new RequestError(408, `The body did not arrive within ${MAX_WAIT_MS / 1000} s.`))),
      MAX_WAIT_MS,
    );
    timer.unref();
    request.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose);
  });
}

const MAX_WAIT_MS = 20_000;
