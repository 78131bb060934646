import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A request listener for `node:http`, Express and other frameworks that pass on Node.js' own request and response. */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => void;

export type Headers = Readonly<Record<string, string>>;

/** Sends the one answer of an endpoint. */
export interface Reply {
  /** Sends a short answer. */
  send(status: number, headers: Headers, text: string): void;
  /**
   * Streams an answer with status 200 and back-pressure. If the client goes away, the body fails or `signal` aborts, it destroys the
   * body and rejects.
   */
  stream(headers: Headers, body: Readable, signal: AbortSignal): Promise<void>;
}

/** A reply through a response of Node.js. */
export function nodeReply(request: IncomingMessage, response: ServerResponse): Reply {
  return {
    send(status, headers, text) {
      if (response.destroyed || response.headersSent) return;
      const length = text === '' ? {} : { 'Content-Length': `${Buffer.byteLength(text)}` };
      writeHead(request, response, status, { ...headers, ...length });
      response.end(request.method === 'HEAD' ? undefined : text);
    },
    async stream(headers, body, signal) {
      if (response.destroyed) {
        body.destroy();
        throw Object.assign(new Error('The client went away.'), { code: 'ERR_STREAM_PREMATURE_CLOSE' });
      }
      writeHead(request, response, 200, headers);
      await pipeline(body, response, { signal });
    },
  };
}

function writeHead(request: IncomingMessage, response: ServerResponse, status: number, headers: Headers): void {
  const declaresBody =
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length']) > 0;
  // The request body is not read. Without this Node.js would receive it for as long as the client sends.
  const mustClose = declaresBody && !request.complete && request.httpVersionMajor < 2;
  response.writeHead(status, mustClose ? { ...headers, Connection: 'close' } : headers);
}
