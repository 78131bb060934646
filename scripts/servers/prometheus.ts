import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ServerProcess, startServer } from './server-process.js';

/** A real Prometheus that scrapes the test's expositions. */
export interface Prometheus extends ServerProcess {
  /** The samples of an instant query, by default of now. */
  query(promql: string, timeSeconds?: number): Promise<PrometheusSample[]>;
  /** Values of a label of the series that match. */
  labelValues(label: string, match: string): Promise<string[]>;
  exemplars(promql: string): Promise<Array<{ labels: Record<string, string>; value: number }>>;
  /** `up`, `down` or `unknown` of each target, with the error of its last scrape. */
  targets(): Promise<Array<{ job: string; health: string; lastError: string }>>;
  /** Type, help and unit by family name. */
  metadata(): Promise<Record<string, Array<{ type: string; help: string; unit: string }>>>;
}

export interface PrometheusSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface PrometheusConfig {
  readonly targets: readonly PrometheusTarget[];
  /** The program. Default: Debian's. */
  readonly command?: string | undefined;
  /** Feature flags, such as `exemplar-storage`. */
  readonly features?: readonly string[] | undefined;
}

export interface PrometheusTarget {
  /** The `job` label. */
  readonly job: string;
  /** The URL of the exposition. */
  readonly url: string;
  readonly bearerToken?: string | undefined;
}

/** Starts a Prometheus that scrapes each target once a second. */
export async function startPrometheus({
  targets,
  features = [],
  command = 'prometheus',
}: PrometheusConfig): Promise<Prometheus> {
  const server = await startServer({
    command,
    ready: '/-/ready',
    arguments(port, folder) {
      // YAML takes JSON.
      writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify({ scrape_configs: targets.map(scrapeConfig) }));
      return [
        '--config.file=prometheus.yml',
        '--storage.tsdb.path=data',
        `--web.listen-address=127.0.0.1:${port}`,
        ...(features.length === 0 ? [] : [`--enable-feature=${features.join(',')}`]),
      ];
    },
  });
  const get = async <T>(path: string): Promise<T> => {
    const response = await fetch(`${server.url}/api/v1/${path}`);
    const answer = (await response.json()) as { status: string; error?: string; data: T };
    if (answer.status !== 'success') throw new Error(`Prometheus refused ${path}: ${answer.error}`);
    return answer.data;
  };

  return {
    ...server,
    async query(promql, timeSeconds) {
      const time = timeSeconds === undefined ? '' : `&time=${timeSeconds}`;
      const { result } = await get<{ result: Array<{ metric: Record<string, string>; value: [number, string] }> }>(
        `query?query=${encodeURIComponent(promql)}${time}`,
      );
      return result.map(({ metric, value }) => ({ labels: metric, value: numberOf(value[1]) }));
    },
    labelValues: (label, match) => get(`label/${label}/values?match[]=${encodeURIComponent(match)}`),
    async exemplars(promql) {
      const range = `start=${Date.now() / 1000 - 3600}&end=${Date.now() / 1000 + 60}`;
      const found = await get<Array<{ exemplars: Array<{ labels: Record<string, string>; value: string }> }>>(
        `query_exemplars?query=${encodeURIComponent(promql)}&${range}`,
      );
      return found.flatMap(({ exemplars }) =>
        exemplars.map(({ labels, value }) => ({ labels, value: numberOf(value) })),
      );
    },
    async targets() {
      const { activeTargets } = await get<{
        activeTargets: Array<{ scrapePool: string; health: string; lastError: string }>;
      }>('targets');
      return activeTargets.map(({ scrapePool, health, lastError }) => ({ job: scrapePool, health, lastError }));
    },
    metadata: () => get('metadata'),
  };
}

function scrapeConfig({ job, url, bearerToken }: PrometheusTarget): object {
  const { host, pathname } = new URL(url);
  return {
    job_name: job,
    scrape_interval: '1s',
    metrics_path: pathname,
    static_configs: [{ targets: [host] }],
    ...(bearerToken === undefined ? {} : { authorization: { credentials: bearerToken } }),
  };
}

function numberOf(text: string): number {
  return Number(text.replace(/Inf$/, 'Infinity'));
}
