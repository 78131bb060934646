import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { vi } from 'vitest';
import { type Prometheus, startPrometheus } from '../../../scripts/servers/prometheus.js';
import { startServer } from '../../../scripts/servers/server-process.js';
import { dashboardFiles } from '../src/dashboards/dashboard-files.js';
import type { DashboardJson } from '../src/dashboards/grafana-json.js';
import type { Facts } from '../src/model/facts.js';
import { asGrafana } from './as-grafana.js';
import { panelQueries } from './dashboard-lint/panel-queries.js';

/** A real Prometheus that scrapes a service once a second, the node exporter, and recorded pages of other exporters. */
export interface WatchedService {
  readonly prometheus: Prometheus;
  /** A time at which no scrape had failed: a machine under load may be late, which ends all series of a target until the next. */
  wholeTime(): Promise<number>;
  /** The PromQL of the dashboards that has no data, with its panel, and how many queries there are. Late scrapes are waited for. */
  emptyQueries(facts: Facts, isWanted?: (query: string) => boolean): Promise<{ empty: string[]; all: number }>;
  stop(): Promise<void>;
}

export async function watchService({
  job,
  pageUrl,
  command,
}: {
  readonly job: string;
  readonly pageUrl: string;
  /** The program of Prometheus. Default: Debian's. */
  readonly command?: string | undefined;
}): Promise<WatchedService> {
  const node = await startServer({
    command: 'prometheus-node-exporter',
    arguments: (port) => [`--web.listen-address=127.0.0.1:${port}`],
    ready: '/metrics',
  });
  const recorded = await startRecorded();
  const targets = [
    { job, url: pageUrl },
    { job: 'node', url: `${node.url}/metrics` },
    { job: 'postgres', url: `${recorded.url}/postgres-exporter` },
    { job: 'cadvisor', url: `${recorded.url}/cadvisor` },
    { job: 'blackbox', url: `${recorded.url}/blackbox-exporter` },
  ];
  const prometheus = await startPrometheus({ command, features: ['exemplar-storage'], targets });
  const wholeTime = async (): Promise<number> => {
    let time = 0;
    await vi.waitUntil(
      async () => {
        time = Date.now() / 1000;
        const [up] = await prometheus.query('count(up == 1)', time);
        return up?.value === targets.length;
      },
      { timeout: 60_000, interval: 100 },
    );
    return time;
  };
  return {
    prometheus,
    wholeTime,
    async emptyQueries(facts, isWanted = () => true) {
      const queries = dashboardFiles(facts).flatMap((file) =>
        panelQueries(file)
          .filter(({ language }) => language === 'promql')
          .map(({ dashboard, panel, refId, expr }) => {
            const asked = asGrafana(expr, JSON.parse(file.text) as DashboardJson);
            return { asked, what: `${dashboard}, ${panel} ${refId}: ${asked}` };
          }),
      );
      let empty = queries.filter(({ what }) => isWanted(what));
      await vi
        .waitUntil(
          async () => {
            const time = await wholeTime();
            const answers = await Promise.all(empty.map(({ asked }) => prometheus.query(asked, time)));
            empty = empty.filter((_, i) => answers[i]?.length === 0);
            return empty.length === 0;
          },
          { timeout: 60_000, interval: 500 },
        )
        .catch(() => undefined); // the caller sees what is still empty
      return { empty: empty.map(({ what }) => what), all: queries.length };
    },
    async stop() {
      await prometheus.stop();
      recorded.server.close();
      await node.stop();
    },
  };
}

/** The recorded pages of exporters that are not here, by their file names. Counters go on with each scrape. */
async function startRecorded(): Promise<{ server: Server; url: string }> {
  const folder = new URL('recorded/', import.meta.url);
  let scrapes = 0;
  const server = createServer((request, response) => {
    const page = readFileSync(new URL(`${request.url?.slice(1)}.txt`, folder), 'utf8');
    const counters = new Set([...page.matchAll(/^# TYPE (\S+) counter$/gm)].map(([, name]) => name));
    scrapes++;
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(
      page.replaceAll(/^(\w+)(\{.*\})? (\S+)$/gm, (line, name: string, labels: string | undefined, value: string) =>
        counters.has(name) ? `${name}${labels ?? ''} ${Number(value) + scrapes}` : line,
      ),
    );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return { server, url: `http://127.0.0.1:${address.port}` };
}
