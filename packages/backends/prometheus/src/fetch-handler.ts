import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { ScrapeEndpoint } from './scrape-endpoint.js';

/** A handler for servers that speak the web's `Request` and `Response`: Hono, Next.js, Remix. */
export type FetchHandler = (request: Request) => Promise<Response>;

export function fetchHandler(endpoint: ScrapeEndpoint): FetchHandler {
  return (request) =>
    new Promise((resolve) => {
      void endpoint.serve(
        { method: request.method, header: (name) => request.headers.get(name) ?? undefined },
        {
          send: (status, headers, text) =>
            resolve(new Response(request.method === 'HEAD' ? null : text, { status, headers })),
          async stream(headers, body, signal) {
            signal.addEventListener('abort', () => body.destroy(new Error('The client is too slow.')), { once: true });
            resolve(new Response(Readable.toWeb(body) as ReadableStream<Uint8Array>, { headers }));
            await finished(body);
          },
        },
      );
    });
}
