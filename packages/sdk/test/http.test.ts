import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { instrumentHandler, tracedFetch } from '@sightline/http';
import { expect, test } from 'vitest';
import { createObservability } from '../src/index.js';

test('requests of a server and a client are on the page of metrics, by route', async () => {
  const obs = createObservability({
    serviceName: 'shop',
    backend: 'prometheus',
    http: { port: 0, host: '127.0.0.1' },
    tracing: { exporter: 'none' },
    signals: false,
    env: {},
  });
  await obs.ready;
  const handler = instrumentHandler(obs, (_request, response) => void response.end('ok'), {
    routeOf: () => '/orders/:id',
  });
  const server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const response = await tracedFetch(obs)(`http://127.0.0.1:${port}/orders/7`);
  expect(await response.text()).toBe('ok');
  expect(response.headers.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/);
  server.close();
  await once(server, 'close');

  const page = await (await fetch(`${obs.address?.url}/metrics`)).text();
  const lines = page.split('\n').filter((line) => /_duration_seconds_count|active_requests\{/.test(line));
  expect(lines.filter((line) => line.startsWith('http_'))).toEqual([
    'http_server_active_requests{http_request_method="GET",url_scheme="http"} 0',
    'http_server_request_duration_seconds_count{http_request_method="GET",http_route="/orders/:id",http_response_status_code="200",url_scheme="http",network_protocol_version="1.1"} 1',
    `http_client_request_duration_seconds_count{http_request_method="GET",server_address="127.0.0.1",server_port="${port}",http_response_status_code="200",network_protocol_version="1.1"} 1`,
  ]);
  await obs.shutdown();
});
