import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createObservability, type Observability, type ObservabilityOptions } from '../src/index.js';

vi.setConfig({ testTimeout: 60_000 }); // the page takes as long to load as the machine lets it

const token = 'a-token-of-the-team';

function observed(live: ObservabilityOptions['live'], options: ObservabilityOptions = {}) {
  const lines: string[] = [];
  const write = (_fields: object, message: string): void => void lines.push(message);
  const obs = createObservability({
    serviceName: 'shop',
    signals: false,
    http: false,
    logger: false,
    logsStart: false,
    tracing: { exporter: 'none', isGlobal: false },
    log: { info: write, warn: write, error: write },
    live,
    env: { SIGHTLINE_TEST_RUN: 'false', METRICS_BACKEND: 'none' },
    ...options,
  });
  onTestFinished(() => obs.shutdown());
  return { obs, lines };
}

async function ask(obs: Observability, path: string): Promise<Response> {
  return fetch(new URL(path, obs.live.url), { headers: { authorization: `Bearer ${token}` } });
}

test.each([
  ['yes'],
  [1],
  [null],
  [[]],
  [() => true],
  [new Map()],
  [{ port: '9470' }],
  [{ host: '' }],
  [{ authorize: 7 }],
])('live: %j is no setting, and set-up says so', (live) => {
  expect(() => observed(live as never)).toThrow(/live/);
});

test('what is published in any form does no harm, and what is no message is counted', async () => {
  const { obs } = observed({ port: 0, token });
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const hostile: unknown[] = [
    undefined,
    null,
    7,
    'x'.repeat(10_000_000),
    [],
    () => {},
    Symbol('type'),
    revoked.proxy,
    new Proxy(
      {},
      {
        get: () => {
          throw new Error('no');
        },
      },
    ),
    new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('no');
        },
      },
    ),
    {
      get type() {
        throw new Error('no');
      },
    },
    { type: 7 },
    { type: '' },
    { type: 'A', payload: revoked.proxy },
    { type: 'A', traceId: {}, spanId: [], timestampMs: Number.NaN, source: {}, correlationId: 7n },
    Object.defineProperty({ type: 'A' }, 'payload', {
      get: () => {
        throw new Error('no');
      },
    }),
  ];
  // Before the page is loaded, and after that.
  for (const message of hostile) obs.live.publish('odd', message as never);
  await obs.ready;
  for (const message of hostile) obs.live.publish('odd', message as never);
  for (const topic of [undefined, null, 7, {}, '', '__proto__', 'x'.repeat(1e6)]) {
    obs.live.publish(topic as never, { type: 'A' });
  }
  obs.live.publish('odd', { type: 'Good', payload: 1, traceId: undefined, timestampMs: undefined });
  const { messages } = (await (await ask(obs, 'api/messages?topic=odd')).json()) as {
    messages: Array<{ type: string }>;
  };
  expect(messages.filter(({ type }) => type === 'Good')).toHaveLength(1);
  expect(new Set(messages.map(({ type }) => type))).toEqual(new Set(['A', 'Good']));
  const losses = await (await ask(obs, 'api/losses')).text();
  expect(losses).toContain('"lost":34,"reason":"too many topics, or no type"');
});

test('a page that hangs is called once at a time, and others answer meanwhile', async () => {
  const { obs } = observed({ port: 0, token });
  let calls = 0;
  obs.live.page('Hangs', () => {
    calls++;
    return new Promise(() => {});
  });
  obs.live.page('Throws', () => {
    throw Object.create(null);
  });
  obs.live.page(
    'Proxy',
    () =>
      new Proxy([], {
        get: () => {
          throw new Error('no such thing');
        },
      }),
  );
  obs.live.page('Rows', () => [{ a: 1 }]);
  await obs.ready;
  const cut = new AbortController();
  const hanging = [1, 2, 3].map(() =>
    fetch(new URL('api/pages/hangs', obs.live.url), {
      headers: { authorization: `Bearer ${token}` },
      signal: cut.signal,
    }).catch(() => {}),
  );
  expect((await ask(obs, 'api/pages/throws')).status).toBe(422);
  const proxy = await ask(obs, 'api/pages/proxy');
  expect(proxy.status).toBe(422);
  expect(await proxy.text()).toContain('no such thing');
  expect(await (await ask(obs, 'api/pages/rows')).json()).toMatchObject({ rows: [[1]] });
  cut.abort();
  await Promise.all(hanging);
  expect(calls).toBe(1);
});

test('requests of the service never wait for the page, and pass in the same turn', () => {
  const { obs } = observed({ listens: false, token });
  const passed: string[] = [];
  for (const url of ['/', '/orders?a=/live/', '/alive', '/olive/x']) {
    obs.live.handler({ url, headers: {} } as never, {} as never, () => passed.push(url));
  }
  expect(passed).toEqual(['/', '/alive', '/olive/x']);
});

test('a request for the page is answered as soon as the page is loaded', async () => {
  const { obs } = observed({ listens: false, token });
  const server = createServer(obs.live.handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [about, other] = await Promise.all([
    fetch(`${url}/live/api/about`, { headers: { authorization: `Bearer ${token}` } }),
    fetch(`${url}/orders`),
  ]);
  expect([about.status, other.status]).toEqual([200, 404]);
  await obs.shutdown();
  expect((await fetch(`${url}/live/api/about`)).status).toBe(404);
});

test('a subscription begins with the call, also before the page is loaded', async () => {
  const { obs } = observed({ port: 0, token });
  obs.live.publish('events', { type: 'Before' });
  const early = obs.live.subscribe('events');
  obs.live.publish('events', { type: 'Early' });
  await obs.ready;
  const late = obs.live.subscribe('events');
  obs.live.publish('events', { type: 'Late' });
  expect((await early.next()).value?.type).toBe('Early');
  expect((await early.next()).value?.type).toBe('Late');
  expect((await late.next()).value?.type).toBe('Late');
});

test('a subscription may be left before the page is loaded, and wrong options reject', async () => {
  const { obs } = observed({ port: 0, token });
  const left = obs.live.subscribe('events');
  const wrong = obs.live.subscribe('events', { maxPerSecond: 0 });
  expect(await left.return?.()).toEqual({ done: true, value: undefined });
  await expect(wrong.next()).rejects.toThrow('[live] maxPerSecond is 0: give');
  await obs.ready;
  obs.live.publish('events', { type: 'A' });
  expect(await left.next()).toEqual({ done: true, value: undefined });
});

test('a shutdown ends subscriptions and streams, also before the page is loaded, and twice', async () => {
  const early = observed({ port: 0, token });
  const none = early.obs.live.subscribe('events').next();
  await Promise.all([early.obs.shutdown(), early.obs.shutdown()]);
  expect(await none).toEqual({ done: true, value: undefined });
  expect(early.obs.live.url).toBeUndefined();

  const { obs } = observed({ port: 0, token });
  await obs.ready;
  const waiting = obs.live.subscribe('events').next();
  const stream = await ask(obs, 'stream');
  const ended = stream.text().then(
    () => 'ended',
    () => 'cut',
  );
  const { url } = obs.live;
  await Promise.all([obs.shutdown(), obs.shutdown()]);
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(await ended).toBe('ended');
  expect(obs.live.url).toBeUndefined();
  await expect(fetch(String(url))).rejects.toThrow();
  // Whatever is called afterwards does nothing.
  obs.live.publish('events', { type: 'A' });
  expect(await obs.live.subscribe('events').next()).toEqual({ done: true, value: undefined });
  obs.live.page('Late', () => [])();
});

test('a page that cannot start is reported with its remedy, and the service goes on', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void taken.close());
  const { port } = taken.address() as AddressInfo;
  const { obs, lines } = observed({ port, token });
  await obs.ready;
  const problem = `[live] Port ${port} is in use. Set SIGHTLINE_LIVE_PORT, or pass { live: { port: 0 } } for a free one.`;
  expect(lines).toEqual([problem]);
  expect(obs.explain()).toContain(`the live page: failed: ${problem}`);
  obs.live.publish('events', { type: 'A' });
  expect(await obs.live.subscribe('events').next()).toMatchObject({ done: true });
});

test('what is recorded before the page is loaded is shown, up to a limit, and the rest is counted', async () => {
  const { obs } = observed({ port: 0, token, maxMessages: 5000 });
  for (let i = 0; i < 2100; i++) obs.live.publish('events', { type: 'Early' });
  await obs.ready;
  const { losses } = (await (await ask(obs, 'api/losses')).json()) as { losses: readonly object[] };
  expect(losses).toContainEqual({
    what: 'spans, lines, messages while the page was loaded',
    total: 2100,
    lost: 100,
    reason: 'too many to keep until then',
    severity: 'warn',
  });
});

test('two observabilities in one process have a page each, and neither shows the other', async () => {
  const [a, b] = [observed({ token, port: 0 }), observed({ token, port: 0 }, { serviceName: 'billing' })];
  await Promise.all([a.obs.ready, b.obs.ready]);
  expect(a.obs.live.url).not.toBe(b.obs.live.url);
  a.obs.live.publish('events', { type: 'OfShop' });
  a.obs.spans.span('of shop', () => {});
  const [ofA, ofB] = await Promise.all(
    [a.obs, b.obs].map(
      async (obs) => `${await (await ask(obs, 'api/messages')).text()}${await (await ask(obs, 'api/traces')).text()}`,
    ),
  );
  expect(ofA).toContain('OfShop');
  expect(ofA).toContain('of shop');
  expect(ofB).not.toMatch(/OfShop|of shop/);
});

test('authorize that hangs, throws or gives no boolean lets no request in', async () => {
  for (const authorize of [
    () => {
      throw new Error('no');
    },
    () => Promise.reject(new Error('no')),
    () => 'yes' as never,
    () => 1 as never,
  ]) {
    const { obs } = observed({ port: 0, authorize });
    await obs.ready;
    expect((await fetch(new URL('api/about', obs.live.url))).status).toBe(403);
    await obs.shutdown();
  }
});

test('nothing of the page adds listeners to the process', async () => {
  const counts = () => process.eventNames().map((name) => [name, process.listenerCount(name)]);
  const before = counts();
  const { obs } = observed({ port: 0, token });
  await obs.ready;
  await ask(obs, 'graphql?query={topics{topic}}');
  expect(counts()).toEqual(before);
});
