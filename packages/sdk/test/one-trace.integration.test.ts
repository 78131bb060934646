import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect } from '@nats-io/transport-node';
import { tracedFetch } from '@sightline/http/client';
import { expressMiddleware } from '@sightline/http/express';
import { MessagePropagator } from '@sightline/tracing/messages';
import express from 'express';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startNats } from '../../../scripts/servers/nats.js';
import { otlpReceiver } from '../../../scripts/servers/otlp-receiver.js';
import { requireServer } from '../../../scripts/servers/require-server.js';
import { createObservability, type Observability } from '../src/index.js';

/** A service with one line of set-up, whose log lines are kept. */
function service(serviceName: string, collectorUrl: string, env: Record<string, string> = {}) {
  const lines: Array<Record<string, unknown>> = [];
  const obs: Observability = createObservability({
    serviceName,
    signals: false,
    logger: { destination: { write: (line: string) => void lines.push(JSON.parse(line)) } },
    env: {
      METRICS_BACKEND: 'prometheus',
      METRICS_PORT: '0',
      METRICS_HOST: '127.0.0.1',
      OTEL_EXPORTER_OTLP_ENDPOINT: collectorUrl,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      ...env,
    },
  });
  onTestFinished(() => obs.shutdown({ timeoutMs: 500 }));
  return { obs, lines };
}

async function listening(app: express.Express): Promise<string> {
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe.skipIf(!requireServer('/usr/sbin/nats-server'))('A request through two services and a broker', () => {
  test('is one trace, which a log line, a span and an exemplar name alike', async () => {
    const collector = await otlpReceiver();
    onTestFinished(() => collector.stop());
    const nats = await startNats();
    onTestFinished(() => nats.stop());
    const connection = await connect({ servers: nats.url.replace(/^\w+:\/\//, '') });
    onTestFinished(() => connection.close());

    const stock = service('stock', collector.url);
    const messages = new MessagePropagator({
      source: 'stock',
      system: 'nats',
      propagator: stock.obs.tracing.propagator,
    });
    const stockApp = express();
    stockApp.use(expressMiddleware(stock.obs));
    stockApp.post('/items/:sku/reservations', (request, response) => {
      messages.send(
        { type: 'event', name: 'ItemReserved', payload: { sku: request.params.sku } },
        (envelope) => connection.publish('stock', JSON.stringify(envelope)),
        { destination: 'stock' },
      );
      response.status(201).end();
    });
    const stockUrl = await listening(stockApp);

    const shop = service('shop', collector.url);
    const shopApp = express();
    shopApp.use(expressMiddleware(shop.obs));
    const fetch = tracedFetch(shop.obs);
    shopApp.get('/orders/:id', async (_request, response) => {
      await fetch(`${stockUrl}/items/tea/reservations`, { method: 'POST' });
      shop.obs.logger.info('order placed');
      response.json({ ok: true });
    });
    const shopUrl = await listening(shopApp);

    const mail = service('mail', collector.url);
    const subscription = connection.subscribe('stock', { max: 1 });
    await connection.flush();
    const answer = await globalThis.fetch(`${shopUrl}/orders/17`);
    for await (const message of subscription) {
      messages.handle(message.string(), () => mail.obs.logger.info('mail sent'), { destination: 'stock' });
    }

    const traceId = answer.headers.get('x-trace-id');
    expect(traceId).toMatch(/^[0-9a-f]{32}$/);
    await Promise.all([shop, stock, mail].map(({ obs }) => obs.flush()));
    const names = collector.spans.map(({ name }) => name).sort();
    expect(new Set(collector.spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
    expect(names).toEqual(
      expect.arrayContaining([
        'GET /orders/:id',
        'POST',
        'POST /items/:sku/reservations',
        'process stock',
        'send stock',
      ]),
    );
    const ids = new Set(collector.spans.map(({ spanId }) => spanId));
    expect(collector.spans.filter(({ parentSpanId }) => !ids.has(parentSpanId ?? ''))).toHaveLength(1);

    const line = shop.lines.find(({ msg }) => msg === 'order placed');
    expect(line).toMatchObject({
      trace_id: traceId,
      request_id: expect.any(String),
      correlation_id: expect.any(String),
    });
    const sent = mail.lines.find(({ msg }) => msg === 'mail sent');
    expect(sent).toMatchObject({ trace_id: traceId, correlation_id: line?.['correlation_id'] });

    await shop.obs.ready;
    const page = await globalThis.fetch(new URL('/metrics', shop.obs.address?.url), {
      headers: { accept: 'application/openmetrics-text; version=1.0.0' },
    });
    const text = await page.text();
    const exemplar = text
      .split('\n')
      .find((each) => each.includes('http_route="/orders/:id"') && each.includes('trace_id'));
    expect(exemplar).toContain(`trace_id="${traceId}"`);
    expect(text).toContain('nodejs_eventloop_utilization_ratio');
    expect(text).not.toContain('/orders/17');
  });
});
