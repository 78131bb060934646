import { type NodeHandler, nodeReply } from '@sightline/base/server';
import type { ScrapeEndpoint } from './scrape-endpoint.js';

/** Serves the page to requests of Node.js' own kind. */
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
