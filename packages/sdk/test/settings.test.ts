import { type Env, valueTypes } from '@sightline/settings';
import { describe, expect, test } from 'vitest';
import { configure } from '../src/configure.js';
import { environmentTables } from '../src/environment-tables.js';
import type { ObservabilityOptions } from '../src/options.js';
import { collectedLog } from './collected-log.js';

/** The lines of explain() about settings whose name is `name`. */
function setting(name: string, env: Env, options: ObservabilityOptions = {}): string {
  const { settings } = configure({ log: collectedLog(), ...options, env });
  return settings.lines().find((line) => line.startsWith(`${name} = `)) ?? '';
}

describe('every variable', () => {
  test.each([
    ['METRICS_BACKEND', 'prometheus', 'backend = "prometheus"'],
    ['METRICS_BACKEND', ' Prometheus , LOG,', 'backend = "prometheus,log"'],
    ['METRICS_BACKEND', 'none', 'backend = "none"'],
    ['METRICS_BACKEND', 'log,log', 'backend = "log"'],
    ['ENABLE_METRICS', 'false', 'backend = "none"'],
    ['ENABLE_METRICS', '0', 'backend = "none"'],
    ['OTEL_METRICS_EXPORTER', 'prometheus', 'backend = "prometheus"'],
    ['OTEL_METRICS_EXPORTER', 'console,prometheus', 'backend = "log,prometheus"'],
    ['OTEL_METRICS_EXPORTER', 'none', 'backend = "none"'],
    ['METRICS_PORT', '9465', 'http.port = 9465'],
    ['METRICS_PORT', '0', 'http.port = 0'],
    ['OTEL_EXPORTER_PROMETHEUS_PORT', '9466', 'http.port = 9466'],
    ['METRICS_HOST', '127.0.0.1', 'http.host = "127.0.0.1"'],
    ['OTEL_EXPORTER_PROMETHEUS_HOST', '::1', 'http.host = "::1"'],
    ['METRICS_INTERVAL_SECONDS', '2.5', 'logSnapshot.intervalMs = 2500'],
    ['OTEL_METRIC_EXPORT_INTERVAL', '1500', 'logSnapshot.intervalMs = 1500'],
    ['METRICS_LOG_LAYOUT', 'EMF', 'logSnapshot.layout = "emf"'],
    ['METRICS_LOG_NAMESPACE', 'Shop/Mail', 'logSnapshot.namespace = "Shop/Mail"'],
    ['OTEL_SERVICE_NAME', 'mail', 'serviceName = "mail"'],
    ['OPENTELEMETRY_SERVICE_NAME', 'mail', 'serviceName = "mail"'],
    ['DD_SERVICE', 'mail', 'serviceName = "mail"'],
    ['DD_VERSION', '1.2', 'serviceVersion = "1.2"'],
    ['OPENTELEMETRY_ENVIRONMENT', 'test', 'environment = "test"'],
    ['DD_ENV', 'test', 'environment = "test"'],
    ['OTEL_SDK_DISABLED', 'TRUE', 'isDisabled = true'],
    ['SIGHTLINE_STRICT', 'true', 'strict = true'],
  ])('%s=%s means %s', (variable, text, expected) => {
    expect(setting(expected.split(' ')[0] ?? '', { [variable]: text })).toBe(`${expected} (environment: ${variable})`);
  });

  test('ENABLE_PROMETHEUS_METRICS adds prometheus to what is chosen otherwise, and only that', () => {
    const env = { ENABLE_PROMETHEUS_METRICS: 'true' };
    expect(setting('backend', env)).toBe(
      'backend = "log,prometheus" (default, environment: ENABLE_PROMETHEUS_METRICS)',
    );
    expect(setting('backend', { ...env, METRICS_BACKEND: 'none' })).toContain('"prometheus"');
    expect(setting('backend', { ...env, METRICS_BACKEND: 'prometheus' })).toContain(
      '"prometheus" (environment: METRICS',
    );
    expect(setting('backend', { ENABLE_PROMETHEUS_METRICS: 'false', METRICS_BACKEND: 'prometheus' })).toContain(
      '"prometheus"',
    );
    expect(setting('backend', env, { backend: 'log' })).toBe('backend = "log" (code)');
  });

  test('ENABLE_METRICS=false beats every other choice of a backend', () => {
    const env = { ENABLE_METRICS: 'false', METRICS_BACKEND: 'prometheus', ENABLE_PROMETHEUS_METRICS: 'true' };
    expect(setting('backend', env, { backend: 'log' })).toBe('backend = "none" (environment: ENABLE_METRICS)');
    expect(configure({ env, backend: 'log' }).backends).toEqual([]);
  });

  test('OTEL_RESOURCE_ATTRIBUTES describes the service, percent-encoded', () => {
    const { service } = configure({
      env: {
        OTEL_RESOURCE_ATTRIBUTES:
          'service.name=a%2Cb, service.version=2.0 ,deployment.environment=old,deployment.environment.name=prod,service.instance.id=i-1,team=x=y',
      },
    });
    expect(service).toEqual({
      name: 'a,b',
      version: '2.0',
      environment: 'prod',
      instanceId: 'i-1',
      attributes: expect.objectContaining({ team: 'x=y' }),
    });
  });

  test('is in a table, with a type that can be read', () => {
    const rows = environmentTables.flatMap((table) => table.rows);
    expect(rows.filter(({ type }) => valueTypes[type] === undefined)).toEqual([]);
    for (const { rows: own } of environmentTables) expect(new Set(own.map(({ name }) => name)).size).toBe(own.length);
  });
});

describe('precedence', () => {
  const variables = {
    METRICS_PORT: '1',
    OTEL_EXPORTER_PROMETHEUS_PORT: '2',
  };
  test('of a port: code, ours, OpenTelemetry’s, defaults, built in', () => {
    const defaults = { http: { port: 3 } };
    expect(setting('http.port', variables, { http: { port: 5 }, defaults })).toBe('http.port = 5 (code)');
    expect(setting('http.port', variables, { defaults })).toBe('http.port = 1 (environment: METRICS_PORT)');
    expect(setting('http.port', { ...variables, METRICS_PORT: '' }, { defaults })).toBe(
      'http.port = 2 (environment: OTEL_EXPORTER_PROMETHEUS_PORT)',
    );
    expect(setting('http.port', {}, { defaults })).toBe('http.port = 3 (defaults)');
    expect(setting('http.port', {})).toBe('http.port = 9464 (default)');
  });

  test('of a backend', () => {
    const env = { METRICS_BACKEND: 'prometheus', OTEL_METRICS_EXPORTER: 'none' };
    const defaults = { backend: 'prometheus,log' };
    expect(setting('backend', env, { backend: ['log'], defaults })).toBe('backend = "log" (code)');
    expect(setting('backend', env, { defaults })).toBe('backend = "prometheus" (environment: METRICS_BACKEND)');
    expect(setting('backend', { ...env, METRICS_BACKEND: ' ' }, { defaults })).toBe(
      'backend = "none" (environment: OTEL_METRICS_EXPORTER)',
    );
    expect(setting('backend', {}, { defaults })).toBe('backend = "prometheus,log" (defaults)');
    expect(setting('backend', {})).toBe('backend = "log" (default)');
  });

  test('of a service name', () => {
    const defaults = { serviceName: 'default' };
    const env: Record<string, string> = {
      OTEL_SERVICE_NAME: 'otel',
      OTEL_RESOURCE_ATTRIBUTES: 'service.name=attribute',
      OPENTELEMETRY_SERVICE_NAME: 'older',
      DD_SERVICE: 'dd',
    };
    const seen = [setting('serviceName', env, { serviceName: 'code', defaults })];
    for (const variable of Object.keys(env)) {
      seen.push(setting('serviceName', env, { defaults }));
      delete env[variable];
    }
    seen.push(setting('serviceName', env, { defaults }), setting('serviceName', env));
    expect(seen).toEqual([
      'serviceName = "code" (code)',
      'serviceName = "otel" (environment: OTEL_SERVICE_NAME)',
      'serviceName = "attribute" (environment: OTEL_RESOURCE_ATTRIBUTES, service.name)',
      'serviceName = "older" (environment: OPENTELEMETRY_SERVICE_NAME)',
      'serviceName = "dd" (environment: DD_SERVICE)',
      'serviceName = "default" (defaults)',
      'serviceName = "unknown_service:node" (default)',
    ]);
  });

  test('of the interval of the log backend', () => {
    const env = { METRICS_INTERVAL_SECONDS: '20', OTEL_METRIC_EXPORT_INTERVAL: '30000' };
    expect(setting('logSnapshot.intervalMs', env)).toBe(
      'logSnapshot.intervalMs = 20000 (environment: METRICS_INTERVAL_SECONDS)',
    );
    expect(setting('logSnapshot.intervalMs', env, { logSnapshot: { intervalMs: 1000 } })).toContain('1000 (code)');
  });
});

describe('wrong variables', () => {
  test('are reported together, in one warning, with what is allowed and what is used', () => {
    const log = collectedLog();
    configure({
      log,
      env: {
        METRICS_PORT: '94x64',
        OTEL_EXPORTER_PROMETHEUS_PORT: '9500',
        METRICS_BACKEND: 'promethius,log',
        ENABLE_METRICS: 'maybe',
        METRICS_INTERVAL_SECONDS: '-1',
        OTEL_SDK_DISABLED: '1',
        OTEL_RESOURCE_ATTRIBUTES: 'service.name',
      },
    });
    expect(log.warnings).toHaveLength(1);
    const [warning = ''] = log.warnings;
    expect(warning.split('\n  ').sort()).toEqual([
      'ENABLE_METRICS="maybe" is not true or false. Used instead: log (environment: METRICS_BACKEND).',
      'METRICS_BACKEND="promethius,log" has "promethius", which is no backend. Did you mean "prometheus"? Available: prometheus, log, otel, statsd, none. Used instead: log (environment: METRICS_BACKEND).',
      'METRICS_INTERVAL_SECONDS="-1" is not a number of seconds from 0.001 to 2147483. Used instead: logSnapshot.intervalMs = 10000 (default), otel.intervalMs = 60000 (default), statsd.intervalMs = 10000 (default).',
      'METRICS_PORT="94x64" is not a port number from 0 to 65535. Used instead: 9500 (environment: OTEL_EXPORTER_PROMETHEUS_PORT).',
      'OTEL_RESOURCE_ATTRIBUTES="service.name" is not a list of name=value pairs separated by commas, with all other characters percent-encoded.',
      'OTEL_SDK_DISABLED="1" is not true or false. Used instead: false (default).',
      '[sdk] The environment has 6 problems:',
    ]);
  });

  test('throw all together when SIGHTLINE_STRICT is true', () => {
    const env = { SIGHTLINE_STRICT: 'true', METRICS_PORT: 'x', METRICS_BACKEND: 'statds' };
    expect(() => configure({ env })).toThrow(/2 problems/);
    expect(() => configure({ env })).toThrow('METRICS_PORT="x"');
    expect(() => configure({ env })).toThrow(
      'METRICS_BACKEND="statds" has "statds", which is no backend. Did you mean "statsd"?',
    );
  });

  test('of OpenTelemetry’s exporters too', () => {
    const log = collectedLog();
    expect(setting('backend', { OTEL_METRICS_EXPORTER: 'zipkin' }, { log, defaults: { backend: 'prometheus' } })).toBe(
      'backend = "prometheus" (defaults)',
    );
    expect(log.warnings[0]).toContain('OTEL_METRICS_EXPORTER="zipkin" has "zipkin"');
  });

  test('may have "none" beside backends, which is then ignored', () => {
    const log = collectedLog();
    expect(setting('backend', { METRICS_BACKEND: 'none,prometheus' }, { log })).toContain('"prometheus"');
    expect(log.warnings).toHaveLength(1);
  });

  test('are told apart from what Kubernetes sets for a service named metrics', () => {
    const log = collectedLog();
    const kubernetes = {
      METRICS_PORT: 'tcp://10.3.2.1:9464',
      METRICS_SERVICE_HOST: '10.3.2.1',
      METRICS_SERVICE_PORT: '9464',
      METRICS_PORT_9464_TCP: 'tcp://10.3.2.1:9464',
      METRICS_PORT_9464_TCP_PORT: '9464',
    };
    expect(setting('http.port', kubernetes, { log })).toBe('http.port = 9464 (default)');
    expect(log.warnings).toHaveLength(1);
    expect(log.warnings[0]).toContain('enableServiceLinks: false');
  });

  test.each([
    ['METRICS_BACKENDS', 'METRICS_BACKEND'],
    ['METRICS_PROT', 'METRICS_PORT'],
    ['SIGHTLINE_STIRCT', 'SIGHTLINE_STRICT'],
    ['STATSD_HOTS', 'STATSD_HOST'],
    ['STATSD_HOSTNAME', 'STATSD_HOST'],
    ['STATSD_SERVER', 'STATSD_HOST'],
    ['STATSD_PROTO', 'STATSD_PROTOCOL'],
    ['STATSD_SOCKETPATH', 'STATSD_SOCKET_PATH'],
    ['OTEL_EXPORTER_OTLP_ENDPIONT', 'OTEL_EXPORTER_OTLP_ENDPOINT'],
    ['OTEL_EXPORTER_OTLP_URL', 'OTEL_EXPORTER_OTLP_ENDPOINT'],
    ['OTEL_EXPORTER_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'],
    ['OTEL_OTLP_EXPORTER_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'],
    ['OTEL_EXPORTER_OTLP_TRACE_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'],
    ['OTEL_EXPORTER_OTLP_LOG_HEADERS', 'OTEL_EXPORTER_OTLP_LOGS_HEADERS'],
    ['OTEL_TRACE_EXPORTER', 'OTEL_TRACES_EXPORTER'],
    ['OTEL_SERVICENAME', 'OTEL_SERVICE_NAME'],
    ['OTEL_RESOURCE_ATTRIBUTE', 'OTEL_RESOURCE_ATTRIBUTES'],
    ['otel_service_name', 'OTEL_SERVICE_NAME'],
    ['DD_AGENT_HOSTNAME', 'DD_AGENT_HOST'],
  ])('%s is taken for a misspelt %s', (variable, name) => {
    const log = collectedLog();
    configure({ log, env: { [variable]: 'x', METRICS_TOKEN: 'of another program' } });
    expect(log.warnings).toEqual([`[sdk] ${variable} is not known. Did you mean ${name}?`]);
  });

  test('are told apart from what others read', () => {
    const log = collectedLog();
    const others = [
      // OpenTelemetry's own that are not read here, Datadog's, StatsD's under Kubernetes.
      ...['OTEL_EXPORTER_ZIPKIN_ENDPOINT', 'OTEL_EXPORTER_JAEGER_ENDPOINT', 'OTEL_EXPORTER_JAEGER_TIMEOUT'],
      ...['OTEL_BLRP_SCHEDULE_DELAY', 'OTEL_BLRP_MAX_QUEUE_SIZE', 'OTEL_METRICS_EXEMPLAR_FILTER', 'OTEL_ENTITIES'],
      'OTEL_SEMCONV_STABILITY_OPT_IN',
      ...['OTEL_EXPORTER_OTLP_METRICS_PROXY', 'OTEL_NODE_ENABLED_INSTRUMENTATIONS', 'OTEL_GO_X_EXEMPLAR'],
      ...['DD_SITE', 'DD_API_KEY', 'DD_TRACE_AGENT_URL', 'DD_TRACE_AGENT_PORT', 'DD_TAGS', 'DD_LOGS_INJECTION'],
      ...['STATSD_SERVICE_HOST', 'STATSD_SERVICE_PORT', 'STATSD_PORT_8125_UDP', 'STATSD_PORT_8125_UDP_ADDR'],
      ...['STATSD_PORT_8125_UDP_PROTO', 'STATSD_PORT_8125_UDP_PORT', 'STATSD_PREFIX', 'METRICS_HOME'],
      ...['LOG_DIR', 'NODE_OPTIONS', 'LOGNAME'],
      // The doctor reads and checks them.
      ...['SIGHTLINE_DOCTOR_LOKI_TOKEN', 'SIGHTLINE_DOCTOR_PAGE'],
    ];
    configure({ log, env: Object.fromEntries(others.map((name) => [name, 'x'])) });
    expect(log.warnings).toEqual([]);
  });

  test('are quoted without credentials', () => {
    const log = collectedLog();
    configure({ log, env: { METRICS_PORT: 'http://me:hunter2@host/?token=abc' } });
    expect(log.warnings[0]).not.toMatch(/hunter2|abc/);
  });
});
