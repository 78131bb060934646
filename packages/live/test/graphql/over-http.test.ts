import { describe, expect, test } from 'vitest';
import { cpuTime } from '../../../../scripts/cpu-time.js';
import { openEvents } from '../serve/event-source.js';
import { type Answer, bearer, type Serving, send, serving, token } from '../serve/serving.js';

const query = '{ topics { topic } }';

function post({ origin }: Serving, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return send(`${origin}/live/graphql`, {
    method: 'POST',
    headers: { ...bearer, 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

function get({ origin }: Serving, parameters: Readonly<Record<string, string>>, headers = {}): Promise<Answer> {
  return send(`${origin}/live/graphql?${new URLSearchParams(parameters)}`, { headers: { ...bearer, ...headers } });
}

describe('GraphQL over HTTP', () => {
  test.each([
    [undefined, 'application/json'],
    ['*/*', 'application/json'],
    ['application/*', 'application/json'],
    ['application/json', 'application/json'],
    ['application/graphql-response+json', 'application/graphql-response+json'],
    ['application/graphql-response+json, application/json;q=0.9', 'application/graphql-response+json'],
    ['application/json, application/graphql-response+json', 'application/graphql-response+json'],
    ['application/graphql-response+json;q=0.1, application/json', 'application/json'],
    ['text/event-stream;q=0.1, application/json', 'application/json'],
  ])('answers "Accept: %s" with %s', { timeout: 60_000 }, async (accept, type) => {
    const all = await serving();
    const headers = accept === undefined ? {} : { Accept: accept };
    for (const answer of [await post(all, { query }, headers), await get(all, { query }, headers)]) {
      expect(answer.status).toBe(200);
      expect(answer.headers['content-type']).toBe(`${type}; charset=utf-8`);
      expect(answer.json).toMatchObject({ data: { topics: expect.any(Array) } });
    }
  });

  test.each(['text/html', 'application/json;q=0', 'image/*'])('cannot answer "Accept: %s"', async (accept) => {
    const answer = await post(await serving(), { query }, { Accept: accept });
    expect(answer.status).toBe(406);
    expect(answer.text).toContain('application/graphql-response+json');
  });

  test.each([
    ['a syntax error', { query: '{' }],
    ['an unknown field', { query: '{ nothing }' }],
    ['a missing variable', { query: 'query ($id: ID!) { message(id: $id) { id } }' }],
    ['an unknown operation', { query: 'query A { topics { topic } }', operationName: 'B' }],
    ['an operation that is not named', { query: 'query A { topics { topic } } query B { topics { topic } }' }],
    ['a mutation', { query: 'mutation { topics }' }],
  ])('%s has status 400 with the newer type, and 200 with the older one', async (_what, body) => {
    const all = await serving();
    const newer = await post(all, body, { Accept: 'application/graphql-response+json' });
    const older = await post(all, body, { Accept: 'application/json' });
    expect([newer.status, older.status]).toEqual([400, 200]);
    for (const { json } of [newer, older]) {
      expect(json).toEqual({ errors: [expect.objectContaining({ message: expect.any(String) })] });
    }
  });

  test.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['no query', {}],
    ['a query of another type', { query: 1 }],
    ['variables of another type', { query, variables: 'x' }],
    ['variables in a list', { query, variables: [] }],
    ['an operation name of another type', { query, operationName: 1 }],
    ['extensions of another type', { query, extensions: 1 }],
  ])('a body with %s has status 400 with both types', async (_what, body) => {
    const all = await serving();
    for (const Accept of ['application/graphql-response+json', 'application/json']) {
      const answer = await post(all, body, { Accept });
      expect(answer.status).toBe(400);
      expect(answer.json).toEqual({ errors: [{ message: expect.any(String) }] });
    }
  });

  test('nulls for what is optional are as if it were missing', async () => {
    const answer = await post(await serving(), { query, variables: null, operationName: null, extensions: null });
    expect(answer.json).toHaveProperty('data');
  });

  test('a body that is too long is refused', async () => {
    expect((await post(await serving(), { query: ' '.repeat(70_000) })).status).toBe(413);
  });

  test('GET has variables too', async () => {
    const all = await serving();
    all.broadcaster.publish('events', { type: 'A' });
    const found = await get(all, {
      query: 'query ($id: ID!) { message(id: $id) { type } }',
      variables: '{"id":"boot:100"}',
    });
    expect(found.json).toEqual({ data: { message: { type: 'A' } } });
    expect((await get(all, { query, variables: '{' })).status).toBe(400);
  });

  test('a subscription needs a stream', async () => {
    const answer = await post(await serving(), { query: 'subscription { pubsubStream(topic: "events") { id } }' });
    expect(answer.status).toBe(406);
    expect(answer.text).toContain('text/event-stream');
  });
});

describe('the schema', () => {
  test('gives statistics, messages and services', async () => {
    const service = {
      name: 'shop',
      version: '1',
      language: 'nodejs',
      instances: 1,
      restarts: 0,
      firstMs: 1,
      lastMs: 2,
    };
    const row = { ...service, clockAheadMs: null, spans: 1, logLines: 2, metrics: 3, messages: 4 };
    const all = await serving({ services: () => Promise.resolve([row]) });
    all.broadcaster.publish('events', { type: 'A', payload: { a: 1 }, correlationId: 'c', timestampMs: 1000 });
    all.broadcaster.publish('sagas', { type: 'B' });
    const { json } = await post(all, {
      query: `{
        topics { topic published kept overwritten perSecond perSecondOfMinute subscribers types { type published perSecond lastMs } }
        messages { id topic type dropped }
        message(id: "boot:100") { payload isCut timestamp timestampMs source traceId spanId correlationId causationId messageId }
        services { name language spans }
      }`,
    });
    expect(json).toMatchObject({
      data: {
        topics: expect.arrayContaining([expect.objectContaining({ topic: 'events', published: 1, subscribers: 0 })]),
        messages: [
          { id: 'boot:103', topic: 'sagas', type: 'B', dropped: null },
          { id: 'boot:100', topic: 'events', type: 'A', dropped: null },
        ],
        message: {
          payload: { a: 1 },
          isCut: false,
          timestamp: '1970-01-01T00:00:01.000Z',
          correlationId: 'c',
          traceId: null,
        },
        services: [{ name: 'shop', language: 'nodejs', spans: 1 }],
      },
    });
  });

  test('messages are limited, by type and topic, and go on after an id', async () => {
    const all = await serving();
    for (let i = 0; i < 5; i++) all.broadcaster.publish('events', { type: i % 2 === 0 ? 'A' : 'B', payload: i });
    const payloads = async (parameters: string) => {
      const { json } = await post(all, { query: `{ messages(${parameters}) { payload } }` });
      return (json as { data: { messages: Array<{ payload: number }> } }).data.messages.map(({ payload }) => payload);
    };
    expect(await payloads('topic: "events", type: "A", limit: 2')).toEqual([4, 2]);
    expect(await payloads('after: "boot:300"')).toEqual([3, 4]);
    expect(await payloads('topic: "unknown"')).toEqual([]);
    const { json } = await post(all, { query: '{ messages(after: "boot:100", limit: 2) { payload dropped } }' });
    expect(json).toEqual({
      data: {
        messages: [
          { payload: 3, dropped: 2 },
          { payload: 4, dropped: null },
        ],
      },
    });
  });

  test.each([
    ['{ messages(limit: 501) { id } }', '"limit" is 501. Give a whole number from 1 to 500.'],
    ['{ messages(limit: 0) { id } }', '"limit" is 0.'],
  ])('says what is wrong with an argument: %s', async (wrong, message) => {
    const { status, text } = await post(await serving(), { query: wrong });
    expect(status).toBe(200);
    expect(JSON.parse(text).errors[0].message).toContain(message);
  });

  test('an unexpected error goes to the log, and not to the client', async () => {
    const all = await serving({ services: () => Promise.reject(new Error('password=hunter2')) });
    const { text } = await post(all, { query: '{ services { name } }' });
    expect(text).not.toContain('hunter2');
    expect(text).toContain('The field failed. The log of the service says why.');
    expect(all.logged).toEqual(['[live] A GraphQL field of the dashboard failed. The service itself is not affected.']);
  });
});

describe('limits', () => {
  test.each([
    ['tokens', `{ ${'topics { topic } '.repeat(300)} }`, '1000 tokens'],
    [
      'levels',
      '{ topics { types { type } ...A } } fragment A on Topic { types { ...B } } fragment B on TypeStatistics { type ...C } fragment C on TypeStatistics { type }',
      undefined,
    ],
    ['aliases', `{ ${Array.from({ length: 11 }, (_, i) => `a${i}: topics { topic }`).join(' ')} }`, '11 aliases'],
    [
      'fields by fragments in fragments',
      `{ topics { ...F0 } } ${Array.from({ length: 12 }, (_, i) => `fragment F${i} on Topic { ...F${i + 1} ...F${i + 1} }`).join(' ')} fragment F12 on Topic { topic }`,
      'fields. At most 200 are possible',
    ],
    [
      'fragments in circles',
      '{ topics { ...A } } fragment A on Topic { ...B } fragment B on Topic { ...A }',
      'Cannot spread fragment',
    ],
  ])('an operation has so many %s at most', async (_what, tooMuch, message) => {
    const all = await serving();
    let json: unknown;
    const ms = await cpuTime(async () => {
      ({ json } = await post(all, { query: tooMuch }));
    });
    expect(ms).toBeLessThan(1000);
    if (message === undefined) expect(json).toHaveProperty('data');
    else expect(JSON.stringify(json)).toContain(message);
  });

  test('an answer has eight million characters of payloads at most', { timeout: 60_000 }, async () => {
    const all = await serving();
    for (let i = 0; i < 1000; i++) all.broadcaster.publish('events', { type: 'A', payload: 'x'.repeat(4000) });
    const aliases = Array.from({ length: 9 }, (_, i) => `p${i}: payload`).join(' ');
    const { text } = await post(all, { query: `{ messages(limit: 500) { ${aliases} } }` });
    expect(text.length).toBeLessThan(10_000_000);
    expect(text).toContain('The answer is too long. Ask for fewer messages.');
  });

  test('in development, on this machine, a client may ask for the schema', async () => {
    const { getIntrospectionQuery } = await import('graphql');
    const own = await serving();
    const introspection = await post(own, { query: getIntrospectionQuery() });
    expect(introspection.json).toMatchObject({ data: { __schema: { queryType: { name: 'Query' } } } });
    const others = await serving({ access: { isProduction: true, token } });
    for (const asked of [getIntrospectionQuery(), '{ __type(name: "Query") { name } }']) {
      expect((await post(others, { query: asked })).text).toContain('introspection');
    }
    const { text } = await post(others, { query: '{ topic { name } }' });
    expect(text).toContain('Cannot query field');
    expect(text).not.toContain('Did you mean');
    expect((await post(others, { query: '{ __typename topics { __typename } }' })).json).toHaveProperty('data');
  });
});

describe('GraphQL over SSE', () => {
  const stream = 'subscription { pubsubStream(topic: "events") { id dropped } }';
  const json = { ...bearer, 'Content-Type': 'application/json' };

  test('a subscription is a stream of results', async () => {
    const all = await serving();
    const client = await openEvents(`${all.origin}/live/graphql`, json, {
      method: 'POST',
      body: JSON.stringify({ query: stream }),
    });
    expect(client.status).toBe(200);
    expect(client.response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    all.broadcaster.publish('events', { type: 'A' });
    expect(await client.next()).toEqual({
      event: 'next',
      data: { data: { pubsubStream: { id: 'boot:100', dropped: 0 } } },
    });
    expect(all.live.viewers.count).toBe(1);
    client.close();
    await expect.poll(() => all.live.viewers.count).toBe(0);
    await expect.poll(() => all.broadcaster.statistics()[0]?.subscribers).toBe(0);
  });

  test('a browser can subscribe by GET', async () => {
    const all = await serving();
    const client = await openEvents(`${all.origin}/live/graphql?query=${encodeURIComponent(stream)}`);
    all.broadcaster.publish('events', { type: 'A' });
    expect(await client.next()).toMatchObject({ event: 'next' });
  });

  test('a query is one result, and complete', async () => {
    const all = await serving();
    const client = await openEvents(`${all.origin}/live/graphql?query=${encodeURIComponent(query)}`);
    expect(await client.next()).toMatchObject({ event: 'next', data: { data: { topics: expect.any(Array) } } });
    expect(await client.next()).toEqual({ event: 'complete', data: undefined });
    expect(client.text).toMatch(/\n\nevent: complete\ndata: \n\n$/);
    await client.closed;
  });

  test.each([
    ['{', 'Syntax Error'],
    ['subscription { nothing }', 'Cannot query field'],
    ['subscription { pubsubStream(topic: "events", maxPerSecond: 501) { id } }', '"maxPerSecond" is 501'],
    ['subscription { pubsubStream(topic: "events", after: "x") { id } }', '"after" is no id of a message'],
    ['subscription { pubsubStream(topic: "") { id } }', 'The topic is empty'],
  ])('an error comes as a result: %s', async (wrong, message) => {
    const all = await serving();
    const client = await openEvents(`${all.origin}/live/graphql?query=${encodeURIComponent(wrong)}`);
    const { event, data } = await client.next();
    expect(event).toBe('next');
    expect(JSON.stringify(data)).toContain(JSON.stringify(message).slice(1, -1));
    expect((await client.next()).event).toBe('complete');
    await client.closed;
    expect(all.live.viewers.count).toBe(0);
  });

  test('one viewer too many gets 503', async () => {
    const all = await serving({ maxViewers: 1 });
    await openEvents(`${all.origin}/live/graphql?query=${encodeURIComponent(stream)}`);
    const refused = await openEvents(`${all.origin}/live/graphql?query=${encodeURIComponent(stream)}`);
    expect(refused.status).toBe(503);
  });

  test('the shutdown of the service ends the stream, and does not complete the subscription', async () => {
    const all = await serving();
    const client = await openEvents(`${all.origin}/live/graphql?query=${encodeURIComponent(stream)}`);
    await all.live.shutdown({ timeoutMs: 5000 });
    await client.closed;
    expect(client.events).toEqual([]);
  });
});
