import { createServer } from 'node:http';
import { trace } from '@opentelemetry/api';
import express, { type NextFunction, type Request, type Response } from 'express';
import { closed, listening } from './listening.js';
import { program } from './program.js';
import { requested } from './requested.js';

program(async () => {
  const app = express();
  app.use(express.json());
  app.use(function authenticated(_request: Request, _response: Response, next: NextFunction) {
    trace.getActiveSpan()?.setAttribute('user.id', 'u1');
    setImmediate(next);
  });
  const orders = express.Router();
  orders.get('/:id', async (request, response) => {
    await trace.getTracer('shop').startActiveSpan('find', async (span) => span.end());
    response.json({ id: request.params.id });
  });
  orders.post('/', (request, response) => void response.status(201).json(request.body));
  orders.get('/:id/broken', () => {
    throw new Error('no such order');
  });
  app.use('/orders', orders);
  app.use((error: Error, _request: Request, response: Response, _next: NextFunction) => {
    response.status(500).send(error.message);
  });
  const server = createServer(app);
  const url = await listening(server);
  await requested(`${url}/orders/17`);
  await requested(`${url}/orders`, { method: 'POST', headers: { 'content-type': 'application/json' } }, '{"a":1}');
  await requested(`${url}/orders/17/broken`);
  await requested(`${url}/nothing`);
  await closed(server);
});
