import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { prometheusBackend } from '@sightline/backend-prometheus';
import { afterEach, describe, expect, test } from 'vitest';
import { createObservability, type Observability, type ObservabilityOptions } from '../src/index.js';
import { collectedLog } from './collected-log.js';

const running: Observability[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((obs) => obs.shutdown()));
});

const local = { port: 0, host: '127.0.0.1' };

function observability(options: ObservabilityOptions) {
  const log = collectedLog();
  // No tracing: as the process' tracer it would send, and fail to send, what other files of the process still trace.
  const obs = createObservability({ env: {}, signals: false, processMetrics: false, tracing: false, log, ...options });
  running.push(obs);
  return { obs, log };
}

async function get(
  obs: { address: Observability['address'] },
  path: string,
): Promise<{ status: number; text: string }> {
  const response = await fetch(`${obs.address?.url}${path}`);
  return { status: response.status, text: await response.text() };
}

describe('the server', () => {
  test('serves what the Prometheus backend makes of the metrics', async () => {
    const { obs } = observability({ backend: 'prometheus', http: local });
    obs.metrics.counter('jobs_total', { help: 'Jobs.' }).inc(2);
    await obs.ready;
    expect((await get(obs, '/metrics')).text).toContain('jobs_total 2');
    expect(obs.explain()).toContain(`listening on ${obs.address?.url}`);
  });

  test('takes its port and host from the environment', async () => {
    const env = { METRICS_BACKEND: 'prometheus', METRICS_PORT: '0', METRICS_HOST: '127.0.0.1' };
    const { obs } = observability({ env });
    await obs.ready;
    expect(obs.address).toMatchObject({ host: '127.0.0.1', port: expect.any(Number) });
    expect((await get(obs, '/metrics')).status).toBe(200);
  });

  test('is opened for a Prometheus backend that was passed in code, with the backend’s own options', async () => {
    const { obs } = observability({
      backend: prometheusBackend({ bearerToken: 'secret' }),
      defaults: { http: local },
    });
    await obs.ready;
    expect((await get(obs, '/metrics')).status).toBe(401);
  });

  test('is left to a backend that has one of its own', async () => {
    const backend = prometheusBackend({ ...local, listen: true });
    const { obs } = observability({ backend });
    await obs.ready;
    expect(obs.address).toBeUndefined();
    expect((await fetch(`${backend.address?.url}`)).status).toBe(200);
  });

  test('stays closed without a page, and where it was ruled out', async () => {
    const without = observability({ backend: 'none', defaults: { http: local } });
    const ruledOut = observability({ backend: 'prometheus', http: false });
    await Promise.all([without.obs.ready, ruledOut.obs.ready]);
    expect([without.obs.address, ruledOut.obs.address]).toEqual([undefined, undefined]);
  });

  test('opens on request for health alone, and says how to get metrics', async () => {
    const { obs } = observability({ backend: 'none', http: local });
    await obs.ready;
    expect(await get(obs, '/livez')).toEqual({ status: 200, text: 'ok\n' });
    expect(await get(obs, '/metrics')).toEqual({
      status: 404,
      text: 'There is no page of metrics. Set METRICS_BACKEND=prometheus.\n',
    });
  });

  test('serves the page at another path', async () => {
    const { obs } = observability({ backend: 'prometheus', http: { ...local, path: '/internal/metrics' } });
    await obs.ready;
    expect((await get(obs, '/internal/metrics')).status).toBe(200);
    expect((await get(obs, '/metrics')).status).toBe(404);
  });

  test('answers a path it does not have with those it has, and only GET and HEAD', async () => {
    const { obs } = observability({ backend: 'prometheus', http: local });
    await obs.ready;
    expect((await get(obs, '/')).text).toContain('/metrics, /livez, /healthz, /health and /readyz');
    const post = await fetch(`${obs.address?.url}/readyz`, { method: 'POST', body: 'x' });
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    const head = await fetch(`${obs.address?.url}/livez`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  test('can be mounted in a server of the service’s own', async () => {
    const { obs } = observability({ backend: 'prometheus', http: false });
    await obs.ready;
    const server = createServer(obs.handler).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, host: '', port: 0 };
    expect((await get({ address }, '/metrics')).status).toBe(200);
    expect((await get({ address }, '/healthz')).status).toBe(200);
    server.close().closeAllConnections();
  });

  test('is closed by shutdown, whatever connections are open', async () => {
    const { obs } = observability({ backend: 'prometheus', http: local });
    await obs.ready;
    const socket = connect(obs.address?.port ?? 0, '127.0.0.1').on('error', () => {});
    await once(socket, 'connect');
    socket.write('GET /metrics HTTP/1.1\r\n');
    await obs.shutdown({ timeoutMs: 100 });
    expect(obs.address).toBeUndefined();
    socket.destroy();
  }, 5000); // by itself the server would wait for the rest of the request
});

describe('a taken port', () => {
  async function takenPort() {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    return { taken, port: (taken.address() as AddressInfo).port };
  }

  test('rejects ready, and recording goes on', async () => {
    const { taken, port } = await takenPort();
    const { obs, log } = observability({ backend: 'prometheus', http: { ...local, port } });
    await expect(obs.ready).rejects.toThrow(
      `[sdk] Port ${port} is in use. Set METRICS_PORT, or pass { http: { port: 0 } } for a free one.`,
    );
    const jobs = obs.metrics.counter('jobs_total', { help: 'Jobs.' });
    jobs.inc();
    expect(jobs.value()).toBe(1);
    expect(log.errors).toEqual([]);
    taken.close();
  });

  test('is logged once where nobody asks for ready', async () => {
    const { taken, port } = await takenPort();
    const messages: string[] = [];
    const logged = new Promise<void>((resolve) => {
      const error = (_: object, message: string) => {
        messages.push(message);
        resolve();
      };
      observability({ backend: 'prometheus', http: { ...local, port }, log: { ...collectedLog(), error } });
    });
    await logged;
    await new Promise(setImmediate);
    expect(messages).toEqual([expect.stringContaining(`[sdk] Port ${port} is in use.`)]);
    taken.close();
  });
});

describe('/readyz', () => {
  test('is 200 while all checks pass, and lists them with ?verbose', async () => {
    const { obs } = observability({ backend: 'none', http: local });
    obs.health.add('redis', () => true);
    obs.health.add('database', async () => {});
    await obs.ready;
    expect(await get(obs, '/readyz')).toEqual({ status: 200, text: 'ok\n' });
    expect(await get(obs, '/readyz?verbose')).toEqual({ status: 200, text: '[+] redis ok\n[+] database ok\nok\n' });
  });

  test('is 503 for a check that throws, rejects, returns false or hangs, and does not give away why', async () => {
    const { obs, log } = observability({ backend: 'none', http: local });
    obs.health.add('thrown', () => {
      throw new Error('password is hunter2');
    });
    obs.health.add('rejected', () => Promise.reject(new Error('down')));
    obs.health.add('untrue', () => false);
    obs.health.add('hanging', () => new Promise(() => {}), { timeoutMs: 10 });
    obs.health.add('fine', () => true);
    await obs.ready;
    const failed =
      '[-] thrown threw\n[-] rejected threw\n[-] untrue returned false\n[-] hanging has not settled within 10 ms\n';
    expect(await get(obs, '/readyz')).toEqual({ status: 503, text: `${failed}not ready\n` });
    expect((await get(obs, '/readyz?verbose=1')).text).toBe(`${failed}[+] fine ok\nnot ready\n`);
    expect(log.warnings.toSorted()).toEqual([
      '[sdk] Health check "hanging" has not settled within 10 ms.',
      '[sdk] Health check "rejected" threw: down.',
      '[sdk] Health check "thrown" threw: password is hunter2.',
      '[sdk] Health check "untrue" returned false.',
    ]);
    expect((await get(obs, '/livez')).status).toBe(200);
  });

  test('runs no check again while it hangs, and logs when it passes again', { timeout: 60_000 }, async () => {
    const { obs, log } = observability({ backend: 'none', http: local });
    let runs = 0;
    let settle = (): void => {};
    obs.health.add(
      'slow',
      () => {
        runs++;
        return new Promise<void>((resolve) => {
          settle = resolve;
        });
      },
      { timeoutMs: 500 }, // the last run must settle in this time
    );
    await obs.ready;
    expect((await get(obs, '/readyz')).status).toBe(503);
    expect((await get(obs, '/readyz')).status).toBe(503);
    expect(runs).toBe(1);
    settle();
    await new Promise(setImmediate);
    const again = get(obs, '/readyz');
    while (runs < 2) await new Promise(setImmediate);
    settle();
    expect((await again).status).toBe(200);
    expect(log.infos.slice(1)).toEqual(['[sdk] Health check "slow" passes again.']);
  });

  test('forgets a check that was taken out, and replaces one of the same name', async () => {
    const { obs } = observability({ backend: 'none', http: local });
    const removeFirst = obs.health.add('redis', () => false);
    const remove = obs.health.add('redis', () => false);
    removeFirst();
    await obs.ready;
    expect((await get(obs, '/readyz')).text).toBe('[-] redis returned false\nnot ready\n');
    remove();
    expect((await get(obs, '/readyz')).status).toBe(200);
  });

  test('is 503 while the service drains; /livez, /healthz and /health stay 200', async () => {
    const { obs } = observability({ backend: 'prometheus', http: local });
    await obs.ready;
    const { url = '' } = obs.address ?? {};
    const ended = obs.shutdown({ timeoutMs: 4000, lingerMs: 4000 });
    expect(await get({ address: { url, host: '', port: 0 } }, '/readyz')).toEqual({
      status: 503,
      text: '[-] draining\nnot ready\n',
    });
    for (const path of ['/livez', '/healthz', '/health']) expect((await fetch(url + path)).status).toBe(200);
    expect((await fetch(`${url}/metrics`)).status).toBe(200);
    await ended;
  });

  test.each([
    ['', () => true, {}],
    ['a\nb', () => true, {}],
    ['x', 1, {}],
    ['x', () => true, { timeoutMs: 0 }],
  ])('a wrong check throws: %j', (name, check, options) => {
    const { obs } = observability({ backend: 'none' });
    expect(() => obs.health.add(name, check as never, options)).toThrow(/^\[sdk\] /);
  });
});
