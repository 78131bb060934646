import type { Catalogue, CatalogueMetric } from '../src/model/catalogue.js';
import type { Facts, Signal } from '../src/model/facts.js';
import { equal, matches } from '../src/promql/selectors.js';

const seconds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.2, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** Facts of an invented service that has one of everything, for tests of generators. */
export function exampleFacts(changes: Partial<Facts> = {}): Facts {
  return {
    service: 'shop',
    job: 'shop',
    team: 'sales',
    catalogue: exampleCatalogue,
    signals: exampleSignals,
    slos: [
      { id: 'http-availability', signal: http, objective: 0.999, within: undefined, minEvents: 100 },
      { id: 'http-latency', signal: http, objective: 0.95, within: 0.2, minEvents: 100 },
      { id: 'publish-availability', signal: publish, objective: 0.999, within: undefined, minEvents: 100 },
    ],
    queues: [{ selector: { metric: 'shop_queue_jobs', matchers: [] }, limit: 50 }],
    freshness: [{ selector: { metric: 'last_message_timestamp', matchers: [] }, maxAgeSeconds: 60 }],
    kpis: [{ metric: 'shop_revenue_euros', matchers: [] }],
    database: { system: 'postgres', job: 'postgres' },
    host: 'node-exporter',
    limits: {
      errorRatio: { warning: 0.05, high: 0.1 },
      sagaFailureRatio: 0.1,
      memoryRatio: 0.9,
      cpuRatio: 0.8,
      diskFreeRatio: 0.05,
    },
    disable: [],
    links: { grafana: 'http://localhost:3000', runbooks: 'https://example.com/runbooks' },
    target: { addresses: ['shop:9464'], path: '/metrics', healthPath: '/healthz' },
    notify: {
      email: {
        to: 'oncall@example.com',
        from: 'alertmanager@example.com',
        smarthost: 'localhost:25',
        username: undefined,
        requiresTls: false,
      },
      slack: { critical: '#alerts-critical', high: '#alerts-high', warning: '#alerts-medium' },
      hasPagerduty: true,
      webhookUrl: 'http://localhost:9999/alerts',
    },
    cluster: 'local',
    region: 'local',
    ...changes,
  };
}

const http: Signal = {
  id: 'http-server',
  title: 'HTTP requests',
  kind: 'http-server',
  requests: { metric: 'http_server_request_duration_seconds_count', matchers: [] },
  errors: {
    selector: {
      metric: 'http_server_request_duration_seconds_count',
      matchers: [matches('http_response_status_code', '5..')],
    },
    relation: 'within',
    by: 'http_response_status_code',
  },
  duration: {
    histogram: 'http_server_request_duration_seconds',
    matchers: [],
    unit: 'seconds',
    bounds: seconds,
    slow: { bound: 1, share: 0.95 },
  },
  active: { metric: 'http_server_active_requests', matchers: [] },
  by: 'http_route',
};

const publish: Signal = {
  id: 'publish',
  title: 'Publishing',
  kind: 'declared',
  requests: { metric: 'collector_messages_published_total', matchers: [] },
  errors: {
    selector: { metric: 'collector_errors_total', matchers: [equal('error_type', 'publish_error')] },
    relation: 'besides',
    by: 'error_type',
  },
  duration: {
    histogram: 'redis_publish_latency_ms',
    matchers: [],
    unit: 'milliseconds',
    bounds: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
    slow: { bound: 1000, share: 0.95 },
  },
  active: undefined,
  by: 'stream',
};

const operation: Signal = {
  id: 'order-process',
  title: 'order.process',
  kind: 'operation',
  requests: { metric: 'order_process_duration_seconds_count', matchers: [] },
  errors: { selector: { metric: 'order_process_errors_total', matchers: [] }, relation: 'within', by: 'error_type' },
  duration: {
    histogram: 'order_process_duration_seconds',
    matchers: [],
    unit: 'seconds',
    bounds: seconds,
    slow: { bound: 1, share: 0.95 },
  },
  active: { metric: 'order_process_active', matchers: [] },
  by: undefined,
};

const sagas: Signal = {
  id: 'sagas',
  title: 'Sagas',
  kind: 'saga',
  requests: { metric: 'saga_completed_total', matchers: [] },
  errors: {
    selector: { metric: 'saga_completed_total', matchers: [matches('status', '.*failed.*')] },
    relation: 'within',
    by: 'status',
  },
  duration: undefined,
  active: undefined,
  by: 'saga_type',
};

const exampleSignals: readonly Signal[] = [http, publish, operation, sagas];

const exampleCatalogue: Catalogue = {
  service: 'shop',
  metrics: [
    counter('collector_errors_total', 'Errors by type.', { error_type: ['parse_error', 'publish_error', 'api_error'] }),
    counter('collector_messages_published_total', 'Market events accepted by the stream.', {
      stream: undefined,
      symbol: undefined,
    }),
    gauge('http_server_active_requests', 'HTTP requests in progress.', { http_request_method: undefined }),
    histogram('http_server_request_duration_seconds', 'Duration of HTTP requests.', 'seconds', seconds, {
      http_request_method: undefined,
      http_route: undefined,
      http_response_status_code: undefined,
    }),
    gauge('last_message_timestamp', 'Unix time in seconds of the last market event.', {}),
    gauge('order_process_active', 'order.process in progress.', {}),
    histogram('order_process_duration_seconds', 'Time that order.process takes.', 'seconds', seconds, {}),
    counter('order_process_errors_total', 'Failures of order.process by kind.', { error_type: undefined }),
    histogram(
      'redis_publish_latency_ms',
      'Time to publish.',
      'milliseconds',
      [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
      {
        exchange: undefined,
        type: undefined,
      },
    ),
    counter('saga_completed_total', 'Sagas by outcome.', {
      saga_type: undefined,
      status: ['completed', 'compensated', 'failed', 'compensation_failed'],
    }),
    gauge('shop_queue_jobs', 'Jobs that wait.', { queue: undefined }),
    gauge('shop_revenue_euros', 'Revenue in euros.', {}),
  ],
};

type Labels = Readonly<Record<string, readonly string[] | undefined>>;

function counter(name: string, help: string, labels: Labels): CatalogueMetric {
  return { ...common(name, help, labels), type: 'counter' };
}

function gauge(name: string, help: string, labels: Labels): CatalogueMetric {
  return { ...common(name, help, labels), type: 'gauge' };
}

function histogram(
  name: string,
  help: string,
  unit: string,
  bounds: readonly number[],
  labels: Labels,
): CatalogueMetric {
  return { ...common(name, help, labels), type: 'histogram', unit, bounds };
}

function common(name: string, help: string, labels: Labels) {
  return {
    name,
    declaredName: name,
    help,
    labels: Object.entries(labels).map(([label, values]) => ({ name: label, values })),
    source: 'service',
  };
}
