// A web service: requests are answered with the headers that it sends to another one, and with its log context.
import { createServer } from 'node:http';
import { propagation } from '@opentelemetry/api';
import { currentContext } from '@sightline/context';
import { tracedFetch } from '@sightline/http/client';
import { instrumentHandler } from '@sightline/http/node';
import { createObservability } from '@sightline/sdk';

const obs = createObservability({ serviceName: 'web', defaults: { backend: 'none' } });
const listening = (server) =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));

// The service behind, which says what it was sent.
const behind = createServer((request, response) => response.end(JSON.stringify(request.headers)));
const behindUrl = `http://127.0.0.1:${await listening(behind)}/items`;
const fetch = tracedFetch(obs);

const handler = instrumentHandler(
  obs,
  async (request, response) => {
    if (request.url === '/fails') throw new RangeError('broken');
    const sent = await (await fetch(behindUrl)).json();
    obs.logger.info({ step: 1 }, 'within the request');
    const baggage = propagation.getActiveBaggage()?.getEntry('tenant')?.value;
    response.end(JSON.stringify({ sent, baggage, context: currentContext() }));
  },
  { routeOf: ({ url }) => (url?.startsWith('/orders/') ? '/orders/:id' : undefined) },
);
const server = createServer((request, response) => {
  void handler(request, response)?.catch?.(() => response.writeHead(500).end());
});
const port = await listening(server);
await obs.ready;
console.log(JSON.stringify({ url: `http://127.0.0.1:${port}` }));
