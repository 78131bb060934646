import { yamlFile } from '../files/yaml.js';
import type { OpsFile } from '../model/ops-file.js';

/**
 * The OpenTelemetry Collector: one for this machine, and, for a system of many services, an agent beside each service with gateways
 * behind. Spans of one trace must reach one gateway, or its tail sampling would decide about parts of traces.
 */
export function collectorFiles(): OpsFile[] {
  return [
    yamlFile('collector/collector.yml', oneMachine(), ['Check it: otelcol-contrib validate --config=collector.yml']),
    yamlFile('collector/agent.yml', agent(), [
      'On each machine: services send here, lines of containers are read here. GATEWAYS is the host name of all gateways.',
    ]),
    yamlFile('collector/gateway.yml', gateway(), [
      'Two or more: each gets whole traces. Keeps all that failed or were slow, and 10 % of the others.',
    ]),
  ];
}

const otlp = { protocols: { grpc: { endpoint: '0.0.0.0:4317' }, http: { endpoint: '0.0.0.0:4318' } } };

const memory = { check_interval: '1s', limit_percentage: 75, spike_limit_percentage: 20 };

/** Queues and retries of an exporter that may find its peer away for some minutes. */
const patient = {
  sending_queue: { enabled: true, num_consumers: 4, queue_size: 2000 },
  retry_on_failure: { enabled: true, initial_interval: '1s', max_interval: '30s', max_elapsed_time: '300s' },
};

/** What a service says of itself stays. */
const detection = { detectors: ['env', 'system'], override: false };

/** Replaced by the Collector. */
const GATEWAYS = `\${env:GATEWAYS}`;

/** Its own metrics, for Prometheus. */
const telemetry = {
  metrics: { level: 'normal', readers: [{ pull: { exporter: { prometheus: { host: '0.0.0.0', port: 8888 } } } }] },
};

const health = { health_check: { endpoint: '0.0.0.0:13133' } };

/** Lines that Docker wrote, as the containers gave them. */
const containerLines = {
  include: ['/var/lib/docker/containers/*/*-json.log'],
  start_at: 'end',
  include_file_path: true,
  operators: [
    { type: 'container', format: 'docker', add_metadata_from_filepath: false },
    // Our lines are JSON: level, service and trace become fields. Others stay as they are.
    { type: 'json_parser', if: 'body matches "^\\\\{"', on_error: 'send_quiet' },
    moved('log.level', 'attributes.level', 'attributes.level == nil'), // of ECS
    {
      type: 'severity_parser',
      if: 'attributes.level != nil',
      parse_from: 'attributes.level',
      mapping: {
        trace: [10, 'trace'],
        debug: [20, 'DEBUG'],
        info: [30, 'INFO'],
        warn: [40, 'WARNING'],
        error: [50, 'ERROR'],
        fatal: [60, 'CRITICAL'],
      },
      on_error: 'send_quiet',
    },
    // Of ECS, of pino, and of structured lines.
    ...['service.name', 'name', 'logger'].map((name) =>
      moved(name, 'resource["service.name"]', 'resource["service.name"] == nil'),
    ),
  ],
};

function moved(attribute: string, to: string, condition: string): object {
  const from = `attributes["${attribute}"]`;
  return { type: 'move', if: `${from} != nil and ${condition}`, from, to, on_error: 'send_quiet' };
}

function oneMachine(): object {
  return {
    extensions: health,
    receivers: { otlp, 'file_log/containers': containerLines },
    processors: { memory_limiter: memory, batch: {} },
    exporters: {
      'otlp_grpc/jaeger': { endpoint: 'jaeger:4317', tls: { insecure: true }, ...patient },
      'otlp_http/loki': { endpoint: 'http://loki:3100/otlp', ...patient },
      'otlp_http/prometheus': { endpoint: 'http://prometheus:9090/api/v1/otlp', ...patient },
    },
    service: {
      extensions: ['health_check'],
      telemetry,
      pipelines: {
        traces: pipeline(['otlp'], ['otlp_grpc/jaeger']),
        logs: pipeline(['otlp', 'file_log/containers'], ['otlp_http/loki']),
        metrics: pipeline(['otlp'], ['otlp_http/prometheus']),
      },
    },
  };
}

function agent(): object {
  const toGateways = {
    routing_key: 'traceID',
    protocol: { otlp: { tls: { insecure: true }, ...patient } },
    // A text: the Collector refuses a number here.
    resolver: { dns: { hostname: GATEWAYS, port: '4317' } },
  };
  return {
    extensions: health,
    receivers: { otlp, 'file_log/containers': containerLines },
    processors: { memory_limiter: memory, batch: {}, resource_detection: detection },
    exporters: {
      load_balancing: toGateways,
      'otlp_grpc/gateway': { endpoint: `${GATEWAYS}:4317`, tls: { insecure: true }, ...patient },
    },
    service: {
      extensions: ['health_check'],
      telemetry,
      pipelines: {
        traces: pipeline(['otlp'], ['load_balancing'], ['resource_detection']),
        logs: pipeline(['otlp', 'file_log/containers'], ['otlp_grpc/gateway'], ['resource_detection']),
        metrics: pipeline(['otlp'], ['otlp_grpc/gateway'], ['resource_detection']),
      },
    },
  };
}

function gateway(): object {
  const one = oneMachine() as { exporters: object; service: { pipelines: Record<string, object> } };
  return {
    extensions: health,
    receivers: { otlp },
    processors: {
      memory_limiter: memory,
      batch: {},
      tail_sampling: {
        decision_wait: '10s',
        num_traces: 50_000,
        expected_new_traces_per_sec: 1000,
        policies: [
          { name: 'failed', type: 'status_code', status_code: { status_codes: ['ERROR'] } },
          { name: 'slow', type: 'latency', latency: { threshold_ms: 1000 } },
          { name: 'others', type: 'probabilistic', probabilistic: { sampling_percentage: 10 } },
        ],
      },
    },
    exporters: one.exporters,
    service: {
      extensions: ['health_check'],
      telemetry,
      pipelines: {
        traces: pipeline(['otlp'], ['otlp_grpc/jaeger'], ['tail_sampling']),
        logs: pipeline(['otlp'], ['otlp_http/loki']),
        metrics: pipeline(['otlp'], ['otlp_http/prometheus']),
      },
    },
  };
}

/** The memory limiter comes first and the batches last, as the Collector's documentation asks. */
function pipeline(from: readonly string[], to: readonly string[], between: readonly string[] = []): object {
  return { receivers: from, processors: ['memory_limiter', ...between, 'batch'], exporters: to };
}
