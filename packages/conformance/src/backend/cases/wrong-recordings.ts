import { OVERFLOW_LABEL_VALUE } from '@sightline/core/backend';
import { expectExactly } from '../../conformance-failure.js';
import type { CaseGroup } from '../conformance-case.js';

export const wrongRecordings: CaseGroup = {
  title: 'Wrong recordings',
  cases: [
    {
      name: 'shows nothing of a dropped recording',
      why: 'One NaN would poison a sum for ever, and some formats cannot even write it.',
      async run({ metrics, read }) {
        const total = metrics.counter('requests_total', { help: 'Requests.' });
        const queued = metrics.gauge('queued', { help: 'Queued.' });
        const latency = metrics.histogram('latency_seconds', { help: 'Latency.', buckets: [1] });
        total.inc(2);
        queued.set(3);
        latency.observe(0.5);
        for (const wrong of [
          Number.NaN,
          Number.POSITIVE_INFINITY,
          Number.NEGATIVE_INFINITY,
          '5' as never,
          null as never,
        ]) {
          total.inc(wrong);
          queued.set(wrong);
          queued.inc(wrong);
          latency.observe(wrong);
        }
        total.inc(-1);
        const seen = await read();
        seen.expectValue('requests_total', {}, 2);
        seen.expectValue('queued', {}, 3);
        seen.expectHistogram('latency_seconds', {}, { count: 1 });
      },
    },
    {
      name: 'shows recordings beyond a cap as one overflow series',
      why: 'A user id as a label must not take the peer down, and the total must stay right.',
      options: { maxSeries: 3 },
      async run({ metrics, read }) {
        const logins = metrics.counter('logins_total', { help: 'Logins.', labelNames: ['user'] });
        for (let user = 0; user < 10; user++) logins.inc({ user }, 2);
        const seen = await read();
        for (const user of ['0', '1', '2']) seen.expectValue('logins_total', { user }, 2);
        seen.expectValue('logins_total', { user: OVERFLOW_LABEL_VALUE }, 14);
        expectExactly(seen.pointsOf('logins_total').length, 4);
      },
    },
    {
      name: 'shows mislabelled recordings as the overflow series',
      why: 'A slip in a label must not lose the count.',
      async run({ metrics, read }) {
        const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue', 'outcome'] });
        jobs.inc({ queue: 'mail', outcome: 'ok' });
        jobs.inc({ queue: 'mail' } as never, 4);
        jobs.inc({ queue: 'mail', outcome: {} } as never);
        const seen = await read();
        seen.expectValue('jobs_total', { queue: OVERFLOW_LABEL_VALUE, outcome: OVERFLOW_LABEL_VALUE }, 5);
        seen.expectValue('jobs_total', { queue: 'mail', outcome: 'ok' }, 1);
      },
    },
    {
      name: 'shows nothing of a gauge that was set beyond a cap',
      why: 'Several states in one series would be none.',
      options: { maxSeries: 2 },
      async run({ metrics, read }) {
        const lag = metrics.gauge('lag', { help: 'Lag.', labelNames: ['partition'] });
        for (let partition = 0; partition < 4; partition++) lag.set({ partition }, partition + 1);
        const seen = await read();
        seen.expectValue('lag', { partition: '0' }, 1);
        seen.expectValue('lag', { partition: '1' }, 2);
        expectExactly(seen.pointsOf('lag').length, 2);
      },
    },
  ],
};
