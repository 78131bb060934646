import { yamlFile } from '../files/yaml.js';
import type { Facts } from '../model/facts.js';
import type { OpsFile } from '../model/ops-file.js';

/** Loki, which keeps lines for 90 days, Jaeger, which keeps traces for 7, and the blackbox exporter's only module. */
export function storeFiles(_facts: Facts): OpsFile[] {
  return [
    yamlFile('loki/loki.yml', loki, ['Check it: loki -config.file=loki.yml -verify-config']),
    yamlFile('jaeger/jaeger.yml', jaeger, ['Check it: jaeger validate --config jaeger.yml']),
    yamlFile('blackbox/blackbox.yml', blackbox),
  ];
}

const loki = {
  auth_enabled: false,
  server: { http_listen_port: 3100, grpc_listen_port: 9096 },
  common: {
    instance_addr: '127.0.0.1',
    path_prefix: '/loki',
    storage: { filesystem: { chunks_directory: '/loki/chunks', rules_directory: '/loki/rules' } },
    replication_factor: 1,
    ring: { kvstore: { store: 'inmemory' } },
  },
  schema_config: {
    configs: [
      {
        from: '2024-04-01',
        store: 'tsdb',
        object_store: 'filesystem',
        schema: 'v13',
        index: { prefix: 'index_', period: '24h' },
      },
    ],
  },
  // Lines of OTLP keep their attributes as structured metadata.
  limits_config: { retention_period: '2160h', allow_structured_metadata: true, volume_enabled: true },
  // Without this the retention above deletes nothing.
  compactor: {
    working_directory: '/loki/compactor',
    retention_enabled: true,
    retention_delete_delay: '2h',
    delete_request_store: 'filesystem',
  },
  analytics: { reporting_enabled: false },
};

const jaeger = {
  service: {
    extensions: ['jaeger_storage', 'jaeger_query', 'healthcheckv2'],
    pipelines: {
      traces: { receivers: ['otlp'], processors: ['batch'], exporters: ['jaeger_storage_exporter'] },
    },
    telemetry: {
      resource: { 'service.name': 'jaeger' },
      metrics: {
        level: 'detailed',
        readers: [{ pull: { exporter: { prometheus: { host: '0.0.0.0', port: 8888 } } } }],
      },
    },
  },
  extensions: {
    healthcheckv2: { use_v2: true, http: { endpoint: '0.0.0.0:13133' } },
    jaeger_query: { storage: { traces: 'main' } },
    jaeger_storage: {
      backends: {
        main: {
          badger: {
            directories: { keys: '/badger/keys', values: '/badger/values' },
            ephemeral: false,
            ttl: { spans: '168h' },
          },
        },
      },
    },
  },
  receivers: { otlp: { protocols: { grpc: { endpoint: '0.0.0.0:4317' }, http: { endpoint: '0.0.0.0:4318' } } } },
  processors: { batch: {} },
  exporters: { jaeger_storage_exporter: { trace_storage: 'main' } },
};

const blackbox = {
  modules: {
    http_2xx: {
      prober: 'http',
      timeout: '5s',
      http: { method: 'GET', follow_redirects: false, preferred_ip_protocol: 'ip4' },
    },
  },
};
