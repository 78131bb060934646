import { Readable } from 'node:stream';
import { nodeReply } from '@sightline/base/server';
import { acceptedType } from '../../http/accepted-type.js';
import { type Exchange, sendText } from '../../http/exchange.js';
import { pageHeaders } from '../../http/security-headers.js';
import type { Encoding, PageFile } from './page-files.js';

/** Sends a file of the page in the smallest encoding that the client takes. */
export async function sendPageFile(
  exchange: Exchange,
  file: PageFile,
  signal: AbortSignal,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { request, response } = exchange;
  const [encoding, content] = variantFor(file, request.headers['accept-encoding']);
  // Another encoding is another representation (RFC 9110, section 8.8.3).
  const etag = `"${file.etag}-${encoding}"`;
  const headers = {
    ...pageHeaders,
    'Content-Type': file.contentType,
    'Cache-Control': file.isImmutable ? 'private, max-age=31536000, immutable' : 'private, no-cache',
    ETag: etag,
    Vary: 'Accept-Encoding',
    ...more,
  };
  if (isKnown(request.headers['if-none-match'], etag)) {
    sendText(exchange, 304, '', headers);
    return;
  }
  const encoded = encoding === 'identity' ? {} : { 'Content-Encoding': encoding };
  const length = { 'Content-Length': String(content.length) };
  const body = Readable.from(request.method === 'HEAD' ? [] : [content]);
  await nodeReply(request, response).stream({ ...headers, ...encoded, ...length }, body, signal);
}

function variantFor({ variants }: PageFile, accept: string | undefined): readonly [Encoding, Buffer] {
  const available = [...variants.keys()].filter((encoding) => encoding !== 'identity');
  // Without the header everything is taken, but a client that does not say so may not understand it.
  const encoding = accept === undefined ? undefined : acceptedEncoding(accept, available);
  const chosen = encoding ?? 'identity';
  return [chosen, variants.get(chosen) ?? Buffer.alloc(0)];
}

function acceptedEncoding(accept: string, available: readonly Encoding[]): Encoding | undefined {
  return acceptedType(accept.replaceAll(/(^|,)\s*\*(?=\s*[;,]|\s*$)/g, '$1*/*'), available);
}

function isKnown(header: string | undefined, etag: string): boolean {
  return (header ?? '').split(',').some((each) => each.trim().replace(/^W\//, '') === etag || each.trim() === '*');
}
