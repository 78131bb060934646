import { describe, expect, test } from 'vitest';
import { ConfigurationError, createObservability, type ObservabilityOptions } from '../src/index.js';
import { collectedLog } from './collected-log.js';

/** What createObservability says to options that TypeScript would refuse. */
function complaint(options: unknown): string {
  try {
    const base = { env: {}, signals: false };
    createObservability(options === null ? (options as never) : { ...base, ...(options as ObservabilityOptions) });
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return error instanceof Error ? error.message : '';
  }
  throw new Error('It was accepted.');
}

describe('options in code', () => {
  test.each([
    [{ backned: 'log' }, 'createObservability has an unknown option "backned". Did you mean "backend"?'],
    [{ maxSeries: 10 }, 'unknown option "maxSeries". It belongs in metrics: { maxSeries }.'],
    [{ defaults: { backnd: 'log' } }, 'defaults has an unknown option "backnd". Did you mean "backend"?'],
    [
      { prometheus: { port: 1 } },
      'prometheus has an unknown option "port". The server is the observability’s own: pass http: { port }.',
    ],
    [{ prometheus: { gzipp: true } }, 'prometheus has an unknown option "gzipp". Did you mean "gzip"?'],
    [{ http: { prot: 1 } }, 'http has an unknown option "prot". Did you mean "port"?'],
    [{ logSnapshot: { interval: 1 } }, 'logSnapshot has an unknown option "interval". Did you mean "intervalMs"?'],
    [{ http: { port: 99_999 } }, 'http: port is 99999: give a whole number from 0 to 65535.'],
    [
      { prometheus: { maxConcurrentScrapes: 0 } },
      'prometheus: maxConcurrentScrapes is 0: give a whole number of at least 1.',
    ],
    [{ logSnapshot: { layout: 'xml' } }, "logSnapshot: layout is \"xml\": give 'json' or 'emf'."],
    [{ statsd: new Map([['port', 1]]) }, 'statsd is an object: give a plain object.'],
    [{ log: { keys: {} } }, 'log is {"keys":"***"}: give an object with info, warn and error'],
    [{ serviceName: '' }, 'serviceName is "": give a string that is not empty.'],
    [{ defaults: { serviceName: 1 } }, 'defaults.serviceName is 1: give a string that is not empty.'],
    [{ shutdownLingerMs: -1 }, 'shutdownLingerMs is -1: give milliseconds from 0 to 2147483647.'],
    [
      { processMetrics: { eventLoopResolutionMs: -1 } },
      'processMetrics.eventLoopResolutionMs is -1: give 0 or a number',
    ],
    [{ live: 'yes' }, 'live is "yes": give true, false or a plain object.'],
    [{ logger: { layout: 'xml' } }, 'logger: layout is "xml": give \'pino\''],
    [{ defaults: { logger: { metrics: {} } } }, 'defaults.logger has an unknown option "metrics"'],
    [{ tracing: { spanProcessors: [1] } }, 'tracing: spanProcessors[0] is 1: give a list of span processors'],
    [{ tracing: { clock: {} } }, 'tracing has an unknown option "clock"'],
    [null, 'The options are null: give a plain object.'],
    [{ signals: 'yes' }, 'signals is "yes": give true or false.'],
    [{ shutdownTimeoutMs: Number.NaN }, 'shutdownTimeoutMs is NaN: give milliseconds from 1 to 2147483647.'],
    [
      { backend: 'promtheus' },
      'backend has "promtheus", which is no backend. Did you mean "prometheus"? Available: prometheus, log, otel, statsd, none.',
    ],
    [
      { backend: 'acme', backends: { acmee: () => ({}) } },
      'Did you mean "acmee"? Available: prometheus, log, otel, statsd, acmee, none.',
    ],
    [{ backend: 'log,none' }, 'backend has "none" beside other backends.'],
    [{ backend: [] }, "backend is empty. Pass 'none'"],
    [{ backend: [{ name: 'x' }] }, 'backend has an entry that is no backend.'],
    [{ defaults: { backend: 'statds' } }, 'defaults.backend has "statds"'],
    [{ backends: { 'A,B': () => ({}) } }, 'backends has the name "A,B".'],
    [{ backends: { acme: 'acme' } }, 'backends.acme is no loader.'],
    [{ backends: { acme: { histogramNeed: 'all', load: () => ({}) } } }, 'backends.acme is no loader.'],
  ])('%j: %s', (options, expected) => {
    expect(complaint(options)).toContain(expected);
  });

  test('are complained about all at once', () => {
    const message = complaint({ backned: 'log', signals: 1, serviceName: '', http: { prt: 1 }, defaults: { otel: 7 } });
    expect(message).toMatch(/^\[sdk\] The configuration has 5 problems:\n/);
  });

  test('are complained about together with the environment where that is strict', () => {
    const message = complaint({ backend: 'statds', env: { SIGHTLINE_STRICT: 'true', METRICS_PORT: 'x' } });
    expect(message).toContain('2 problems');
    expect(message).toContain('METRICS_PORT="x"');
    expect(message).not.toContain('Used instead');
  });

  test('of the collector are checked by the collector', () => {
    expect(() => createObservability({ env: {}, signals: false, backend: 'none', metrics: { maxSeries: -1 } })).toThrow(
      'maxSeries',
    );
  });

  test('may be given as undefined', () => {
    const all = { serviceName: undefined, backend: undefined, http: undefined, log: undefined, signals: false };
    expect(createObservability({ ...all, env: { METRICS_BACKEND: 'none' } }).service.name).toBe('unknown_service:node');
  });
});

test('a second message for the environment is not made where nothing is wrong', () => {
  const log = collectedLog();
  createObservability({ env: { METRICS_BACKEND: 'none', PATH: '/bin' }, signals: false, log });
  expect([...log.infos, ...log.warnings, ...log.errors]).toEqual([]);
});
