import { createMetrics, type MetricsCollector } from '@sightline/core';
import type { LabelValueSet } from '@sightline/core/backend';
import { scheduledMetrics } from '@sightline/core/scheduled';
import { type CqrsEvents, cqrsLabelValues, cqrsMetrics, sagaStatuses } from '@sightline/cqrs';
import { databaseMetrics, queryLabelValues, queryObserver } from '@sightline/database';
import { createEvents, recordEvents } from '@sightline/events';
import { runtimeMetrics } from '@sightline/events/runtime';
import {
  connectionStatuses,
  type WebsocketEvents,
  websocketLabelValues,
  websocketMetrics,
} from '@sightline/events/websocket';
import { httpLabelValues } from '@sightline/http';
import { tracedFetch } from '@sightline/http/client';
import { instrumentHandler } from '@sightline/http/node';
import { createLogger, logLabelValues } from '@sightline/logger';
import { otlpLabelValues } from '@sightline/otlp';
import { collectGpuMetrics, gpuLabelValues } from '@sightline/system-metrics/gpu';
import { collectHostMetrics, hostLabelValues } from '@sightline/system-metrics/host';
import { collectProcessMetrics, processLabelValues } from '@sightline/system-metrics/process';
import { createTestMetrics } from '@sightline/testing';
import { createTestSpans } from '@sightline/testing/spans';
import { type SagaOutcome, sagaOutcomes } from '@sightline/tracing';
import { MessagePropagator, messageLabelValues } from '@sightline/tracing/messages';
import { describe, expect, test } from 'vitest';
import { operationsOf } from '../src/operation.js';
import { runLabelValues } from '../src/runs/run-label-values.js';
import { runRecorder } from '../src/runs/run-recorder.js';

const lines: string[] = [];
const write = (_fields: object, line: string): void => void lines.push(line);
const log = { info: write, warn: write, error: write };
const { spans } = createTestSpans();

/** Every set of metrics that a service may ask for. */
const catalogues: Readonly<Record<string, (metrics: MetricsCollector) => { shutdown(): void } | undefined>> = {
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
  messages(metrics) {
    new MessagePropagator({ source: 'app', metrics });
    return undefined;
  },
  lines(metrics) {
    createLogger({ metrics, destination: { write() {} } as never });
    return undefined;
  },
  process: (metrics) => collectProcessMetrics(metrics),
  host: (metrics) => collectHostMetrics(metrics),
  gpu: (metrics) => collectGpuMetrics(metrics),
  scheduled: (metrics) => scheduledMetrics(metrics, { log }),
};

const published = new Map<string, LabelValueSet>();
for (const sets of [
  ...[cqrsLabelValues, websocketLabelValues, runLabelValues('app'), queryLabelValues, httpLabelValues, logLabelValues],
  ...[messageLabelValues, otlpLabelValues, hostLabelValues, gpuLabelValues, processLabelValues],
]) {
  for (const [metric, labels] of Object.entries(sets)) {
    for (const [label, set] of Object.entries(labels)) published.set(`${metric} ${label}`, set);
  }
}

describe('The published values of labels', () => {
  test('belong to labels that are declared', () => {
    const metrics = createMetrics({ log });
    const made = Object.values(catalogues).map((declare) => declare(metrics));
    const declared = metrics
      .snapshot()
      .families.flatMap(({ name, labelNames }) => labelNames.map((label) => `${name} ${label}`));
    // A machine without GPUs or a pool, and a service that has sent nothing, have none of these.
    const isElsewhere = (key: string): boolean => /^(system_gpu_|repo\.pool\.|sightline_otlp_)/.test(key);
    expect([...published.keys()].filter((key) => !declared.includes(key) && !isElsewhere(key))).toEqual([]);
    for (const each of made) each?.shutdown();
  });

  test.each([...published])(
    '%s: those that fail are some of them, and a share is a share of more',
    (_key, { values, failing, outOf }) => {
      if (failing === undefined) return;
      const isFailing = (value: string): boolean => new RegExp(`^(?:${failing})$`).test(value);
      const whole = outOf === undefined ? values : values?.filter((value) => new RegExp(`^(?:${outOf})$`).test(value));
      const failures = values?.filter(isFailing);
      if (failures !== undefined) {
        expect(failures).not.toEqual([]);
        expect(whole).toEqual(expect.arrayContaining(failures));
      }
      expect(isFailing('')).toBe(false);
    },
  );

  test('are those that are recorded', () => {
    const metrics = createMetrics({ log, strict: true });
    const events = createEvents<CqrsEvents & WebsocketEvents>();
    recordEvents(events, metrics, [...cqrsMetrics, ...websocketMetrics]);
    for (const status of sagaStatuses) events.execute('saga.completed', {}, { saga_type: 'fulfil-order', status });
    for (const status of connectionStatuses) events.execute('websocket.connections', {}, { status });
    expect(sagaOutcomes).toEqual(sagaStatuses);
    expect(() => events.execute('saga.completed', {}, { saga_type: 'a', status: 'gone' as never })).toThrow('gone');
  });

  test.each(['failed', 'compensated', 'completed'] as const)('find the sagas that have %s', async (expected) => {
    const metrics = createTestMetrics();
    const events = createEvents<CqrsEvents>();
    recordEvents(events, metrics, cqrsMetrics);
    const onOutcome = (status: SagaOutcome): void =>
      events.execute('saga.completed', { count: 1 }, { saga_type: 'order', status });
    const saga = spans.saga('order', { onOutcome }, async ({ step }) => {
      await step('reserve', () => {}, {
        compensate: () => expected === 'failed' && Promise.reject(new Error('stuck')),
      });
      if (expected !== 'completed') throw new Error('no');
    });
    await saga.catch(() => {});
    const counted = metrics.series('saga.completed.count').filter(({ value }) => value === 1);
    expect(counted.map(({ labels }) => labels['status'])).toEqual([expected]);
    const { failing } = cqrsLabelValues['saga.completed.count']?.['status'] ?? {};
    expect(new RegExp(`^(?:${failing})$`).test(expected)).toBe(expected === 'failed');
  });
});

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
    for (const each of made) each?.shutdown();
  }
  expect(lines).toEqual([]);
});
