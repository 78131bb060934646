import { createMetrics } from '@sightline/core';
import { deltas } from '@sightline/core/backend';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rounds } from '../../../../scripts/rounds.js';
import { AnnouncedCounters } from '../src/announced-counters.js';
import { BatchSender } from '../src/batch-sender.js';
import { dogstatsdDialect } from '../src/dogstatsd-dialect.js';
import { plainDialect } from '../src/plain-dialect.js';
import { receivedPoints } from './read-lines.js';

test('everything arrives exactly once, even if any payloads fail', { timeout: 60_000 }, async () => {
  const failures = fc.array(fc.boolean(), { maxLength: 60 });
  const program = fc.array(fc.tuple(fc.nat(12), fc.integer({ min: 1, max: 300 })), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(program, failures, fc.constantFrom('statsd', 'dogstatsd'), async (steps, failing, dialectName) => {
      const metrics = createMetrics({ backends: [] });
      const jobs = metrics.counter('jobs', { help: 'h', labelNames: ['id'] });
      const latency = metrics.histogram('latency', { help: 'h', labelNames: ['id'], exponential: true });
      const reader = deltas(metrics, { includeUnchanged: true });
      const sender = new BatchSender({
        packing: { maxBytes: 90, form: 'bare' },
        announced: new AnnouncedCounters(),
        lines: { histogramType: dialectName === 'statsd' ? 'ms' : 'd', histogramValues: 10, sampleRates: true },
        dropped: () => expect.unreachable(),
        pause: async () => {},
      });
      const arrived: string[] = [];
      let turn = 0;
      const push = async (): Promise<void> => {
        const batch = reader.read();
        const dialect =
          dialectName === 'statsd'
            ? plainDialect({ prefix: '' }, batch.families)
            : dogstatsdDialect({ prefix: '', tags: new Map(), origin: '', packsValues: true });
        await sender.send(batch, dialect, async (payload) => {
          expect(payload.length).toBeLessThanOrEqual(90);
          if (failing[turn++] === true) throw new Error('The peer is gone.');
          arrived.push(...payload.toString().split('\n'));
        });
      };
      for (const [id, times] of steps) {
        for (let i = 0; i < times; i++) latency.observe({ id }, i + 1);
        jobs.inc({ id }, times);
        await push().catch(() => {});
      }
      for (let attempt = 0; attempt <= failing.length; attempt++) await push().catch(() => {});

      const families = ['jobs', 'latency'].map((name) => ({ name, labelNames: ['id'], constantLabels: {} }));
      const points = receivedPoints(arrived, dialectName, { families });
      for (const id of new Set(steps.map(([each]) => each))) {
        const total = steps.reduce((all, [each, times]) => all + (each === id ? times : 0), 0);
        const of = (name: string) => points.find((point) => point.name === name && point.labels['id'] === String(id));
        expect(of('jobs')?.value).toBe(total);
        expect(of('latency')?.count).toBe(total);
        const sum = steps.reduce((all, [each, times]) => all + (each === id ? (times * (times + 1)) / 2 : 0), 0);
        expect(of('latency')?.sum).toBeCloseTo(sum, 3);
      }
      reader.shutdown();
    }),
    { numRuns: rounds(150) },
  );
});
