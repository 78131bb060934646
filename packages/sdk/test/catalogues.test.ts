import { createMetrics, type MetricsCollector } from '@sightline/core';
import { createEvents, recordEvents } from '@sightline/events';
import { cqrsMetrics } from '@sightline/events/cqrs';
import { databaseMetrics } from '@sightline/events/database';
import { runtimeMetrics } from '@sightline/events/runtime';
import { websocketMetrics } from '@sightline/events/websocket';
import { tracedFetch } from '@sightline/http/client';
import { instrumentHandler } from '@sightline/http/node';
import { collectGpuMetrics } from '@sightline/system-metrics/gpu';
import { collectHostMetrics } from '@sightline/system-metrics/host';
import { collectProcessMetrics } from '@sightline/system-metrics/process';
import { scheduledMetrics } from '@sightline/system-metrics/scheduled';
import { createTestSpans } from '@sightline/testing/spans';
import { expect, test } from 'vitest';
import { queryObserver } from '../src/database/index.js';
import { operationsOf } from '../src/operation.js';
import { runRecorder } from '../src/runs/run-recorder.js';

const lines: string[] = [];
const write = (_fields: object, line: string): void => void lines.push(line);
const log = { info: write, warn: write, error: write };
const { spans } = createTestSpans();

/** Every set of metrics that a service may ask for. */
const catalogues: Readonly<Record<string, (metrics: MetricsCollector) => { stop(): void } | undefined>> = {
  events(metrics) {
    recordEvents(createEvents(), metrics, [...cqrsMetrics, ...databaseMetrics, ...websocketMetrics, ...runtimeMetrics]);
    return undefined;
  },
  queries(metrics) {
    queryObserver({ metrics, spans }, { system: 'postgresql' });
    return undefined;
  },
  runs(metrics) {
    runRecorder({ metrics, spans }, { namespace: 'app' });
    return undefined;
  },
  operations(metrics) {
    operationsOf({ metrics, spans, log })('app.order', () => {});
    return undefined;
  },
  servers(metrics) {
    instrumentHandler({ metrics, spans, logger: log } as never, () => {});
    return undefined;
  },
  clients(metrics) {
    tracedFetch({ metrics, spans, logger: log } as never);
    return undefined;
  },
  process: (metrics) => collectProcessMetrics(metrics),
  host: (metrics) => collectHostMetrics(metrics),
  gpu: (metrics) => collectGpuMetrics(metrics),
  scheduled: (metrics) => scheduledMetrics(metrics, { log }),
};

test('all catalogues fit into one collector, in whatever order they are declared', () => {
  for (const order of [Object.entries(catalogues), Object.entries(catalogues).reverse()]) {
    const metrics = createMetrics({ log });
    const made = order.map(([name, declare]) => {
      try {
        return declare(metrics);
      } catch (error) {
        throw new Error(`The catalogue "${name}" does not fit`, { cause: error });
      }
    });
    for (const each of made) each?.stop();
  }
  expect(lines).toEqual([]);
});
