import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expositionText } from '@sightline/backend-prometheus';
import { createMetrics, type MetricsCollector } from '@sightline/core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { type Alertmanager, startAlertmanager } from '../../../scripts/servers/alertmanager.js';
import { requireServer } from '../../../scripts/servers/require-server.js';
import { type ServerProcess, startServer } from '../../../scripts/servers/server-process.js';
import { diagnose } from '../src/doctor/index.js';
import { resolveFacts } from '../src/facts/resolve-facts.js';
import { opsFiles } from '../src/generate.js';
import type { Facts } from '../src/model/facts.js';
import { writeFilesTo } from './write-files-to.js';

const isThere = requireServer('prometheus', 'prometheus-alertmanager');

describe.skipIf(!isThere)('The doctor, with the generated rules on a real Prometheus', () => {
  let facts: Facts;
  let page: string;
  let prometheus: ServerProcess;
  let alertmanager: Alertmanager;
  let stopService: () => Promise<unknown>;

  beforeAll(async () => {
    const metrics = createMetrics();
    const declare = (collector: MetricsCollector): void => {
      collector.counter('orders_total', { help: 'Orders.' });
      collector.counter('order_errors_total', { help: 'Orders that failed.' });
      collector.gauge('order_queue_jobs', { help: 'Orders that wait.' });
    };
    declare(metrics);
    const service = createServer((_request, response) =>
      response.setHeader('content-type', 'text/plain; version=0.0.4').end(expositionText(metrics.snapshot())),
    );
    await new Promise<void>((resolve) => void service.listen(0, '127.0.0.1', resolve));
    stopService = () => {
      service.closeAllConnections();
      return new Promise((resolve) => service.close(resolve));
    };
    const address = `127.0.0.1:${(service.address() as AddressInfo).port}`;
    page = `http://${address}/metrics`;
    facts = await resolveFacts({
      service: 'orders',
      team: 'sales',
      declare,
      signals: { orders: { requests: 'orders_total', errors: { metric: 'order_errors_total', relation: 'besides' } } },
      slos: { availability: { signal: 'orders', objective: 0.999 } },
      queues: [{ metric: 'order_queue_jobs' }],
      target: { addresses: [address] },
    });
    alertmanager = await startAlertmanager({
      'alertmanager.yml': stringify({ route: { receiver: 'none' }, receivers: [{ name: 'none' }] }),
    });
    prometheus = await startServer({
      command: 'prometheus',
      ready: '/-/ready',
      arguments(port, folder) {
        writeFilesTo(folder, opsFiles(facts), ({ path }) => path === 'prometheus/rules.yml');
        writeFilesTo(folder, [
          {
            path: 'prometheus.yml',
            text: stringify({
              global: { evaluation_interval: '1s' },
              rule_files: ['prometheus/rules.yml'],
              alerting: { alertmanagers: [{ static_configs: [{ targets: [new URL(alertmanager.url).host] }] }] },
              scrape_configs: [{ job_name: 'orders', scrape_interval: '1s', static_configs: [{ targets: [address] }] }],
            }),
          },
        ]);
        return ['--config.file=prometheus.yml', '--storage.tsdb.path=data', `--web.listen-address=127.0.0.1:${port}`];
      },
    });
  });
  afterAll(async () => {
    await prometheus?.stop();
    await alertmanager?.stop();
    await stopService?.();
  });

  const names = ['SystemDown', 'HighErrorRate', 'ErrorBudgetBurn', 'QueueBacklog'];
  const look = (more: object = {}) =>
    diagnose({ env: {}, page, facts, prometheus: prometheus.url, alertmanager: alertmanager.url, ...more }, names);

  test('finds a healthy service', async () => {
    await vi.waitFor(
      async () => {
        const { checks, isHealthy } = await look();
        const status = Object.fromEntries(checks.map(({ check, status: found }) => [check, found]));
        expect(status).toMatchObject({
          ...{ page: 'ok', metrics: 'ok', cardinality: 'ok', losses: 'ok', queues: 'ok', clock: 'ok' },
          ...{ scrape: 'ok', rules: 'ok', alerts: 'ok', alertmanager: 'ok' },
        });
        expect(isHealthy).toBe(true);
      },
      { timeout: 60_000, interval: 500 },
    );
  });

  test('finds what is missing', async () => {
    const { checks } = await diagnose(
      { env: {}, page, prometheus: prometheus.url, facts: { ...facts, job: 'other' } },
      [...names, 'NeverWritten'],
    );
    const detail = Object.fromEntries(checks.map(({ check, detail: found }) => [check, found]));
    expect(detail['scrape']).toContain('Prometheus does not scrape a target with job="other". Its jobs: orders.');
    expect(detail['rules']).toBe('Not loaded: NeverWritten.');
    expect(detail['alertmanager']).toContain(`Prometheus sends alerts to ${alertmanager.url}`);
  });
});
