import { expectThat } from '../../conformance-failure.js';
import type { CaseGroup } from '../conformance-case.js';

export const seriesLife: CaseGroup = {
  title: 'Series that end',
  cases: [
    {
      name: 'starts anew after a series was removed',
      why: 'A connection that comes back under its old name starts at 0 there; a peer that adds up deltas keeps the whole.',
      async run({ metrics, read, profile }) {
        const sent = metrics.counter('sent_total', { help: 'Sent.', labelNames: ['peer'] });
        sent.inc({ peer: 'a' }, 5);
        await read();
        sent.remove({ peer: 'a' });
        await read();
        sent.inc({ peer: 'a' }, 2);
        (await read()).expectValue('sent_total', { peer: 'a' }, profile.temporality === 'delta' ? 7 : 2);
      },
    },
    {
      name: 'starts anew after a series was removed between two reads',
      why: 'The new total may be above or below the old one; neither may be taken for growth.',
      async run({ metrics, read, profile }) {
        const sent = metrics.counter('sent_total', { help: 'Sent.', labelNames: ['peer'] });
        for (const peer of ['lower', 'higher']) sent.inc({ peer }, 5);
        await read();
        sent.clear();
        sent.inc({ peer: 'lower' }, 2);
        sent.inc({ peer: 'higher' }, 9);
        const seen = await read();
        const before = profile.temporality === 'delta' ? 5 : 0;
        seen.expectValue('sent_total', { peer: 'lower' }, before + 2);
        seen.expectValue('sent_total', { peer: 'higher' }, before + 9);
      },
    },
    {
      name: 'shows a removed series no more',
      only: 'cumulative',
      why: 'A queue that is gone must not stay on the dashboard with its last length.',
      async run({ metrics, read }) {
        const queued = metrics.gauge('queued', { help: 'Queued.', labelNames: ['queue'] });
        const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] });
        for (const queue of ['mail', 'push']) {
          queued.set({ queue }, 3);
          jobs.inc({ queue });
        }
        await read();
        queued.remove({ queue: 'mail' });
        jobs.remove({ queue: 'mail' });
        const seen = await read();
        seen.expectNothing('queued', { queue: 'mail' });
        seen.expectNothing('jobs_total', { queue: 'mail' });
        seen.expectValue('queued', { queue: 'push' }, 3);
        seen.expectValue('jobs_total', { queue: 'push' }, 1);
      },
    },
    {
      name: 'hands over what was counted before a removal',
      only: 'delta',
      why: 'A short-lived series ends before the window does, and its counts are part of the total.',
      async run({ metrics, read }) {
        const sent = metrics.counter('sent_total', { help: 'Sent.', labelNames: ['peer'] });
        const latency = metrics.histogram('latency_seconds', { help: 'Latency.', labelNames: ['peer'], buckets: [1] });
        sent.inc({ peer: 'a' }, 5);
        latency.observe({ peer: 'a' }, 0.5);
        sent.remove({ peer: 'a' });
        latency.clear();
        const seen = await read();
        seen.expectValue('sent_total', { peer: 'a' }, 5);
        seen.expectHistogram('latency_seconds', { peer: 'a' }, { count: 1 });
      },
    },
    {
      name: 'hands over what ended during an outage, once',
      only: 'delta',
      why: 'What was counted is part of the total, even if the peer was down when the series ended.',
      async run({ metrics, read, cut, withDeadline }) {
        const sent = metrics.counter('sent_total', { help: 'Sent.', labelNames: ['peer'] });
        sent.inc({ peer: 'a' }, 5);
        await read();
        const restore = await cut();
        sent.inc({ peer: 'a' }, 3);
        sent.inc({ peer: 'b' }, 2);
        sent.clear();
        for (let attempt = 0; attempt < 2; attempt++) {
          await withDeadline(
            'flush()',
            500,
            metrics.flush({ timeoutMs: 500 }).catch(() => {}),
          );
        }
        await restore();
        for (let round = 0; round < 2; round++) {
          const seen = await read();
          seen.expectValue('sent_total', { peer: 'a' }, 8);
          seen.expectValue('sent_total', { peer: 'b' }, 2);
        }
      },
    },
    {
      name: 'sends a removed gauge no more',
      only: 'delta',
      why: 'A queue that is gone must not go on being sent with its last length.',
      async run({ metrics, read, pass }) {
        const queued = metrics.gauge('queued', { help: 'Queued.', labelNames: ['queue'] });
        for (const queue of ['mail', 'push']) queued.set({ queue }, 3);
        await read();
        queued.remove({ queue: 'mail' });
        await read();
        const sentBefore = (await read()).windows.length;
        await pass(60_000);
        const { windows } = await read();
        expectThat(
          !windows
            .slice(sentBefore)
            .flat()
            .some(({ labels }) => Object.values(labels).includes('mail')),
          () => 'It still sends queued{queue="mail"}, which was removed.',
        );
      },
    },
    {
      name: 'counts on through a bound series after its removal',
      why: 'The holder of a bound series does not know that the metric was cleared.',
      async run({ metrics, read, profile }) {
        const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] });
        const mail = jobs.labels({ queue: 'mail' });
        mail.inc(3);
        await read();
        jobs.clear();
        mail.inc(4);
        (await read()).expectValue('jobs_total', { queue: 'mail' }, profile.temporality === 'delta' ? 7 : 4);
      },
    },
    {
      name: 'reuses a freed row for another series without mixing the two',
      why: 'Core reuses rows. A reader that remembers rows must notice.',
      async run({ metrics, read }) {
        const sent = metrics.counter('sent_total', { help: 'Sent.', labelNames: ['peer'] });
        sent.inc({ peer: 'old' }, 100);
        await read();
        sent.remove({ peer: 'old' });
        sent.inc({ peer: 'new' }, 103);
        (await read()).expectValue('sent_total', { peer: 'new' }, 103);
        sent.inc({ peer: 'new' });
        (await read()).expectValue('sent_total', { peer: 'new' }, 104);
      },
    },
  ],
};
