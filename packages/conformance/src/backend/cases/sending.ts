import { expectThat } from '../../conformance-failure.js';
import type { CaseGroup } from '../conformance-case.js';

export const sending: CaseGroup = {
  title: 'Sending',
  cases: [
    {
      name: 'sends by itself as time goes by',
      only: 'push',
      why: 'A running service does not call flush().',
      async run({ metrics, clock, received }) {
        metrics.counter('jobs_total', { help: 'Jobs.' }).inc(3);
        const untilMs = clock.now() + 120_000;
        while (clock.now() < untilMs) {
          clock.advance(Math.min(10_000, Math.max(1, clock.timers[0]?.dueInMs ?? 10_000)));
          for (let turn = 0; turn < 50; turn++) {
            if ((await received()).value('jobs_total') === 3) return;
            await new Promise((resolve) => setTimeout(resolve, 1));
          }
        }
        (await received()).expectValue('jobs_total', {}, 3);
      },
    },
    {
      name: 'resolves a flush only when the peer has what was recorded before it',
      only: 'push',
      why: 'A job that ends right after its flush must not end too early.',
      async run({ metrics, hold, received }) {
        metrics.counter('jobs_total', { help: 'Jobs.' }).inc(3);
        const release = hold();
        let isDone = false;
        const flushing = metrics.flush().then(() => {
          isDone = true;
        });
        flushing.catch(() => {}); // awaited below
        for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
        expectThat(!isDone, () => 'flush() resolved while the peer had taken nothing.');
        release();
        await flushing;
        (await received()).expectValue('jobs_total', {}, 3);
      },
    },
    {
      name: 'sends what is counted during a slow flush exactly once',
      only: 'push',
      why: 'A batch holds what was read, not what was recorded before its answer.',
      async run({ metrics, hold, read }) {
        const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] });
        const latency = metrics.histogram('latency_seconds', { help: 'Latency.', buckets: [1] });
        jobs.inc({ queue: 'mail' }, 5);
        latency.observe(0.5);
        const release = hold();
        const flushing = metrics.flush();
        flushing.catch(() => {}); // awaited below
        for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
        jobs.inc({ queue: 'mail' }, 7);
        jobs.inc({ queue: 'push' });
        latency.observe(0.7);
        release();
        await flushing;
        const seen = await read();
        seen.expectValue('jobs_total', { queue: 'mail' }, 12);
        seen.expectValue('jobs_total', { queue: 'push' }, 1);
        seen.expectHistogram('latency_seconds', {}, { count: 2 });
      },
    },
    {
      name: 'rejects a flush at its deadline',
      only: 'push',
      why: 'The caller of a flush has set a deadline and must learn that nothing arrived.',
      async run({ metrics, backend, hold, withDeadline }) {
        metrics.counter('jobs_total', { help: 'Jobs.' }).inc();
        await metrics.ready;
        hold();
        const outcome = await withDeadline(
          'flush()',
          500,
          backend.flush({ timeoutMs: 500 }).then(
            () => 'resolved',
            () => 'rejected',
          ),
        );
        expectThat(outcome === 'rejected', () => 'flush() resolved although the peer took nothing.');
      },
    },
    {
      name: 'rejects a flush to an unreachable peer',
      only: 'push',
      why: 'A flush that resolves has arrived. A log line is not enough.',
      async run({ metrics, backend, cut, withDeadline }) {
        metrics.counter('jobs_total', { help: 'Jobs.' }).inc();
        await metrics.ready;
        await cut();
        const outcome = await withDeadline(
          'flush()',
          500,
          backend.flush({ timeoutMs: 500 }).then(
            () => 'resolved',
            () => 'rejected',
          ),
        );
        expectThat(outcome === 'rejected', () => 'flush() resolved although the peer was unreachable.');
      },
    },
    {
      name: 'loses nothing and repeats nothing over an outage',
      only: 'push',
      why: 'A collector that restarts must find the same totals as one that did not.',
      async run({ metrics, cut, withDeadline, read }) {
        const jobs = metrics.counter('jobs_total', { help: 'Jobs.' });
        const latency = metrics.histogram('latency_seconds', { help: 'Latency.', buckets: [1] });
        jobs.inc();
        await read();
        const restore = await cut();
        for (let attempt = 0; attempt < 3; attempt++) {
          jobs.inc(2);
          latency.observe(0.5);
          await withDeadline(
            'flush()',
            500,
            metrics.flush({ timeoutMs: 500 }).catch(() => {}),
          );
        }
        await restore();
        const seen = await read();
        seen.expectValue('jobs_total', {}, 7);
        seen.expectHistogram('latency_seconds', {}, { count: 3 });
        (await read()).expectValue('jobs_total', {}, 7);
      },
    },
    {
      name: 'logs an outage once and its end once',
      only: 'push',
      why: 'A log that repeats the same line every ten seconds hides all others.',
      async run({ metrics, cut, withDeadline, read, logged }) {
        const jobs = metrics.counter('jobs_total', { help: 'Jobs.' });
        await read();
        const linesBefore = logged.length;
        const restore = await cut();
        for (let attempt = 0; attempt < 4; attempt++) {
          jobs.inc();
          await withDeadline(
            'flush()',
            500,
            metrics.flush({ timeoutMs: 500 }).catch(() => {}),
          );
        }
        const during = logged.slice(linesBefore);
        expectThat(during.length === 1, () => `It logged ${during.length} lines during the outage: ${text(during)}`);
        await restore();
        await read();
        await read();
        const after = logged.slice(linesBefore + during.length);
        expectThat(after.length === 1, () => `It logged ${after.length} lines after the outage: ${text(after)}`);
      },
    },
  ],
};

function text(lines: ReadonlyArray<{ readonly message: string }>): string {
  return lines.map(({ message }) => message).join(' / ') || 'none';
}
