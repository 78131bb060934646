import { ConformanceFailure, expectThat, reasonOf } from '../../conformance-failure.js';
import type { CaseGroup } from '../conformance-case.js';

export const startAndEnd: CaseGroup = {
  title: 'Start and shutdown',
  cases: [
    {
      name: 'becomes ready',
      why: 'A service waits for `ready` before it says that it is.',
      async run({ metrics, withDeadline }) {
        const outcome = await withDeadline(
          'ready',
          1000,
          metrics.ready.then(() => 'ready', String),
        );
        expectThat(outcome === 'ready', () => `ready rejected: ${outcome}`);
      },
    },
    {
      name: 'sends what was recorded before it had started',
      why: 'Instruments record while modules load, long before anything listens.',
      async run({ another }) {
        const { metrics, read } = await another();
        metrics.counter('jobs_total', { help: 'Jobs.' }).inc(3); // no await since the collector was made
        await metrics.ready;
        (await read()).expectValue('jobs_total', {}, 3);
      },
    },
    {
      name: 'leaves recording and shutdown working when it cannot start',
      why: 'A taken port costs the metrics, never the service.',
      async run({ unstartable }) {
        const { metrics, backend, withDeadline } = await unstartable();
        const jobs = metrics.counter('jobs_total', { help: 'Jobs.' });
        const outcome = await withDeadline(
          'ready',
          1000,
          metrics.ready.then(
            () => 'ready',
            () => 'rejected',
          ),
        );
        expectThat(outcome === 'rejected', () => 'ready resolved although the backend could not start.');
        jobs.inc(2);
        expectThat(jobs.value() === 2, () => `The counter is ${jobs.value()} after inc(2).`);
        await withDeadline('shutdown()', 1000, outcomeOf(backend.shutdown({ timeoutMs: 1000, lingerMs: 0 })));
      },
    },
    {
      name: 'hands over the last window at shutdown',
      only: 'push',
      why: 'What a service did in its last seconds is often why it ended.',
      async run({ metrics, shutdown, read, received }) {
        const jobs = metrics.counter('jobs_total', { help: 'Jobs.' });
        const latency = metrics.histogram('latency_seconds', { help: 'Latency.', buckets: [1] });
        jobs.inc(3);
        await read();
        jobs.inc(4);
        latency.observe(0.5);
        await shutdown();
        const seen = await received();
        seen.expectValue('jobs_total', {}, 7);
        seen.expectHistogram('latency_seconds', {}, { count: 1 });
      },
    },
    {
      name: 'sends nothing after shutdown',
      only: 'push',
      why: 'Later data would belong to no instance, or to the next one.',
      async run({ metrics, shutdown, clock, received }) {
        const jobs = metrics.counter('jobs_total', { help: 'Jobs.' });
        jobs.inc(3);
        await shutdown();
        jobs.inc(4);
        await clock.advanceAsync(120_000);
        (await received()).expectValue('jobs_total', {}, 3);
      },
    },
    {
      name: 'can be shut down twice',
      why: "A signal and the service's own end often come together.",
      async run({ metrics, shutdown }) {
        metrics.counter('jobs_total', { help: 'Jobs.' }).inc();
        await Promise.all([shutdown(), shutdown()]);
        await shutdown();
      },
    },
    {
      name: 'lets recording go on after shutdown',
      why: 'Timers and connections of the service end after its metrics.',
      async run({ metrics, shutdown }) {
        const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] });
        await shutdown();
        jobs.inc({ queue: 'mail' }, 2);
        metrics.gauge('late', { help: 'Late.' }).set(1);
        expectThat(jobs.value({ queue: 'mail' }) === 2, () => 'The counter does not count any more.');
      },
    },
    {
      name: 'shuts down within its deadline although the peer does not answer',
      only: 'push',
      why: 'The orchestrator kills what does not end in time, with all that was still to be saved.',
      async run({ metrics, backend, hold, withDeadline }) {
        metrics.counter('jobs_total', { help: 'Jobs.' }).inc();
        await metrics.ready;
        hold();
        await withDeadline('shutdown()', 500, outcomeOf(backend.shutdown({ timeoutMs: 500, lingerMs: 0 })));
      },
    },
    {
      name: 'shuts down within its deadline although the peer is unreachable',
      only: 'push',
      why: 'A deployment that takes the collector down first must not hang.',
      async run({ metrics, backend, cut, withDeadline }) {
        metrics.counter('jobs_total', { help: 'Jobs.' }).inc();
        await metrics.ready;
        await cut();
        await withDeadline('shutdown()', 500, outcomeOf(backend.shutdown({ timeoutMs: 500, lingerMs: 0 })));
      },
    },
    {
      name: 'keeps no process alive while it waits',
      why: 'A script that has done its work ends, backend or not.',
      async run({ metrics, clock, read }) {
        metrics.counter('jobs_total', { help: 'Jobs.' }).inc();
        await metrics.ready;
        await read();
        const holding = clock.timers.filter(({ isRef }) => isRef);
        expectThat(holding.length === 0, () => `${holding.length} timers would keep the process alive.`);
      },
    },
    {
      name: 'leaves no timer behind after shutdown',
      why: 'A collector that was shut down is garbage.',
      async run({ metrics, clock, read, shutdown }) {
        metrics.counter('jobs_total', { help: 'Jobs.' }).inc();
        await read();
        await shutdown();
        expectThat(clock.timers.length === 0, () => `${clock.timers.length} timers are left.`);
      },
    },
  ],
};

/** A shutdown that rejects is the backend's failure. */
async function outcomeOf(shutdown: Promise<void>): Promise<void> {
  try {
    await shutdown;
  } catch (error) {
    throw new ConformanceFailure(`shutdown() rejected: ${reasonOf(error)}`, { cause: error });
  }
}
