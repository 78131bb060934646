import { expectExactly, expectThat } from '../../conformance-failure.js';
import type { CaseGroup } from '../conformance-case.js';

export const counters: CaseGroup = {
  title: 'Counters',
  cases: [
    {
      name: 'shows a declared counter as 0 before it counts',
      why: 'A rate over a series that first appears with its first error misses that error.',
      async run({ metrics, read }) {
        metrics.counter('reconnects_total', { help: 'Reconnects.' });
        (await read()).expectValue('reconnects_total', {}, 0);
      },
    },
    {
      name: 'shows a bound series as 0 before it counts',
      why: 'A service binds its series at start-up so that each is there from the beginning.',
      async run({ metrics, read }) {
        const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] });
        jobs.labels({ queue: 'mail' });
        (await read()).expectValue('jobs_total', { queue: 'mail' }, 0);
      },
    },
    {
      name: 'shows every combination of listed label values as 0',
      why: 'Which errors there can be is known beforehand, and a dashboard should list them before they happen.',
      async run({ metrics, read }) {
        metrics.counter('errors_total', {
          help: 'Errors.',
          labelNames: ['type', 'side'],
          labelValues: { type: ['parse', 'publish'], side: ['in', 'out'] },
        });
        const seen = await read();
        for (const type of ['parse', 'publish']) {
          for (const side of ['in', 'out']) seen.expectValue('errors_total', { type, side }, 0);
        }
      },
    },
    {
      name: 'counts up',
      why: 'The least that a counter does.',
      async run({ metrics, read }) {
        const requests = metrics.counter('requests_total', { help: 'Requests.' });
        requests.inc();
        (await read()).expectValue('requests_total', {}, 1);
        requests.inc(4);
        requests.inc();
        (await read()).expectValue('requests_total', {}, 6);
      },
    },
    {
      name: 'adds fractional steps',
      why: 'Seconds of work and kilobytes are counted in fractions.',
      async run({ metrics, read }) {
        const seconds = metrics.counter('busy_seconds_total', { help: 'Busy.' });
        for (const step of [0.1, 0.2, 0.0005, 12.25]) seconds.inc(step);
        (await read()).expectValue('busy_seconds_total', {}, 12.5505);
        seconds.inc(0.25);
        (await read()).expectValue('busy_seconds_total', {}, 12.8005);
      },
    },
    {
      name: 'keeps a large total exact',
      why: 'Bytes are counted into the thousands of millions, and a rate is the difference of two such totals.',
      async run({ metrics, read }) {
        const bytes = metrics.counter('sent_bytes_total', { help: 'Sent.' });
        bytes.inc(Number.MAX_SAFE_INTEGER - 3);
        await read();
        bytes.inc(2);
        const total = (await read()).value('sent_bytes_total');
        expectExactly(total, Number.MAX_SAFE_INTEGER - 1);
      },
    },
    {
      name: 'writes numbers of any size',
      why: 'JavaScript writes very large and very small numbers with an exponent, which not every format reads.',
      async run({ metrics, read }) {
        const sizes = metrics.counter('sizes_total', { help: 'Sizes.', labelNames: ['size'] });
        const values = { huge: 1.5e21, tiny: 2.5e-7, tinier: 1e-12, long: 123_456_789.123_456_78 };
        for (const [size, value] of Object.entries(values)) sizes.inc({ size }, value);
        const seen = await read();
        for (const [size, value] of Object.entries(values)) {
          const actual = seen.value('sizes_total', { size });
          expectThat(
            actual !== undefined && Math.abs(actual - value) <= value * 1e-12,
            () => `The peer has ${actual} for ${value}.`,
          );
        }
      },
    },
    {
      name: 'counts each series by itself',
      why: 'A total by label is what labels are for.',
      async run({ metrics, read }) {
        const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue', 'outcome'] });
        jobs.inc({ queue: 'mail', outcome: 'ok' }, 2);
        jobs.inc({ queue: 'mail', outcome: 'failed' });
        jobs.inc({ queue: 'push', outcome: 'ok' }, 7);
        const seen = await read();
        seen.expectValue('jobs_total', { queue: 'mail', outcome: 'ok' }, 2);
        seen.expectValue('jobs_total', { queue: 'mail', outcome: 'failed' }, 1);
        seen.expectValue('jobs_total', { queue: 'push', outcome: 'ok' }, 7);
        seen.expectNothing('jobs_total', { queue: 'push', outcome: 'failed' });
      },
    },
    {
      name: 'counts bound and labelled calls into one series',
      why: 'A hot path binds its series; the rest of the service passes labels.',
      async run({ metrics, read }) {
        const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] });
        const mail = jobs.labels({ queue: 'mail' });
        mail.inc(2);
        jobs.inc({ queue: 'mail' });
        await read();
        jobs.inc({ queue: 'mail' }, 4);
        mail.inc();
        const seen = await read();
        seen.expectValue('jobs_total', { queue: 'mail' }, 8);
        expectExactly(seen.pointsOf('jobs_total').length, 1);
      },
    },
    {
      name: 'shows a metric that is declared late',
      why: 'Modules are loaded on demand and declare what they measure then.',
      async run({ metrics, read }) {
        metrics.counter('early_total', { help: 'Early.' }).inc();
        await read();
        metrics.counter('late_total', { help: 'Late.' }).inc(3);
        const seen = await read();
        seen.expectValue('late_total', {}, 3);
        seen.expectValue('early_total', {}, 1);
      },
    },
  ],
};
