import { createMetrics } from '@sightline/core';
import { CUMULATIVE, logEncoder, metricsEncoder, type Reading, resourceMessage } from '@sightline/otlp/encode';
import { expect, test } from 'vitest';
import type { LogsAnswer, MetricHistoryAnswer, TraceAnswer } from '../../src/model/answers.js';
import { openOtlpHttp } from '../../src/receive/index.js';
import { START_MS, testStore, traceId } from '../store/test-store.js';
import { spanRequest } from './span-requests.js';

test.each(['protobuf', 'json'] as const)(
  'our encoders, as %s: the numbers are those of snapshot()',
  async (encoding) => {
    const { store, clock, get } = testStore();
    const receiver = await openOtlpHttp({ port: 0, intake: store.intake });
    const post = async (signal: string, body: Uint8Array): Promise<void> => {
      const type = encoding === 'json' ? 'application/json' : 'application/x-protobuf';
      const answer = await fetch(`${receiver.address.url}/v1/${signal}`, {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      });
      expect(answer.status).toBe(200);
    };
    try {
      clock.advance(1000);
      const metrics = createMetrics({
        clock,
        activeSpan: () => ({ traceId: traceId(1), spanId: '00000000000000a1', isSampled: true }),
      });
      metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] }).inc({ queue: 'a' }, 0.1);
      metrics.histogram('took', { help: 'Time.', unit: 'seconds', buckets: [1, 2] }).observe(1.5);
      clock.advance(1000);
      const { families, timeMs } = metrics.snapshot();
      const encode = metricsEncoder({
        encoding,
        resource: resourceMessage({ 'service.name': 'shop', 'service.instance.id': 'a' }),
        scope: { name: '@sightline/core', version: '1' },
      });
      const size = families.reduce((sum, family) => sum + family.size, 0);
      const reading: Reading = {
        families,
        size,
        timeMs,
        temporality: CUMULATIVE,
        prefersExponential: false,
        startTimesMs: ({ startTimesMs, rows }) => Float64Array.from(rows, (row) => startTimesMs[row] ?? 0),
      };
      await post('metrics', encode(reading, { from: 0, to: size }).body);
      const jobs = get<MetricHistoryAnswer>('metrics/history?name=jobs_total');
      expect(jobs.series[0]).toMatchObject({ current: 0.1, values: { rate: [expect.closeTo(0.1)] } });
      expect({ ...jobs.series[0]?.labels }).toEqual({ queue: 'a' });
      expect(jobs.exemplars).toEqual([
        expect.objectContaining({
          traceId: traceId(1),
          spanId: '00000000000000a1',
          timeMs: START_MS + 1000,
          value: 0.1,
        }),
      ]);
      const took = get<MetricHistoryAnswer>('metrics/history?name=took');
      expect(took.metric.unit).toBe('seconds');
      expect(took.heatMap).toEqual({ bounds: [1, 2, null], counts: [[0, 1, 0]] });

      const logs = logEncoder({ encoding, resource: ['service.name', 'shop'] });
      const line = {
        ...{ timeSeconds: START_MS / 1000, timeNanos: 0, observedSeconds: 0, observedNanos: 0, severityNumber: 13 },
        ...{ body: 'Slow.', attributes: ['ms', 250], droppedAttributesCount: 0, flags: 1 },
      };
      await post('logs', logs.request([logs.encode(line, { name: 'db' })]));
      expect(get<LogsAnswer>('logs').lines[0]).toMatchObject({
        message: 'Slow.',
        level: 'warn',
        attributes: { ms: 250 },
      });

      await post('traces', spanRequest(3, encoding));
      expect(get<TraceAnswer>(`traces/${traceId(1)}`).spans).toHaveLength(3);
    } finally {
      await receiver.shutdown({ timeoutMs: 100 });
    }
  },
);
