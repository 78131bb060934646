import type { IncomingMessage, ServerResponse } from 'node:http';
import { context, type SpanContext, trace } from '@opentelemetry/api';
import {
  connectMessageFeed,
  type MessagePhase,
  messageOf,
  type PublishedMessage,
  systemClock,
  withDeadline,
} from '@sightline/base';
import { currentContext } from '@sightline/context';
import type { Metrics } from '@sightline/core';
import type { Embedded, EmbeddedSources } from '@sightline/live/embedded';
import type { LogSink } from '@sightline/logger';
import type { LogRecordFields, Scope } from '@sightline/otlp/encode';
import { resourceOf } from '@sightline/settings';
import type { SpanBuilder } from '@sightline/tracing';
import type { SpanProcessor } from '@sightline/tracing/tracer';
import type { Component } from '../components.js';
import type { Configuration } from '../configuration.js';
import { logFieldsReader } from '../logs/log-fields.js';
import type { Startup } from '../startup.js';
import type { Live, ReadLivePage } from './live.js';
import { LiveFeed } from './live-feed.js';
import type { ResolvedLiveOptions } from './live-options.js';
import { liveSpanProcessor } from './live-span-processor.js';
import { ownPages } from './own-pages.js';
import { printLink } from './print-link.js';

/** The live page of an observability, before what it shows is there. */
export interface StartedLive {
  readonly live: Live;
  /** What shows ended spans to the page; none if it is off. */
  readonly spanProcessors: readonly SpanProcessor[];
  /** What shows log lines to the page; none if it is off. */
  readonly sinks: readonly LogSink[];
  /** Loads the page, and shows on it what `sources` give. */
  open(sources: LiveSources): void;
  readonly component: Component;
}

export interface LiveSources extends Omit<EmbeddedSources, 'metrics'> {
  readonly metrics: Metrics;
  readonly spans: SpanBuilder;
  /** Sends a message as a log record; `undefined` if log records are sent nowhere. */
  readonly sendRecord: ((fields: LogRecordFields, scope: Scope) => void) | undefined;
}

/** Started before spans and lines, so that the page shows the first ones. */
export function startLive(configuration: Configuration, startup: Startup): StartedLive {
  const { live } = configuration;
  return live === undefined ? off : started(live, configuration, startup);
}

function started(options: ResolvedLiveOptions, { service, log }: Configuration, startup: Startup): StartedLive {
  // Before the backends: with none of them, everything else has started at once.
  startup.begin(thePage);
  const feed = new LiveFeed();
  const pages = ownPages();
  const { fieldsOf, scopeOf } = logFieldsReader();
  const disconnects: Array<() => void> = [];
  let opened: Promise<Embedded | undefined> = Promise.resolve(undefined);
  let running: Embedded | undefined;
  let isEnded = false;

  async function open({ metrics, spans, sendRecord, ...sources }: LiveSources): Promise<Embedded | undefined> {
    const { startEmbedded } = await loaded();
    const embedded = await startEmbedded({
      ...sources,
      losses: () => [...sources.losses(), ...feed.losses()],
      metrics,
      options,
      service,
      resource: resourceOf(service),
      pages: pages.all,
      clock: systemClock,
      sendRecord: options.sendsMessages ? sendRecord : undefined,
    });
    if (isEnded) {
      await embedded.shutdown({ timeoutMs: 0 });
      return undefined;
    }
    running = embedded;
    feed.open(embedded);
    return embedded;
  }

  function publish(topic: string, message: PublishedMessage, phase: MessagePhase): void {
    // What came from elsewhere is sent by its sender.
    feed.publish(topic, completed(message, phase), phase === 'sent');
  }

  /** A process that ends sooner than the page is loaded has handed its messages on to nothing yet. */
  async function messagesSent(timeoutMs: number): Promise<void> {
    if (!options.sendsMessages || !feed.isHolding) return;
    await withDeadline(opened, timeoutMs, '[sdk] Loading the live page, which sends messages,', systemClock);
  }

  return {
    live: {
      get url() {
        return running?.url;
      },
      publish: (topic, message) => publish(topic, message, 'sent'),
      subscribe: (topic, given) => feed.subscribe(topic, given),
      page: (title, read) => pages.add(title, read),
      handler(request, response, next) {
        if (running !== undefined) running.handler(request, response, next);
        // The service's own requests must not wait until the page is loaded.
        else if (isEnded || !mayBeOurs(request)) notHere(request, response, next);
        else {
          opened.then(
            (embedded) => (embedded ?? { handler: notHere }).handler(request, response, next),
            () => notHere(request, response, next),
          );
        }
      },
      upgrade: (request, socket, head) => running?.upgrade(request, socket, head) ?? false,
    },
    spanProcessors: [liveSpanProcessor(feed)],
    sinks: [{ emit: (record) => feed.logRecord(fieldsOf(record), scopeOf(record)) }],
    open(sources) {
      const messages = {
        message: (topic: string, type: string, payload: unknown, phase: MessagePhase) =>
          publish(topic, { type, payload }, phase),
      };
      disconnects.push(connectMessageFeed(sources.spans, messages), connectMessageFeed(sources.metrics, messages));
      opened = open(sources);
      opened.then(
        (embedded) => {
          startup.started(thePage);
          if (embedded?.url !== undefined) printLink(embedded.url, log);
        },
        (error: unknown) => {
          feed.close();
          startup.skipped(thePage, error);
        },
      );
    },
    component: {
      name: thePage,
      flush: ({ timeoutMs }) => messagesSent(timeoutMs),
      async shutdown({ timeoutMs }) {
        await messagesSent(timeoutMs / 2).catch(() => {}); // the page itself reports why it did not open
        isEnded = true;
        for (const disconnect of disconnects) disconnect();
        feed.close();
        await running?.shutdown({ timeoutMs: Math.min(timeoutMs, 1000) });
        running = undefined;
      },
    },
  };
}

const thePage = 'the live page';

async function loaded(): Promise<typeof import('@sightline/live/embedded')> {
  try {
    return await import('@sightline/live/embedded');
  } catch (error) {
    // Of ES modules, and of CommonJS.
    if (!['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(String((error as { code?: unknown } | null)?.code)))
      throw error;
    throw new Error(
      `[sdk] The live page needs the package @sightline/live, which is not installed: npm install @sightline/live, or switch it off by SIGHTLINE_LIVE=false. ${messageOf(error)}`,
      { cause: error },
    );
  }
}

/** With the time and the ids of now: it is kept after its context is gone. One that cannot be read has no type, so that it is counted as refused. */
function completed(message: PublishedMessage, phase: MessagePhase): PublishedMessage {
  try {
    const { type, payload, source, timestampMs = systemClock.now(), correlationId, causationId, messageId } = message;
    const { traceId, spanId } = message.traceId === undefined ? (spanNow() ?? message) : message;
    const { correlation_id, message_id } = idsNow();
    // The message that is being handled: this one, or the one that it follows from.
    const [own, cause] = phase === 'handled' ? [message_id, undefined] : [undefined, message_id];
    return {
      type,
      payload,
      source,
      timestampMs,
      traceId,
      spanId,
      correlationId: correlationId ?? correlation_id,
      causationId: causationId ?? cause,
      messageId: messageId ?? own,
    };
  } catch {
    return { type: '' };
  }
}

function spanNow(): SpanContext | undefined {
  return trace.getSpanContext(context.active());
}

/** Of the context's fields. */
function idsNow(): { readonly correlation_id?: string | undefined; readonly message_id?: string | undefined } {
  const { correlation_id, message_id }: Readonly<Record<string, unknown>> = currentContext() ?? {};
  return {
    correlation_id: typeof correlation_id === 'string' ? correlation_id : undefined,
    message_id: typeof message_id === 'string' ? message_id : undefined,
  };
}

/** Whether a request can be for the page, wherever a router has mounted it. */
function mayBeOurs({ url, originalUrl }: IncomingMessage & { readonly originalUrl?: string }): boolean {
  return /\/live(?:[/?#]|$)/.test(`${originalUrl ?? url}`);
}

function notHere(_request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void): void {
  if (next !== undefined) next();
  else if (!response.headersSent) response.writeHead(404, { 'Content-Length': '0' }).end();
}

async function nothing(): Promise<void> {}

const off: StartedLive = {
  live: {
    url: undefined,
    publish() {},
    async *subscribe() {},
    page: (title, read) => ownPages().add(title, read),
    handler: notHere,
    upgrade: () => false,
  },
  spanProcessors: [],
  sinks: [],
  open() {},
  component: { name: thePage, flush: nothing, shutdown: nothing },
};

export type { ReadLivePage };
