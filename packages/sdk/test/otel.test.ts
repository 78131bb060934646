import { describe, expect, test } from 'vitest';
import { configure } from '../src/configure.js';
import { createObservability } from '../src/index.js';
import { collectedLog } from './collected-log.js';

type Env = Readonly<Record<string, string>>;

function effective(name: string, env: Env, options: Parameters<typeof configure>[0] = {}): string | undefined {
  return configure({ log: collectedLog(), env, ...options })
    .settings.lines()
    .find((line) => line.startsWith(`otel.${name} `));
}

describe('The OTLP exporter’s variables', () => {
  test.each([
    ['http://collector:4318', 'http://collector:4318/v1/metrics'],
    ['http://collector:4318/', 'http://collector:4318/v1/metrics'],
    ['https://gateway/otlp/', 'https://gateway/otlp/v1/metrics'],
    ['https://gateway/otlp?tenant=a', 'https://gateway/otlp/v1/metrics?tenant=a'],
  ])('OTEL_EXPORTER_OTLP_ENDPOINT=%s is the base of all signals', (endpoint, url) => {
    expect(effective('url', { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })).toBe(
      `otel.url = "${url}" (environment: OTEL_EXPORTER_OTLP_ENDPOINT)`,
    );
  });

  test('OTEL_EXPORTER_OTLP_METRICS_ENDPOINT is used as it is, and wins', () => {
    const env = {
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://metrics:4318/in',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://all:4318',
    };
    expect(effective('url', env)).toContain('"http://metrics:4318/in"');
    expect(effective('url', env, { otel: { url: 'http://code:4318/x' } })).toContain('"http://code:4318/x" (code)');
  });

  test.each([
    ['PROTOCOL', 'protocol', 'http/json', 'grpc', '"http/json"'],
    ['COMPRESSION', 'compression', 'gzip', 'none', '"gzip"'],
    ['TIMEOUT', 'timeoutMs', '2500', '7000', '2500'],
    ['CERTIFICATE', 'caFile', '/a.pem', '/b.pem', '"/a.pem"'],
  ])('of the two forms of %s that of metrics wins', (ending, option, own, general, shown) => {
    const env = { [`OTEL_EXPORTER_OTLP_${ending}`]: general, [`OTEL_EXPORTER_OTLP_METRICS_${ending}`]: own };
    expect(effective(option, env)).toBe(
      `otel.${option} = ${shown} (environment: OTEL_EXPORTER_OTLP_METRICS_${ending})`,
    );
  });

  test('headers are percent-decoded and never shown', async () => {
    const env = { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20hunter2,x-scope=a%3Db' };
    expect(effective('headers', env)).toBe('otel.headers = *** (environment: OTEL_EXPORTER_OTLP_HEADERS)');
    const log = collectedLog();
    configure({ log, env: { OTEL_EXPORTER_OTLP_METRICS_HEADERS: 'authorization=Bearer hunter2%zz' } });
    expect(log.warnings[0]).toContain('OTEL_EXPORTER_OTLP_METRICS_HEADERS=*** is not a list');
    expect(log.warnings.join()).not.toContain('hunter2');
  });

  test('wrong words are warned about, with what is allowed', () => {
    const log = collectedLog();
    configure({
      log,
      env: { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/proto', OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' },
    });
    expect(log.warnings[0]).toContain(
      'OTEL_EXPORTER_OTLP_PROTOCOL="http/proto" is not one of http/protobuf, http, http/json, grpc. Used instead: otel.protocol = http/protobuf (default), tracing.protocol = http/protobuf (default).',
    );
    expect(log.warnings[0]).toContain('OTEL_EXPORTER_OTLP_ENDPOINT="collector:4317" is not an address');
  });

  test('the histogram aggregation decides, before the backend is loaded, what core keeps', () => {
    const name = 'OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION';
    const needOf = (env: Env, options: object = {}) =>
      configure({ log: collectedLog(), env: { METRICS_BACKEND: 'otel', ...env }, ...options }).backends[0]
        ?.histogramNeed;
    expect(needOf({})).toBe('explicit');
    expect(needOf({ [name]: 'BASE2_EXPONENTIAL_BUCKET_HISTOGRAM' })).toBe('native');
    expect(needOf({}, { otel: { histograms: 'exponential' } })).toBe('native');
    expect(needOf({ [name]: 'base2_exponential_bucket_histogram' }, { otel: { histograms: 'explicit' } })).toBe(
      'explicit',
    );
  });

  test('a certificate in code does not get a key of the environment', () => {
    const env = { OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: '/env.pem', OTEL_EXPORTER_OTLP_CLIENT_KEY: '/env.key' };
    expect(effective('certFile', env)).toContain('"/env.pem"');
    const otel = { certFile: '/code.pem', keyFile: '/code.key' };
    expect([effective('certFile', env, { otel }), effective('keyFile', env, { otel })].join()).not.toContain('env');
    expect(() => configure({ env, otel: { certFile: '/code.pem' } })).toThrow('give certFile and keyFile, or neither');
  });

  test('that do not fit together are warned about, and the service starts without them', () => {
    const log = collectedLog();
    configure({ log, env: { METRICS_BACKEND: 'otel', OTEL_EXPORTER_OTLP_HEADERS: 'my%20token=hunter2' } });
    expect(log.warnings[0]).toContain('cannot be a header');
    expect(log.warnings[0]).not.toContain('hunter2');
  });

  test('temporality and interval', () => {
    const env = { OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'Delta', OTEL_METRIC_EXPORT_INTERVAL: '5000' };
    expect(effective('temporality', env)).toContain('"delta"');
    expect(effective('intervalMs', env)).toContain('5000');
    expect(effective('intervalMs', { ...env, METRICS_INTERVAL_SECONDS: '2' })).toContain('2000');
  });
});

test.each([{ METRICS_BACKEND: 'otel' }, { OTEL_METRICS_EXPORTER: 'otlp' }])(
  '%o sends who the service is',
  async (choice) => {
    const { createServer } = await import('node:http');
    const bodies: string[] = [];
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      bodies.push(body);
      response.end('{}');
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const obs = createObservability({
      log: collectedLog(),
      signals: false,
      processMetrics: false,
      serviceVersion: '1.2.3',
      otel: { resource: { 'host.name': 'h1' } },
      env: {
        ...choice,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
        OTEL_SERVICE_NAME: 'mailer',
        OTEL_RESOURCE_ATTRIBUTES: 'team=a%20b,service.name=other,deployment.environment.name=prod',
      },
    });
    obs.metrics.counter('jobs_total', { help: 'Jobs.' }).inc(3);
    await obs.ready;
    await obs.shutdown();
    server.close();
    const { resourceMetrics } = JSON.parse(bodies[0] ?? '{}');
    const attributes = resourceMetrics[0].resource.attributes.map(
      ({ key, value }: { key: string; value: { stringValue: string } }) => [key, value.stringValue],
    );
    expect(Object.fromEntries(attributes)).toMatchObject({
      'service.name': 'mailer',
      'service.version': '1.2.3',
      'service.instance.id': obs.service.instanceId,
      'deployment.environment.name': 'prod',
      team: 'a b',
      'host.name': 'h1',
    });
    expect(bodies.join()).toContain('jobs_total');
  },
);
