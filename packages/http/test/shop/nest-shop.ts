import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import {
  type ArgumentsHost,
  Catch,
  Controller,
  type DynamicModule,
  Get,
  HttpException,
  Module,
  Param,
  Post,
  Req,
  Res,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Request, Response } from 'express';
import { SightlineModule } from '../../src/nest.js';
import type { Shop, ShopWork } from './shop.js';

/** A controller without decorator syntax, which erasable TypeScript does not have. */
function controllerOf(work: ShopWork): new () => object {
  class ShopController {
    async list(response: Response): Promise<void> {
      response.json(await work.list());
    }
    async product(id: string, response: Response): Promise<void> {
      const product = await work.product(id);
      response.status(product === undefined ? 404 : 200).json(product ?? { error: 'no such product' });
    }
    async order(request: Request): Promise<object> {
      let bytes = 0;
      request.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      await new Promise<void>((resolve) => {
        request.on('end', () => {
          work.seen('end of body');
          resolve();
        });
      });
      return work.order(bytes);
    }
    async invoice(response: Response): Promise<void> {
      response.type('text').write('one ');
      await work.list();
      response.end('two');
    }
    fail(): never {
      return work.failNow();
    }
    failLater(): Promise<never> {
      return work.failLater();
    }
    hang(): Promise<void> {
      return work.hang();
    }
    health(): object {
      return { ok: true };
    }
    user(tenant: string, user: string): object {
      return work.user(tenant, user);
    }
  }
  const route = (name: keyof ShopController, decorator: MethodDecorator, ...params: ParameterDecorator[]): void => {
    const descriptor = Object.getOwnPropertyDescriptor(ShopController.prototype, name);
    if (descriptor === undefined) throw new Error(name);
    for (const [index, param] of params.entries()) param(ShopController.prototype, name, index);
    decorator(ShopController.prototype, name, descriptor);
  };
  Controller()(ShopController);
  route('list', Get('products'), Res());
  route('product', Get('products/:id'), Param('id'), Res());
  route('order', Post('orders'), Req());
  route('invoice', Get('orders/:id/invoice'), Res());
  route('fail', Get('fail'));
  route('failLater', Get('fail-later'));
  route('hang', Get('hang'));
  route('health', Get('health'));
  route('user', Get('api/:tenant/users/:user'), Param('tenant'), Param('user'));
  return ShopController;
}

export const nestShop: Shop = {
  name: 'nest',
  async start(obs, work, options = {}) {
    class ShopModule {}
    Module({})(ShopModule);
    const root: DynamicModule = {
      module: ShopModule,
      imports: [SightlineModule.forRoot(obs, options)],
      controllers: [controllerOf(work)],
    };
    const app = await NestFactory.create(root, { logger: false, forceCloseConnections: true });
    class Failures {
      catch(error: unknown, host: ArgumentsHost): void {
        const response = host.switchToHttp().getResponse<Response>();
        if (error instanceof HttpException) {
          response.status(error.getStatus()).json(error.getResponse());
          return;
        }
        work.seen('error handler');
        response.status(500).send('failed');
      }
    }
    Catch()(Failures);
    app.useGlobalFilters(new Failures());
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}`, close: () => app.close() };
  },
};
