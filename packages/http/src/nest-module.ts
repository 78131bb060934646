import type { IncomingMessage } from 'node:http';
import { type DynamicModule, type InjectionToken, Module, type ModuleMetadata, type Provider } from '@nestjs/common';
import { APP_INTERCEPTOR, HttpAdapterHost } from '@nestjs/core';
import { SIGHTLINE, SIGHTLINE_LOGGER, SIGHTLINE_METRICS, SIGHTLINE_SPANS } from './nest-injection.js';
import { type HttpServerHost, NestRequests, noteFailures } from './nest-requests.js';
import type { HttpObservability } from './observability.js';
import type { ServerOptions } from './server-options.js';

export interface SightlineModuleOptions extends ServerOptions<IncomingMessage> {}

export interface SightlineModuleAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  /** Arguments of `useFactory`, in this order. */
  inject?: InjectionToken[] | undefined;
  useFactory: (...injected: never[]) => HttpObservability | Promise<HttpObservability>;
  /** How requests are observed. */
  options?: SightlineModuleOptions | undefined;
}

/**
 * Observes every request of the application's HTTP server (Express or Fastify), and makes metrics, spans and the logger injectable
 * everywhere. Import it once, in the root module.
 */
// biome-ignore lint/complexity/noStaticOnlyClass: a module of Nest is a class
export class SightlineModule {
  static forRoot(obs: HttpObservability, options: SightlineModuleOptions = {}): DynamicModule {
    return dynamicModule({ provide: SIGHTLINE, useValue: obs }, options);
  }

  /** For an observability that is created from injected values, such as a configuration. */
  static forRootAsync({ imports, inject, useFactory, options }: SightlineModuleAsyncOptions): DynamicModule {
    const provider: Provider = { provide: SIGHTLINE, useFactory, inject: inject ?? [] };
    return dynamicModule(provider, options ?? {}, imports);
  }
}

Module({})(SightlineModule);

function dynamicModule(
  observability: Provider,
  options: SightlineModuleOptions,
  imports: ModuleMetadata['imports'] = [],
): DynamicModule {
  const part = (token: symbol, pick: (obs: HttpObservability) => unknown): Provider => ({
    provide: token,
    useFactory: pick,
    inject: [SIGHTLINE],
  });
  return {
    module: SightlineModule,
    global: true,
    imports,
    providers: [
      observability,
      part(SIGHTLINE_METRICS, ({ metrics }) => metrics),
      part(SIGHTLINE_SPANS, ({ spans }) => spans),
      part(SIGHTLINE_LOGGER, ({ logger }) => logger),
      {
        provide: NestRequests,
        useFactory: (host: HttpServerHost, obs: HttpObservability) => new NestRequests(host, obs, options),
        inject: [HttpAdapterHost, SIGHTLINE],
      },
      { provide: APP_INTERCEPTOR, useValue: noteFailures },
    ],
    exports: [SIGHTLINE, SIGHTLINE_METRICS, SIGHTLINE_SPANS, SIGHTLINE_LOGGER],
  };
}
