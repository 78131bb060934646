import { inspect } from 'node:util';
import { beforeAll, expect, test, vi } from 'vitest';
import { createObservability, type ObservabilityOptions } from '../src/index.js';

// Port 1 of the loopback interface refuses connections.
const addresses = {
  'a password with a slash': (scheme: string) => `${scheme}://app:s3c/ret@127.0.0.1:1/v1`,
  'a password with a hash and a query': (scheme: string) => `${scheme}://app:s3c#ret?x@127.0.0.1:1`,
  'a password with an at sign and a quote': (scheme: string) => `${scheme}://app:s3c@"ret@127.0.0.1:1`,
  'a password with a percent sign': (scheme: string) => `${scheme}://app:s3c%ret@127.0.0.1:1`,
  'a token alone': (scheme: string) => `${scheme}://s3cret@127.0.0.1:1`,
  'no scheme': () => 'app:s3cret@127.0.0.1:1',
  'a token as parameter': (scheme: string) => `${scheme}://127.0.0.1:1/?token=s3cret&x=1`,
  'a key as parameter': (scheme: string) => `${scheme}://127.0.0.1:1/?api-key=s3cret`,
} as const;

const settings: Record<string, (address: (scheme: string) => string) => ObservabilityOptions> = {
  OTEL_EXPORTER_OTLP_ENDPOINT: (address) => ({
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: address('http'), METRICS_BACKEND: 'otel' },
    otlpLogs: true,
  }),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: (address) => ({ env: { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: address('http') } }),
  'OTEL_EXPORTER_OTLP_ENDPOINT over gRPC': (address) => ({
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: address('http'), OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', METRICS_BACKEND: 'otel' },
  }),
  OPENTELEMETRY_OTLP_ENDPOINT: (address) => ({ env: { OPENTELEMETRY_OTLP_ENDPOINT: address('http') } }),
  DD_DOGSTATSD_URL: (address) => ({ env: { DD_DOGSTATSD_URL: address('udp'), METRICS_BACKEND: 'statsd' } }),
  STATSD_HOST: (address) => ({ env: { STATSD_HOST: address('udp'), METRICS_BACKEND: 'statsd' } }),
  JAEGER_ENDPOINT: (address) => ({ env: { JAEGER_ENDPOINT: address('http') } }),
  OTEL_RESOURCE_ATTRIBUTES: (address) => ({
    env: { OTEL_RESOURCE_ATTRIBUTES: `api.key=s3cret,peer=${address('http')}` },
  }),
  OTEL_EXPORTER_OTLP_HEADERS: (address) => ({
    env: { OTEL_EXPORTER_OTLP_HEADERS: `x-api-key=s3cret,peer=${address('http')}` },
  }),
  METRICS_BACKEND: (address) => ({ env: { METRICS_BACKEND: address('http') } }),
  METRICS_PORT: (address) => ({ env: { METRICS_PORT: address('tcp') } }),
  'tracing.url': (address) => ({ tracing: { url: address('http') } }),
  'tracing.url over gRPC': (address) => ({ tracing: { url: address('http'), protocol: 'grpc' } }),
  'otel.url': (address) => ({ backend: 'otel', otel: { url: address('http') } }),
  'otlpLogs.url': (address) => ({ otlpLogs: { url: address('http') } }),
  'statsd.url': (address) => ({ backend: 'statsd', statsd: { url: address('tcp') } }),
  'statsd.host': (address) => ({ backend: 'statsd', statsd: { host: address('tcp') } }),
  'prometheus.pushGateway.url': (address) => ({
    backend: 'prometheus',
    http: false,
    prometheus: { pushGateway: { url: address('http'), jobName: 'job' } },
  }),
  'a wrong protocol': (address) => ({ tracing: { protocol: address('http') as never } }),
  'a wrong backend': (address) => ({ backend: address('http') }),
};

const cases = Object.entries(settings).flatMap(([name, optionsFor]) =>
  Object.entries(addresses).flatMap(([kind, address]) =>
    ['false', 'true'].map((strict) => ({ name, kind, strict, options: optionsFor(address) })),
  ),
);

const shown = new Map<string, Array<{ kind: string; output: string }>>();
const onConsole: unknown[] = [];

// Together: most of their time is waiting for addresses where nothing answers.
beforeAll(async () => {
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const)
    vi.spyOn(console, method).mockImplementation((...args: unknown[]) => void onConsole.push(...args));
  await Promise.all(
    cases.map(async ({ name, kind, strict, options }) => {
      const output = await outputOf(options, strict);
      shown.set(name, [...(shown.get(name) ?? []), { kind, output }]);
    }),
  );
  vi.restoreAllMocks();
}, 60_000);

/** With what is around it, and the kind of address, which say more than a diff. */
const secretIn = (output: string): string | undefined => /.{0,150}s3c[^\n]{0,3}ret.{0,30}/.exec(output)?.[0];

test.each(Object.keys(settings))('no message shows a secret of %s', (name) => {
  const outputs = shown.get(name) ?? [];
  expect(outputs).toHaveLength(Object.keys(addresses).length * 2);
  for (const { kind, output } of outputs) expect([kind, secretIn(output)]).toEqual([kind, undefined]);
});

test('no message on the console shows a secret', () => {
  expect(secretIn(asText(onConsole))).toBeUndefined();
});

/** Everything that is written, thrown or explained of an observability that uses everything once. */
async function outputOf(options: ObservabilityOptions, strict: string): Promise<string> {
  const output: unknown[] = [];
  const write = (...args: unknown[]): void => void output.push(...args);
  const { tracing, env, ...others } = options;
  try {
    const obs = createObservability({
      serviceName: 'orders',
      signals: false,
      shutdownTimeoutMs: 2000,
      logger: { destination: { write } },
      ...others,
      tracing: { isGlobal: false, ...Object(tracing) },
      env: {
        SIGHTLINE_TEST_RUN: 'false',
        METRICS_PORT: '0',
        METRICS_BACKEND: 'none',
        SIGHTLINE_STRICT: strict,
        ...env,
      },
    });
    obs.ready.catch(write);
    output.push(obs.explain());
    obs.metrics.counter('jobs_total', { help: 'Jobs.' }).inc();
    obs.spans.span('work', () => obs.logger.info('at work'));
    await obs.flush({ timeoutMs: 1000 }).catch(write);
    output.push(obs.explain(), obs.tracing.explain());
    await obs.shutdown().catch(write);
  } catch (error) {
    output.push(error);
  }
  return asText(output);
}

function asText(output: readonly unknown[]): string {
  return output.map((each) => (typeof each === 'string' ? each : inspect(each, { depth: 8 }))).join('\n');
}
