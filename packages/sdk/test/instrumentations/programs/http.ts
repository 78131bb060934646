import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { trace } from '@opentelemetry/api';
import { closed, listening } from './listening.js';
import { program } from './program.js';
import { requested } from './requested.js';

program(async () => {
  const backend = createServer((request, response) => {
    request.resume();
    response.writeHead(request.url === '/missing' ? 404 : 200).end('stock');
  });
  const stock = await listening(backend);
  const server = createServer(async (request, response) => {
    trace.getActiveSpan()?.setAttribute('shop.route', request.url ?? '');
    if (request.url?.startsWith('/orders')) await requested(`${stock}/stock?item=17`, { method: 'POST' }, '{"n":1}');
    if (request.url === '/missing') await requested(`${stock}/missing`);
    response.writeHead(request.url === '/broken' ? 500 : 200, { 'content-type': 'text/plain' }).end('hello');
  });
  const shop = await listening(server);

  await requested(`${shop}/orders/17?full=true`, { headers: { 'user-agent': 'test' } });
  await requested(`${shop}/missing`);
  await requested(`${shop}/broken`);
  await trace.getTracer('shop').startActiveSpan('two at a time', async (span) => {
    await Promise.all([requested(`${shop}/orders/1`), requested(`${shop}/orders/2`)]);
    span.end();
  });
  // Of a client elsewhere, in bytes: the instrumentation of this one would send headers of its own.
  for (const flags of ['01', '00', '03']) {
    const socket = connect(Number(new URL(shop).port), '127.0.0.1');
    const traceparent = `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-${flags}`;
    const head = [
      'Host: shop',
      'Connection: close',
      `traceparent: ${traceparent}`,
      'tracestate: vendor=t61rcWkgMzE,other=1',
    ];
    socket.write(`GET /orders/${flags} HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n`);
    await once(socket.resume(), 'close');
  }
  await Promise.all([closed(server), closed(backend)]);
  await requested(`${shop}/gone`).then(
    () => Promise.reject(new Error('a closed server answered')),
    () => {},
  );
});
