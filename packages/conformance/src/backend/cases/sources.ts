import { expectThat } from '../../conformance-failure.js';
import type { CaseGroup } from '../conformance-case.js';
import { externalCounter, externalGauge, externalHistogram } from '../external-family.js';

export const sources: CaseGroup = {
  title: 'Collect callbacks and included sources',
  cases: [
    {
      name: 'shows what a collect callback reports',
      why: 'Queue lengths and memory are read at each collection.',
      async run({ metrics, read, pass }) {
        let length = 7;
        metrics.gauge('queue_length', { help: 'Length.', collect: () => length });
        metrics.gauge('queue_lag', {
          help: 'Lag.',
          labelNames: ['queue'],
          collect: (gauge) => gauge.set({ queue: 'mail' }, length * 2),
        });
        const seen = await read();
        seen.expectValue('queue_length', {}, 7);
        seen.expectValue('queue_lag', { queue: 'mail' }, 14);
        length = 9;
        await pass(2000);
        (await read()).expectValue('queue_length', {}, 9);
      },
    },
    {
      name: 'waits for a collect callback that takes its time',
      why: 'A queue length may be a query away.',
      async run({ metrics, read }) {
        metrics.gauge('rows', {
          help: 'Rows.',
          collect: async () => {
            await new Promise((resolve) => setImmediate(resolve));
            return 12;
          },
        });
        (await read()).expectValue('rows', {}, 12);
      },
    },
    {
      name: 'runs collect callbacks once per collection',
      why: 'A costly query must not run once for each metric, nor once for each reader.',
      async run({ metrics, read, received }) {
        let runs = 0;
        metrics.onCollect(() => void runs++, { name: 'costly' });
        metrics.counter('jobs_total', { help: 'Jobs.' }).inc();
        await read();
        await received();
        await read();
        expectThat(runs === 1, () => `The callback ran ${runs} times within one collection.`);
      },
    },
    {
      name: 'shows the rest if a collect callback fails',
      why: 'A database that is down must not hide the numbers that say so.',
      async run({ metrics, read }) {
        metrics.gauge('broken', { help: 'Broken.', collect: () => Promise.reject(new Error('no database')) });
        metrics.onCollect(() => {
          throw new Error('no socket');
        });
        metrics.counter('jobs_total', { help: 'Jobs.' }).inc(3);
        (await read()).expectValue('jobs_total', {}, 3);
      },
    },
    {
      name: 'shows an included source',
      why: "A library's own registry goes wherever the service's metrics go.",
      async run({ metrics, read, include }) {
        include('library', () => [
          externalCounter('lib_calls_total', { method: 'get "x"' }, 12),
          externalGauge('lib_connections', {}, -3.5),
          externalHistogram(
            'lib_latency_seconds',
            { method: 'get' },
            { bounds: [0.1, 1], bucketCounts: [2, 1, 4], sum: 21.5 },
          ),
        ]);
        metrics.counter('own_total', { help: 'Own.' }).inc();
        const seen = await read();
        seen.expectValue('lib_calls_total', { method: 'get "x"' }, 12);
        seen.expectValue('lib_connections', {}, -3.5);
        seen.expectHistogram('lib_latency_seconds', { method: 'get' }, { count: 7 });
        seen.expectValue('own_total', {}, 1);
      },
    },
    {
      name: "follows an included source's total over its restart",
      why: 'A total that goes down has started anew; a negative difference would take away what was counted.',
      async run({ include, read, pass, profile }) {
        let total = 10;
        include('library', () => [externalCounter('lib_calls_total', {}, total)]);
        await read();
        for (const [next, all] of [
          [15, 15],
          [4, 19],
          [6, 21],
        ] as const) {
          total = next;
          await pass(2000);
          (await read()).expectValue('lib_calls_total', {}, profile.temporality === 'delta' ? all : next);
        }
      },
    },
    {
      name: 'shows the rest if an included source fails',
      why: 'The registry of another library is not our code.',
      async run({ metrics, read }) {
        metrics.include({
          name: 'broken',
          collect: () => {
            throw new Error('broken source');
          },
        });
        metrics.counter('jobs_total', { help: 'Jobs.' }).inc(3);
        (await read()).expectValue('jobs_total', {}, 3);
      },
    },
  ],
};
