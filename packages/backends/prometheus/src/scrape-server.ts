import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NodeHandler } from '@sightline/base/server';
import { type LimitedServer, nodeReply, openLimitedServer, pathOf } from '@sightline/base/server';
import type { ResolvedOptions } from './options.js';

/** Opens a server for the metrics, `/healthz` and `/health`. Rejects if the port or host is not available. */
export async function listenForScrapes(options: ResolvedOptions, metrics: NodeHandler): Promise<LimitedServer> {
  const owner = {
    name: 'backend-prometheus',
    freePort: '{ port: 0 }',
    portVariable: 'METRICS_PORT',
    hostVariable: 'METRICS_HOST',
  };
  const server = await openLimitedServer({ ...options, owner }, (request, response) => {
    const path = pathOf(request);
    if (path === options.path) metrics(request, response);
    else if (path === '/healthz' || path === '/health') answerHealth(request, response);
    else nodeReply(request, response).send(404, plainText, `Not found. Metrics are at ${options.path}.\n`);
  });
  const { address } = server;
  return {
    address: { ...address, url: `${address.url}${options.path}` },
    shutdown: (options) => server.shutdown(options),
  };
}

const plainText = { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' };

function answerHealth(request: IncomingMessage, response: ServerResponse): void {
  const reply = nodeReply(request, response);
  if (request.method === 'GET' || request.method === 'HEAD') reply.send(200, plainText, 'ok\n');
  else reply.send(405, { ...plainText, Allow: 'GET, HEAD' }, 'Only GET and HEAD.\n');
}
