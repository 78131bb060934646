import { expectExactly } from '../../conformance-failure.js';
import type { CaseGroup } from '../conformance-case.js';

export const reading: CaseGroup = {
  title: 'Reading',
  cases: [
    {
      name: 'counts nothing twice over several reads',
      why: 'Two scrapers, or a flush before the interval is over, must not change the numbers.',
      async run({ metrics, read, received }) {
        const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] });
        const latency = metrics.histogram('latency_seconds', { help: 'Latency.', buckets: [1] });
        jobs.inc({ queue: 'mail' }, 3);
        latency.observe(0.5);
        for (const reader of [read, read, received, read]) {
          const seen = await reader();
          seen.expectValue('jobs_total', { queue: 'mail' }, 3);
          seen.expectHistogram('latency_seconds', {}, { count: 1 });
        }
      },
    },
    {
      name: 'loses nothing over an idle time',
      why: 'A service rests at night.',
      async run({ metrics, read, pass }) {
        const jobs = metrics.counter('jobs_total', { help: 'Jobs.' });
        jobs.inc(3);
        await read();
        await pass(120_000);
        (await read()).expectValue('jobs_total', {}, 3);
        jobs.inc(2);
        await pass(60_000);
        (await read()).expectValue('jobs_total', {}, 5);
      },
    },
    {
      name: 'is not disturbed by another reader',
      why: 'Dashboards, tests and second backends read the same numbers.',
      async run({ metrics, read }) {
        const jobs = metrics.counter('jobs_total', { help: 'Jobs.' });
        jobs.inc(3);
        metrics.snapshot();
        await metrics.collect();
        (await read()).expectValue('jobs_total', {}, 3);
        jobs.inc();
        await metrics.collect();
        metrics.snapshot();
        (await read()).expectValue('jobs_total', {}, 4);
      },
    },
    {
      name: 'shows many series whole',
      why: 'Expositions are written in chunks and messages are split; no series may be lost in between.',
      async run({ metrics, read }) {
        const partitions = metrics.counter('partition_messages_total', {
          help: 'Messages.',
          labelNames: ['topic', 'partition'],
        });
        const lag = metrics.gauge('partition_lag', { help: 'Lag.', labelNames: ['partition'] });
        for (let partition = 0; partition < 1500; partition++) {
          partitions.inc({ topic: `topic.${partition % 7}`, partition }, partition + 1);
          lag.set({ partition }, partition / 4);
        }
        const seen = await read();
        for (let partition = 0; partition < 1500; partition++) {
          seen.expectValue(
            'partition_messages_total',
            { topic: `topic.${partition % 7}`, partition: String(partition) },
            partition + 1,
          );
          seen.expectValue('partition_lag', { partition: String(partition) }, partition / 4);
        }
        expectExactly(seen.pointsOf('partition_messages_total').length, 1500);
      },
    },
    {
      name: 'counts exactly while it is read',
      why: 'Recording does not wait for a reader, and a reader sees each increment once, now or next time.',
      async run({ metrics, read, flush }) {
        const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] });
        const reads: Promise<unknown>[] = [];
        for (let i = 0; i < 20; i++) {
          jobs.inc({ queue: i % 2 === 0 ? 'mail' : 'push' });
          reads.push(flush());
          await Promise.resolve();
          jobs.inc({ queue: 'mail' });
        }
        await Promise.all(reads);
        const seen = await read();
        seen.expectValue('jobs_total', { queue: 'mail' }, 30);
        seen.expectValue('jobs_total', { queue: 'push' }, 10);
      },
    },
  ],
};
