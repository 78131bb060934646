import { Agent, request as httpRequest } from 'node:http';
import { request as httpsRequest, Agent as TlsAgent } from 'node:https';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Clock } from '@sightline/base';
import { basicAuthorization, environmentProxy } from '@sightline/base/client';
import { eventsHandled } from '@sightline/base/event-loop';
import { packageVersion } from '../package-version.js';
import type { SignalWire } from '../signal.js';
import { answerOf } from './http-answer.js';
import { type HttpExchange, httpExchange } from './http-exchange.js';
import { type Answer, reasonOf, type Transport } from './transport.js';

export interface HttpTransportOptions {
  readonly url: URL;
  readonly wire: SignalWire;
  readonly encoding: 'protobuf' | 'json';
  readonly headers: Readonly<Record<string, string>>;
  readonly isCompressed: boolean;
  readonly tls: TlsFiles;
  readonly clock: Clock;
}

/** Contents of PEM files. */
export interface TlsFiles {
  readonly ca?: Buffer | undefined;
  readonly cert?: Buffer | undefined;
  readonly key?: Buffer | undefined;
}

/** OTLP/HTTP (OTLP 1.x, "OTLP/HTTP"), through a proxy of the environment if Node.js itself uses one. */
export function httpTransport(options: HttpTransportOptions): Transport {
  const { wire, encoding, isCompressed, clock } = options;
  const url = new URL(options.url);
  const authorization = basicAuthorization(url);
  url.username = url.password = '';
  const isTls = url.protocol === 'https:';
  const send = isTls ? httpsRequest : httpRequest;
  const agentOptions = { keepAlive: true, maxSockets: 1, maxFreeSockets: 1, ...environmentProxy(isTls) };
  let agent = newAgent();
  /** Whether a connection of the last request may still be open. */
  let isOpen = false;
  let running: HttpExchange | undefined;
  const headers = {
    'User-Agent': `sightline-otel/${packageVersion}`,
    ...(authorization === undefined ? {} : { Authorization: authorization }),
    ...options.headers,
    'Content-Type': encoding === 'json' ? 'application/json' : 'application/x-protobuf',
    ...(isCompressed ? { 'Content-Encoding': 'gzip' } : {}),
  };

  function newAgent(): Agent {
    return isTls ? new TlsAgent({ ...agentOptions, ...options.tls }) : new Agent(agentOptions);
  }

  async function exchange(body: Uint8Array, timeoutMs: number): Promise<Answer> {
    // Notice whether the collector has closed the connection since its last answer: a request sent into it may be lost.
    if (isOpen) await eventsHandled();
    isOpen = true;
    const lengths = { 'Content-Length': String(body.length) };
    const request = send(url, { method: 'POST', headers: { ...headers, ...lengths }, agent });
    running = httpExchange(request, body, { timeoutMs, clock });
    const outcome = await running.outcome;
    running = undefined;
    return outcome.kind === 'answered' ? answerOf(outcome, { wire, encoding, clock }) : outcome;
  }

  return {
    async send(body, timeoutMs) {
      try {
        return await exchange(isCompressed ? await promisify(gzip)(body) : body, timeoutMs);
      } catch (error) {
        return { kind: 'retryable', reason: reasonOf(error) };
      }
    },
    releaseIdleConnections() {
      // Otherwise the next request may use a connection that the collector is just closing.
      agent.destroy();
      agent = newAgent();
      isOpen = false;
    },
    shutdown() {
      if (running === undefined) agent.destroy();
      else void running.giveUp('the connection was ended').then(() => agent.destroy());
    },
  };
}
