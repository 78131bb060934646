import { expectTypeOf, test } from 'vitest';
import {
  type Counter,
  createMetrics,
  type Gauge,
  type Histogram,
  type Labels,
  type MetricsCollector,
} from '../src/index.js';

declare const metrics: MetricsCollector;
declare const flag: boolean;
declare const maybeUnit: string | undefined;

const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue', 'outcome'] });
const restarts = metrics.counter('restarts_total', { help: 'Restarts.' });

test('right uses', () => {
  jobs.inc({ queue: 'mail', outcome: 1 });
  jobs.inc({ queue: 'mail', outcome: true }, 3);
  jobs.labels({ queue: 'mail', outcome: 'ok' }).inc();
  restarts.inc();
  restarts.inc(2);
  expectTypeOf(jobs).toEqualTypeOf<Counter<'queue' | 'outcome'>>();
  expectTypeOf(restarts).toEqualTypeOf<Counter>();
  expectTypeOf(metrics.counter('x', { help: 'X.', labelNames: [] })).toEqualTypeOf<Counter>();
  expectTypeOf(metrics.gauge('x', { help: 'X.', labelNames: flag ? ['a', 'b'] : ['a'] })).toEqualTypeOf<
    Gauge<'a' | 'b'>
  >();
  expectTypeOf(metrics.histogram('x', { help: 'X.', labelNames: ['a'], unit: maybeUnit })).toEqualTypeOf<
    Histogram<'a'>
  >();
  const wide: string[] = [];
  metrics.counter('x', { help: 'X.', labelNames: wide }).inc({ anything: 'goes' });
  expectTypeOf(metrics.histogram('x', { help: 'X.' }).time(async () => 5)).toEqualTypeOf<Promise<number>>();
  expectTypeOf(
    metrics.histogram('x', { help: 'X.', labelNames: ['a'] }).time({ a: 1 }, () => 'b'),
  ).toEqualTypeOf<string>();
  metrics.gauge('x', { help: 'X.', labelNames: ['a'], collect: (gauge) => gauge.set({ a: 1 }, 2) });
  metrics.gauge('x', { help: 'X.', collect: async () => 5 });
  metrics.counter('x', { help: 'X.', labelNames: ['a', 'b'], labelValues: { a: ['x', 1] } });
  expectTypeOf(createMetrics()).toExtend<MetricsCollector>();
});

test('a timer takes the rest of its labels at the end', () => {
  const latency = metrics.histogram('latency_seconds', { help: 'Latency.', labelNames: ['route', 'status'] });
  expectTypeOf(latency.startTimer({ route: '/' })({ status: 200 })).toEqualTypeOf<number>();
  latency.startTimer({ route: '/', status: 200 })();
  latency.startTimer()({ route: '/', status: 200 });
  const labels: Labels<'route' | 'status'> = { route: '/', status: 200 };
  latency.startTimer(labels)();
  metrics.histogram('x', { help: 'X.' }).startTimer()();
  const wide: string[] = [];
  const any = metrics.histogram('x', { help: 'X.', labelNames: wide });
  any.startTimer({ route: '/' })();
  any.startTimer({ route: '/' })({ status: 200 });
  // @ts-expect-error a label is missing at the end
  latency.startTimer({ route: '/' })();
  // @ts-expect-error another one is missing at the end
  latency.startTimer({ route: '/' })({ route: '/' });
  // @ts-expect-error a label is misspelt at the end
  latency.startTimer({ route: '/' })({ statu: 200 });
  // @ts-expect-error it was given at the start
  latency.startTimer({ route: '/' })({ route: '/', status: 200 });
  // @ts-expect-error all were given at the start
  latency.startTimer({ route: '/', status: 200 })({ status: 500 });
  // @ts-expect-error a label is misspelt at the start
  latency.startTimer({ rout: '/' });
  // @ts-expect-error a label is not declared
  latency.startTimer({ route: '/', extra: 1 });
  // @ts-expect-error an object is no label value
  latency.startTimer({ route: {} });
  // @ts-expect-error there are no labels
  metrics.histogram('x', { help: 'X.' }).startTimer({ route: '/' });
  // @ts-expect-error there are no labels
  metrics.histogram('x', { help: 'X.' }).startTimer()({ route: '/' });
  // @ts-expect-error the labels of a series are fixed
  latency.labels(labels).startTimer()({ status: 200 });
});

test('a timer takes optional labels at the end, or none', () => {
  const options = {
    help: 'Calls.',
    labelNames: ['route', 'error', 'plan'],
    optionalLabels: ['error', 'plan'],
  } as const;
  const calls = metrics.histogram('call_seconds', options);
  calls.startTimer({ route: '/' })();
  calls.startTimer({ route: '/' })({ error: undefined });
  calls.startTimer({ route: '/', plan: 'pro' })({ error: 'timeout' });
  calls.startTimer({ plan: 'pro' })({ route: '/' });
  calls.startTimer()({ route: '/', error: 'timeout' });
  const labels: Labels<'route' | 'error' | 'plan', 'error' | 'plan'> = { route: '/' };
  calls.startTimer(labels)();
  // @ts-expect-error a label that has to be there is missing
  calls.startTimer({ plan: 'pro' })();
  // @ts-expect-error a label is not declared
  calls.startTimer({ route: '/' })({ erorr: 'timeout' });
});

test('labels have names', () => {
  // @ts-expect-error a value by position
  jobs.labels('mail');
  // @ts-expect-error values by position
  jobs.labels('mail', 'ok');
  // @ts-expect-error a list
  jobs.labels(['mail', 'ok']);
  // @ts-expect-error values by position
  jobs.inc('mail', 'ok');
  // @ts-expect-error values by position
  jobs.remove('mail', 'ok');
});

test('wrong uses', () => {
  // @ts-expect-error a label is missing
  jobs.inc({ queue: 'mail' });
  // @ts-expect-error a label is misspelt
  jobs.inc({ queue: 'mail', outcom: 'ok' });
  // @ts-expect-error a label is not declared
  jobs.inc({ queue: 'mail', outcome: 'ok', extra: 1 });
  // @ts-expect-error labels are left out
  jobs.inc();
  // @ts-expect-error labels are left out before the step
  jobs.inc(3);
  // @ts-expect-error there are no labels
  restarts.inc({ queue: 'mail' });
  // @ts-expect-error an object is no label value
  jobs.inc({ queue: {}, outcome: 'ok' });
  // @ts-expect-error text is no step
  jobs.inc({ queue: 'mail', outcome: 'ok' }, '5');
  // @ts-expect-error a value is needed
  metrics.gauge('x', { help: 'X.' }).set();
  // @ts-expect-error a counter with two labels is not one with one of them
  const fewer: Counter<'queue'> = jobs;
  // @ts-expect-error a counter with one label is not one with two
  const more: Counter<'a' | 'b'> = metrics.counter('x', { help: 'X.', labelNames: ['a'] });
  // @ts-expect-error a counter without labels is not one with
  const none: Counter<'a'> = metrics.counter('x', { help: 'X.' });
  // @ts-expect-error values of a label that is not declared
  metrics.counter('x', { help: 'X.', labelNames: ['a'], labelValues: { b: ['x'] } });
  // @ts-expect-error help is needed
  metrics.counter('x', {});
  // @ts-expect-error a counter cannot be set
  restarts.set(5);
  // @ts-expect-error a bound series takes no labels
  jobs.labels({ queue: 'mail', outcome: 'ok' }).inc({ queue: 'mail', outcome: 'ok' });
  return [fewer, more, none];
});

test('optional labels', () => {
  const logins = metrics.counter('x', { help: 'X.', labelNames: ['user', 'plan'], optionalLabels: ['plan'] });
  logins.inc({ user: 'a' });
  logins.inc({ user: 'a', plan: undefined }, 2);
  logins.inc({ user: 'a', plan: 'pro' });
  logins.labels({ user: 'a' }).inc();
  expectTypeOf(logins).toEqualTypeOf<Counter<'user' | 'plan', 'plan'>>();
  metrics.gauge('x', { help: 'X.', labelNames: ['a'], optionalLabels: ['a'], integerLabels: ['a'] }).set({}, 1);
  metrics.histogram('x', { help: 'X.', labelNames: ['a', 'b'], optionalLabels: ['a'] }).observe({ b: 1 }, 1);
  metrics.gauge('x', { help: 'X.', labelNames: ['a', 'b'], optionalLabels: ['a'], collect: (g) => g.set({ b: 1 }, 2) });
  // @ts-expect-error the other label is needed
  logins.inc({ plan: 'pro' });
  // @ts-expect-error an optional label is misspelt
  logins.inc({ user: 'a', plna: 'pro' });
  // @ts-expect-error an optional label is one of labelNames
  metrics.counter('x', { help: 'X.', labelNames: ['user'], optionalLabels: ['plan'] });
});
