import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { FamilySnapshot } from '@sightline/core/backend';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ask, openSocket, rest } from '../../../../scripts/test/raw-client.js';
import { type PrometheusBackend, type PrometheusOptions, prometheusBackend } from '../src/index.js';
import { type FakeContext, fakeContext } from './fake-context.js';
import { counter, gauge } from './families.js';

const cluster = vi.hoisted(() => ({ isWorker: false }));
vi.mock('node:cluster', () => ({ default: cluster }));

const jobs = counter('jobs', [{}], [3]);
const textPage = '# TYPE jobs_total counter\njobs_total 3\n';
const openMetricsPage = '# TYPE jobs counter\njobs_total 3\n# EOF\n';
const host = '127.0.0.1';
const noLinger = { timeoutMs: 1000, lingerMs: 0 };

const closing: Array<() => Promise<unknown> | unknown> = [];
afterEach(async () => {
  cluster.isWorker = false;
  for (const close of closing.splice(0)) await close();
});

async function started(
  options: PrometheusOptions = {},
  families: readonly FamilySnapshot[] = [jobs],
): Promise<{ backend: PrometheusBackend; context: FakeContext; url: string; port: number }> {
  const context = fakeContext(families);
  const backend = prometheusBackend({ listen: true, port: 0, host, ...options });
  await backend.start(context);
  closing.push(() => backend.shutdown({ timeoutMs: 0, lingerMs: 0 }));
  return { backend, context, url: backend.address?.url ?? '', port: backend.address?.port ?? 0 };
}

/** A page of some 8 MB: more than what the kernel takes for a client that does not read. */
function largePage(): ReturnType<typeof gauge> {
  const rows = Array.from({ length: 80_000 }, (_, i) => ({ id: `${'x'.repeat(80)}${i}` }));
  return gauge(
    'depth',
    rows,
    rows.map((_, i) => i),
  );
}

describe('the exposition', () => {
  test('is text for a client that asks for nothing', async () => {
    const { url } = await started();
    const { status, headers, body } = await ask(url);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      vary: 'Accept, Accept-Encoding',
      'cache-control': 'no-store',
    });
    expect(headers['content-encoding']).toBeUndefined();
    expect(body.toString()).toBe(textPage);
  });

  test('is OpenMetrics, compressed, for who asks for that', async () => {
    const { url } = await started();
    const { headers, body } = await ask(url, {
      headers: { Accept: 'application/openmetrics-text;version=1.0.0', 'Accept-Encoding': 'gzip' },
    });
    expect(headers['content-type']).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(body).toString()).toBe(openMetricsPage);
  });

  test('is never compressed when the service wants it so', async () => {
    const { url } = await started({ gzip: false });
    const { headers } = await ask(url, { headers: { 'Accept-Encoding': 'gzip' } });
    expect(headers['content-encoding']).toBeUndefined();
  });

  test('is whole when it is large', async () => {
    const { url } = await started({}, [largePage()]);
    const { body } = await ask(url, { headers: { 'Accept-Encoding': 'gzip' } });
    const lines = gunzipSync(body).toString().split('\n');
    expect(lines).toHaveLength(80_002);
    expect(lines.at(-2)).toMatch(/79999"} 79999$/);
  });

  test('is read again for each request', async () => {
    const { url, context } = await started();
    await ask(url);
    context.source.families = [counter('jobs', [{}], [4])];
    expect((await ask(url)).body.toString()).toContain('jobs_total 4\n');
    expect(context.source.rounds).toBe(2);
  });

  test('has headers only for HEAD, and collects nothing', async () => {
    const { url, context } = await started();
    const { status, headers, body } = await ask(url, { method: 'HEAD' });
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(body).toHaveLength(0);
    expect(context.source.rounds).toBe(0);
  });

  test('is a failure, logged once, when numbers cannot be read', async () => {
    const { url, context } = await started();
    context.source.collect = () => Promise.reject(new Error('out of order'));
    expect((await ask(url)).status).toBe(500);
    expect((await ask(url)).status).toBe(500);
    expect(context.counts.get('sightline_prometheus_aborted_scrapes_total{reason=error}')).toBe(2);
    expect(context.log.messages).toHaveLength(1);
  });

  test('breaks off when it cannot be finished, so that no client takes half of it for the whole', async () => {
    const { url, context } = await started({}, [jobs, undefined as never]);
    await expect(ask(url)).rejects.toThrow('socket hang up');
    expect(context.counts.get('sightline_prometheus_aborted_scrapes_total{reason=error}')).toBe(1);
  });

  test('counts what was delivered, by format', async () => {
    const { url, context } = await started();
    await ask(url);
    await ask(url, { headers: { Accept: 'application/openmetrics-text' } });
    await expect
      .poll(() => Object.fromEntries(context.counts))
      .toMatchObject({
        'sightline_prometheus_scrapes_total{format=text}': 1,
        'sightline_prometheus_scrapes_total{format=openmetrics}': 1,
        sightline_prometheus_scrape_duration_seconds_count: 2,
      });
    expect(context.clock.pendingTimers).toBe(0);
  });
});

describe('our own server', () => {
  test('says where it listens', async () => {
    const { backend, port } = await started({ path: '/stats' });
    expect(backend.address).toEqual({ host, port, url: `http://127.0.0.1:${port}/stats` });
    expect((await ask(`http://127.0.0.1:${port}/stats`)).body.toString()).toBe(textPage);
  });

  test.each(['/healthz', '/health'])('answers %s', async (path) => {
    const { url } = await started({ bearerToken: 'secret' });
    const { status, body } = await ask(url, { path });
    expect([status, body.toString()]).toEqual([200, 'ok\n']);
  });

  test.each(['/', '/metrics/', '/metricsx', '/%6detrics', '//metrics', '*'])('answers 404 at %s', async (path) => {
    const { url } = await started();
    expect((await ask(url, { path })).status).toBe(404);
  });

  test.each(['/metrics?debug=1', 'http://elsewhere/metrics?a'])('serves the metrics at %s', async (path) => {
    const { url } = await started();
    expect((await ask(url, { path })).status).toBe(200);
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('refuses %s with 405', async (method) => {
    const { url } = await started();
    const { status, headers } = await ask(url, { method });
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  test('closes a connection on which a body is being sent', async () => {
    const { port } = await started();
    const socket = await openSocket(port);
    socket.write(`POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\nbody`);
    const answer = await rest(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 405 /);
    expect(answer).toContain('Connection: close');
  });

  test('refuses oversized headers', async () => {
    const { port } = await started();
    const socket = await openSocket(port);
    socket.write(`GET /metrics?${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect(await rest(socket)).toMatch(/^HTTP\/1\.1 431 /);
  });

  test('refuses what is no HTTP', async () => {
    const { port } = await started();
    const socket = await openSocket(port);
    socket.write('\x16\x03\x01 nonsense\r\n\r\n');
    expect(await rest(socket)).toMatch(/^HTTP\/1\.1 400 /);
  });

  test.each(['', 'GET /metrics HTTP/1.1\r\nHost: x\r\n'])('cuts off a client that stops after %j', async (begun) => {
    const { port } = await started({ headersTimeoutMs: 100, requestTimeoutMs: 100 });
    const socket = await openSocket(port);
    socket.write(begun);
    expect(await rest(socket)).toMatch(/^HTTP\/1\.1 408 |^$/);
  });

  test('rejects with what to do when the port is taken', async () => {
    const { port } = await started();
    await expect(prometheusBackend({ listen: true, port, host }).start(fakeContext())).rejects.toThrow(
      `[backend-prometheus] Port ${port} is in use. Set METRICS_PORT, or pass { port: 0 } for a free one.`,
    );
  });

  test('can be opened again when the port has become free', async () => {
    const first = await started();
    const backend = prometheusBackend({ port: first.port, host });
    await expect(backend.listen()).rejects.toThrow('in use');
    await first.backend.shutdown(noLinger);
    await backend.listen();
    expect(backend.address?.port).toBe(first.port);
    await backend.shutdown(noLinger);
  });

  test('rejects with what to do when the host is none of this machine', async () => {
    await expect(prometheusBackend({ listen: true, port: 0, host: '192.0.2.1' }).start(fakeContext())).rejects.toThrow(
      '[backend-prometheus] Host "192.0.2.1" is not an address of this machine. Set METRICS_HOST',
    );
  });

  test.each([
    [false, 0],
    [true, 1],
  ])('keeps the process alive if configured so: %s', async (keepsProcessAlive, servers) => {
    const heldByServers = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;
    const before = heldByServers();
    await started({ keepsProcessAlive });
    expect(heldByServers() - before).toBe(servers);
  });

  test('stays closed unless it is asked for', async () => {
    const { backend } = await started({ listen: false });
    expect(backend.address).toBeUndefined();
    await backend.listen();
    expect((await ask(backend.address?.url ?? '')).status).toBe(200);
  });

  test('stays closed in a cluster worker, and says what to do', async () => {
    cluster.isWorker = true;
    const { backend, context } = await started();
    expect(backend.address).toBeUndefined();
    expect(context.log.messages).toEqual([expect.stringContaining('Serve backend.handler on a port of each worker')]);
  });
});

describe('a bearer token', () => {
  test.each([
    ['Bearer secret', 200],
    ['bearer  secret', 200],
    ['Bearer secret2', 401],
    ['Bearer Secret', 401],
    ['Bearer ', 401],
    ['secret', 401],
    ['Basic c2VjcmV0', 401],
    ['Bearer sécret', 401],
  ])('%s is answered %d', async (authorization, expected) => {
    const { url } = await started({ bearerToken: 'secret' });
    expect((await ask(url, { headers: { Authorization: authorization } })).status).toBe(expected);
  });

  test('is asked for, before anything is collected', async () => {
    const { url, context } = await started({ bearerToken: 'secret' });
    const { status, headers } = await ask(url);
    expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer realm="metrics"']);
    expect(context.source.rounds).toBe(0);
    expect(context.counts.get('sightline_prometheus_refused_requests_total{reason=unauthorized}')).toBe(1);
  });
});

describe('the handler', () => {
  async function serve(listener: RequestListener): Promise<string> {
    const server: Server = createServer(listener).listen(0, host);
    await once(server, 'listening');
    closing.push(() => server.close().closeAllConnections());
    return `http://${host}:${(server.address() as AddressInfo).port}`;
  }

  test('answers at whatever path it is mounted', async () => {
    const { backend } = await started({ listen: false });
    // As Express does for a router: `url` is what is left of the path.
    const url = await serve((request, response) => {
      request.url = '/';
      backend.handler(request, response);
    });
    expect((await ask(`${url}/internal/metrics`)).body.toString()).toBe(textPage);
  });

  test('keeps the connection when a body parser has taken the body', async () => {
    const { backend } = await started({ listen: false });
    const url = await serve((request, response) => {
      request.resume().on('end', () => backend.handler(request, response));
    });
    const socket = await openSocket(Number(new URL(url).port));
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody');
    await once(socket, 'readable');
    const answer = String(socket.read());
    socket.destroy();
    expect(answer).toMatch(/^HTTP\/1\.1 405 /);
    expect(answer).not.toContain('Connection: close');
  });

  test('answers 503 before the start and after the end', async () => {
    const backend = prometheusBackend();
    const url = await serve(backend.handler);
    const { status, headers } = await ask(url);
    expect([status, headers['retry-after']]).toEqual([503, '1']);
    await backend.start(fakeContext([jobs]));
    expect((await ask(url)).status).toBe(200);
    await backend.shutdown(noLinger);
    expect((await ask(url)).status).toBe(503);
  });

  test('speaks the web’s Request and Response as well', async () => {
    const { backend } = await started({ listen: false, bearerToken: 'secret' });
    expect((await backend.fetch(new Request('http://localhost/metrics'))).status).toBe(401);
    const headers = { Authorization: 'Bearer secret', Accept: 'application/openmetrics-text' };
    const response = await backend.fetch(new Request('http://localhost/metrics', { headers }));
    expect(response.headers.get('content-type')).toContain('openmetrics');
    expect(await response.text()).toBe(openMetricsPage);
    const head = await backend.fetch(new Request('http://localhost/metrics', { method: 'HEAD', headers }));
    expect([head.status, head.body]).toEqual([200, null]);
  });

  test('ends a Response without a reader', async () => {
    const { backend, context } = await started({ listen: false, responseTimeoutMs: 5000 }, [largePage()]);
    const response = await backend.fetch(new Request('http://localhost/metrics'));
    context.clock.advance(5000);
    await expect(response.text()).rejects.toThrow();
    expect(context.counts.get('sightline_prometheus_aborted_scrapes_total{reason=timeout}')).toBe(1);
  });
});

describe('a client that does not read the answer', () => {
  const get = 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n';

  test('is cut off after the time-out, and counted', async () => {
    const { port, context } = await started({ responseTimeoutMs: 5000 }, [largePage()]);
    const socket = await openSocket(port);
    socket.write(get);
    await once(socket, 'readable'); // the answer has begun, and the kernel's buffers are filling
    context.clock.advance(5000);
    await expect.poll(() => context.counts.get('sightline_prometheus_aborted_scrapes_total{reason=timeout}')).toBe(1);
    await rest(socket);
  });

  test('has no more rendered for it than fits in the buffers', { timeout: 60_000 }, async () => {
    const { port, context } = await started({}, [largePage()]);
    let read = 0;
    const [family] = context.source.families;
    const labelValues = new Proxy(family?.labelValues ?? [], {
      get(target, key) {
        if (typeof key === 'string' && /^\d+$/.test(key)) read++;
        return Reflect.get(target, key);
      },
    });
    context.source.families = [{ ...(family as ReturnType<typeof gauge>), labelValues }];
    const socket = await openSocket(port);
    socket.write(get);
    let before = -1;
    await vi.waitUntil(
      () => {
        const isStill = read > 0 && read === before;
        before = read;
        return isStill;
      },
      { timeout: 30_000, interval: 100 },
    );
    expect(read).toBeLessThan(80_000);
    socket.destroy();
    await expect
      .poll(() => context.counts.get('sightline_prometheus_aborted_scrapes_total{reason=client_closed}'))
      .toBe(1);
  });

  test('does not hold up the shutdown', async () => {
    const { backend, port } = await started({}, [largePage()]);
    const socket = await openSocket(port);
    socket.write(get);
    await once(socket, 'readable');
    await backend.shutdown({ timeoutMs: 50, lingerMs: 0 });
    expect((await rest(socket)).endsWith('0\r\n\r\n')).toBe(false);
  });

  test('that has gone while numbers were collected costs nothing more', async () => {
    const { url, port, context } = await started();
    context.source.hold();
    const socket = await openSocket(port);
    socket.write(get);
    await expect.poll(() => context.source.rounds).toBe(1);
    socket.destroy();
    await ask(new URL('/healthz', url).href); // when this is answered, the server has seen the end of that connection
    context.source.release();
    await expect
      .poll(() => context.counts.get('sightline_prometheus_aborted_scrapes_total{reason=client_closed}'))
      .toBe(1);
  });
});

test('more scrapes at once than allowed get 503 with Retry-After', async () => {
  const { url, context } = await started({ maxConcurrentScrapes: 2 });
  context.source.hold();
  const served = [ask(url), ask(url)];
  await expect.poll(() => context.source.rounds).toBe(2);
  const { status, headers } = await ask(url);
  expect([status, headers['retry-after']]).toEqual([503, '1']);
  context.source.release();
  expect((await Promise.all(served)).map((answer) => answer.status)).toEqual([200, 200]);
  expect((await ask(url)).status).toBe(200);
});

describe('shutdown', () => {
  test('closes a connection that is kept alive', async () => {
    const { backend, port } = await started();
    const socket = await openSocket(port);
    socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n');
    await once(socket, 'readable');
    await backend.shutdown(noLinger);
    expect(await rest(socket)).toContain('ok\n');
    expect(backend.address).toBeUndefined();
  });

  test('lets an answer end that has begun', async () => {
    const { backend, url, context } = await started();
    context.source.hold();
    const answer = ask(url);
    await expect.poll(() => context.source.rounds).toBe(1);
    const stopped = backend.shutdown(noLinger);
    context.source.release();
    expect((await answer).body.toString()).toBe(textPage);
    await stopped;
  });

  test('lingers for one more scrape', async () => {
    const { backend, url } = await started();
    const stopped = backend.shutdown({ timeoutMs: 60_000, lingerMs: 60_000 });
    expect((await ask(url)).body.toString()).toBe(textPage);
    await stopped;
    await expect(ask(url)).rejects.toThrow('ECONNREFUSED');
  });

  test('does not take a scrape for that one which had begun before', async () => {
    const { backend, url, context } = await started();
    context.source.hold();
    const early = ask(url);
    await expect.poll(() => context.source.rounds).toBe(1);
    let isStopped = false;
    const stopped = backend.shutdown({ timeoutMs: 60_000, lingerMs: 60_000 }).then(() => {
      isStopped = true;
    });
    context.source.release();
    await early;
    expect(isStopped).toBe(false);
    await ask(url);
    await stopped;
  });

  test('lingers no longer than it may', async () => {
    const { backend, context } = await started();
    const stopped = backend.shutdown({ timeoutMs: 60_000, lingerMs: 10_000 });
    expect(context.clock.pendingTimers).toBe(1);
    context.clock.advance(10_000);
    await stopped;
    expect(backend.address).toBeUndefined();
  });

  test('is possible without a start', async () => {
    await expect(
      prometheusBackend({ listen: true }).shutdown({ timeoutMs: 100, lingerMs: 100 }),
    ).resolves.toBeUndefined();
  });
});

describe('options', () => {
  test.each<[PrometheusOptions, string]>([
    [{ port: 70_000 }, '[backend-prometheus] port is 70000: give a whole number from 0 to 65535.'],
    [{ port: Number.NaN }, 'port is NaN'],
    [
      { pushGateway: 'http://gateway' as never },
      '[backend-prometheus] pushGateway is "http://gateway": give { url, jobName, groupings, method, intervalMs, deleteOnShutdown, gzip, headers }.',
    ],
    [{ path: 'metrics' }, 'path is "metrics": give a path that begins with "/", such as "/metrics".'],
    [{ host: '' }, 'host is "": give an address'],
    [{ bearerToken: '' }, 'bearerToken is '],
    [{ bearerToken: 'a b' }, 'bearerToken is ***: give visible ASCII'],
    [{ maxConcurrentScrapes: 0 }, 'maxConcurrentScrapes is 0'],
    [{ responseTimeoutMs: 0 }, 'responseTimeoutMs is 0'],
  ])('%j cannot work', (options, message) => {
    expect(() => prometheusBackend(options)).toThrow(message);
  });

  test('that are wrong never show the token', () => {
    expect(() => prometheusBackend({ bearerToken: 'hun ter2' })).toThrow(expect.not.stringContaining('hun ter2'));
  });
});
