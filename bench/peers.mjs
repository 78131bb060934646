// Each peer as a service would set it up, behind the few verbs that the cases use.

import { BUCKETS, LABEL_NAMES, useOtherHistograms, useOthers } from './loaded.mjs';

const help = 'Measured.';
const labelNames = [...LABEL_NAMES];

export async function sightline(
  /** @type {{ exponential?: boolean, activeSpan?: import('@sightline/core').ActiveSpan }} */
  { exponential = false, activeSpan } = {},
) {
  const { createMetrics } = await import('@sightline/core');
  const metrics = createMetrics({ activeSpan });
  useOthers((name, names) => {
    const counter = metrics.counter(name, { help, labelNames: names });
    return (labels) => counter.inc(/** @type {Record<string, string>} */ (labels));
  });
  useOtherHistograms((name, label) => {
    const histogram = metrics.histogram(name, { help, labelNames: [label], buckets: BUCKETS, exponential });
    return (value, labels) => histogram.observe(labels, value);
  });
  return {
    metrics,
    counter: metrics.counter('jobs_total', { help, labelNames }),
    histogram: metrics.histogram('duration_seconds', { help, labelNames, buckets: BUCKETS, exponential: false }),
    exponential: metrics.histogram('exponential_seconds', { help, labelNames, buckets: [], exponential: true }),
  };
}

export async function promClient() {
  const { default: prom } = await import('prom-client');
  const registry = new prom.Registry();
  const registers = [registry];
  useOthers((name, names) => {
    const counter = new prom.Counter({ name, help, labelNames: names, registers });
    return (labels) => counter.inc(labels);
  });
  useOtherHistograms((name, label) => {
    const histogram = new prom.Histogram({ name, help, labelNames: [label], buckets: BUCKETS, registers });
    return (value, labels) => histogram.observe(labels, value);
  });
  return {
    registry,
    counter: new prom.Counter({ name: 'jobs_total', help, labelNames, registers }),
    histogram: new prom.Histogram({ name: 'duration_seconds', help, labelNames, buckets: BUCKETS, registers }),
  };
}

export async function openTelemetry() {
  const { AggregationType } = await import('@opentelemetry/sdk-metrics');
  const provider = await meterProvider({
    views: [{ instrumentName: 'exponential_seconds', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } }],
  });
  const meter = provider.getMeter('bench');
  useOthers((name) => {
    const counter = meter.createCounter(name);
    return (labels) => counter.add(1, labels);
  });
  const advice = { explicitBucketBoundaries: BUCKETS };
  useOtherHistograms((name) => {
    const histogram = meter.createHistogram(name, { advice });
    return (value, labels) => histogram.record(value, labels);
  });
  return {
    counter: meter.createCounter('jobs_total'),
    histogram: meter.createHistogram('duration_seconds', { advice }),
    exponential: meter.createHistogram('exponential_seconds'),
  };
}

/** OpenTelemetry's, with a reader that never reads: without one, it records nothing. */
export async function meterProvider(
  /** @type {import('@opentelemetry/sdk-metrics').MeterProviderOptions} */ options = {},
) {
  const { MeterProvider, MetricReader } = await import('@opentelemetry/sdk-metrics');
  class Reader extends MetricReader {
    async onForceFlush() {}
    async onShutdown() {}
  }
  return new MeterProvider({ ...options, readers: [new Reader()] });
}
