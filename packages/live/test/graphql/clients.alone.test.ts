import { ApolloClient, gql, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient, type Client as WsClient } from 'graphql-ws';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { bearer, type Serving, serving, sessionCookie } from '../serve/serving.js';

// The clients as they are, each against a real server.

const subscription = 'subscription { pubsubStream(topic: "events") { id topic payload timestamp source } }';
const resumable = `subscription ($after: ID) {
  pubsubStream(topic: "events", after: $after) { id payload dropped }
}`;

interface Got {
  readonly id: string;
  readonly topic: string;
  readonly payload: unknown;
  readonly timestamp: string;
  readonly source: string;
}

/** A WebSocket of Node.js that is logged in. */
async function loggedInWebSocket({ origin }: Serving): Promise<typeof WebSocket> {
  const Cookie = await sessionCookie(origin);
  return class extends WebSocket {
    constructor(address: string, protocols: string) {
      super(address, protocols, { headers: { Cookie, Origin: origin } });
    }
  } as typeof WebSocket;
}

function graphqlUrl({ origin }: Serving, scheme: 'http' | 'ws'): string {
  return `${origin.replace('http', scheme)}/live/graphql`;
}

async function wsClient(all: Serving, options: Partial<Parameters<typeof createWsClient>[0]> = {}): Promise<WsClient> {
  const client = createWsClient({
    url: graphqlUrl(all, 'ws'),
    webSocketImpl: await loggedInWebSocket(all),
    retryWait: () => Promise.resolve(),
    ...options,
  });
  onTestFinished(() => void client.dispose());
  return client;
}

type Subscribe = (all: Serving, onMessage: (got: Got) => void) => Promise<() => void>;

const clients: Readonly<Record<string, Subscribe>> = {
  async 'graphql-ws'(all, onMessage) {
    const client = await wsClient(all);
    return client.subscribe<{ pubsubStream: Got }>(
      { query: subscription },
      { next: ({ data }) => data && onMessage(data.pubsubStream), error: fail, complete() {} },
    );
  },
  async 'graphql-sse'(all, onMessage) {
    const client = createSseClient({ url: graphqlUrl(all, 'http'), headers: bearer });
    onTestFinished(() => client.dispose());
    return client.subscribe<{ pubsubStream: Got }>(
      { query: subscription },
      { next: ({ data }) => data && onMessage(data.pubsubStream), error: fail, complete() {} },
    );
  },
  async 'Apollo over WebSocket'(all, onMessage) {
    const client = new ApolloClient({ cache: new InMemoryCache(), link: new GraphQLWsLink(await wsClient(all)) });
    const running = client
      .subscribe<{ pubsubStream: Got }>({ query: gql(subscription) })
      .subscribe({ next: ({ data }) => data && onMessage(data.pubsubStream), error: fail });
    return () => running.unsubscribe();
  },
  async 'urql over WebSocket'(all, onMessage) {
    const overWebSocket = await wsClient(all);
    const client = new Client({
      url: graphqlUrl(all, 'http'),
      preferGetMethod: false,
      exchanges: [
        subscriptionExchange({
          forwardSubscription: ({ query = '', variables }) => ({
            subscribe: (sink) => ({
              unsubscribe: overWebSocket.subscribe(
                { query, variables: variables as Record<string, unknown> },
                sink as never,
              ),
            }),
          }),
        }),
      ],
    });
    return urqlSubscription(client, onMessage);
  },
  async 'urql over server-sent events'(all, onMessage) {
    const client = new Client({
      url: graphqlUrl(all, 'http'),
      preferGetMethod: false,
      fetchOptions: { headers: bearer },
      exchanges: [fetchExchange],
      fetchSubscriptions: true,
    });
    return urqlSubscription(client, onMessage);
  },
};

function urqlSubscription(client: Client, onMessage: (got: Got) => void): () => void {
  const { unsubscribe } = client.subscription<{ pubsubStream: Got }>(subscription, {}).subscribe(({ data, error }) => {
    if (error !== undefined) fail(error);
    if (data !== undefined) onMessage(data.pubsubStream);
  });
  return unsubscribe;
}

function fail(error: unknown): never {
  throw error;
}

describe.each(Object.entries(clients))('%s', (_name, subscribe) => {
  test('gets the messages of a topic, word for word as services ask for them, until it unsubscribes', async () => {
    const all = await serving();
    const got: Got[] = [];
    const unsubscribe = await subscribe(all, (message) => got.push(message));
    await expect.poll(() => all.broadcaster.statistics()[0]?.subscribers).toBe(1);
    expect(all.live.viewers.count).toBe(1);
    const payload = { orderId: 7, tags: ['<script>', '"'] };
    all.broadcaster.publish('commands', { type: 'PlaceOrder', payload: 'elsewhere' });
    all.broadcaster.publish('events', { type: 'OrderPlaced', payload, timestampMs: 0 });
    all.broadcaster.publish('events', { type: 'OrderPaid', source: 'billing' });
    await expect.poll(() => got).toHaveLength(2);
    expect(got[0]).toMatchObject({
      id: 'boot:100',
      topic: 'events',
      payload,
      timestamp: '1970-01-01T00:00:00.000Z',
      source: 'shop',
    });
    expect(got[1]).toMatchObject({ id: 'boot:200', payload: null, source: 'billing' });
    unsubscribe();
    await expect.poll(() => all.broadcaster.statistics()[0]?.subscribers).toBe(0);
  });
});

test('a query works over each of them', async () => {
  const all = await serving();
  all.broadcaster.publish('events', { type: 'OrderPlaced' });
  const query = '{ topics { topic published types { type published } } }';
  const expected = { topic: 'events', published: 1, types: [{ type: 'OrderPlaced', published: 1 }] };
  const overWebSocket = await wsClient(all);
  const results: unknown[] = [];
  for await (const { data } of overWebSocket.iterate({ query })) results.push(data);
  const overSse = createSseClient({ url: graphqlUrl(all, 'http'), headers: bearer });
  for await (const { data } of overSse.iterate({ query })) results.push(data);
  overSse.dispose();
  const urql = new Client({
    url: graphqlUrl(all, 'http'),
    preferGetMethod: false,
    fetchOptions: { headers: bearer },
    exchanges: [fetchExchange],
  });
  results.push((await urql.query(query, {}).toPromise()).data);
  expect(results).toHaveLength(3);
  for (const data of results) expect(data).toMatchObject({ topics: expect.arrayContaining([expected]) });
});

describe.each(['WebSocket', 'server-sent events'])('after a cut a client over %s', (over) => {
  test('goes on after its last message, without loss or repeat', async () => {
    const all = await serving();
    const { broadcaster } = all;
    const got: Array<{ id: string; payload: number; dropped: number | null }> = [];
    const from = async (): Promise<void> => {
      const sockets = new Set<WebSocket>();
      const LoggedIn = await loggedInWebSocket(all);
      const client =
        over === 'WebSocket'
          ? await wsClient(all, {
              webSocketImpl: class extends LoggedIn {
                constructor(address: string, protocols: string) {
                  super(address, protocols);
                  sockets.add(this);
                }
              },
              retryAttempts: 0,
            })
          : createSseClient({ url: graphqlUrl(all, 'http'), headers: bearer, retryAttempts: 0 });
      const iterator = client.iterate<{ pubsubStream: (typeof got)[number] }>({
        query: resumable,
        variables: { after: got.at(-1)?.id },
      });
      let left = 7;
      try {
        for await (const { data } of iterator) {
          if (data) got.push(data.pubsubStream);
          if (--left > 0 && got.length < 60) continue;
          for (const socket of sockets) socket.terminate();
          break;
        }
      } catch {
        // The cut.
      }
      await client.dispose();
    };
    for (let i = 0; i < 60; i++) broadcaster.publish('events', { type: 'Test', payload: i });
    got.push({ id: 'boot:100', payload: 0, dropped: 0 });
    for (let cut = 0; got.length < 60; cut++) {
      await from();
      if (cut > 20) throw new Error('It does not go on.');
    }
    expect(got.slice(0, 60).map(({ payload }) => payload)).toEqual(Array.from({ length: 60 }, (_, i) => i));
    expect(got.every(({ dropped }) => dropped === 0)).toBe(true);
  });
});

test('a client that resumes after a restart learns that its loss is not known', async () => {
  const all = await serving();
  all.broadcaster.publish('events', { type: 'Test', payload: 1 });
  const client = await wsClient(all);
  for await (const { data } of client.iterate({ query: resumable, variables: { after: 'earlier:500' } })) {
    expect(data).toEqual({ pubsubStream: { id: 'boot:100', payload: 1, dropped: null } });
    break;
  }
});

test('a client comes back after the shutdown of a service, to the next one', async () => {
  const all = await serving();
  let closed: unknown;
  const client = await wsClient(all, { retryAttempts: 0, on: { closed: (event) => (closed = event) } });
  client.subscribe({ query: subscription }, { next() {}, error() {}, complete() {} });
  await expect.poll(() => all.broadcaster.statistics()[0]?.subscribers).toBe(1);
  await all.live.shutdown({ timeoutMs: 5000 });
  await expect.poll(() => closed).toMatchObject({ code: 1001 });
  expect(all.live.viewers.count).toBe(0);
  await expect.poll(() => all.broadcaster.statistics()[0]?.subscribers).toBe(0);
});
