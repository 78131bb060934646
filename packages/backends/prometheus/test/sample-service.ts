import { createMetrics, type Metrics } from '@sightline/core';
import { type PrometheusBackend, type PrometheusOptions, prometheusBackend } from '../src/index.js';
import { FakeLog } from './fake-context.js';

export const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

export interface SampleService {
  readonly metrics: Metrics;
  readonly backend: PrometheusBackend;
  readonly url: string;
}

/** A service with one of everything, and the labels that are hardest to write. */
export async function sampleService(options: PrometheusOptions = {}): Promise<SampleService> {
  const backend = prometheusBackend({ listen: true, port: 0, host: '127.0.0.1', ...options });
  const metrics = createMetrics({
    backends: [backend],
    defaultLabels: { region: 'eu "1"' },
    collectionIntervalMs: 0,
    activeSpan: () => ({ traceId, spanId: '00f067aa0ba902b7', isSampled: true }),
    log: new FakeLog(),
  });
  await metrics.ready;
  const received = metrics.counter('collector_messages_received_total', {
    help: 'Messages received from "the" exchange.\nWith \\ and a second line.',
    labelNames: ['channel', 'symbol'],
  });
  wildValues.forEach((symbol, i) => {
    received.inc({ channel: 'ticker', symbol }, i + 1);
  });
  metrics.counter('command.dispatched.count', { help: 'Commands.' }).inc(2 ** 53);
  metrics.gauge('send.queue', { help: 'Bytes waiting.', unit: 'bytes' }).set(5e-324);
  metrics.gauge('last_message', { help: 'Time of the last message.', unit: 'seconds' }).set(-1e308);
  const latency = metrics.histogram('collector_publish_latency', {
    help: 'Time to publish.',
    unit: 'seconds',
    labelNames: ['stream'],
    buckets: [0.001, 0.5, 1, 10],
  });
  for (const value of [0.0005, 0.7, 1, 100]) latency.observe({ stream: 'md:ticker' }, value);
  metrics.histogram('message.size', { help: 'Size.', unit: 'bytes', buckets: [], exponential: true }).observe(700);
  metrics.info('build', { help: 'What runs here.', labels: { version: '1.2.3' } });
  return { metrics, backend, url: backend.address?.url ?? '' };
}

export const wildValues = [
  'BTC_JPY',
  '',
  'a"b',
  'a\\b',
  'a\nb',
  '\\n',
  '__proto__',
  'constructor',
  '😀é',
  '}',
  'x # {',
  ' ',
  '\t',
  '\r',
];
