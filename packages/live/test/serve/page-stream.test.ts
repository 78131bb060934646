import { createServer } from 'node:http';
import { type FakeClock, fakeClock } from '@sightline/base/fake-clock';
import { describe, expect, test } from 'vitest';
import { ApiError } from '../../src/model/api.js';
import type { StreamHello, Watch } from '../../src/model/stream.js';
import { type EventSourceClient, openEvents } from './event-source.js';
import { bearer, fakeApi, type Serving, send, serving } from './serving.js';

interface Tab {
  readonly client: EventSourceClient;
  readonly hello: StreamHello;
  watch(...watches: readonly Watch[]): Promise<void>;
}

async function openTab({ origin }: Serving): Promise<Tab> {
  const client = await openEvents(`${origin}/live/stream`);
  const { event, data } = await client.next();
  expect(event).toBe('hello');
  const hello = data as StreamHello;
  return {
    client,
    hello,
    async watch(...watch) {
      const answer = await post(origin, hello.streamId, { watch });
      expect(answer.json).toEqual({ watching: watch.length });
    },
  };
}

function post(origin: string, streamId: string, body: unknown): ReturnType<typeof send> {
  const headers = { ...bearer, 'Content-Type': 'application/json' };
  return send(`${origin}/live/stream/${streamId}`, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

function watchOf(path: string, parameters: Watch['parameters'] = {}, id = path): Watch {
  return { id, path, parameters };
}

/** A second of a tab: five ticks. */
async function second(clock: FakeClock): Promise<void> {
  for (let i = 0; i < 5; i++) await clock.advanceAsync(200);
}

describe('a stream', () => {
  test('begins with who it is', async () => {
    const clock = fakeClock();
    const { hello, client } = await openTab(await serving({ clock }));
    expect(hello).toEqual({ streamId: expect.stringMatching(/^[\w-]{22}$/), bootId: 'boot', nowMs: clock.now() });
    expect(client.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
  });

  test('gets the first answer at once, and changed ones once a second', async () => {
    const clock = fakeClock();
    let number = 1;
    let asked = 0;
    const api = fakeApi({ number: () => ({ number, asked: void asked++ }) });
    const tab = await openTab(await serving({ clock, api }));
    await tab.watch(watchOf('number', {}, '7'));
    expect(await tab.client.next()).toEqual({ event: 'view', data: { id: '7', answer: { number: 1 } } });
    await second(clock);
    number = 2;
    await second(clock);
    expect(await tab.client.next()).toEqual({ event: 'view', data: { id: '7', answer: { number: 2 } } });
    expect(tab.client.events).toEqual([]);
    expect(asked).toBe(3);
  });

  test('of an answer with a cursor gets what is new, five times a second, and nothing empty', async () => {
    const clock = fakeClock();
    const lines: string[] = ['a'];
    const asked: string[] = [];
    const api = fakeApi({
      logs(parameters) {
        const after = parameters.get('after');
        asked.push(`${parameters.get('level')} ${after}`);
        return { lines: lines.slice(Number(after ?? 0)), skipped: 0, cursor: String(lines.length) };
      },
    });
    const tab = await openTab(await serving({ clock, api }));
    await tab.watch(watchOf('logs', { level: 'warn' }, 'l'));
    expect(await tab.client.next()).toMatchObject({ event: 'view', data: { id: 'l', answer: { lines: ['a'] } } });
    await second(clock);
    lines.push('b', 'c');
    await clock.advanceAsync(200);
    expect(await tab.client.next()).toMatchObject({ event: 'more', data: { id: 'l', answer: { lines: ['b', 'c'] } } });
    await second(clock);
    expect(tab.client.events).toEqual([]);
    expect(asked[0]).toBe('warn null');
    expect(asked.filter((each) => each === 'warn 1')).toHaveLength(6);
  });

  test('reports what is wrong with a watch, once, and its answer when there is one', async () => {
    const clock = fakeClock();
    let isKept = false;
    const api = fakeApi({
      'traces/1': () => {
        if (!isKept) throw new ApiError(404, 'No span of it is kept.');
        return { spans: 1 };
      },
      fine: () => 1,
    });
    const { client, watch } = await openTab(await serving({ clock, api }));
    await watch(watchOf('traces/1'), watchOf('fine'));
    expect(await client.next()).toEqual({
      event: 'failed',
      data: { id: 'traces/1', status: 404, problem: 'No span of it is kept.' },
    });
    expect(await client.next()).toMatchObject({ event: 'view', data: { id: 'fine' } });
    await second(clock);
    await second(clock);
    isKept = true;
    await second(clock);
    expect(await client.next()).toEqual({ event: 'view', data: { id: 'traces/1', answer: { spans: 1 } } });
  });

  test('an answer that throws, cannot be written, or is a file touches no other', async () => {
    const clock = fakeClock();
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    const api = fakeApi({
      broken: () => {
        throw new Error('password=hunter2');
      },
      circular: () => circular,
      file: () => ({ file: { name: 'x', contentType: 'y', chunks: [] } }),
      rejects: () => Promise.reject(new ApiError(409, 'Busy.')),
      good: () => 'yes',
    });
    const all = await serving({ clock, api });
    const { client, watch } = await openTab(all);
    await watch(...['broken', 'circular', 'file', 'rejects', 'good'].map((path) => watchOf(path)));
    const got = [
      await client.next(),
      await client.next(),
      await client.next(),
      await client.next(),
      await client.next(),
    ];
    const byId = new Map(got.map(({ event, data }) => [(data as { id: string }).id, { event, ...(data as object) }]));
    expect(byId.get('broken')).toMatchObject({ event: 'failed', status: 500 });
    expect(byId.get('circular')).toMatchObject({ event: 'failed', status: 500 });
    expect(byId.get('file')).toMatchObject({ event: 'failed', status: 400 });
    expect(byId.get('rejects')).toMatchObject({ event: 'failed', status: 409, problem: 'Busy.' });
    expect(byId.get('good')).toMatchObject({ event: 'view', answer: 'yes' });
    expect(client.text).not.toContain('hunter2');
    for (let i = 0; i < 5; i++) await second(clock);
    expect(all.logged).toHaveLength(2);
  });

  test('an answer that hangs fails in time, and is not asked for again until it ends', async () => {
    const clock = fakeClock();
    let asked = 0;
    let settle = (_answer: unknown): void => {};
    const api = fakeApi({
      slow: () => {
        asked++;
        return new Promise((resolve) => {
          settle = resolve;
        });
      },
    });
    const { client, watch } = await openTab(await serving({ clock, api }));
    await watch(watchOf('slow'));
    for (let i = 0; i < 20; i++) await second(clock);
    expect(await client.next()).toMatchObject({ event: 'failed', data: { id: 'slow', status: 503 } });
    expect(asked).toBe(1);
    settle('too late');
    await second(clock);
    expect(asked).toBe(2);
    settle('in time');
    expect(await client.next()).toEqual({ event: 'ping', data: {} });
    expect(await client.next()).toEqual({ event: 'view', data: { id: 'slow', answer: 'in time' } });
  });

  test('a new request replaces what is watched; what stays goes on', async () => {
    const clock = fakeClock();
    const { client, watch } = await openTab(await serving({ clock }));
    await watch(watchOf('echo', { a: '1' }, 'stays'), watchOf('echo', { a: '2' }, 'goes'));
    await client.next();
    await client.next();
    await watch(watchOf('echo', { a: '1' }, 'stays'), watchOf('echo', { a: ['3', '4'] }, 'goes'));
    expect(await client.next()).toEqual({
      event: 'view',
      data: {
        id: 'goes',
        answer: {
          path: 'echo',
          parameters: [
            ['a', '3'],
            ['a', '4'],
          ],
        },
      },
    });
    await second(clock);
    expect(client.events).toEqual([]);
  });

  test('its timer runs only while something is watched, and keeps no process alive', async () => {
    const clock = fakeClock();
    const { client, watch } = await openTab(await serving({ clock }));
    const ticks = () => clock.timers.filter(({ dueInMs }) => dueInMs <= 200);
    expect(ticks()).toEqual([]);
    await watch(watchOf('echo'));
    expect(ticks()).toEqual([{ dueInMs: 200, isRef: false }]);
    await watch();
    expect(ticks()).toEqual([]);
    await watch(watchOf('echo'));
    client.close();
    await client.closed;
    await expect.poll(() => clock.timers).toEqual([]);
  });

  test('a ping comes every 15 s, as an event that scripts see', async () => {
    const clock = fakeClock();
    const { client } = await openTab(await serving({ clock }));
    clock.advance(30_000);
    await expect.poll(() => client.text.match(/^event: ping\ndata: \{\}\n$/gm)).toHaveLength(2);
  });
});

describe('several tabs', () => {
  test('share one evaluation of the same path and parameters', async () => {
    const clock = fakeClock();
    let asked = 0;
    const api = fakeApi({ shared: () => ++asked });
    const all = await serving({ clock, api });
    const tabs = [await openTab(all), await openTab(all), await openTab(all)];
    for (const [i, tab] of tabs.entries()) {
      const parameters = i % 2 === 0 ? { a: '1', b: '2' } : { b: '2', a: '1' };
      await tab.watch(watchOf('shared', parameters, `tab ${i}`));
      await clock.advanceAsync(100);
    }
    asked = 100;
    for (let i = 0; i < 10; i++) await second(clock);
    expect(asked).toBeLessThanOrEqual(110);
    for (const [i, { client }] of tabs.entries()) {
      expect(await client.next(({ data }) => (data as { answer: number }).answer === asked)).toMatchObject({
        data: { id: `tab ${i}` },
      });
    }
  });

  test('share the answers after a cursor, each from its own place', async () => {
    const clock = fakeClock();
    const lines: number[] = [0];
    let asked = 0;
    const api = fakeApi({
      logs(parameters) {
        asked++;
        return { lines: lines.slice(Number(parameters.get('after') ?? 0)), cursor: String(lines.length) };
      },
    });
    const all = await serving({ clock, api });
    const first = await openTab(all);
    await first.watch(watchOf('logs'));
    await clock.advanceAsync(100);
    lines.push(1);
    const second_ = await openTab(all);
    await second_.watch(watchOf('logs'));
    await second(clock);
    asked = 0;
    for (let i = 2; i < 10; i++) {
      lines.push(i);
      await clock.advanceAsync(200);
    }
    expect(asked).toBe(8);
    for (const { client } of [first, second_]) {
      const seen: number[] = [];
      while (seen.at(-1) !== 9)
        seen.push(...((await client.next()).data as { answer: { lines: number[] } }).answer.lines);
      expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
  });

  test('at most ten may watch, and who leaves makes room', async () => {
    const all = await serving();
    const counts: number[] = [];
    const stop = all.live.viewers.onChange((count) => counts.push(count));
    const tabs: Tab[] = [];
    for (let i = 0; i < 10; i++) tabs.push(await openTab(all));
    const refused = await send(`${all.origin}/live/stream`, { headers: bearer });
    expect(refused).toMatchObject({
      status: 503,
      headers: { 'retry-after': '10' },
      json: { problem: '10 viewers are connected already. Close a tab or a subscription, and try again.' },
    });
    expect(all.live.viewers.refused).toBe(1);
    tabs[0]?.client.close();
    await expect.poll(() => all.live.viewers.count).toBe(9);
    await openTab(all);
    expect(counts).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 9, 10]);
    stop();
    tabs[1]?.client.close();
    await expect.poll(() => all.live.viewers.count).toBe(9);
    expect(counts).toHaveLength(12);
  });

  test('a request that another handler has answered already takes no place', async () => {
    const all = await serving({
      serve: (live) =>
        createServer((request, response) => {
          response.writeHead(200).flushHeaders();
          live.handler(request, response);
        }),
    });
    await expect(send(`${all.origin}/live/stream`, { headers: bearer })).rejects.toThrow(/aborted|hang up/);
    await expect.poll(() => all.live.viewers.count).toBe(0);
  });

  test('a listener that throws stops no other', async () => {
    const all = await serving();
    const counts: number[] = [];
    all.live.viewers.onChange(() => {
      throw new Error('no');
    });
    all.live.viewers.onChange((count) => counts.push(count));
    await openTab(all);
    expect(counts).toEqual([1]);
  });
});

describe('what is watched', () => {
  test.each([
    ['', 'the body is not JSON'],
    ['null', 'has no list'],
    [{ watch: {} }, 'has no list'],
    [{ watch: [null] }, 'an entry of watch is no object'],
    [{ watch: [{ id: 1, path: 'a' }] }, 'must be short texts'],
    [{ watch: [{ id: 'x', path: 'a'.repeat(1001) }] }, 'must be short texts'],
    [{ watch: [{ id: 'x', path: 'a', parameters: { a: 1 } }] }, 'must be a text'],
    [{ watch: [{ id: 'x', path: 'a', parameters: [] }] }, 'must be an object'],
    [
      {
        watch: [
          { id: 'x', path: 'a' },
          { id: 'x', path: 'b' },
        ],
      },
      'the same id',
    ],
    [{ watch: Array.from({ length: 51 }, (_, i) => ({ id: String(i), path: 'a' })) }, '51 entries; 50 are possible'],
  ])('must be a list of watches: %j', async (body, problem) => {
    const all = await serving();
    const { hello } = await openTab(all);
    const answer = await post(all.origin, hello.streamId, body);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(problem);
  });

  test('a request that is too long is refused, before it is read', async () => {
    const all = await serving();
    const { hello } = await openTab(all);
    expect((await post(all.origin, hello.streamId, 'x'.repeat(70_000))).status).toBe(413);
  });

  test('a stream that is not there is reported', async () => {
    const all = await serving();
    expect(await post(all.origin, 'AAAAAAAAAAAAAAAAAAAAAA', { watch: [] })).toMatchObject({
      status: 404,
      json: { problem: 'There is no such stream any more. Open a new one.' },
    });
  });

  test('parameters called like members of objects are only parameters', async () => {
    const all = await serving();
    const { client, hello } = await openTab(all);
    await post(
      all.origin,
      hello.streamId,
      '{"watch":[{"id":"__proto__","path":"echo","parameters":{"__proto__":"x"}}]}',
    );
    expect((await client.next()).data).toEqual(
      JSON.parse('{"id":"__proto__","answer":{"path":"echo","parameters":[["__proto__","x"]]}}'),
    );
  });
});

describe('shutdown', () => {
  test('ends the streams, and answers later requests with 503', async () => {
    const all = await serving();
    const { client } = await openTab(all);
    await all.live.shutdown({ timeoutMs: 5000 });
    await client.closed;
    expect(client.response.complete).toBe(true);
    expect(all.live.viewers.count).toBe(0);
    expect(await send(`${all.origin}/live/api/echo`, { headers: bearer })).toMatchObject({
      status: 503,
      json: { problem: 'The service shuts down.' },
    });
  });
});
