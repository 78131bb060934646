import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fakeClock } from '@sightline/testing';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../../../../scripts/servers/server-process.js';
import { HostAddresses } from '../src/host-addresses.js';
import { RefusingAddresses } from '../src/refusing-addresses.js';
import { RetryDelay } from '../src/retry-delay.js';
import { ownLines, quiet, service } from './service.js';
import { streamServer, type TestServer, udpServer } from './test-server.js';

const host = '127.0.0.1';

function serving<S extends TestServer>(server: S): S {
  onTestFinished(() => server.shutdown().catch(() => {})); // it may have been closed already
  return server;
}

function socketPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-statsd-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'statsd.sock');
}

function totalOf(servers: readonly TestServer[], name: string): number {
  return servers
    .flatMap((server) => server.lines())
    .filter((line) => line.startsWith(`${name}:`))
    .reduce((total, line) => total + Number(/:([\d.]+)\|/.exec(line)?.[1]), 0);
}

describe('over UDP', () => {
  test('a server that is absent at the start loses nothing, and is logged once', async () => {
    const port = await freePort();
    const { metrics, flush, logged } = service({ host, port });
    const jobs = metrics.counter('jobs', { help: 'h' });
    for (let i = 0; i < 3; i++) {
      jobs.inc();
      expect(await flush()).toContain(
        `No server listens on udp://127.0.0.1:${port}. Start the server there, or set STATSD_HOST`,
      );
    }
    const server = serving(await udpServer(port));
    expect(await flush()).toBeUndefined();
    await server.settled();
    expect(ownLines(server.lines())).toEqual(['jobs:3|c']);
    expect(logged).toHaveLength(2);
    expect(logged[1]).toContain('What was recorded during the outage is sent now.');
  });

  test('a server that is killed in the middle of a push costs what was under way, which is counted', async () => {
    const first = serving(await udpServer(await freePort(), 5));
    const { metrics, flush, logged, counted } = service({ host, port: first.port, maxPayloadBytes: 100 });
    const jobs = metrics.counter('jobs', { help: 'h', labelNames: ['id'] });
    for (let id = 0; id < 200; id++) jobs.inc({ id: `i${id}` });
    expect(await flush()).toContain('No server listens');
    const refused = counted('sightline_statsd_refused_total');
    expect(refused).toBeGreaterThan(0);
    const second = serving(await udpServer(first.port));
    await flush();
    await second.settled();
    const arrived = ownLines([...first.lines(), ...second.lines()]);
    expect(new Set(arrived).size).toBe(arrived.length);
    // Six or seven lines are in a datagram, and each refusal is a datagram's.
    const lost = 200 - arrived.length;
    expect(lost).toBeGreaterThanOrEqual(refused * 5);
    expect(logged.at(-1)).toContain(`${refused} datagrams were lost`);
  });

  test('half a minute without a server, under load, is two log lines and no loss', { timeout: 60_000 }, async () => {
    const first = await udpServer(await freePort());
    const { metrics, interval, logged, counted } = service({ host, port: first.port, intervalMs: 1000 });
    const jobs = metrics.counter('jobs', { help: 'h', labelNames: ['queue'] });
    const latency = metrics.histogram('latency', { help: 'h' });
    let recorded = 0;
    const burst = (): void => {
      for (let i = 0; i < 1000; i++, recorded++) {
        jobs.inc({ queue: i % 10 });
        latency.observe(i / 1000);
      }
    };
    burst();
    await interval();
    await first.settled();
    await first.shutdown();
    for (let second = 0; second < 30; second++) {
      burst();
      await interval();
    }
    const last = serving(await udpServer(first.port));
    burst();
    await interval();
    await quiet();
    await last.settled();
    expect(totalOf([first, last], 'jobs')).toBe(recorded);
    expect(counted('sightline_statsd_refused_total')).toBe(0);
    expect(counted('sightline_statsd_failures_total')).toBe(30);
    expect(logged).toHaveLength(2);
  });

  test('a name server that fails at first is asked again', async () => {
    const server = serving(await udpServer());
    let asked = 0;
    const lookup = async (): Promise<{ address: string; family: number }> => {
      asked++;
      if (asked < 3) throw new Error('getaddrinfo EAI_AGAIN agent');
      return { address: host, family: 4 };
    };
    const { metrics, flush, logged } = service({ host: 'agent', port: server.port, lookup });
    metrics.counter('jobs', { help: 'h' }).inc(2);
    expect(await flush()).toContain(
      'Host "agent" has no address (getaddrinfo EAI_AGAIN agent). Check STATSD_HOST or DD_AGENT_HOST, or the name server.',
    );
    await flush();
    expect(await flush()).toBeUndefined();
    for (let i = 0; i < 5; i++) await flush();
    await server.settled();
    expect(ownLines(server.lines())).toEqual(['jobs:2|c']);
    expect(asked).toBe(3);
    expect(logged).toHaveLength(2);
  });

  test('the socket of an address that changed is replaced', async () => {
    const server = serving(await udpServer());
    let address = '127.0.0.2';
    const { metrics, flush, interval, counted } = service({
      ...{ host: 'agent', port: server.port },
      lookup: async () => ({ address, family: 4 }),
    });
    const jobs = metrics.counter('jobs', { help: 'h' });
    jobs.inc();
    expect(await flush()).toContain('No server listens');
    address = host;
    await flush(); // asks anew, in the background
    await interval();
    await server.settled();
    expect(ownLines(server.lines())).toEqual(['jobs:1|c']);
    expect(counted('sightline_statsd_reconnects_total')).toBe(1);
  });
});

describe('a host with several addresses', () => {
  const addresses = (...all: string[]) => ({
    host: 'agent',
    lookup: async () => all.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
  });

  test.each([
    ['127.0.0.2', addresses('127.0.0.2', host)],
    ['::1', addresses('::1', host)],
    ['two others', addresses('::1', '127.0.0.2', host)],
    ['localhost', { host: 'localhost' }],
  ])('gets everything where it listens, whatever comes first (udp, %s)', async (_, options) => {
    const server = serving(await udpServer());
    const { metrics, flush, logged, counted } = service({ ...options, port: server.port, maxPayloadBytes: 100 });
    const jobs = metrics.counter('jobs', { help: 'h', labelNames: ['id'] });
    for (let id = 0; id < 50; id++) jobs.inc({ id });
    expect(await flush()).toBeUndefined();
    await server.settled();
    expect(totalOf([server], 'jobs')).toBe(50);
    expect(counted('sightline_statsd_refused_total')).toBe(0);
    expect(logged).toEqual([]);
  });

  test.each([
    ['127.0.0.2', addresses('127.0.0.2', host)],
    ['::1', addresses('::1', host)],
    ['localhost', { host: 'localhost' }],
  ])('gets everything where it listens, whatever comes first (tcp, %s)', async (_, options) => {
    const server = serving(await streamServer());
    const { metrics, flush, logged } = service({ ...options, port: server.port, protocol: 'tcp' });
    metrics.counter('jobs', { help: 'h' }).inc(3);
    expect(await flush()).toBeUndefined();
    await server.settled();
    expect(ownLines(server.lines())).toEqual(['jobs:3|c']);
    expect(logged).toEqual([]);
  });

  test('of which none listens is logged, and each is tried again', async () => {
    const port = await freePort();
    const { metrics, flush, logged } = service({ ...addresses('127.0.0.2', host), port });
    metrics.counter('jobs', { help: 'h' }).inc(3);
    for (let i = 0; i < 3; i++) expect(await flush()).toContain(`No server listens on udp://agent:${port}`);
    const server = serving(await udpServer(port));
    expect(await flush()).toBeUndefined();
    await server.settled();
    expect(ownLines(server.lines())).toEqual(['jobs:3|c']);
    expect(logged).toHaveLength(2);
  });

  test('whose server comes back is found again, without a loss', async () => {
    const first = serving(await udpServer(await freePort()));
    const { metrics, flush, counted } = service({ ...addresses('127.0.0.2', host), port: first.port });
    const jobs = metrics.counter('jobs', { help: 'h' });
    for (let i = 0; i < 3; i++) {
      jobs.inc();
      await flush();
    }
    await first.settled();
    await first.shutdown();
    jobs.inc(10);
    expect(await flush()).toContain('No server listens');
    const second = serving(await udpServer(first.port));
    await flush();
    await second.settled();
    expect(totalOf([first, second], 'jobs')).toBe(13);
    expect(counted('sightline_statsd_refused_total')).toBe(0);
  });
});

test('of addresses that may be silent, one that has taken datagrams is not left when its server is down', () => {
  const refusing = new RefusingAddresses();
  const [far, other] = [
    { address: '192.0.2.1', family: 4 },
    { address: '2001:db8::1', family: 6 },
  ] as const;
  expect(refusing.refused(far.address)).toBe(true);
  expect(refusing.candidates([far, other])).toEqual([other]);
  refusing.tookPush(other.address);
  expect(refusing.refused(other.address)).toBe(false);
  expect(refusing.candidates([far, other])).toEqual([other]);
});

describe('a host address', () => {
  test('is looked up once a minute, and used on while that fails', async () => {
    const clock = fakeClock();
    let asked = 0;
    let fails = false;
    const address = new HostAddresses('agent', clock, async () => {
      asked++;
      if (fails) throw new Error('down');
      return { address: `10.0.0.${asked}`, family: 4 };
    });
    expect((await address.resolve(100))[0]?.address).toBe('10.0.0.1');
    clock.advance(59_000);
    expect((await address.resolve(100))[0]?.address).toBe('10.0.0.1');
    expect(asked).toBe(1);
    clock.advance(1000);
    fails = true;
    for (let i = 0; i < 3; i++) expect((await address.resolve(100))[0]?.address).toBe('10.0.0.1');
    await quiet();
    fails = false;
    await address.resolve(100);
    await quiet();
    expect((await address.resolve(100))[0]?.address).toBe(`10.0.0.${asked}`);
  });

  test('that is a number is never looked up', async () => {
    const address = new HostAddresses('::1', fakeClock(), () => Promise.reject(new Error('asked')));
    address.doubt();
    expect(await address.resolve(100)).toEqual([{ address: '::1', family: 6 }]);
  });

  test('that a name server is silent about is given up at the deadline', async () => {
    const clock = fakeClock();
    const resolving = new HostAddresses('agent', clock, () => new Promise(() => {})).resolve(500);
    clock.advance(500);
    await expect(resolving).rejects.toThrow('Looking up "agent" did not finish within 500 ms.');
  });
});

test('attempts are a second apart at first, and half a minute later on', () => {
  const clock = fakeClock();
  const delay = new RetryDelay(clock, () => 0);
  const waits = Array.from({ length: 7 }, () => {
    delay.failed();
    let waited = 0;
    for (; !delay.isDue; waited += 500) clock.advance(500);
    return waited / 1000;
  });
  expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30]);
  delay.succeeded();
  const hurried = new RetryDelay(clock, () => 1);
  hurried.failed();
  clock.advance(500);
  expect(hurried.isDue).toBe(true);
});

describe.each(['tcp', 'unix'] as const)('over %s', (protocol) => {
  const place = async (): Promise<{ listen: { port: number; host: string } | { path: string }; options: object }> => {
    if (protocol === 'unix') {
      const path = socketPath();
      return { listen: { path }, options: { path, framing: 'newline' } };
    }
    const port = await freePort();
    return { listen: { port, host }, options: { host, port, protocol } };
  };

  test('a server that is absent at the start gets everything when it appears', async () => {
    const { listen, options } = await place();
    const { metrics, flush, logged } = service(options);
    const jobs = metrics.counter('jobs', { help: 'h' });
    jobs.inc(2);
    expect(await flush()).toContain(protocol === 'tcp' ? 'no server listens there' : 'there is no such socket');
    jobs.inc(3);
    expect(await flush()).toContain('[backend-statsd] No connection to');
    const server = serving(await streamServer({ listen }));
    expect(await flush()).toBeUndefined();
    await server.settled();
    expect(ownLines(server.lines())).toEqual(['jobs:5|c']);
    expect(logged).toHaveLength(2);
  });

  test('a server that is killed and started again gets the rest, once', async () => {
    const { listen, options } = await place();
    const first = await streamServer({ listen });
    const { metrics, flush, counted } = service(options);
    const jobs = metrics.counter('jobs', { help: 'h' });
    jobs.inc();
    await flush();
    await first.settled();
    await first.shutdown();
    jobs.inc(10);
    await flush();
    jobs.inc(100);
    await flush();
    const second = serving(await streamServer({ listen }));
    await flush();
    await second.settled();
    expect(ownLines([...first.lines(), ...second.lines()])).toEqual(['jobs:1|c', 'jobs:110|c']);
    expect(counted('sightline_statsd_reconnects_total')).toBe(1);
  });

  test('a server that hangs up its side is connected to again', async () => {
    const { listen, options } = await place();
    const server = serving(await streamServer({ listen }));
    const { metrics, flush } = service(options);
    const jobs = metrics.counter('jobs', { help: 'h' });
    for (const by of [1, 10, 100]) {
      jobs.inc(by);
      expect(await flush()).toBeUndefined();
      await server.settled();
      for (const socket of server.connections) socket.end();
    }
    await server.settled();
    expect(totalOf([server], 'jobs')).toBe(111);
    expect(server.accepted).toBe(3);
  });

  test('a server that does not read holds one payload back, no more, and gets all when it reads', async () => {
    const { listen, options } = await place();
    const server = serving(await streamServer({ listen, isReading: false }));
    const { metrics, clock, logged, interval } = service({ ...options, intervalMs: 1000 });
    const values = metrics.gauge('values', { help: 'h', labelNames: ['id', 'padding'] });
    const jobs = metrics.counter('jobs', { help: 'h' });
    for (let id = 0; id < 1900; id++) values.set({ id, padding: 'x'.repeat(1000) }, id);
    // Far more than the buffers of the kernel hold.
    for (let second = 0; second < 12; second++) {
      jobs.inc();
      await interval();
      await wait(20);
    }
    for (const socket of server.connections) socket.resume();
    await vi.waitUntil(
      async () => {
        clock.advance(1000);
        await quiet();
        return totalOf([server], 'jobs') === 12;
      },
      { timeout: 30_000, interval: 20 },
    );
    expect(server.accepted).toBe(1);
    expect(logged).toEqual([]);
  }, 60_000);

  test('a server that reads nothing for half a minute is given up, and what it may not have got is sent again', {
    timeout: 60_000,
  }, async () => {
    const { listen, options } = await place();
    serving(await streamServer({ listen, isReading: false }));
    const { metrics, clock, logged, flush } = service(options);
    const values = metrics.gauge('values', { help: 'h', labelNames: ['id', 'padding'] });
    for (let id = 0; id < 1900; id++) values.set({ id, padding: 'x'.repeat(5000) }, id);
    const flushing = flush();
    await vi.waitUntil(
      () => {
        clock.advance(1000);
        return logged.length > 0;
      },
      { timeout: 30_000, interval: 5 },
    );
    expect(await flushing).toBeDefined();
    expect(logged[0]).toContain('was lost: The write did not finish within 30000 ms. The next push opens it again.');
  });

  test('a shutdown in a burst delivers what was recorded before it', async () => {
    const { listen, options } = await place();
    const server = serving(await streamServer({ listen }));
    const { metrics } = service(options);
    const jobs = metrics.counter('jobs', { help: 'h', labelNames: ['id'] });
    const latency = metrics.histogram('latency', { help: 'h' });
    for (let i = 0; i < 50_000; i++) {
      jobs.inc({ id: i % 1500 });
      latency.observe(i);
    }
    await metrics.shutdown();
    await expect.poll(() => server.connections.size).toBe(0);
    expect(totalOf([server], 'jobs')).toBe(50_000);
  });
});

test('a connection that breaks in the middle of a push repeats nothing', async () => {
  const dying = serving(await streamServer({ listen: { port: await freePort(), host }, dies: 1 }));
  const { metrics, flush } = service({ host, port: dying.port, protocol: 'tcp', maxPayloadBytes: 1000 });
  const jobs = metrics.counter('jobs', { help: 'h', labelNames: ['id'] });
  for (let id = 0; id < 1900; id++) jobs.inc({ id });
  expect(await flush()).toContain('was lost');
  const next = serving(await streamServer({ listen: { port: dying.port, host } }));
  expect(await flush()).toBeUndefined();
  await next.settled();
  const arrived = ownLines([...dying.lines(), ...next.lines()]);
  expect(new Set(arrived).size).toBe(arrived.length);
  expect(next.lines().length).toBeGreaterThan(0);
});

test('a socket path that is a file is explained', async () => {
  const { flush } = service({ path: import.meta.filename });
  expect(await flush()).toContain('no server listens on the socket. Start the server, or set another path.');
});

test.each(['udp', 'tcp'] as const)('an idle backend keeps no process alive over %s', async (protocol) => {
  const server = serving(await (protocol === 'udp' ? udpServer() : streamServer()));
  const { metrics, flush } = service({ host, port: server.port, protocol });
  metrics.counter('jobs', { help: 'h' }).inc();
  await quiet();
  const holding = (): number =>
    process.getActiveResourcesInfo().filter((name) => name === 'UDPWRAP' || name === 'TCPSocketWrap').length;
  const before = holding();
  await flush();
  await server.settled();
  expect(ownLines(server.lines())).toEqual(['jobs:1|c']);
  // The server's side of a connection is the test's own.
  expect(holding() - before).toBe(protocol === 'udp' ? 0 : 1);
});
