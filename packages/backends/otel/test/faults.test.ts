import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { encodeResponse } from '../../../../scripts/test/official-messages.js';
import { otelBackend } from '../src/index.js';
import { answers, type Behaviour, hangs, pointsOf, sizeOf, takes, totalOf } from './fake-collector.js';
import { against, setting, until } from './setting.js';

const jobsHelp = { help: 'Jobs.' };
const delta = { temporality: 'delta' } as const;

describe('A collector that is down', () => {
  test('gets everything once it is there, although it was absent at the start', async () => {
    const { collector, metrics, settle, logged } = await setting(delta);
    await collector.shutdown();
    metrics.counter('jobs_total', jobsHelp).inc(3);
    expect(await settle(metrics.flush({ timeoutMs: 500 }))).toContain(
      'The collector cannot be reached: connect ECONNREFUSED',
    );
    await collector.restart();
    await metrics.flush();
    expect(totalOf('jobs_total', collector.received)).toBe(3);
    expect(logged.map((line) => line.replace(/ECONN.*/, ''))).toEqual([
      '[otel] Pushing failed: The collector cannot be reached: connect ',
      '[otel] Pushing works again after 0 s. Nothing was lost.',
    ]);
  });

  test('gets each difference once, although it was killed and restarted between pushes', async () => {
    const { collector, metrics, settle } = await setting(delta);
    const jobs = metrics.counter('jobs_total', jobsHelp);
    for (let round = 0; round < 3; round++) {
      jobs.inc(5);
      await metrics.flush();
      await collector.shutdown();
      jobs.inc(7);
      await settle(metrics.flush({ timeoutMs: 100 }).catch(() => {}));
      await collector.restart();
    }
    await metrics.flush();
    expect(totalOf('jobs_total', collector.received)).toBe(36);
  });

  test('is tried again within the push, after growing waits', { timeout: 60_000 }, async () => {
    const { collector, metrics, settle, clock } = await setting();
    const times: number[] = [];
    collector.behave((exchange) => {
      times.push(clock.monotonicMs());
      answers(503)(exchange);
    });
    // Three waits take 3.8 to 5.7 s, a fourth ends after 6.5 s at least: none is close to the end of the push.
    expect(await settle(metrics.flush({ timeoutMs: 6100 }))).toContain('the answer was 503');
    const waits = times.slice(1).map((time, i) => time - (times[i] ?? 0));
    expect(waits).toHaveLength(3);
    for (const [i, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(0.8 * 1000 * 1.5 ** i);
      expect(wait).toBeLessThanOrEqual(1.2 * 1000 * 1.5 ** i + 200);
    }
  });

  test('for 30 s under load costs two log lines and piles up nothing, and what was recorded arrives', {
    timeout: 30_000,
  }, async () => {
    const { collector, metrics, clock, logged, settle } = await setting({ ...delta, intervalMs: 1000 });
    const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] });
    await metrics.flush();
    await collector.shutdown();
    const timers: number[] = [];
    for (let second = 0; second < 30; second++) {
      for (let i = 0; i < 200; i++) jobs.inc({ queue: `q${i % 20}` });
      await settle(metrics.flush({ timeoutMs: 900 }).catch(() => {}));
      timers.push(clock.timers.length);
    }
    await collector.restart();
    await metrics.flush();
    expect(totalOf('jobs_total', collector.received)).toBe(6000);
    expect(logged).toHaveLength(2);
    expect(Math.max(...timers)).toBeLessThanOrEqual(3);
  });
});

describe('A collector that hangs', () => {
  test('may have got a difference, which is not sent again and counted as unconfirmed', async () => {
    const { collector, metrics, settle } = await setting({ ...delta, timeoutMs: 2000 });
    const jobs = metrics.counter('jobs_total', jobsHelp);
    jobs.inc(3);
    collector.behaveOnce(hangs);
    const outcome = await settle(metrics.flush({ timeoutMs: 5000 }));
    expect(outcome).toMatch(/Whether \d+ data points arrived is unknown: no answer within 2000 ms/);
    jobs.inc(4);
    await metrics.flush();
    expect(totalOf('jobs_total', collector.received)).toBe(4);
    const unconfirmed = collector.arrived[0] === undefined ? 0 : sizeOf(collector.arrived[0].decoded);
    expect(unconfirmed).toBeGreaterThan(0);
    await metrics.flush();
    const counted = pointsOf('sightline_otel_unaccepted_points_total', collector.received).filter(
      ({ attributes, asDouble }) => attributes?.[0]?.value['stringValue'] === 'unconfirmed' && asDouble !== 0,
    );
    expect(counted.map(({ asDouble }) => asDouble)).toEqual([unconfirmed]);
  });

  test('loses nothing of running totals', async () => {
    const { collector, metrics, settle } = await setting({ timeoutMs: 2000 });
    metrics.counter('jobs_total', jobsHelp).inc(3);
    collector.behaveOnce(hangs);
    await settle(metrics.flush({ timeoutMs: 5000 }).catch(() => {}));
    await metrics.flush();
    expect(pointsOf('jobs_total', collector.received).map(({ asDouble }) => asDouble)).toEqual([3]);
  });

  test('does not hold up a shutdown beyond its deadline, nor leave a timer behind', async () => {
    const { collector, metrics, settle, clock } = await setting();
    collector.behave(hangs);
    const before = clock.monotonicMs();
    await settle(metrics.shutdown({ timeoutMs: 700 }));
    expect(clock.monotonicMs() - before).toBeLessThan(900);
    await until(() => clock.timers.length === 0);
  });
});

describe('A collector that ends the connection', () => {
  const halfCloses: Behaviour = ({ socket }) => socket.end();
  const answersHalf: Behaviour = ({ response, accept }) => {
    accept();
    response.writeHead(200, { 'Content-Length': '100' });
    response.write('abc', () => response.destroy());
  };
  const speaksOtherwise: Behaviour = ({ socket }) => void socket.end('220 mail.example.com ESMTP\r\n');

  test.each([
    ['without an answer', halfCloses],
    ['after something that is not HTTP', speaksOtherwise],
  ])('%s, may have got what was sent', async (_, behaviour) => {
    const { collector, metrics } = await setting(delta);
    const jobs = metrics.counter('jobs_total', jobsHelp);
    jobs.inc(3);
    collector.behaveOnce(behaviour);
    await expect(metrics.flush()).rejects.toThrow(/Whether \d+ data points arrived is unknown/);
    jobs.inc(4);
    await metrics.flush();
    const afterwards = collector.arrived.slice(1).map(({ decoded }) => decoded);
    expect(totalOf('jobs_total', afterwards)).toBe(4);
  });

  test('in the middle of its answer, has said with the status that it took what was sent', async () => {
    const { collector, metrics } = await setting(delta);
    metrics.counter('jobs_total', jobsHelp).inc(3);
    collector.behaveOnce(answersHalf);
    await metrics.flush();
    await metrics.flush();
    expect(totalOf('jobs_total', collector.received)).toBe(3);
  });

  test('without an answer, gets running totals again in the same push', async () => {
    const { collector, metrics, settle } = await setting();
    metrics.counter('jobs_total', jobsHelp).inc(3);
    collector.behaveOnce(halfCloses, halfCloses);
    expect(await settle(metrics.flush({ timeoutMs: 8000 }))).toBe('resolved');
    expect(collector.arrived).toHaveLength(3);
  });

  test('after 101 Switching Protocols, gets what is recorded from then on', async () => {
    const { collector, metrics, settle } = await setting(delta);
    const jobs = metrics.counter('jobs_total', jobsHelp);
    jobs.inc(3);
    const switches: Behaviour = ({ socket }) =>
      void socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    collector.behaveOnce(switches);
    expect(await settle(metrics.flush({ timeoutMs: 5000 }))).toContain('arrived is unknown: the answer was 101');
    jobs.inc(4);
    await metrics.flush();
    expect(totalOf('jobs_total', collector.received)).toBe(4);
  });

  test('before it has read the request, gets the request again', { timeout: 60_000 }, async () => {
    const server = createServer((socket) => {
      socket.once('data', () => socket.resetAndDestroy());
      socket.on('error', () => {});
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const { metrics, settle } = against(
      otelBackend({ ...delta, url: `http://127.0.0.1:${port}/v1/metrics`, maxPointsPerRequest: 100_000 }),
    );
    // More than the buffers of both sides hold.
    const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] });
    const text = 'x'.repeat(3000);
    for (let i = 0; i < 1500; i++)
      jobs.inc({ a: `${i}-${text}`, b: text, c: text, d: text, e: text, f: text, g: text });
    expect(await settle(metrics.flush({ timeoutMs: 500 }))).toContain('The collector cannot be reached');
    server.close();
  });

  test('between two pushes, is connected to again', async () => {
    const { collector, metrics } = await setting(delta);
    metrics.counter('jobs_total', jobsHelp).inc(3);
    await metrics.flush();
    await collector.shutdown();
    await collector.restart();
    metrics.counter('jobs_total', jobsHelp).inc(4);
    await metrics.flush();
    expect(totalOf('jobs_total', collector.received)).toBe(7);
  });
});

describe('A slow collector', () => {
  test('is waited for', async () => {
    const { collector, metrics, clock } = await setting(delta);
    metrics.counter('jobs_total', jobsHelp).inc(3);
    const slow: Behaviour = ({ response, accept }) => {
      accept();
      response.writeHead(200);
      response.flushHeaders();
      clock.advance(9000);
      response.end();
    };
    collector.behaveOnce(slow);
    await metrics.flush({ timeoutMs: 20_000 });
    await metrics.flush();
    expect(totalOf('jobs_total', collector.received)).toBe(3);
  });
});

describe('A collector that rejects some points', () => {
  test.each([
    ['http/protobuf', encodeResponse(2, 'out of order')],
    ['http/json', JSON.stringify({ partialSuccess: { rejectedDataPoints: '2', errorMessage: 'out of order' } })],
  ] as const)('is not sent them again, and they are counted (%s)', async (protocol, body) => {
    const { collector, metrics, logged } = await setting({ ...delta, protocol });
    metrics.counter('jobs_total', jobsHelp).inc(3);
    collector.behaveOnce(answers(200, {}, body));
    await expect(metrics.flush()).rejects.toThrow(/The collector rejected 2 of \d+ data points: out of order\./);
    await metrics.flush();
    expect(totalOf('jobs_total', collector.received)).toBe(3);
    expect(logged.at(-1)).toContain('Data points not accepted: 2 rejected.');
  });
});

describe('A collector that refuses a request', () => {
  test.each([400, 401, 404, 500])('for good (%i) is not sent it again, and the points are counted', async (status) => {
    const { collector, metrics } = await setting(delta);
    const jobs = metrics.counter('jobs_total', jobsHelp);
    jobs.inc(3);
    collector.behaveOnce(answers(status, { 'Content-Type': 'text/plain' }, 'bad\nrequest'));
    await expect(metrics.flush()).rejects.toThrow(
      new RegExp(`The collector refused \\d+ data points: the answer was ${status}: bad request\\.`),
    );
    jobs.inc(4);
    await metrics.flush();
    expect(totalOf('jobs_total', collector.received)).toBe(4);
  });

  test('in the middle of a push still gets the requests after it', async () => {
    const { collector, metrics } = await setting({ ...delta, maxPointsPerRequest: 10 });
    const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['id'] });
    for (let i = 0; i < 30; i++) jobs.inc({ id: String(i) });
    collector.behaveOnce(takes, answers(400));
    await expect(metrics.flush()).rejects.toThrow('refused 10 data points');
    await metrics.flush();
    expect(totalOf('jobs_total', collector.received)).toBe(20);
  });

  test('because it is too large gets smaller ones', async () => {
    const { collector, metrics } = await setting(delta);
    const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['id'] });
    for (let i = 0; i < 1000; i++) jobs.inc({ id: String(i) });
    collector.behave((exchange) => (sizeOf(exchange.decoded) > 300 ? answers(413) : takes)(exchange));
    await metrics.flush();
    expect(totalOf('jobs_total', collector.received)).toBe(1000);
    const refusals = collector.arrived.length - collector.received.length;
    expect(refusals).toBeLessThanOrEqual(3);
  });

  test('however small it is, is not asked endlessly', async () => {
    const { collector, metrics } = await setting({ ...delta, maxPointsPerRequest: 160 });
    const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['id'] });
    for (let i = 0; i < 100; i++) jobs.inc({ id: String(i) });
    collector.behave(answers(413));
    await expect(metrics.flush()).rejects.toThrow(/refused \d+ data points: the answer was 413/);
    expect(collector.arrived.length).toBeLessThanOrEqual(20);
  });
});

describe('A collector that asks to wait', () => {
  test.each([
    [429, '3'],
    [503, 'Wed, 01 Jan 2025 00:00:03 GMT'],
  ])('gets the request again after the time it named (%i, %s)', async (status, retryAfter) => {
    const { collector, metrics, settle, clock } = await setting(delta);
    metrics.counter('jobs_total', jobsHelp).inc(3);
    const askedAt: number[] = [];
    collector.behaveOnce((exchange) => {
      askedAt.push(clock.now());
      answers(status, { 'Retry-After': retryAfter })(exchange);
    });
    expect(await settle(metrics.flush({ timeoutMs: 5000 }))).toBe('resolved');
    expect(clock.now()).toBeGreaterThanOrEqual(Date.UTC(2025, 0, 1, 0, 0, 3));
    expect(collector.arrived).toHaveLength(2);
    expect(totalOf('jobs_total', collector.received)).toBe(3);
  });

  test('is left alone until then, although the time is beyond the deadline', async () => {
    const { collector, metrics, settle, clock } = await setting(delta);
    metrics.counter('jobs_total', jobsHelp).inc(3);
    collector.behaveOnce(answers(429, { 'Retry-After': '60' }));
    await expect(metrics.flush({ timeoutMs: 1000 })).rejects.toThrow('the answer was 429');
    await expect(metrics.flush({ timeoutMs: 1000 })).rejects.toThrow('the collector asked to wait');
    expect(collector.arrived).toHaveLength(1);
    await clock.advanceAsync(60_000);
    await settle(metrics.flush());
    expect(totalOf('jobs_total', collector.received)).toBe(3);
  });

  test('is not asked again at once, although it names no time to speak of', async () => {
    const { collector, metrics, settle } = await setting(delta);
    collector.behave(answers(429, { 'Retry-After': '0' }));
    await settle(metrics.flush({ timeoutMs: 2000 }));
    expect(collector.arrived.length).toBeLessThanOrEqual(2);
  });

  test('for a year is asked again after five minutes', async () => {
    const { collector, metrics, settle, clock } = await setting(delta);
    metrics.counter('jobs_total', jobsHelp).inc(3);
    collector.behaveOnce(answers(503, { 'Retry-After': '31536000' }));
    await settle(metrics.flush({ timeoutMs: 1000 }));
    for (let minute = 0; minute < 5; minute++) {
      await clock.advanceAsync(60_000);
      await settle(metrics.flush({ timeoutMs: 1000 }));
    }
    expect(totalOf('jobs_total', collector.received)).toBe(3);
  });

  test('holds up no flush: a push that waits gives way to it', async () => {
    const { collector, metrics, clock } = await setting({ ...delta, intervalMs: 60_000 });
    metrics.counter('jobs_total', jobsHelp).inc(3);
    collector.behaveOnce(answers(503));
    await clock.advanceAsync(60_000);
    await collector.arrivals(1);
    await until(() => clock.timers.some(({ dueInMs }) => dueInMs >= 700 && dueInMs <= 1200));
    await metrics.flush({ timeoutMs: 500 }); // the clock stands still
    expect(totalOf('jobs_total', collector.received)).toBe(3);
  });
});

test('An answer that cannot be read, but says that the request was taken, is believed', async () => {
  const { collector, metrics } = await setting(delta);
  metrics.counter('jobs_total', jobsHelp).inc(3);
  collector.behaveOnce(answers(200, { 'Content-Type': 'text/plain' }, 'ok\u0000\uffff'.repeat(20_000)));
  await metrics.flush();
  await metrics.flush();
  expect(totalOf('jobs_total', collector.received)).toBe(3);
});

test('an HTML page instead of a collector is a refused export, and is logged', async () => {
  const { collector, metrics } = await setting(delta);
  metrics.counter('jobs_total', jobsHelp).inc(3);
  collector.behaveOnce(answers(200, { 'Content-Type': 'text/html' }, '<html>'));
  await expect(metrics.flush()).rejects.toThrow(/refused \d+ data points: the answer was 200 with an HTML page/);
});

test('A push that fails in the middle keeps what was not sent for the next one, and sends nothing twice', async () => {
  const { collector, metrics, settle } = await setting({ ...delta, maxPointsPerRequest: 10 });
  const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['id'] });
  for (let i = 0; i < 30; i++) jobs.inc({ id: String(i) });
  collector.behaveOnce(takes, answers(503), answers(503));
  await settle(metrics.flush({ timeoutMs: 1100 }).catch(() => {}));
  expect(collector.received.map(sizeOf)).toEqual([10]);
  await settle(metrics.flush());
  const byId = new Map<unknown, number>();
  for (const { attributes, asDouble = 0 } of pointsOf('jobs_total', collector.received)) {
    const id = attributes?.[0]?.value['stringValue'];
    byId.set(id, (byId.get(id) ?? 0) + asDouble);
  }
  expect([...byId.values()]).toEqual(Array.from({ length: 30 }, () => 1));
});

test('A shutdown in a burst hands over everything that was recorded before it', async () => {
  const { collector, metrics, settle } = await setting({ ...delta, maxPointsPerRequest: 100 });
  const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['id'] });
  const pushing = metrics.flush();
  for (let i = 0; i < 5000; i++) jobs.inc({ id: String(i % 500) });
  expect(await settle(metrics.shutdown({ timeoutMs: 5000 }))).toBe('resolved');
  await pushing;
  expect(totalOf('jobs_total', collector.received)).toBe(5000);
});

test.each([
  ['http/protobuf', 'http'],
  ['http/protobuf', 'https'],
  ['grpc', 'http'],
  ['grpc', 'https'],
] as const)(
  'A port that takes connections and never speaks holds up no longer than the deadline (%s, %s)',
  async (protocol, scheme) => {
    const server = createServer(() => {}).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const options = { protocol, url: `${scheme}://127.0.0.1:${port}`, timeoutMs: 300 } as const;
    const { metrics, settle, logged } = against(otelBackend(options));
    await metrics.ready;
    expect(await settle(metrics.flush({ timeoutMs: 500 }))).toContain('no answer within 300 ms');
    const isSent = scheme === 'http';
    expect(logged[0]).toContain(isSent ? 'arrived is unknown' : 'cannot be reached');
    await settle(metrics.shutdown({ timeoutMs: 400 }));
    server.close();
  },
);
