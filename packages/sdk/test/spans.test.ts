import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { afterEach, expect, test } from 'vitest';
import { otlpReceiver } from '../../../scripts/servers/otlp-receiver.js';
import { createObservability, type Observability, type ObservabilityOptions } from '../src/index.js';
import { collectedLog } from './collected-log.js';

const ends: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function observability(options: ObservabilityOptions = {}): Observability {
  const obs = createObservability({ backend: 'none', env: {}, signals: false, log: collectedLog(), ...options });
  ends.push(() => obs.shutdown({ timeoutMs: 500 }));
  return obs;
}

test('spans are sent with who the service is, and flush waits for them', async () => {
  const collector = await otlpReceiver();
  ends.push(() => collector.stop());
  const obs = observability({
    serviceName: 'orders',
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
  });
  obs.spans.command('PlaceOrder', () => {});
  await obs.flush();
  expect(collector.spans.map(({ name }) => name)).toEqual(['command PlaceOrder']);
  expect(collector.resource).toMatchObject({ 'service.name': 'orders', 'service.instance.id': obs.service.instanceId });
});

test('spans have the listed entries of the baggage', async () => {
  const collector = await otlpReceiver();
  ends.push(() => collector.stop());
  const obs = observability({
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
    tracing: { baggageAttributes: ['tenant'] },
  });
  const entries = { tenant: { value: 'acme' }, user: { value: 'u-1' } };
  const received = propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage(entries));
  context.with(received, () => obs.spans.span('work', () => {}));
  await obs.flush();
  expect(collector.spans[0]?.attributes).toEqual([{ key: 'tenant', value: { stringValue: 'acme' } }]);
});

test('histograms keep an exemplar of the active sampled span', async () => {
  const obs = observability({ tracing: { exporter: 'none' }, backend: 'prometheus', http: false });
  const latency = obs.metrics.histogram('latency_seconds', { help: 'Latency.', buckets: [1] });
  let traceId = '';
  obs.spans.span('request', (span) => {
    traceId = span.spanContext().traceId;
    latency.observe(0.5);
  });
  const family = obs.metrics.snapshot().families.find(({ name }) => name === 'latency_seconds');
  const exemplars = family !== undefined && 'exemplars' in family ? [...(family.exemplars?.values() ?? [])] : [];
  expect(exemplars).toMatchObject([{ value: 0.5, traceId }]);
});

test('without tracing spans do nothing, and nothing is registered', () => {
  for (const options of [{ tracing: false }, { env: { OTEL_SDK_DISABLED: 'true' } }]) {
    const obs = observability(options);
    expect(obs.spans.span('a', (span) => span.isRecording())).toBe(false);
    expect(trace.getTracer('library').startSpan('b').isRecording()).toBe(false);
  }
});

test('a flush that the collector does not answer says so', async () => {
  const collector = await otlpReceiver();
  ends.push(() => collector.stop());
  collector.behave(() => {});
  const obs = observability({ tracing: { url: `${collector.url}/v1/traces` } });
  obs.spans.span('a', () => {});
  await expect(obs.flush({ timeoutMs: 200 })).rejects.toThrow(/1 spans were not sent within \d+/);
});

test('wrong options of tracing are found together with all others', () => {
  expect(() => createObservability({ env: {}, tracing: { sampler: 'always' as never }, serviceName: '' })).toThrow(
    /serviceName/,
  );
  expect(() => createObservability({ env: {}, tracing: { sampler: 'always' as never } })).toThrow(
    'sampler is "always": give',
  );
});

test('OpenTelemetry’s SDK as the engine takes over all settings of the environment', async () => {
  const collector = await otlpReceiver();
  ends.push(() => collector.stop());
  const obs = observability({
    serviceName: 'orders',
    env: {
      SIGHTLINE_TRACING_ENGINE: 'opentelemetry',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_NODE_RESOURCE_DETECTORS: 'env,process',
    },
  });
  obs.spans.command('PlaceOrder', { attributes: { password: 's3cret' } }, () => {});
  await obs.flush();
  expect(collector.spans.map(({ name }) => name)).toEqual(['command PlaceOrder']);
  expect(collector.resource).toMatchObject({
    'service.name': 'orders',
    'telemetry.sdk.name': 'opentelemetry',
    'process.pid': process.pid,
  });
  expect(collector.requests[0]?.body.toString()).not.toContain('s3cret');
  expect(obs.tracing.problems).toEqual([]);
  expect(obs.explain()).toContain('tracing.engine = "opentelemetry" (environment: SIGHTLINE_TRACING_ENGINE)');
  expect(obs.explain()).toContain('tracing.protocol = "http/json" (default)');
});
