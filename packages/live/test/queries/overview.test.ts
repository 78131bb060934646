import { describe, expect, test } from 'vitest';
import type { LossesAnswer, OverviewAnswer, RuntimeAnswer, ServicesAnswer } from '../../src/model/answers.js';
import { type OwnMetrics, ownMetrics } from '../store/own-metrics.js';
import { START_MS, splitMs, testStore } from '../store/test-store.js';

describe('requests', () => {
  test('are those of the HTTP server metrics, exactly', () => {
    const own = ownMetrics();
    const duration = requestDuration(own);
    own.read();
    for (let second = 1; second <= 60; second++) {
      for (let i = 0; i < 9; i++) duration.observe(ok, 0.02);
      duration.observe(failed, 0.3);
      own.read(1);
    }
    const answer = own.get<OverviewAnswer>('overview?last=1m');
    expect(answer.requestsFrom).toBe('metrics');
    expect(answer.requests).toEqual({ total: 600, perSecond: 10 });
    expect(answer.errors).toEqual({ total: 60, share: 0.1 });
    expect(answer.duration?.meanMs).toBeCloseTo(48);
    expect(answer.duration?.p50Ms).toBeGreaterThan(10);
    expect(answer.duration?.p50Ms).toBeLessThan(25);
    expect(answer.duration?.p95Ms).toBeGreaterThan(250);
    expect(answer.series.timesMs).toHaveLength(answer.series.values['requests']?.length ?? 0);
    expect(answer.series.values['requests']?.at(-1)).toBeCloseTo(10);
    expect(answer.series.values['errors']?.at(-1)).toBeCloseTo(1);
    expect(answer.series.values['p95Ms']?.at(-1)).toBeGreaterThan(250);
  });

  test('a client mistake is no error of the service; a broken connection is', () => {
    const own = ownMetrics();
    const duration = requestDuration(own);
    own.read();
    duration.observe({ ...ok, 'http.response.status_code': 404 }, 0.1);
    duration.observe({ 'http.request.method': 'GET', 'error.type': 'ECONNRESET' }, 0.1);
    own.read(1);
    expect(own.get<OverviewAnswer>('overview').errors).toEqual({ total: 1, share: 0.5 });
  });

  test('old names and milliseconds of other senders count as well, and not twice', () => {
    const { store, get, source, clock } = testStore();
    clock.advance(10_000);
    const take = (name: string, unit: string, bounds: number[], service: string): void => {
      const time = splitMs(START_MS + 10_000);
      const start = splitMs(START_MS);
      store.intake.metric(
        {
          ...{ name, description: '', unit, metadata: [], kind: 'histogram', temporality: 2 },
          points: [
            {
              attributes: ['http.status_code', 503],
              startSeconds: start.seconds,
              startNanos: start.nanos,
              seconds: time.seconds,
              nanos: time.nanos,
              flags: 0,
              count: 10,
              sum: 10 * (bounds[0] ?? 0),
              min: undefined,
              max: undefined,
              bucketCounts: [10, 0],
              explicitBounds: bounds,
              exemplars: [],
            },
          ],
        },
        source(service),
      );
    };
    take('http.server.duration', 'ms', [100], 'old');
    take('http.server.duration', 'ms', [100], 'both');
    take('http.server.request.duration', 's', [0.1], 'both');
    take('http_server_request_duration_seconds', '', [0.1], 'prometheus');
    const answer = get<OverviewAnswer>('overview');
    expect(answer.requests?.total).toBe(30);
    expect(answer.errors).toEqual({ total: 30, share: 1 });
    expect(answer.duration?.meanMs).toBeCloseTo(100);
  });

  test('without such metrics they are server and consumer spans', () => {
    const { span, get, clock } = testStore();
    clock.advance(10_000);
    for (let i = 1; i <= 10; i++) {
      const kind = i % 2 === 0 ? 'server' : 'consumer';
      span({ trace: i, kind, atMs: 9000, durationMs: 100, isError: i === 1 });
      span({ trace: i, kind: 'internal', atMs: 9000 });
    }
    const answer = get<OverviewAnswer>('overview?last=10s');
    expect(answer).toMatchObject({
      requestsFrom: 'spans',
      requests: { total: 10, perSecond: 1 },
      errors: { total: 1, share: 0.1 },
      duration: { meanMs: 100 },
    });
    expect(answer.operations).toHaveLength(3);
  });

  test('are complete, however many names of spans there are', () => {
    const { span, get, clock } = testStore({ maxOperations: 5 });
    clock.advance(10_000);
    for (let i = 1; i <= 20; i++) {
      span({
        trace: i,
        id: i,
        kind: i % 2 === 0 ? 'server' : 'internal',
        name: `GET /orders/${i}`,
        atMs: 9000,
        isError: i === 20,
      });
    }
    const { requests, errors, operations } = get<OverviewAnswer>('overview');
    expect(requests?.total).toBe(10);
    expect(errors?.total).toBe(1);
    const others = operations.filter(({ name }) => name === 'other');
    expect(others.map(({ kind, count }) => [kind, count]).sort()).toEqual([
      ['internal', 7],
      ['server', 8],
    ]);
  });

  test('a service without requests has none, instead of zeros', () => {
    const { get, log } = testStore();
    log({});
    expect(get<OverviewAnswer>('overview')).toMatchObject({
      requestsFrom: null,
      requests: null,
      errors: null,
      duration: null,
    });
  });
});

test('commands, queries, events and sagas are counted since the start', () => {
  const own = ownMetrics();
  const commands = own.metrics.counter('command.dispatched.count', { help: 'C.', labelNames: ['command_type'] });
  const events = own.metrics.counter('event.stored.count', { help: 'E.', labelNames: ['event_type'] });
  const started = own.metrics.counter('saga.started.count', { help: 'S.', labelNames: ['saga_type'] });
  const ended = own.metrics.counter('saga.completed.count', { help: 'S.', labelNames: ['saga_type', 'status'] });
  commands.inc({ command_type: 'a' }, 5);
  own.read();
  commands.inc({ command_type: 'a' }, 20);
  commands.inc({ command_type: 'b' }, 10);
  events.inc({ event_type: 'x' });
  started.inc({ saga_type: 's' }, 7);
  ended.inc({ saga_type: 's', status: 'completed' }, 4);
  ended.inc({ saga_type: 's', status: 'failed' });
  own.read(10);
  const { messages, sagas, series } = own.get<OverviewAnswer>('overview?last=10s');
  expect(messages).toEqual({
    commands: { total: 35, perSecond: 3 },
    queries: null,
    events: { total: 1, perSecond: 0.1 },
  });
  expect(sagas).toEqual({ started: 7, running: 2, ended: { completed: 4, failed: 1 } });
  expect(Object.keys(series.values).sort()).toEqual(['commands', 'events']);
});

test('the health is the host’s, at once or later', async () => {
  const ready = { status: 'ready', checks: [] } as const;
  expect(testStore({}, { health: () => ready }).get<OverviewAnswer>('overview').health).toBe(ready);
  const later = testStore({}, { health: async () => ready }).get<Promise<OverviewAnswer>>('overview');
  expect((await later).health).toBe(ready);
});

test('the newest errors, of the service and the time that are asked for', () => {
  const { log, get, clock } = testStore();
  for (let i = 0; i < 30; i++) log({ body: `error ${i}`, severityNumber: 17, service: i % 2 === 0 ? 'a' : 'b' });
  log({ body: 'fine' });
  expect(get<OverviewAnswer>('overview').recentErrors).toHaveLength(20);
  expect(get<OverviewAnswer>('overview?service=a').recentErrors[0]?.message).toBe('error 28');
  clock.advance(3_600_000);
  log({ body: 'late', severityNumber: 21, atMs: 3_590_000 });
  expect(get<OverviewAnswer>('overview').recentErrors.map(({ message }) => message)).toEqual(['late']);
  expect(get<OverviewAnswer>(`overview?last=1m&until=${START_MS + 1000}`).recentErrors).toHaveLength(20);
});

describe('the runtime', () => {
  test('from our metrics', () => {
    const own = ownMetrics();
    runtimeMetricsOf(own);
    own.read(1);
    for (let i = 0; i < 4; i++) own.read(1);
    expect(own.get<OverviewAnswer>('overview')).toMatchObject({
      memory: { residentBytes: 100, heapUsedBytes: 50, heapLimitBytes: null },
      eventLoop: { delayP99Ms: 12, utilization: 0.25 },
    });
    const { processes, series } = own.get<RuntimeAnswer>('runtime');
    expect(processes).toEqual([
      {
        service: 'shop',
        services: ['shop'],
        hasEnded: false,
        lastMs: START_MS + 5000,
        instance: 'shop-1',
        pid: null,
        startedMs: 1_700_000_000_000,
        versions: { node: '20.19.0' },
        residentBytes: 100,
        heapUsedBytes: 50,
        heapLimitBytes: null,
        eventLoopDelayP99Ms: 12,
        eventLoopUtilization: 0.25,
        handles: { Socket: 3 },
      },
    ]);
    expect(Object.fromEntries(Object.entries(series.values).map(([name, values]) => [name, values.at(-1)]))).toEqual({
      residentBytes: 100,
      heapUsedBytes: 50,
      eventLoopDelayP99Ms: 12,
      eventLoopUtilization: 0.25,
      cpuShare: expect.closeTo(0.4),
      gcMsPerSecond: expect.closeTo(32),
      handles: 3,
    });
  });

  test('from the metrics of OpenTelemetry, process by process', () => {
    const { store, get, clock } = testStore();
    clock.advance(5000);
    const gauge = (name: string, unit: string, value: number, instance: string, attributes: unknown[] = []): void => {
      const time = splitMs(START_MS + 5000);
      const point = {
        attributes,
        startSeconds: 0,
        startNanos: 0,
        seconds: time.seconds,
        nanos: time.nanos,
        flags: 0,
        value,
        exemplars: [],
      };
      const source = store.intake.source([
        ...['service.name', 'cart', 'service.instance.id', instance, 'process.pid', 42],
        ...['process.runtime.name', 'nodejs', 'process.runtime.version', '22.1.0'],
      ]);
      store.intake.metric({ name, description: '', unit, metadata: [], kind: 'gauge', points: [point] }, source);
    };
    for (const [instance, factor] of [
      ['a', 1],
      ['b', 2],
    ] as const) {
      gauge('process.memory.usage', 'By', 1000 * factor, instance);
      gauge('v8js.memory.heap.used', 'By', 100 * factor, instance, ['v8js.heap.space.name', 'old_space']);
      gauge('v8js.memory.heap.used', 'By', 10 * factor, instance, ['v8js.heap.space.name', 'new_space']);
      gauge('nodejs.eventloop.delay.p99', 's', 0.005 * factor, instance);
      gauge('nodejs.eventloop.utilization', '1', 0.1 * factor, instance);
    }
    const rows = get<RuntimeAnswer>('runtime').processes.map((row) => [
      ...[row.instance, row.pid, row.residentBytes, row.heapUsedBytes, row.eventLoopDelayP99Ms, row.versions['nodejs']],
    ]);
    expect(rows).toEqual([
      ['a', 42, 1000, 110, 5, '22.1.0'],
      ['b', 42, 2000, 220, 10, '22.1.0'],
    ]);
    expect(get<OverviewAnswer>('overview')).toMatchObject({
      memory: { residentBytes: 3000, heapUsedBytes: 330 },
      eventLoop: { delayP99Ms: 10, utilization: 0.2 },
    });
  });
});

test('what was lost: by senders, by the host, and here', () => {
  const host = { what: 'messages', total: 5, lost: 1, reason: 'subscriber too slow', severity: 'warn' } as const;
  const own = ownMetrics({ limits: { maxLogLines: 1, maxSpans: 1 }, host: { losses: () => [host] } });
  own.metrics
    .counter('sightline_otlp_exported_total', { help: 'E.', labelNames: ['signal'] })
    .inc({ signal: 'traces' }, 90);
  const lost = own.metrics.counter('sightline_otlp_lost_total', { help: 'L.', labelNames: ['signal', 'reason'] });
  lost.inc({ signal: 'traces', reason: 'queue_full' }, 10);
  lost.inc({ signal: 'traces', reason: 'refused' }, 0);
  own.metrics.counter('c', { help: 'C.', labelNames: ['a'] }).inc({ b: 1 } as never);
  own.read();
  for (let i = 1; i <= 3; i++) {
    own.span({ id: i });
    own.span({ id: i });
    own.log({});
  }
  own.store.intake.sampledOut(5, own.source('shop'));
  const rows = own
    .get<LossesAnswer>('losses')
    .losses.map(({ what, total, lost: count, reason, severity }) => [what, total, count, reason, severity].join('; '));
  expect(rows).toEqual([
    'messages; 5; 1; subscriber too slow; warn',
    'spans of shop; 90; 10; queue full; bad',
    'recordings of shop; ; 1; wrong labels: in the overflow series; warn',
    'spans here; 1; 2; older, overwritten; info',
    'spans here; 1; 5; sampled out; info',
    'spans here; 1; 3; sent once more, kept once; info',
    'log lines here; 1; 2; older, overwritten; info',
    expect.stringMatching(/^series here; \d+; 0; more than histories are kept of; ok$/),
    'messages here; 0; 0; older, overwritten; ok',
  ]);
});

describe('services', () => {
  const rows = (get: <T>(path: string) => T): Array<readonly [string, number, number]> =>
    get<ServicesAnswer>('services').services.map(({ name, instances, restarts }) => [name, instances, restarts]);

  test('three that run at once are no restarts; one that took the place of another is', () => {
    const { source, get, clock } = testStore();
    for (const instance of ['a', 'b', 'c']) source('shop', instance);
    expect(rows(get)).toEqual([['shop', 3, 0]]);
    clock.advance(300_000);
    for (const instance of ['a', 'b', 'd']) source('shop', instance);
    expect(rows(get)).toEqual([['shop', 4, 1]]);
  });

  test('several metrics that begin anew are a restart, a single one is not', () => {
    const { store, source, get } = testStore();
    const from = source('shop', 'stable');
    const take = (name: string, atMs: number, startMs: number): void => {
      const time = splitMs(START_MS + atMs);
      const start = splitMs(START_MS + startMs);
      const point = {
        attributes: [],
        startSeconds: start.seconds,
        startNanos: start.nanos,
        seconds: time.seconds,
        nanos: time.nanos,
        flags: 0,
        value: 1,
        exemplars: [],
      };
      const metric = {
        name,
        description: '',
        unit: '',
        metadata: [],
        kind: 'sum',
        temporality: 2,
        isMonotonic: true,
      } as const;
      store.intake.metric({ ...metric, points: [point] }, from);
    };
    for (const name of ['a', 'b', 'c', 'd']) take(name, 10_000, 1000);
    take('a', 20_000, 15_000);
    expect(rows(get)).toEqual([['shop', 1, 0]]);
    for (const name of ['a', 'b', 'c', 'd']) take(name, 90_000, 80_000);
    expect(rows(get)).toEqual([['shop', 1, 1]]);
  });

  test('a sender that says nothing about itself is an unknown service', () => {
    const { store, get } = testStore();
    const source = store.intake.source([]);
    expect(source).toEqual(expect.objectContaining({ service: 'unknown_service', instance: undefined }));
    expect(store.intake.source([])).toBe(source);
    expect(rows(get)).toEqual([['unknown_service', 1, 0]]);
  });

  test('the same object for the same service and instance', () => {
    const { store } = testStore();
    const resource = ['service.name', 'a', 'service.instance.id', '1', 'service.version', '1'];
    expect(store.intake.source(resource)).toBe(store.intake.source([...resource]));
    expect(store.intake.source(resource)).not.toBe(store.intake.source(['service.name', 'a']));
  });
});

const ok = { 'http.request.method': 'GET', 'http.response.status_code': 200 };
const failed = { 'http.request.method': 'GET', 'http.response.status_code': 500 };

function requestDuration(own: OwnMetrics) {
  return own.metrics.histogram('http.server.request.duration', {
    help: 'Time.',
    unit: 'seconds',
    labelNames: ['http.request.method', 'http.response.status_code', 'error.type'],
    optionalLabels: ['http.response.status_code', 'error.type'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
  });
}

function runtimeMetricsOf({ metrics }: OwnMetrics): void {
  const gauge = (name: string, unit: string, value: number): void =>
    metrics.gauge(name, { help: 'G.', unit }).set(value);
  gauge('process_resident_memory_bytes', 'bytes', 100);
  gauge('nodejs_heap_size_used_bytes', 'bytes', 50);
  gauge('nodejs_eventloop_lag_p99_seconds', 'seconds', 0.012);
  gauge('nodejs_eventloop_utilization_ratio', 'ratio', 0.25);
  gauge('process_start_time_seconds', 'seconds', 1_700_000_000);
  metrics.gauge('nodejs_active_handles', { help: 'H.', labelNames: ['type'] }).set({ type: 'Socket' }, 3);
  metrics.info('nodejs_version_info', { help: 'V.', labels: { version: 'v20.19.0' } });
  const cpu = metrics.counter('process_cpu_seconds_total', { help: 'C.', unit: 'seconds' });
  const gc = metrics.histogram('nodejs_gc_duration_seconds', { help: 'GC.', unit: 'seconds', buckets: [0.01, 1] });
  let reads = 0;
  metrics.onCollect(() => {});
  cpu.inc(0);
  const snapshot = metrics.snapshot.bind(metrics);
  metrics.snapshot = () => {
    if (reads++ > 0) {
      cpu.inc(0.5);
      gc.observe(0.04);
    }
    return snapshot();
  };
}
