/** Exact versions of the stack's images: the newest that were known when this was written. */
export const images = {
  prometheus: 'quay.io/prometheus/prometheus:v3.16.0',
  alertmanager: 'quay.io/prometheus/alertmanager:v0.35.0',
  grafana: 'docker.io/grafana/grafana:13.2.3',
  loki: 'docker.io/grafana/loki:3.7.8',
  jaeger: 'cr.jaegertracing.io/jaegertracing/jaeger:2.13.0',
  collector: 'docker.io/otel/opentelemetry-collector-contrib:0.160.0',
  'node-exporter': 'quay.io/prometheus/node-exporter:v1.12.1',
  'postgres-exporter': 'quay.io/prometheuscommunity/postgres-exporter:v0.18.1',
  cadvisor: 'ghcr.io/google/cadvisor:v0.60.6',
  'blackbox-exporter': 'quay.io/prometheus/blackbox-exporter:v0.28.0',
} as const;
