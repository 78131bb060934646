import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Headers, ScrapeEndpoint, ScrapeReply } from './scrape-endpoint.js';

/** A request listener for `node:http`, Express and whatever hands out Node.js' own request and response. */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => void;

export function nodeHandler(endpoint: ScrapeEndpoint): NodeHandler {
  return (request, response) => {
    const served = endpoint.serve(
      {
        method: request.method ?? 'GET',
        header: (name) => {
          const value = request.headers[name];
          return Array.isArray(value) ? value.join(', ') : value;
        },
      },
      nodeReply(request, response),
    );
    // Only a response that another handler has spoilt can fail here.
    served.catch(() => response.destroy());
  };
}

/** Writes a short answer, or streams a page with back-pressure. */
export function nodeReply(request: IncomingMessage, response: ServerResponse): ScrapeReply {
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
  // Nobody reads a body here: without this, Node.js would go on receiving it for as long as the client likes to send.
  const mustClose = declaresBody && !request.complete && request.httpVersionMajor < 2;
  response.writeHead(status, mustClose ? { ...headers, Connection: 'close' } : headers);
}
