import { createHash } from 'node:crypto';
import { commented, yamlFile, yamlText } from '../files/yaml.js';
import type { Facts } from '../model/facts.js';
import type { OpsFile } from '../model/ops-file.js';

/**
 * `kubernetes/`: what Prometheus' operator and Grafana's sidecar take, and the probes of the service's own Deployment.
 * @param ruleGroups the groups of `prometheus/rules.yml`
 * @param dashboards `grafana/dashboards/*.json`
 */
export function kubernetesFiles(
  facts: Facts,
  ruleGroups: readonly object[],
  dashboards: readonly OpsFile[],
): OpsFile[] {
  const { target } = facts;
  const name = resourceName(facts.service);
  const metadata = { name, labels: labelsOf(facts) };
  // Prometheus takes the name of the Service for `job`, rules and dashboards ask for the one of the facts.
  const endpoint = {
    port: 'metrics',
    path: target.path,
    interval: '1m',
    scrapeTimeout: '10s',
    relabelings: [{ action: 'replace', targetLabel: 'job', replacement: literalReplacement(facts.job) }],
  };
  const selector = { matchLabels: { 'app.kubernetes.io/name': name } };
  return [
    yamlFile(
      'kubernetes/servicemonitor.yaml',
      {
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'ServiceMonitor',
        metadata,
        spec: { selector, endpoints: [endpoint] },
      },
      [
        'For a service with a Service, whose port for metrics is called "metrics". Use this or podmonitor.yaml, not both.',
      ],
    ),
    yamlFile(
      'kubernetes/podmonitor.yaml',
      {
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'PodMonitor',
        metadata,
        spec: { selector, podMetricsEndpoints: [endpoint] },
      },
      ['For pods without a Service, such as workers. Use this or servicemonitor.yaml, not both.'],
    ),
    yamlFile('kubernetes/prometheusrule.yaml', {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata,
      spec: { groups: ruleGroups },
    }),
    yamlFile('kubernetes/probe.yaml', probe(facts, metadata), [
      'Asks the service for its health by the blackbox exporter. Change prober.url to where yours is.',
    ]),
    yamlFile('kubernetes/deployment-patch.yaml', deploymentPatch(facts, name), [
      'The probes of the service’s container: kubectl patch deployment <name> --patch-file deployment-patch.yaml',
    ]),
    ...(dashboards.length === 0 ? [] : [dashboardMaps(facts, name, dashboards)]),
  ];
}

function labelsOf({ team }: Facts): Record<string, string> {
  return { 'app.kubernetes.io/part-of': 'operations', team: labelValue(team) };
}

function probe({ target, job }: Facts, metadata: object): object {
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'Probe',
    metadata,
    spec: {
      jobName: `${job}-probe`,
      interval: '1m',
      module: 'http_2xx',
      prober: { url: 'blackbox-exporter:9115' },
      targets: { staticConfig: { static: target.addresses.map((address) => `http://${address}${target.healthPath}`) } },
    },
  };
}

/** Not alive: it is started again. Not ready: it gets no requests, as while it drains. */
function deploymentPatch({ target }: Facts, name: string): object {
  const asks = (path: string, more: object): object => ({
    httpGet: { path, port: 'metrics' },
    timeoutSeconds: 3,
    ...more,
  });
  const port = Number(target.addresses[0]?.split(':').at(-1) ?? 9464);
  return {
    spec: {
      template: {
        metadata: { labels: { 'app.kubernetes.io/name': name } },
        spec: {
          // Longer than the service needs to end (5 s) and to be taken out of its Service.
          terminationGracePeriodSeconds: 30,
          containers: [
            {
              name,
              ports: [{ name: 'metrics', containerPort: port }],
              startupProbe: asks('/livez', { periodSeconds: 2, failureThreshold: 30 }),
              livenessProbe: asks('/livez', { periodSeconds: 10, failureThreshold: 3 }),
              readinessProbe: asks('/readyz', { periodSeconds: 5, failureThreshold: 1 }),
            },
          ],
        },
      },
    },
  };
}

/**
 * Grafana's sidecar loads every ConfigMap with this label. One for each dashboard: `kubectl apply` keeps a copy in an annotation, which
 * has at most 256 KiB.
 */
function dashboardMaps(facts: Facts, name: string, dashboards: readonly OpsFile[]): OpsFile {
  const maps = dashboards.map(({ path: file, text }) => {
    const base =
      file
        .split('/')
        .at(-1)
        ?.replace(/\.json$/, '') ?? file;
    return {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: `${name}-${base}`,
        labels: { ...labelsOf(facts), grafana_dashboard: '1' },
        annotations: { grafana_folder: facts.service },
      },
      data: { [`${name}-${base}.json`]: text },
    };
  });
  return { path: 'kubernetes/dashboards-configmap.yaml', text: commented([]) + maps.map(yamlText).join('---\n') };
}

/** A DNS subdomain (RFC 1123) of at most 50 characters: others are appended. A name that had to be cut keeps a hash of the whole. */
export function resourceName(text: string): string {
  const name = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  if (name === text && name.length <= 50) return name;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return `${name.slice(0, 41).replace(/-+$/, '') || 'service'}-${hash}`;
}

/** At most 63 letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit. */
function labelValue(text: string): string {
  return text
    .replaceAll(/[^A-Za-z0-9_.-]+/g, '-')
    .slice(0, 63)
    .replaceAll(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '');
}

/** A `$` would begin a reference to a group of the regular expression. */
function literalReplacement(text: string): string {
  return text.replaceAll('$', '$$$$');
}
