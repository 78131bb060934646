import { type Context, context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace';
import { MessagePropagator } from '@sightline/tracing/messages';
import { mapCarrier } from '@sightline/tracing/propagation';
import { afterEach, expect, test } from 'vitest';
import { startTracing, type Tracing } from '../../src/sdk/index.js';

let exporter: InMemorySpanExporter;
let tracing: Tracing | undefined;

afterEach(async () => {
  await tracing?.shutdown({ timeoutMs: 200 });
  tracing = undefined;
});

function start(baggageAttributes: readonly string[] | undefined): Tracing {
  exporter = new InMemorySpanExporter();
  tracing = startTracing({ exporter, baggageAttributes, env: {}, drainsAtExit: false });
  return tracing;
}

const from = (header: string): Context =>
  (tracing as Tracing).propagator.extract(ROOT_CONTEXT, { baggage: header }, mapCarrier);

async function attributes(): Promise<unknown> {
  await tracing?.flush();
  return Object.fromEntries(exporter.getFinishedSpans().map((span) => [span.name, span.attributes]));
}

test('every span has the listed entries of its baggage, and no others', async () => {
  const { spans } = start(['tenant', 'plan', 'tenant']);
  context.with(from('tenant=acme%20inc,user=u-1,plan=pro;ttl=1'), () => {
    spans.span('ours', () => spans.span('child', () => {}));
    trace.getTracer('library').startSpan('of a library').end();
  });
  spans.span('without', () => {});
  expect(await attributes()).toEqual({
    ours: { tenant: 'acme inc', plan: 'pro' },
    child: { tenant: 'acme inc', plan: 'pro' },
    'of a library': { tenant: 'acme inc', plan: 'pro' },
    without: {},
  });
});

test('a message brings that of its sender', async () => {
  start(['tenant']);
  const messages = new MessagePropagator({ source: 's' });
  const sent = context.with(from('tenant=acme'), () => messages.encode({ type: 'event', name: 'E' }));
  messages.handle(sent, () => {});
  expect(await attributes()).toEqual({ 'process E': expect.objectContaining({ tenant: 'acme' }) });
});

test('own attributes of a span win, and secrets are hidden', async () => {
  const { spans } = start(['tenant', 'api_key', 'note']);
  context.with(from('tenant=acme,api_key=abc,note=token%3Dabcdef'), () => {
    spans.span('own', { attributes: { tenant: 'own' } }, () => {});
  });
  expect(await attributes()).toEqual({ own: { tenant: 'own', api_key: '[redacted]', note: 'token=[redacted]' } });
});

test.each([['tenant'], [['']], [[7]], [{}]])('%j is refused at the start, with what to pass', (given) => {
  const message =
    /^\[tracing\] baggageAttributes(\[0\])? is .*: give a list of the baggage keys to set on spans, such as \["tenant"\]\.$/;
  expect(() => start(given as never)).toThrow(message);
});
