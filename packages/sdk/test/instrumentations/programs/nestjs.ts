import 'reflect-metadata';
import { Controller, Get, Module, Param, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { trace } from '@opentelemetry/api';
import { program } from './program.js';
import { requested } from './requested.js';

class Authenticated {
  canActivate(): boolean {
    return true;
  }
}

class Orders {
  async find(id: string): Promise<object> {
    return trace.getTracer('shop').startActiveSpan('find', async (span) => {
      span.end();
      return { id };
    });
  }

  broken(): never {
    throw new Error('no such order');
  }
}

class App {}

/** What the compiler makes of decorators, which these sources do without. */
function decorated(name: 'find' | 'broken', path: string): void {
  const descriptor = Object.getOwnPropertyDescriptor(Orders.prototype, name) as PropertyDescriptor;
  Get(path)(Orders.prototype, name, descriptor);
}

program(async () => {
  Controller('orders')(Orders);
  decorated('broken', 'broken');
  decorated('find', ':id');
  Param('id')(Orders.prototype, 'find', 0);
  UseGuards(Authenticated)(Orders);
  Module({ controllers: [Orders] })(App);
  const app = await NestFactory.create(App, { logger: false });
  await app.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${(app.getHttpServer().address() as { port: number }).port}`;
  for (const path of ['/orders/17', '/orders/broken', '/nothing']) await requested(url + path);
  await app.close();
});
