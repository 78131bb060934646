import { createServer } from 'node:http';
import { trace } from '@opentelemetry/api';
import { request } from 'undici';
import { closed, listening } from './listening.js';
import { program } from './program.js';

program(async () => {
  const received: unknown[] = [];
  const server = createServer((incoming, response) => {
    const { traceparent } = incoming.headers;
    received.push([incoming.url, typeof traceparent === 'string' && !traceparent.includes(',')]);
    response.writeHead(incoming.url === '/missing' ? 404 : 200).end('{}');
  });
  const url = await listening(server);
  await trace.getTracer('shop').startActiveSpan('work', async (span) => {
    await (await fetch(`${url}/by-fetch?a=1`, { headers: { 'user-agent': 'test' } })).text();
    await (await fetch(`${url}/missing`, { method: 'POST', body: 'x' })).text();
    const { body } = await request(`${url}/by-undici`);
    await body.text();
    span.end();
  });
  await closed(server);
  await fetch(`${url}/gone`).catch(() => {});
  if (received.some((each) => !(each as unknown[])[1]))
    throw new Error(`not one header each: ${JSON.stringify(received)}`);
});
