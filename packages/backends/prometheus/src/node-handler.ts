import { type NodeHandler, nodeReply } from '@sightline/base/server';
import type { ScrapeEndpoint } from './scrape-endpoint.js';

/** Serves the metrics to requests of `node:http`. */
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
    // This can fail only if another handler has already used the response.
    served.catch(() => response.destroy());
  };
}
