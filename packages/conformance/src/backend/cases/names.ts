import { expectThat } from '../../conformance-failure.js';
import type { CaseGroup } from '../conformance-case.js';

export const names: CaseGroup = {
  title: 'Names and units',
  cases: [
    {
      name: 'writes names with dots by the table',
      why: 'The same declaration has one name per backend, which `nameOf` states.',
      async run({ metrics, read }) {
        metrics.counter('command.dispatched.count', { help: 'Commands.' }).inc(2);
        metrics.gauge('websocket.connections', { help: 'Connections.' }).set(3);
        metrics.histogram('saga.duration', { help: 'Sagas.', buckets: [1] }).observe(0.5);
        const seen = await read();
        seen.expectValue('command.dispatched.count', {}, 2);
        seen.expectValue('websocket.connections', {}, 3);
        seen.expectHistogram('saga.duration', {}, { count: 1 });
      },
    },
    {
      name: 'writes units by the table',
      why: 'Nothing converts values, so the name or the unit has to say what they are.',
      async run({ metrics, read }) {
        metrics.counter('http.request.size', { help: 'Sizes.', unit: 'bytes' }).inc(512);
        metrics.gauge('lag', { help: 'Lag.', unit: 'milliseconds' }).set(1500);
        metrics
          .histogram('redis_publish_latency_ms', { help: 'Latency.', unit: 'milliseconds', buckets: [1] })
          .observe(20);
        metrics.counter('messages', { help: 'Messages.', unit: 'messages' }).inc(4);
        const seen = await read();
        seen.expectValue('http.request.size', {}, 512);
        seen.expectValue('lag', {}, 1500);
        seen.expectHistogram('redis_publish_latency_ms', {}, { count: 1 });
        seen.expectValue('messages', {}, 4);
      },
    },
    {
      name: 'converts no values, whatever their unit',
      why: 'Declared seconds are seconds everywhere, but for a wire that states another unit and gets them in that.',
      async run({ metrics, read }) {
        const units = Object.entries({
          seconds: 0.25,
          milliseconds: 1500,
          nanoseconds: 7e9,
          bytes: 2048,
          percent: 12.5,
        });
        for (const [unit, value] of units) {
          metrics.counter(`done.${unit}`, { help: 'Done.', unit }).inc(value);
          metrics.gauge(`level.${unit}`, { help: 'Level.', unit }).set(value);
          metrics.histogram(`spent.${unit}`, { help: 'Spent.', unit, buckets: [1] }).observe(value);
        }
        const seen = await read();
        for (const [unit, value] of units) {
          seen.expectValue(`done.${unit}`, {}, value);
          seen.expectValue(`level.${unit}`, {}, value);
          // Some wires have no sums, which a case of its own is about.
          const hasSum = seen.point(`spent.${unit}`)?.sum !== undefined;
          seen.expectHistogram(`spent.${unit}`, {}, { count: 1, sum: hasSum ? value : undefined });
        }
      },
    },
    {
      name: 'keeps names that are names of object members',
      why: 'A metric named `constructor` is only a name.',
      async run({ metrics, read }) {
        metrics.gauge('constructor', { help: 'A name.' }).set(2);
        metrics.gauge('valueof', { help: 'A name.' }).set(3);
        const seen = await read();
        seen.expectValue('constructor', {}, 2);
        seen.expectValue('valueof', {}, 3);
      },
    },
    {
      name: 'says of a counter and of a gauge which it is',
      why: 'A rate of a gauge, or the last value of a counter, is no number that means anything.',
      async run({ metrics, read }) {
        metrics.counter('jobs_total', { help: 'Jobs.' }).inc();
        metrics.gauge('queued', { help: 'Queued.' }).set(1);
        const seen = await read();
        for (const [name, kind] of [
          ['jobs_total', 'counter'],
          ['queued', 'gauge'],
        ] as const) {
          seen.expectValue(name, {}, 1);
          const written = seen.point(name)?.kind ?? kind; // a line of JSON has no place for it
          expectThat(written === kind, () => `The peer takes ${name} for a ${written}, which is a ${kind}.`);
        }
      },
    },
    {
      name: 'takes help texts of any kind',
      why: 'Help is prose, with quotes and line breaks.',
      async run({ metrics, read }) {
        metrics.counter('odd_total', { help: 'Says "hi"\nand \\n, # TYPE odd_total gauge\n\n日本 🙂' }).inc(2);
        metrics.counter('plain_total', { help: 'Plain.' }).inc(3);
        const seen = await read();
        seen.expectValue('odd_total', {}, 2);
        seen.expectValue('plain_total', {}, 3);
      },
    },
    {
      name: 'writes dotted label names by the table',
      why: 'OpenTelemetry spells its labels `error.type`, Prometheus cannot.',
      async run({ metrics, read }) {
        const errors = metrics.counter('errors_total', { help: 'Errors.', labelNames: ['error.type'] });
        errors.inc({ 'error.type': 'Timeout' }, 2);
        (await read()).expectValue('errors_total', { 'error.type': 'Timeout' }, 2);
      },
    },
  ],
};
