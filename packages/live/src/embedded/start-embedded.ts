import { randomUUID } from 'node:crypto';
import type { LimitedServer } from '@sightline/base/server';
import { completeResource, flatAttributes } from '@sightline/otlp/encode';
import { createBroadcaster } from '../broadcaster/index.js';
import type { ServicesAnswer } from '../model/answers.js';
import type { LiveApi } from '../model/api.js';
import type { PublishedMessage } from '../model/message.js';
import { createLiveApi } from '../queries/index.js';
import { liveHandler } from '../serve/index.js';
import { createLiveStore, embeddedLimits, type LiveLimits } from '../store/index.js';
import type { Embedded, EmbeddedOptions, EmbeddedSettings } from './embedded.js';
import { embeddedHost } from './embedded-host.js';
import { readMetrics } from './metrics-reader.js';
import { openPageServer } from './page-server.js';
import { recordOfMessage } from './record-of-message.js';

/** Opens the page of a service. Rejects if its port is taken or its settings cannot work. */
export async function startEmbedded(given: EmbeddedOptions): Promise<Embedded> {
  const { options, service, resource, clock, log, sendRecord } = given;
  const bootId = randomUUID();
  const broadcaster = createBroadcaster({
    ...options,
    bootId,
    service: service.name,
    clock,
    maxBytes: options.maxBytes / 2,
  });
  const store = createLiveStore({ limits: limitsOf(options), broadcaster, clock });
  const { intake } = store;
  const source = intake.source(flatAttributes(completeResource(resource)));
  const host = embeddedHost(given, bootId);
  const answers = createLiveApi({ store, broadcaster, host, clock });
  const api: LiveApi = {
    ...answers,
    get(path, parameters) {
      countSampledOut();
      reader.refresh();
      return answers.get(path, parameters);
    },
  };
  const page = liveHandler({
    api,
    broadcaster,
    bootId,
    access: { ...options, host: options.listens ? options.host : undefined },
    clock,
    log,
    services: () => (answers.get('services', new URLSearchParams()) as ServicesAnswer).services,
  });
  const reader = readMetrics({
    metrics: given.metrics,
    intake,
    source,
    clock,
    isWatched: () => page.viewers.count > 0,
  });
  let sampledOut = 0;
  let server: LimitedServer | undefined;
  try {
    // Last: its first request may come at once.
    if (options.listens) server = await openPageServer(options, page);
  } catch (error) {
    reader.shutdown();
    throw error;
  }
  const stopListening = page.viewers.onChange((count) => {
    if (count === 1) reader.read();
  });

  function countSampledOut(): void {
    const now = given.sampledOut() ?? 0;
    if (now > sampledOut) intake.sampledOut(now - sampledOut, source);
    sampledOut = now;
  }

  function publish(topic: string, message: PublishedMessage, isSent: boolean): void {
    const { refused } = broadcaster;
    broadcaster.publish(topic, message);
    if (!isSent || sendRecord === undefined || broadcaster.refused > refused) return;
    // As it is kept: redacted and cut.
    const [kept] = broadcaster.read({ topic, limit: 1 }).messages;
    if (kept !== undefined) sendRecord(...recordOfMessage(kept));
  }

  return {
    url: server && page.link(server.address.url),
    span: (record, scope) => intake.span(record, scope, source),
    logRecord: (fields, scope) => intake.logRecord(fields, scope, source),
    publish,
    subscribe: (topic, chosen) => broadcaster.subscribe(topic, chosen),
    handler: page.handler,
    upgrade: page.upgrade,
    async shutdown({ timeoutMs }) {
      stopListening();
      reader.shutdown();
      // The page first: to a client, a subscription that ends before its connection is complete, and it does not come back.
      await page.shutdown({ timeoutMs });
      broadcaster.shutdown();
      await server?.shutdown({ timeoutMs: 100 });
    },
  };
}

function limitsOf({ maxSpans, maxLogLines, maxSeries, maxBytes }: EmbeddedSettings): LiveLimits {
  return { ...embeddedLimits, maxSpans, maxLogLines, maxChannels: maxSeries, maxBytes };
}
