import type { CatalogueMetric } from '../src/model/catalogue.js';
import type { Facts, Signal } from '../src/model/facts.js';
import { equal } from '../src/promql/selectors.js';
import { exampleFacts } from './example-facts.js';

const example = exampleFacts();

/** Values that PromQL, YAML or Go's templates would take for their own, if they were not written with care. */
export const hostileText = `{{ $value }} {{{ "quoted" }} \\ 'x' $1 %d: # - & * ! | > \n <b>é</b>`;

/** Facts that make different rules, by what is special about them. */
export const ruleVariations: Readonly<Record<string, Facts>> = {
  'one of everything': example,
  'neither signals nor objectives': exampleFacts({
    signals: [],
    slos: [],
    queues: [],
    freshness: [],
    database: undefined,
    host: 'none',
  }),
  'sagas only, and a host of its own metrics': exampleFacts({
    signals: example.signals.filter(({ kind }) => kind === 'saga'),
    slos: [],
    queues: [],
    freshness: [],
    database: undefined,
    host: 'system-metrics',
  }),
  'losses of telemetry, reconnects and conventional host metrics': exampleFacts({
    signals: [],
    slos: [],
    queues: [],
    freshness: [],
    database: undefined,
    host: 'system-metrics',
    catalogue: { service: 'shop', metrics: [...lossCounters(), ...reconnects(), ...conventionalHost()] },
  }),
  'an objective in milliseconds, with a low target and no least number of events': exampleFacts({
    signals: [signalOf('publish')],
    slos: [
      { id: 'publish-latency', signal: signalOf('publish'), objective: 0.94, within: 50, minEvents: 0 },
      { id: 'publish-latency-2', signal: signalOf('publish'), objective: 0.9995, within: 1000, minEvents: 5000 },
    ],
    limits: { ...example.limits, errorRatio: { warning: undefined, high: 0.7 } },
    database: undefined,
    host: 'none',
    disable: ['SlowResponse'],
  }),
  'two objectives of one signal, and a signal of some of its work': exampleFacts({
    signals: ['publish', 'order-process'].flatMap((id) => [signalOf(id), { ...signalOf(id), id: `${id}-some` }]),
    slos: ['inner', 'outer'].map((id, i) => ({
      ...{ id, signal: signalOf('publish'), objective: [0.999, 0.99][i] ?? 0.9, within: undefined, minEvents: 100 },
    })),
    queues: [],
    freshness: [],
    database: undefined,
    host: 'none',
  }),
  'bounds that pages write with exponents': exampleFacts({
    signals: [slowOver('http-server', 1e-7, 0.95), slowOver('publish', 1e21, 0.95)],
    slos: [
      { id: 'http', signal: slowOver('http-server', 1e-7, 0.95), objective: 0.99, within: 1e-7, minEvents: 100 },
      { id: 'publish', signal: slowOver('publish', 1e21, 0.95), objective: 0.99, within: 1e21, minEvents: 100 },
    ],
    queues: [{ selector: { metric: 'shop_queue_jobs', matchers: [] }, limit: 1e22 }],
    freshness: [],
    database: undefined,
    host: 'none',
  }),
  'limits near 0': exampleFacts({
    signals: [slowOver('http-server', 10, 0.5), signalOf('sagas')],
    slos: [{ id: 'http', signal: signalOf('http-server'), objective: 0.9999, within: undefined, minEvents: 100_000 }],
    queues: [{ selector: { metric: 'shop_queue_jobs', matchers: [] }, limit: 0.001 }],
    freshness: [{ selector: { metric: 'last_message_timestamp', matchers: [] }, maxAgeSeconds: 86_400 }],
    limits: {
      errorRatio: { warning: 0.001, high: undefined },
      sagaFailureRatio: 0.0005,
      memoryRatio: 0.1,
      cpuRatio: 0.4,
      diskFreeRatio: 0.001,
    },
    database: undefined,
    host: 'system-metrics',
  }),
  'limits near 1': exampleFacts({
    signals: [slowOver('publish', 1, 0.01)],
    slos: [{ id: 'publish', signal: signalOf('publish'), objective: 0.9325, within: undefined, minEvents: 1 }],
    queues: [{ selector: { metric: 'shop_queue_jobs', matchers: [] }, limit: 1e6 }],
    freshness: [{ selector: { metric: 'last_message_timestamp', matchers: [] }, maxAgeSeconds: 5 }],
    limits: {
      errorRatio: { warning: 0.9, high: 0.999 },
      sagaFailureRatio: 0.99,
      memoryRatio: 0.99,
      cpuRatio: 0.95,
      diskFreeRatio: 0.9,
    },
    database: undefined,
    host: 'node-exporter',
  }),
  'hostile names': hostileFacts(),
};

function hostileFacts(): Facts {
  const publish = signalOf('publish');
  const signal: Signal = {
    ...publish,
    title: hostileText,
    errors: publish.errors && {
      ...publish.errors,
      selector: { metric: 'collector_errors_total', matchers: [equal('error_type', hostileText)] },
    },
  };
  return exampleFacts({
    service: hostileText,
    job: hostileText,
    team: hostileText,
    signals: [signal],
    slos: [{ id: 'publish-availability', signal, objective: 0.999, within: undefined, minEvents: 100 }],
    queues: [{ selector: { metric: 'shop_queue_jobs', matchers: [equal('queue', hostileText)] }, limit: 0.5 }],
    links: { grafana: 'http://localhost:3000', runbooks: 'https://example.com/{{ runbooks }}' },
    database: { system: 'postgres', job: hostileText },
    catalogue: {
      service: hostileText,
      metrics: example.catalogue.metrics.map((metric) =>
        metric.name === 'collector_errors_total'
          ? { ...metric, labels: [{ name: 'error_type', values: [hostileText, 'other'] }] }
          : { ...metric, help: hostileText },
      ),
    },
  });
}

function signalOf(id: string): Signal {
  const found = example.signals.find((signal) => signal.id === id);
  if (found === undefined) throw new Error(`There is no signal ${id}.`);
  return found;
}

function slowOver(id: string, bound: number, share: number): Signal {
  const signal = signalOf(id);
  const bounds = [...new Set([...(signal.duration?.bounds ?? []), bound])].sort((a, b) => a - b);
  return { ...signal, duration: signal.duration && { ...signal.duration, bounds, slow: { bound, share } } };
}

function metric(
  name: string,
  type: CatalogueMetric['type'],
  labels: readonly string[],
  declaredName = name,
): CatalogueMetric {
  return {
    name,
    declaredName,
    type,
    help: 'Help.',
    labels: labels.map((label) => ({ name: label, values: undefined })),
    source: 'service',
  };
}

function lossCounters(): CatalogueMetric[] {
  return [
    metric('sightline_otlp_lost_total', 'counter', ['signal', 'reason']),
    metric('sightline_overflowed_total', 'counter', ['metric']),
    {
      ...metric('log_dropped_total', 'counter', []),
      labels: [{ name: 'reason', values: ['sampled', 'repeated', 'destination', 'sink', 'unwritable', 'alert'] }],
    },
  ];
}

function reconnects(): CatalogueMetric[] {
  return [metric('ws_reconnects_total', 'counter', [])];
}

function conventionalHost(): CatalogueMetric[] {
  return [
    metric('system_cpu_time_seconds_total', 'counter', ['cpu_logical_number', 'cpu_mode'], 'system.cpu.time'),
    metric('system_memory_utilization_ratio', 'gauge', ['system_memory_state'], 'system.memory.utilization'),
    metric(
      'system_filesystem_utilization_ratio',
      'gauge',
      ['system_filesystem_mountpoint'],
      'system.filesystem.utilization',
    ),
  ];
}
