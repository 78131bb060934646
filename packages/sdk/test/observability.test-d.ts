import type { Counter, Metrics } from '@sightline/core';
import { describe, expectTypeOf, test } from 'vitest';
import { createObservability, type Observability, type ObservabilityOptions } from '../src/index.js';

const obs = createObservability({ serviceName: 'types' });

describe('the types of an observability', () => {
  test('metrics are the collector with its exact labels', () => {
    expectTypeOf(obs).toEqualTypeOf<Observability>();
    expectTypeOf(obs.metrics).toEqualTypeOf<Metrics>();
    const received = obs.metrics.counter('received_total', { help: 'x', labelNames: ['channel', 'symbol'] });
    expectTypeOf(received).toEqualTypeOf<Counter<'channel' | 'symbol'>>();
    received.inc({ channel: 'ticker', symbol: 'BTC_JPY' });
    // @ts-expect-error a label is missing
    received.inc({ channel: 'ticker' });
    // @ts-expect-error a label is misspelt
    received.inc({ channel: 'ticker', simbol: 'BTC_JPY' });
    // @ts-expect-error a label is not declared
    received.inc({ channel: 'ticker', symbol: 'BTC_JPY', extra: 'x' });
    // @ts-expect-error labels are missing
    received.inc();
  });

  test('a backend is a name, a list of names, a backend or several of these', () => {
    expectTypeOf<'otel,log'>().toExtend<ObservabilityOptions['backend']>();
    expectTypeOf<['prometheus', Metrics]>().not.toExtend<ObservabilityOptions['backend']>();
    // @ts-expect-error a number is no backend
    createObservability({ backend: 1 });
  });

  test('options are checked', () => {
    // @ts-expect-error misspelt
    createObservability({ backned: 'log' });
    // @ts-expect-error the server's options are in http
    createObservability({ prometheus: { port: 1 } });
    // @ts-expect-error not an option of the collector
    createObservability({ metrics: { backends: [] } });
    createObservability({ backend: undefined, env: { METRICS_PORT: undefined }, http: { port: undefined } });
  });

  test('loaders may give modules', () => {
    createObservability({ backends: { acme: async () => ({ default: () => ({}) as never }) } });
    // @ts-expect-error a module name is no loader
    createObservability({ backends: { acme: 'acme' } });
  });
});
