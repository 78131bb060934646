import { expectExactly } from '../../conformance-failure.js';
import type { CaseGroup } from '../conformance-case.js';

export const gauges: CaseGroup = {
  title: 'Gauges and infos',
  cases: [
    {
      name: 'shows what a gauge was set to',
      why: 'The least that a gauge does.',
      async run({ metrics, read }) {
        const queued = metrics.gauge('queued', { help: 'Queued.' });
        queued.set(12);
        (await read()).expectValue('queued', {}, 12);
        queued.set(3);
        (await read()).expectValue('queued', {}, 3);
      },
    },
    {
      name: 'shows the last of several values',
      why: 'A gauge is a state, not a sum: what it was in between is gone.',
      async run({ metrics, read }) {
        const queued = metrics.gauge('queued', { help: 'Queued.', labelNames: ['queue'] });
        for (const value of [5, 80, 7]) queued.set({ queue: 'mail' }, value);
        (await read()).expectValue('queued', { queue: 'mail' }, 7);
      },
    },
    {
      name: 'moves a gauge up and down',
      why: 'Requests in flight are counted up at their start and down at their end.',
      async run({ metrics, read }) {
        const active = metrics.gauge('active', { help: 'Active.' });
        active.inc(5);
        active.dec();
        (await read()).expectValue('active', {}, 4);
        active.dec(3);
        active.inc();
        (await read()).expectValue('active', {}, 2);
      },
    },
    {
      name: 'shows negative gauges',
      why: 'Some formats read a leading minus sign as "subtract".',
      async run({ metrics, read }) {
        const celsius = metrics.gauge('outside_celsius', { help: 'Temperature.' });
        celsius.set(-5);
        (await read()).expectValue('outside_celsius', {}, -5);
        celsius.set(-7.25);
        (await read()).expectValue('outside_celsius', {}, -7.25);
        celsius.inc(10);
        (await read()).expectValue('outside_celsius', {}, 2.75);
      },
    },
    {
      name: 'shows fractional gauges',
      why: 'Ratios lie between 0 and 1.',
      async run({ metrics, read }) {
        const ratio = metrics.gauge('hit_ratio', { help: 'Hits.' });
        ratio.set(0.123_456_789);
        (await read()).expectValue('hit_ratio', {}, 0.123_456_789);
        ratio.set(1e-9);
        (await read()).expectValue('hit_ratio', {}, 1e-9);
      },
    },
    {
      name: 'shows a gauge that returns to 0',
      why: 'An empty queue must not look like the last full one.',
      async run({ metrics, read }) {
        const queued = metrics.gauge('queued', { help: 'Queued.' });
        queued.set(9);
        await read();
        queued.set(0);
        (await read()).expectValue('queued', {}, 0);
      },
    },
    {
      name: 'keeps showing a gauge that does not change',
      why: 'A state holds until it changes, and a peer that restarted must learn it again.',
      async run({ metrics, read, pass }) {
        metrics.gauge('workers', { help: 'Workers.' }).set(4);
        await read();
        await pass(1000);
        const seen = await read();
        seen.expectValue('workers', {}, 4);
        const last = seen.windows.at(-1) ?? [];
        expectExactly(
          last.some(({ value }) => value === 4),
          true,
        );
      },
    },
    {
      name: 'shows a label-less gauge before it is set',
      why: 'A dashboard should show 0 requests in flight before the first one.',
      async run({ metrics, read }) {
        metrics.gauge('active', { help: 'Active.' });
        (await read()).expectValue('active', {}, 0);
      },
    },
    {
      name: 'shows facts as labels of a series that is 1',
      why: 'Queries join the version of a service to its other series.',
      async run({ metrics, read }) {
        metrics.info('build_info', { help: 'Build.', labels: { version: '1.2.3', commit: 'abc123' } });
        (await read()).expectValue('build_info', { version: '1.2.3', commit: 'abc123' }, 1);
      },
    },
  ],
};
