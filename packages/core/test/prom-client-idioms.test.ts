import { describe, expect, test } from 'vitest';
import { createMetrics, RecordingError } from '../src/index.js';
import { testSetting } from './setting.js';

const declared = { help: 'Latency.', labelNames: ['route', 'status'], buckets: [1] } as const;
const total = 'sightline_mislabelled_total';

/** A histogram as code without types sees it. */
interface Untyped {
  startTimer(labels?: unknown): (labels?: unknown) => number;
  labels(...labels: unknown[]): Untyped & { observe(value: number): void; inc(): void };
  remove(...labels: unknown[]): void;
  observe(...args: unknown[]): void;
}
const untyped = (instrument: unknown): Untyped => instrument as Untyped;

function timing() {
  const { metrics, exported, warnings, clock } = testSetting();
  const latency = metrics.histogram('latency_seconds', declared);
  const counts = (): unknown[] =>
    metrics
      .snapshot()
      .families.filter(({ name }) => name === 'latency_seconds')
      .flatMap((family) => {
        if (family.kind !== 'histogram') return [];
        return Array.from({ length: family.size }, (_, i) =>
          family.labelValues.map((values) => values[family.rows[i] ?? 0]),
        );
      });
  return { metrics, exported, warnings, clock, latency, counts };
}

describe('a timer', () => {
  test('is labelled at its start and its end together', () => {
    const { latency, clock, exported, warnings } = timing();
    const end = latency.startTimer({ route: '/' });
    clock.advance(500);
    expect(end({ status: 200 })).toBe(0.5);
    const later = latency.startTimer();
    clock.advance(250);
    expect(later({ route: '/', status: 200 })).toBe(0.25);
    expect(latency.value({ route: '/', status: 200 })).toMatchObject({ count: 2, sum: 0.75 });
    expect([exported(total), warnings]).toEqual([[], []]);
  });

  test('records once, with the labels of the first end', () => {
    const { latency, clock } = timing();
    const end = latency.startTimer({ route: '/' });
    clock.advance(500);
    expect([end({ status: 200 }), end({ status: 500 })]).toEqual([0.5, 0.5]);
    expect(latency.value({ route: '/', status: 500 })).toBeUndefined();
  });

  test('of a child has the labels of the child, too', () => {
    const { metrics } = timing();
    const child = metrics.child({ labels: { route: '/child' } });
    const latency = child.histogram('latency_seconds', { ...declared, labelNames: ['status'] });
    latency.startTimer()({ status: 200 });
    latency.startTimer({ status: 200 })();
    expect(latency.value({ status: 200 })?.count).toBe(2);
  });

  test('takes a label that the end gives again from there, as prom-client does', () => {
    const { latency } = timing();
    untyped(latency).startTimer({ route: '/', status: 'unknown' })({ status: 200 });
    expect(latency.value({ route: '/', status: 200 })?.count).toBe(1);
  });

  test('that has all its labels is stopped by any callback', async () => {
    const { latency, warnings } = timing();
    const end = untyped(latency).startTimer({ route: '/', status: 200 });
    await Promise.resolve({ rows: [], user: 'u-1' }).then(end);
    for (const given of [true, 'closed', new Error('late'), [1], null]) {
      untyped(latency).startTimer({ route: '/', status: 200 })(given);
    }
    expect(latency.value({ route: '/', status: 200 })?.count).toBe(6);
    expect(warnings).toEqual([]);
  });

  test.each<[string, unknown, unknown, string, string]>([
    ['missing at both', { route: '/' }, undefined, 'missing_label', 'but got only "route". Pass "status" as well.'],
    ['misspelt at the end', { route: '/' }, { statu: 1 }, 'missing_label', 'but got "statu". Did you mean "status"?'],
    ['given by position at the end', undefined, '/', 'no_labels', 'Pass { "route": "/", "status": … }.'],
    ['a list at the start', ['/', 200], undefined, 'no_labels', 'Pass { "route": "/", "status": 200 }.'],
  ])('whose labels are %s goes to the overflow series, warned about once', (_, start, end, reason, message) => {
    const { latency, exported, warnings } = timing();
    for (let i = 0; i < 2; i++) untyped(latency).startTimer(start)(end);
    expect(exported(total)).toEqual([{ labels: { metric: 'latency_seconds', reason }, value: 2 }]);
    expect(warnings).toEqual([expect.stringContaining(message)]);
  });

  test('takes optional labels at either end, or at none', () => {
    const { metrics, warnings } = timing();
    const options = { help: 'Calls.', labelNames: ['route', 'error'], optionalLabels: ['error'] } as const;
    const calls = metrics.histogram('call_seconds', options);
    calls.startTimer({ route: '/' })();
    calls.startTimer({ route: '/' })({ error: 'timeout' });
    calls.startTimer({ error: 'timeout' })({ route: '/' });
    calls.startTimer()({ route: '/' });
    untyped(calls).startTimer({ route: '/' })({ rows: [] });
    expect(calls.value({ route: '/' })?.count).toBe(3);
    expect(calls.value({ route: '/', error: 'timeout' })?.count).toBe(2);
    expect(warnings).toEqual([]);
  });

  test('survives labels that throw', () => {
    const { latency, exported } = timing();
    const hostile = {
      get status(): string {
        throw new Error('no');
      },
    };
    untyped(latency).startTimer({ route: '/' })(hostile);
    untyped(latency).startTimer(hostile)({ route: '/' });
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    untyped(latency).startTimer(proxy)(proxy);
    untyped(latency).labels(proxy).observe(1);
    untyped(latency).remove(proxy);
    expect(exported(total).map(({ value }) => value)).not.toEqual([]);
  });

  test('of one series, and of a histogram without labels, says that it takes none', () => {
    const { metrics, latency, warnings } = timing();
    untyped(latency.labels({ route: '/', status: 200 })).startTimer()({ status: 500 });
    expect(latency.value({ route: '/', status: 200 })?.count).toBe(1);
    const plain = metrics.histogram('plain_seconds', { help: 'Plain.' });
    untyped(plain).startTimer({ route: '/' })();
    untyped(plain).startTimer()({ anything: 'of a callback' });
    expect(plain.value()?.count).toBe(2);
    expect(warnings).toEqual([
      expect.stringContaining(
        '"latency_seconds" takes no labels here, but got "status". The recording counts without them.',
      ),
      expect.stringContaining(
        '"plain_seconds" takes no labels here, but got "route". The recording counts without them.',
      ),
    ]);
  });
});

describe('labels by position', () => {
  test.each<[string, unknown[], string]>([
    ["labels('mail', 'ok')", ['mail', 'ok'], '{ "queue": "mail", "outcome": "ok" }'],
    ["labels('mail')", ['mail'], '{ "queue": "mail", "outcome": … }'],
    ["labels(['mail', 'ok'])", [['mail', 'ok']], '{ "queue": "mail", "outcome": "ok" }'],
    ['labels(7, {})', [7, {}], '{ "queue": 7, "outcome": … }'],
  ])('%s shows the right call once, and is counted', (_, given, right) => {
    const { metrics, exported, warnings } = testSetting();
    const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue', 'outcome'] });
    for (let i = 0; i < 2; i++)
      untyped(jobs)
        .labels(...given)
        .inc();
    expect(warnings).toEqual([expect.stringContaining(`Pass ${right}.`)]);
    expect(exported(total)).toEqual([{ labels: { metric: 'jobs_total', reason: 'no_labels' }, value: 2 }]);
  });

  test.each([['pro'], [['pro']], [7], ['pro', 'de']])(
    'are no absent labels where all are optional (%j, %j)',
    (...given) => {
      const { metrics, exported, warnings } = testSetting();
      const names = ['plan', 'country'] as const;
      const logins = metrics.counter('logins_total', { help: 'Logins.', labelNames: names, optionalLabels: names });
      logins.inc({});
      untyped(logins)
        .labels(...given)
        .inc();
      (logins as unknown as { inc(labels: unknown): void }).inc(given[0]);
      expect(logins.value({})).toBe(1);
      expect(exported(total)).toEqual([{ labels: { metric: 'logins_total', reason: 'no_labels' }, value: 2 }]);
      expect(warnings).toEqual([expect.stringContaining('Pass { "plan": ')]);
    },
  );

  test('are warned about at the removal of a series, and if there are no labels', () => {
    const { metrics, exported, warnings } = testSetting();
    const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['http.route'] });
    jobs.inc({ 'http.route': '/' });
    untyped(jobs).remove('/');
    untyped(metrics.counter('restarts_total', { help: 'Restarts.' }))
      .labels('mail')
      .inc();
    expect(exported('jobs_total')).toHaveLength(1);
    expect(exported('restarts_total')).toEqual([{ labels: {}, value: 1 }]);
    expect(warnings).toEqual([
      expect.stringContaining('Pass { "http.route": "/" }.'),
      expect.stringContaining('"restarts_total" takes no labels here, but got "mail".'),
    ]);
    expect(exported(total)).toEqual([]);
  });

  test('throw if the collector is strict', () => {
    const metrics = createMetrics({ strict: true });
    const latency = untyped(metrics.histogram('latency_seconds', declared));
    for (const call of [
      () => latency.labels('/', 200),
      () => latency.remove('/', 200),
      () => latency.startTimer({ route: '/' })(),
      () => latency.startTimer('/')(),
    ]) {
      expect(call).toThrow(RecordingError);
    }
  });
});
