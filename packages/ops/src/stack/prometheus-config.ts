import { yamlFile } from '../files/yaml.js';
import type { Facts } from '../model/facts.js';
import type { OpsFile } from '../model/ops-file.js';
import { equal, series } from '../promql/selectors.js';

/** How long business series are kept, beside the 30 days of everything. */
export const BUSINESS_RETENTION = '180d';

/** `prometheus/prometheus.yml`, and that of the second Prometheus, which keeps the business series for longer. */
export function prometheusFiles(facts: Facts): OpsFile[] {
  return [
    yamlFile('prometheus/prometheus.yml', mainConfig(facts), ['Check it: promtool check config prometheus.yml']),
    ...(hasBusiness(facts) ? [yamlFile('prometheus/business.yml', businessConfig(facts))] : []),
  ];
}

export function hasBusiness({ kpis }: Facts): boolean {
  return kpis.length > 0;
}

function mainConfig(facts: Facts): object {
  const { cluster, region } = facts;
  return {
    global: {
      scrape_interval: '1m',
      scrape_timeout: '10s',
      evaluation_interval: '1m',
      external_labels: { cluster, region },
    },
    rule_files: ['rules.yml', '../local/prometheus/*.yml'],
    alerting: { alertmanagers: [{ static_configs: [{ targets: ['alertmanager:9093'] }] }] },
    scrape_configs: scrapeConfigs(facts),
    // The Collector sends what it had to keep, for 5 m at most, behind what it has sent since.
    storage: { tsdb: { out_of_order_time_window: '10m' } },
  };
}

function scrapeConfigs({ job, target, host, database }: Facts): object[] {
  return [
    { job_name: job, metrics_path: target.path, static_configs: [{ targets: [...target.addresses] }] },
    ...(host === 'node-exporter' ? [own('node', 'node-exporter:9100')] : []),
    ...(database === undefined ? [] : [own(database.job, 'postgres-exporter:9187')]),
    own('cadvisor', 'cadvisor:8080'),
    own('prometheus', 'localhost:9090'),
    own('alertmanager', 'alertmanager:9093'),
    own('grafana', 'grafana:3000'),
    own('loki', 'loki:3100'),
    own('jaeger', 'jaeger:8888'),
    own('collector', 'collector:8888'),
    probes(target),
  ];
}

function own(job: string, target: string): object {
  return { job_name: job, static_configs: [{ targets: [target] }] };
}

/** The blackbox exporter asks the service for its health, as a user would reach it. */
function probes({ addresses, healthPath }: Facts['target']): object {
  return {
    job_name: 'blackbox',
    metrics_path: '/probe',
    params: { module: ['http_2xx'] },
    static_configs: [{ targets: addresses.map((address) => `http://${address}${healthPath}`) }],
    relabel_configs: [
      { source_labels: ['__address__'], target_label: '__param_target' },
      { source_labels: ['__param_target'], target_label: 'instance' },
      { target_label: '__address__', replacement: 'blackbox-exporter:9115' },
    ],
  };
}

/** Copies the business series, under the labels that they have, once in five minutes. */
function businessConfig({ job, kpis, cluster, region }: Facts): object {
  return {
    global: { scrape_interval: '5m', external_labels: { cluster, region } },
    scrape_configs: [
      {
        job_name: 'business',
        honor_labels: true,
        metrics_path: '/federate',
        params: { 'match[]': kpis.map((kpi) => series(kpi, [equal('job', job)])) },
        static_configs: [{ targets: ['prometheus:9090'] }],
      },
    ],
  };
}
