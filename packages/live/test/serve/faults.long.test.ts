import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { openLimitedServer } from '@sightline/base/server';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { heldBytes } from '../../../../scripts/held-memory.js';
import { openEvents } from './event-source.js';
import { bearer, fakeApi, type Serving, send, serving, token } from './serving.js';

/**
 * Of a client that does not read, up to 256 KiB wait in the server, and one message or answer more; in the client, which is in this
 * process too, up to a megabyte. Without such a limit it would be 27 MB here at least: all that is published in the time.
 */
const maxGrowthBytes = 8e6;

// Several times the payload, so that what a client does not read exceeds what the system buffers of a connection.
const subscription =
  'subscription { pubsubStream(topic: "events") { id payload dropped a: payload b: payload c: payload d: payload e: payload } }';

interface Received {
  readonly count: number;
  readonly dropped: number;
  readonly last: number;
}

interface SlowClient {
  stall(): void;
  resume(): void;
  received(): Received;
}

/** Publishes about 10 000 messages of 4 kB a second, and returns how many. */
async function publish({ broadcaster }: Serving, seconds: number, from = 0): Promise<number> {
  const payload = { text: 'x'.repeat(3900) };
  const end = performance.now() + seconds * 1000;
  let number = from;
  while (performance.now() < end) {
    for (let i = 0; i < 100; i++)
      broadcaster.publish('events', { type: 'Load', payload: { ...payload, number: ++number } });
    await wait(10);
  }
  return number;
}

interface Result {
  readonly pubsubStream: { readonly dropped: number; readonly payload: { readonly number: number } };
}

function counter(): { readonly add: (result: Result) => void; readonly received: () => Received } {
  let received: Received = { count: 0, dropped: 0, last: 0 };
  return {
    add({ pubsubStream: { dropped, payload } }) {
      received = { count: received.count + 1, dropped: received.dropped + dropped, last: payload.number };
    },
    received: () => received,
  };
}

async function overWebSocket({ origin }: Serving): Promise<SlowClient> {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/live/graphql`, 'graphql-transport-ws', {
    headers: bearer,
  });
  onTestFinished(() => socket.terminate());
  await once(socket, 'open');
  const { add, received } = counter();
  socket.on('message', (data) => {
    const message = JSON.parse(String(data));
    if (message.type === 'next') add(message.payload.data);
  });
  socket.send(JSON.stringify({ type: 'connection_init' }));
  await once(socket, 'message');
  socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: subscription } }));
  return { stall: () => socket.pause(), resume: () => socket.resume(), received };
}

async function overSse({ origin }: Serving): Promise<SlowClient> {
  const { add, received } = counter();
  const { response } = await openEvents(`${origin}/live/graphql?query=${encodeURIComponent(subscription)}`, bearer, {
    onEvent({ event, data }) {
      if (event === 'next') add((data as { data: Result }).data);
    },
  });
  return { stall: () => response.pause(), resume: () => response.resume(), received };
}

describe.each([
  ['WebSocket', overWebSocket],
  ['server-sent events', overSse],
])('a client over %s that does not read', (_name, open) => {
  test('makes no memory grow, holds up no other, and learns what it lost', async () => {
    const all = await serving();
    const stalled = await open(all);
    const reading = await open(all);
    await expect.poll(() => all.broadcaster.statistics()[0]?.subscribers).toBe(2);
    await publish(all, 1);
    const before = await heldBytes();
    stalled.stall();
    let published = await publish(all, 4, all.broadcaster.statistics()[0]?.published);
    expect((await heldBytes()) - before).toBeLessThan(maxGrowthBytes);
    stalled.resume();
    published = await publish(all, 2, published);
    await expect.poll(() => [stalled.received().last, reading.received().last]).toEqual([published, published]);
    for (const { received } of [stalled, reading]) expect(received().count + received().dropped).toBe(published);
    expect(stalled.received().count).toBeLessThan(reading.received().count);
  });
});

test('a tab that does not read makes no memory grow, holds up no other, and then gets the newest', async () => {
  let number = 0;
  const text = 'y'.repeat(100_000);
  const api = fakeApi({
    large: () => ({ number: ++number, text }),
    logs: () => ({ number: ++number, lines: [text], cursor: String(number) }),
  });
  const all = await serving({ api });
  const openTab = async (): Promise<{
    readonly stall: () => void;
    readonly resume: () => void;
    newest: number;
    count: number;
  }> => {
    const tab = { newest: 0, count: 0, stall: () => void response.pause(), resume: () => void response.resume() };
    let watch = (_streamId: string): void => {};
    const streamId = new Promise<string>((resolve) => {
      watch = resolve;
    });
    const { response } = await openEvents(`${all.origin}/live/stream`, bearer, {
      onEvent({ event, data }) {
        if (event === 'hello') watch((data as { streamId: string }).streamId);
        else tab.newest = (data as { answer: { number: number } }).answer.number;
        tab.count++;
      },
    });
    await send(`${all.origin}/live/stream/${await streamId}`, {
      method: 'POST',
      headers: { ...bearer, 'Content-Type': 'application/json' },
      body: JSON.stringify({
        watch: Array.from({ length: 40 }, (_, i) => ({
          id: String(i),
          path: i % 2 === 0 ? 'large' : 'logs',
          parameters: { i: String(i) },
        })),
      }),
    });
    return tab;
  };
  const stalled = await openTab();
  const reading = await openTab();
  const receives = async (count: number): Promise<void> => {
    const end = reading.count + count;
    await expect.poll(() => reading.count, { timeout: 60_000 }).toBeGreaterThanOrEqual(end);
  };
  await receives(40);
  const before = await heldBytes();
  stalled.stall();
  await receives(300);
  expect((await heldBytes()) - before).toBeLessThan(maxGrowthBytes);
  const asked = number;
  stalled.resume();
  await expect.poll(() => stalled.newest).toBeGreaterThan(asked);
});

test('of a thousand clients ten watch, and the others learn why not', async () => {
  const all = await serving();
  const before = await heldBytes();
  const sockets: Socket[] = [];
  const statuses: string[] = [];
  for (let i = 0; i < 1000; i++) {
    const socket = connect(all.port, '127.0.0.1');
    sockets.push(socket);
    socket.on('error', () => {});
    const path = ['/live/stream', `/live/graphql?query=${encodeURIComponent(subscription)}`][i % 2];
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nAuthorization: Bearer ${token}\r\n\r\n`,
    );
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    statuses.push(chunk.toString('latin1').slice(9, 12));
    socket.resume();
  }
  expect(statuses.filter((status) => status === '200')).toHaveLength(10);
  expect(statuses.filter((status) => status === '503')).toHaveLength(990);
  expect(all.live.viewers).toMatchObject({ count: 10, refused: 990 });
  await publish(all, 1);
  // A connection of Node.js takes 10 kB on each side; all are in this process.
  expect((await heldBytes()) - before).toBeLessThan(40e6);
  for (const socket of sockets) socket.destroy();
  await expect.poll(() => all.live.viewers.count).toBe(0);
  await expect.poll(() => all.broadcaster.statistics()[0]?.subscribers).toBe(0);
});

test('a thousand silent connections hold up no one, in a server of our own', async () => {
  const all = await serving();
  const server = await openLimitedServer(
    {
      port: 0,
      host: '127.0.0.1',
      headersTimeoutMs: 10_000,
      requestTimeoutMs: 10_000,
      responseTimeoutMs: 120_000,
      maxConnections: 100,
      keepsProcessAlive: false,
      onUpgrade: all.live.upgrade,
      owner: { name: 'live', freePort: '{ port: 0 }', portVariable: 'X', hostVariable: 'Y' },
    },
    all.live.handler,
  );
  const sockets = Array.from({ length: 1000 }, () => connect(server.address.port, '127.0.0.1').on('error', () => {}));
  const settled = sockets.map((socket) => once(socket, 'connect').catch(() => {}));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await server.shutdown({ timeoutMs: 0 });
  });
  await Promise.all(settled);
  expect((await send(`${server.address.url}/live/api/echo`, { headers: bearer })).status).toBe(200);
  const client = await overWebSocket({ ...all, origin: server.address.url });
  await expect.poll(() => all.broadcaster.statistics()[0]?.subscribers).toBe(1);
  await publish(all, 0.1);
  await expect.poll(() => client.received().count).toBeGreaterThan(0);
});

test('a client that floods a socket with pings and reads none of the answers makes no memory grow', async () => {
  const all = await serving();
  const socket = new WebSocket(`${all.origin.replace('http', 'ws')}/live/graphql`, 'graphql-transport-ws', {
    headers: bearer,
  });
  socket.on('error', () => {});
  onTestFinished(() => socket.terminate());
  await once(socket, 'open');
  socket.send('{"type":"connection_init"}');
  await once(socket, 'message');
  socket.pause();
  const ping = JSON.stringify({ type: 'ping', payload: { text: 'x'.repeat(60_000) } });
  const flood = async (seconds: number): Promise<void> => {
    const end = performance.now() + seconds * 1000;
    while (performance.now() < end) {
      // What waits here waits at the client.
      while (socket.bufferedAmount < 1e6) {
        socket.send(ping);
        socket.ping('x'.repeat(100));
      }
      await wait(5);
    }
  };
  await flood(1); // until the buffers of the system are full
  const before = await heldBytes();
  await flood(2);
  expect((await heldBytes()) - before).toBeLessThan(maxGrowthBytes);
});

describe('shutdown', () => {
  test('ends open streams and sockets, and cuts those that do not go', async () => {
    const all = await serving();
    const reading = await overSse(all);
    const stalled = [await overSse(all), await overWebSocket(all)];
    const stream = await openEvents(`${all.origin}/live/stream`);
    await expect.poll(() => all.broadcaster.statistics()[0]?.subscribers).toBe(3);
    for (const client of stalled) client.stall();
    await publish(all, 2);
    await expect.poll(() => reading.received().count).toBeGreaterThan(0);
    const started = performance.now();
    await all.live.shutdown({ timeoutMs: 500 });
    expect(performance.now() - started).toBeLessThan(15_000); // uncut, a client that takes nothing stays for a minute
    await stream.closed;
    await expect.poll(() => all.live.viewers.count).toBe(0);
    await expect.poll(() => all.broadcaster.statistics()[0]?.subscribers).toBe(0);
    await expect
      .poll(() => new Promise((resolve) => all.server.getConnections((_error, count) => resolve(count))))
      .toBe(0);
  });
});
