import { once } from 'node:events';
import { fakeClock } from '@sightline/base/fake-clock';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { bearer, type Serving, serving, upgradeStatus } from '../serve/serving.js';

interface Client {
  readonly socket: WebSocket;
  send(message: unknown): void;
  next(): Promise<{ readonly type: string; readonly id?: string; readonly payload?: unknown }>;
  readonly closed: Promise<number>;
}

async function open({ origin }: Serving, protocols: readonly string[] = ['graphql-transport-ws']): Promise<Client> {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/live/graphql`, [...protocols], { headers: bearer });
  onTestFinished(() => socket.terminate());
  const received: string[] = [];
  let wake = (): void => {};
  socket.on('error', () => {});
  socket.on('message', (data) => {
    received.push(String(data));
    wake();
  });
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  await once(socket, 'open');
  return {
    socket,
    closed,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    async next() {
      for (;;) {
        const message = received.shift();
        if (message !== undefined) return JSON.parse(message);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

async function initialized(all: Serving): Promise<Client> {
  const client = await open(all);
  client.send({ type: 'connection_init' });
  expect(await client.next()).toEqual({ type: 'connection_ack' });
  return client;
}

const subscribe = (id: string, query = 'subscription { pubsubStream(topic: "events") { id } }') => ({
  type: 'subscribe',
  id,
  payload: { query },
});

test('answers subscriptions, and their end', { timeout: 60_000 }, async () => {
  const all = await serving();
  const client = await initialized(all);
  client.send(subscribe('1'));
  await expect.poll(() => all.broadcaster.statistics()[0]?.subscribers).toBe(1);
  all.broadcaster.publish('events', { type: 'A' });
  expect(await client.next()).toEqual({
    type: 'next',
    id: '1',
    payload: { data: { pubsubStream: { id: 'boot:100' } } },
  });
  client.send({ type: 'complete', id: '1' });
  await expect.poll(() => all.broadcaster.statistics()[0]?.subscribers).toBe(0);
  client.send({ type: 'ping', payload: { a: 1 } });
  expect(await client.next()).toEqual({ type: 'pong', payload: { a: 1 } });
});

test.each(['{', 'subscription { nothing }', '{ topics { topic } } fragment A on Topic { topic }'])(
  'an operation that is wrong has an error, and the connection goes on: %s',
  async (query) => {
    const client = await initialized(await serving());
    client.send(subscribe('1', query));
    expect(await client.next()).toMatchObject({ type: 'error', id: '1', payload: [{ message: expect.any(String) }] });
    client.send(subscribe('2', '{ topics { topic } }'));
    expect(await client.next()).toMatchObject({ type: 'next', id: '2' });
    expect(await client.next()).toEqual({ type: 'complete', id: '2' });
  },
);

test('a socket has twenty subscriptions at most', async () => {
  const all = await serving();
  const client = await initialized(all);
  for (let i = 1; i <= 21; i++) client.send(subscribe(String(i)));
  expect(await client.next()).toMatchObject({
    type: 'next',
    id: '21',
    payload: { errors: [{ message: 'The socket has 20 subscriptions already. Complete one of them first.' }] },
  });
  expect(await client.next()).toEqual({ type: 'complete', id: '21' });
  expect(all.broadcaster.statistics()[0]?.subscribers).toBe(20);
});

test('the end of a socket ends its subscriptions, and gives its place back', async () => {
  const all = await serving();
  const client = await initialized(all);
  for (let i = 1; i <= 5; i++) client.send(subscribe(String(i)));
  await expect.poll(() => all.broadcaster.statistics()[0]?.subscribers).toBe(5);
  client.socket.terminate();
  await expect.poll(() => all.broadcaster.statistics()[0]?.subscribers).toBe(0);
  await expect.poll(() => all.live.viewers.count).toBe(0);
});

test.each([
  ['a frame of more than 64 kB', `"${'x'.repeat(70_000)}"`, 1009],
  ['no JSON', 'x', 4400],
  ['an unknown message', '{"type":"nothing"}', 4400],
  ['a message of servers', '{"type":"next","id":"1","payload":{}}', 4400],
  ['a second beginning', '{"type":"connection_init"}', 4429],
  ['the same id twice', JSON.stringify(subscribe('1')), 4409],
])('the connection ends for %s', async (_what, message, code) => {
  const client = await initialized(await serving());
  client.send(subscribe('1'));
  client.send(message);
  expect(await client.closed).toBe(code);
});

test('the connection ends for an operation before its beginning, or another protocol', async () => {
  const all = await serving();
  const early = await open(all);
  early.send(subscribe('1'));
  expect(await early.closed).toBe(4401);
  const without = await open(all, []);
  expect(await without.closed).toBe(4406);
});

test('a client that does not begin in three seconds is closed', async () => {
  const client = await open(await serving());
  expect(await client.closed).toBe(4408);
}, 60_000);

test('one viewer too many gets 503, and a path that is not GraphQL is not taken', async () => {
  const all = await serving({ maxViewers: 1 });
  await open(all);
  expect(await upgradeStatus(all.port, '/live/graphql', bearer)).toBe('HTTP/1.1 503 Service Unavailable');
  const request = { url: '/live/stream', headers: {} } as never;
  expect(all.live.upgrade(request, undefined as never, Buffer.alloc(0))).toBe(false);
});

test('a request that is no correct upgrade gets an error, and takes no place', async () => {
  const all = await serving({ maxViewers: 1 });
  for (let i = 0; i < 3; i++) {
    expect(await upgradeStatus(all.port, '/live/graphql', { ...bearer, 'Sec-WebSocket-Key': 'x' })).toContain(' 400 ');
  }
  await expect.poll(() => all.live.viewers.count).toBe(0);
  await initialized(all);
});

test('a client that does not answer a ping is cut before the next one', async () => {
  const clock = fakeClock();
  const all = await serving({ clock });
  const alive = await initialized(all);
  const gone = await initialized(all);
  gone.socket.pong = () => {};
  (gone.socket as unknown as { _autoPong: boolean })._autoPong = false;
  const pinged = once(alive.socket, 'ping');
  clock.advance(15_000);
  await pinged;
  alive.send({ type: 'ping' }); // its answer comes after that of the ping
  await alive.next();
  expect(clock.timers).toEqual([{ dueInMs: 15_000, isRef: false }]);
  clock.advance(15_000);
  expect(await gone.closed).toBe(1006);
  expect(alive.socket.readyState).toBe(WebSocket.OPEN);
});
