import { yamlFile } from '../files/yaml.js';
import type { Facts } from '../model/facts.js';
import type { OpsFile } from '../model/ops-file.js';
import { images } from './images.js';
import { BUSINESS_RETENTION, hasBusiness } from './prometheus-config.js';

/** `compose.yaml`: everything on one machine. Pages listen on loopback; services reach the collector by 4317 and 4318. */
export function composeFiles(facts: Facts): OpsFile[] {
  const services = servicesOf(facts);
  const volumes = Object.values(services).flatMap(({ volumes: mounts = [] }) =>
    mounts.map((mount) => mount.split(':')[0] ?? '').filter((name) => /^[a-z-]+$/.test(name)),
  );
  const config = {
    name: `${nameOf(facts.service)}-operations`,
    services,
    volumes: Object.fromEntries([...new Set(volumes)].sort().map((name) => [name, {}])),
    secrets: Object.fromEntries(Object.keys(secretsOf(facts)).map((name) => [name, { file: `./secrets/${name}` }])),
  };
  return [
    yamlFile('compose.yaml', config, [
      'docker compose up -d   (first: a password in secrets/grafana_admin_password, and alertmanager/secrets/README.md;',
      'mkdir -p local/prometheus local/alertmanager local/grafana, which Docker would make for root)',
      'Pages: Grafana 3000, Prometheus 9090, Alertmanager 9093, Jaeger 16686, all on 127.0.0.1.',
    ]),
    { path: 'secrets/README.md', text: secretsPage(facts) },
    { path: 'secrets/.gitignore', text: '*\n!README.md\n!.gitignore\n' },
  ];
}

function secretsOf({ database }: Facts): Readonly<Record<string, string>> {
  return {
    grafana_admin_password: 'The password of Grafana’s user `admin`.',
    ...(database === undefined
      ? {}
      : {
          postgres_password:
            'The password of the user that reads the database (`POSTGRES_USER`), for Grafana and the exporter; the role `pg_monitor` is enough for the exporter.',
        }),
  };
}

function secretsPage(facts: Facts): string {
  const rows = Object.entries(secretsOf(facts)).map(([name, what]) => `| \`${name}\` | ${what} |`);
  return `# Secrets of the stack

Each is a file here with the secret and nothing else. Git ignores them. Containers read them as their own users: Grafana as 472, the exporter as 65534. Alertmanager's own are in [alertmanager/secrets](../alertmanager/secrets/README.md).

| file | content |
| --- | --- |
${rows.join('\n')}
`;
}

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly [more: string]: unknown;
}

function servicesOf(facts: Facts): Record<string, Service> {
  return {
    prometheus: prometheus(),
    ...(hasBusiness(facts) ? { 'prometheus-business': business() } : {}),
    alertmanager: {
      ...usual('alertmanager', '256m'),
      command: ['--config.file=/etc/alertmanager/alertmanager.yml', '--storage.path=/alertmanager'],
      ports: ['127.0.0.1:9093:9093'],
      volumes: [
        './alertmanager:/etc/alertmanager:ro',
        './local/alertmanager:/etc/local/alertmanager:ro',
        'alertmanager-data:/alertmanager',
      ],
      healthcheck: asks('http://127.0.0.1:9093/-/healthy'),
    },
    grafana: grafana(facts),
    loki: {
      ...usual('loki', '1g'),
      command: ['-config.file=/etc/loki/loki.yml'],
      ports: ['127.0.0.1:3100:3100'],
      volumes: ['./loki:/etc/loki:ro', 'loki-data:/loki'],
    },
    jaeger: {
      ...usual('jaeger', '1g'),
      command: ['--config=/etc/jaeger/jaeger.yml'],
      // The image's user may not write to a new volume, which belongs to root.
      user: '0:0',
      ports: ['127.0.0.1:16686:16686'],
      volumes: ['./jaeger:/etc/jaeger:ro', 'jaeger-data:/badger'],
    },
    collector: {
      ...usual('collector', '512m'),
      command: ['--config=/etc/collector/collector.yml'],
      // Files of other containers' lines belong to root.
      user: '0:0',
      ports: ['127.0.0.1:4317:4317', '127.0.0.1:4318:4318'],
      volumes: ['./collector:/etc/collector:ro', '/var/lib/docker/containers:/var/lib/docker/containers:ro'],
      depends_on: ['loki', 'jaeger'],
    },
    ...exporters(facts),
  };
}

function prometheus(): Service {
  return {
    ...usual('prometheus', '2g'),
    command: [
      '--config.file=/etc/prometheus/prometheus.yml',
      '--storage.tsdb.path=/prometheus',
      '--storage.tsdb.retention.time=30d',
      '--storage.tsdb.retention.size=50GB',
      '--enable-feature=exemplar-storage',
      '--web.enable-otlp-receiver',
    ],
    ports: ['127.0.0.1:9090:9090'],
    volumes: [
      './prometheus:/etc/prometheus:ro',
      './local/prometheus:/etc/local/prometheus:ro',
      'prometheus-data:/prometheus',
    ],
    // A service on the machine itself is host.docker.internal:9464.
    extra_hosts: ['host.docker.internal:host-gateway'],
    healthcheck: asks('http://127.0.0.1:9090/-/healthy'),
  };
}

function business(): Service {
  return {
    ...usual('prometheus', '512m'),
    command: [
      '--config.file=/etc/prometheus/business.yml',
      '--storage.tsdb.path=/prometheus',
      `--storage.tsdb.retention.time=${BUSINESS_RETENTION}`,
      // A sample in 5 m, and the default looks back 5 m: every late one would be a gap.
      '--query.lookback-delta=11m',
    ],
    ports: ['127.0.0.1:9091:9090'],
    volumes: ['./prometheus:/etc/prometheus:ro', 'prometheus-business-data:/prometheus'],
    healthcheck: asks('http://127.0.0.1:9090/-/healthy'),
    depends_on: ['prometheus'],
  };
}

function grafana({ database }: Facts): Service {
  return {
    ...usual('grafana', '512m'),
    ...(database === undefined ? {} : { environment: postgresOfGrafana }),
    secrets: ['grafana_admin_password', ...(database === undefined ? [] : ['postgres_password'])],
    ports: ['127.0.0.1:3000:3000'],
    volumes: [
      './grafana/grafana.ini:/etc/grafana/grafana.ini:ro',
      './grafana/provisioning:/etc/grafana/provisioning:ro',
      './grafana/dashboards:/etc/grafana/dashboards:ro',
      './local/grafana:/etc/grafana/local:ro',
      'grafana-data:/var/lib/grafana',
    ],
    extra_hosts: ['host.docker.internal:host-gateway'],
    depends_on: ['prometheus', 'loki', 'jaeger'],
    healthcheck: asks('http://127.0.0.1:3000/api/health'),
  };
}

/** From the file `.env` or the environment of the command. */
const fromEnvironment = (name: string, fallback: string): string => `\${${name}:-${fallback}}`;

const postgresOfGrafana = {
  POSTGRES_HOST: fromEnvironment('POSTGRES_HOST', 'host.docker.internal'),
  POSTGRES_PORT: fromEnvironment('POSTGRES_PORT', '5432'),
  POSTGRES_DB: fromEnvironment('POSTGRES_DB', 'postgres'),
  POSTGRES_USER: fromEnvironment('POSTGRES_USER', 'monitoring'),
  POSTGRES_SSLMODE: fromEnvironment('POSTGRES_SSLMODE', 'require'),
};

const postgresOfExporter = {
  DATA_SOURCE_URI: `${postgresOfGrafana.POSTGRES_HOST}:${postgresOfGrafana.POSTGRES_PORT}/${postgresOfGrafana.POSTGRES_DB}?sslmode=${postgresOfGrafana.POSTGRES_SSLMODE}`,
  DATA_SOURCE_USER: postgresOfGrafana.POSTGRES_USER,
  DATA_SOURCE_PASS_FILE: '/run/secrets/postgres_password',
};

function exporters({ database, host }: Facts): Record<string, Service> {
  const node: Service = {
    ...usual('node-exporter', '128m'),
    command: [
      '--path.rootfs=/host',
      // Compose takes a single $ for the start of a variable.
      '--collector.filesystem.mount-points-exclude=^/(dev|proc|run|sys)($$|/)',
    ],
    pid: 'host',
    volumes: ['/:/host:ro,rslave'],
  };
  const postgres: Service = {
    ...usual('postgres-exporter', '128m'),
    environment: postgresOfExporter,
    secrets: ['postgres_password'],
    extra_hosts: ['host.docker.internal:host-gateway'],
  };
  return {
    ...(host === 'node-exporter' ? { 'node-exporter': node } : {}),
    ...(database === undefined ? {} : { 'postgres-exporter': postgres }),
    cadvisor: {
      ...usual('cadvisor', '256m'),
      privileged: true,
      devices: ['/dev/kmsg'],
      volumes: ['/:/rootfs:ro', '/var/run:/var/run:ro', '/sys:/sys:ro', '/var/lib/docker/:/var/lib/docker:ro'],
    },
    'blackbox-exporter': {
      ...usual('blackbox-exporter', '128m'),
      command: ['--config.file=/etc/blackbox/blackbox.yml'],
      volumes: ['./blackbox:/etc/blackbox:ro'],
      extra_hosts: ['host.docker.internal:host-gateway'],
    },
  };
}

function usual(image: keyof typeof images, memory: string): { image: string; restart: string; mem_limit: string } {
  return { image: images[image], restart: 'unless-stopped', mem_limit: memory };
}

function asks(address: string): object {
  return { test: ['CMD', 'wget', '-q', '--spider', address], interval: '30s', timeout: '5s', retries: 3 };
}

/** As compose wants project names: lower-case letters, digits, `-` and `_`, beginning with a letter or digit. */
function nameOf(service: string): string {
  return (
    service
      .toLowerCase()
      .replaceAll(/[^a-z0-9_-]+/g, '-')
      .replace(/^[^a-z0-9]+/, '') || 'service'
  );
}
