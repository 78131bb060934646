import { commented, yamlFile } from '../files/yaml.js';
import type { Facts } from '../model/facts.js';
import type { OpsFile } from '../model/ops-file.js';
import { hash32 } from './stable-ids.js';
import { dataSources } from './template-variables.js';

/** Where Grafana finds the dashboards and the passwords of the compose stack. */
const DASHBOARDS = '/etc/grafana/dashboards';
/** Those that were made by hand. */
const LOCAL_DASHBOARDS = '/etc/grafana/local';
const SECRETS = '/run/secrets';

/** What Grafana reads when it starts: data sources, dashboards, settings. Passwords are read from files. */
export function grafanaFiles(facts: Facts): OpsFile[] {
  return [
    yamlFile('grafana/provisioning/datasources/datasources.yml', {
      apiVersion: 1,
      datasources: provisionedSources(facts),
    }),
    yamlFile('grafana/provisioning/dashboards/dashboards.yml', providers(facts)),
    { path: 'grafana/grafana.ini', text: `${commented([])}\n${settings(facts)}` },
  ];
}

function provisionedSources({ database, kpis }: Facts): object[] {
  const { prometheus, business, alertmanager, loki, jaeger, postgres } = dataSources;
  const toTrace = { datasourceUid: jaeger.uid, urlDisplayLabel: 'Trace' };
  // A single $ would be a variable of the environment.
  const value = `$${ofEnvironment('__value.raw')}`;
  const common = { access: 'proxy', editable: false };
  return [
    {
      ...prometheus,
      ...common,
      type: 'prometheus',
      url: 'http://prometheus:9090',
      isDefault: true,
      jsonData: {
        httpMethod: 'POST',
        // As often as Prometheus scrapes: rates are taken over four of these.
        timeInterval: '1m',
        // Its alerts are on the dashboards, silences are made in Alertmanager.
        manageAlerts: true,
        alertmanagerUid: alertmanager.uid,
        exemplarTraceIdDestinations: [{ name: 'trace_id', ...toTrace }],
      },
    },
    {
      ...alertmanager,
      ...common,
      type: 'alertmanager',
      url: 'http://alertmanager:9093',
      jsonData: { implementation: 'prometheus', handleGrafanaManagedAlerts: false },
    },
    ...(kpis.length === 0
      ? []
      : [
          {
            ...business,
            ...common,
            type: 'prometheus',
            url: 'http://prometheus-business:9090',
            jsonData: { httpMethod: 'POST', timeInterval: '5m' },
          },
        ]),
    {
      ...loki,
      ...common,
      type: 'loki',
      url: 'http://loki:3100',
      jsonData: {
        maxLines: 1000,
        derivedFields: [
          // In lines of JSON: trace_id of pino and structured, trace.id of ecs.
          {
            name: 'trace',
            matcherType: 'regex',
            matcherRegex: '"trace[._]id":"([0-9a-f]{32})"',
            url: value,
            ...toTrace,
          },
          // Beside lines that came by OTLP.
          { name: 'trace_id', matcherType: 'label', matcherRegex: 'trace_id', url: value, ...toTrace },
        ],
      },
    },
    {
      ...jaeger,
      ...common,
      type: 'jaeger',
      url: 'http://jaeger:16686',
      jsonData: {
        tracesToLogsV2: {
          datasourceUid: loki.uid,
          spanStartTimeShift: '-5m',
          spanEndTimeShift: '5m',
          tags: [{ key: 'service.name', value: 'service_name' }],
          filterByTraceID: true,
          filterBySpanID: false,
        },
        tracesToMetrics: { datasourceUid: prometheus.uid, spanStartTimeShift: '-5m', spanEndTimeShift: '5m' },
      },
    },
    ...(database === undefined
      ? []
      : [
          {
            ...postgres,
            ...common,
            type: 'postgres',
            url: `${ofEnvironment('POSTGRES_HOST')}:${ofEnvironment('POSTGRES_PORT')}`,
            user: ofEnvironment('POSTGRES_USER'),
            secureJsonData: { password: `$__file{${SECRETS}/postgres_password}` },
            jsonData: {
              database: ofEnvironment('POSTGRES_DB'),
              sslmode: ofEnvironment('POSTGRES_SSLMODE'),
              maxOpenConns: 5,
              maxIdleConns: 2,
            },
          },
        ]),
  ];
}

/** Replaced by Grafana when it reads the file. */
function ofEnvironment(variable: string): string {
  return `\${${variable}}`;
}

function providers({ service }: Facts): object {
  const from = (name: string, folder: string, files: string): object => ({
    name: literal(name),
    orgId: 1,
    folder: literal(folder),
    folderUid: `sightline-${hash32(folder).toString(16).padStart(8, '0')}`,
    type: 'file',
    disableDeletion: false,
    updateIntervalSeconds: 30,
    allowUiUpdates: false,
    options: { path: files, foldersFromFilesStructure: false },
  });
  return {
    apiVersion: 1,
    providers: [from(service, service, DASHBOARDS), from(`${service} local`, `${service} (local)`, LOCAL_DASHBOARDS)],
  };
}

/** Grafana replaces variables of the environment in values. */
function literal(text: string): string {
  return text.replaceAll('$', '$$$$');
}

function settings({ links }: Facts): string {
  const sections: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    server: { http_port: '3000', root_url: iniValue(`${links.grafana}/`) },
    security: {
      admin_user: 'admin',
      admin_password: `$__file{${SECRETS}/grafana_admin_password}`,
      disable_gravatar: 'true',
      cookie_samesite: 'lax',
    },
    users: { allow_sign_up: 'false', default_theme: 'system' },
    'auth.anonymous': { enabled: 'false' },
    analytics: { reporting_enabled: 'false', check_for_updates: 'false', check_for_plugin_updates: 'false' },
    dashboards: {
      default_home_dashboard_path: `${DASHBOARDS}/system-overview.json`,
      min_refresh_interval: '10s',
    },
    unified_alerting: { enabled: 'true' },
    log: { mode: 'console', level: 'info' },
    'log.console': { format: 'json' },
  };
  return Object.entries(sections)
    .map(([section, entries]) => {
      const lines = Object.entries(entries).map(([key, value]) => `${key} = ${value}\n`);
      return `[${section}]\n${lines.join('')}`;
    })
    .join('\n');
}

/** One line, without what INI takes for the start of a comment or a quotation. */
function iniValue(text: string): string {
  return text.replaceAll(/[\s;#"'`$\\]/g, (char) => encodeURIComponent(char));
}
