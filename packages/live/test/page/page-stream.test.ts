import { describe, expect, test } from 'vitest';
import {
  type ConnectionState,
  createPageStream,
  type EventSourceLike,
  type PageStream,
} from '../../page/src/stream/page-stream.js';
import type { StreamHello } from '../../src/model/stream.js';

class FakeEventSource implements EventSourceLike {
  readonly #listeners = new Map<string, Array<(event: { readonly data?: unknown }) => void>>();
  isClosed = false;

  addEventListener(type: string, listener: (event: { readonly data?: unknown }) => void): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }
  close(): void {
    this.isClosed = true;
  }
  emit(type: string, data?: unknown): void {
    for (const listener of this.#listeners.get(type) ?? [])
      listener(data === undefined ? {} : { data: JSON.stringify(data) });
  }
}

class Harness {
  readonly sources: FakeEventSource[] = [];
  readonly sent: Array<{ path: string; body: unknown }> = [];
  readonly states: ConnectionState[] = [];
  readonly stream: PageStream;
  /** What requests get; `undefined` for no answer. */
  reply: { status: number; answer: unknown } | undefined = { status: 200, answer: {} };
  /** What requests to the stream get instead. */
  streamReply: { status: number; answer: unknown } | undefined;
  #nowMs = 0;
  readonly #timers = new Set<{ dueMs: number; callback: () => void }>();

  constructor({ isResting = false } = {}) {
    this.stream = createPageStream({
      open: () => {
        const source = new FakeEventSource();
        this.sources.push(source);
        return source;
      },
      request: async (path, body) => {
        this.sent.push({ path, body });
        const reply = (path.startsWith('stream/') ? this.streamReply : undefined) ?? this.reply;
        if (reply === undefined) throw new TypeError('Failed to fetch');
        return reply;
      },
      timers: {
        now: () => this.#nowMs,
        after: (ms, callback) => {
          const timer = { dueMs: this.#nowMs + ms, callback };
          this.#timers.add(timer);
          return () => void this.#timers.delete(timer);
        },
      },
      isResting,
      random: () => 1,
      onState: (state) => void this.states.push(state),
    });
  }

  get source(): FakeEventSource {
    const source = this.sources.at(-1);
    if (source === undefined) throw new Error('no connection');
    return source;
  }
  get state(): ConnectionState | undefined {
    return this.states.at(-1);
  }
  /** The newest watches that were sent. */
  get watches(): ReadonlyArray<{ id: string; path: string; parameters: object }> {
    const posted = this.sent.filter(({ body }) => body !== undefined).at(-1)?.body as { watch: [] } | undefined;
    return posted?.watch ?? [];
  }
  hello(changes: Partial<StreamHello> = {}): void {
    this.source.emit('hello', { streamId: 's1', bootId: 'b1', nowMs: 5, ...changes });
  }
  async advance(ms: number): Promise<void> {
    this.#nowMs += ms;
    for (const timer of [...this.#timers].filter(({ dueMs }) => dueMs <= this.#nowMs)) {
      this.#timers.delete(timer);
      timer.callback();
    }
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  }
}

function recorder(): {
  events: unknown[][];
  view(...given: unknown[]): void;
  more(...given: unknown[]): void;
  failed(...given: unknown[]): void;
} {
  const events: unknown[][] = [];
  return {
    events,
    view: (...given) => void events.push(['view', ...given]),
    more: (...given) => void events.push(['more', ...given]),
    failed: (...given) => void events.push(['failed', ...given]),
  };
}

describe('a stream', () => {
  test('says what is watched once it is open, all of it in one request', async () => {
    const given = new Harness();
    given.stream.watch('overview', { last: '15m' }, recorder());
    given.stream.watch('services', {}, recorder());
    await given.advance(0);
    expect(given.sent).toEqual([]);
    given.hello();
    expect(given.sent).toEqual([
      {
        path: 'stream/s1',
        body: {
          watch: [
            { id: '1', path: 'overview', parameters: { last: '15m' } },
            { id: '2', path: 'services', parameters: {} },
          ],
        },
      },
    ]);
  });

  test('sends changes of one turn once', async () => {
    const given = new Harness();
    given.hello();
    const end = given.stream.watch('overview', {}, recorder());
    given.stream.watch('traces', {}, recorder());
    end();
    await given.advance(0);
    expect(given.sent).toHaveLength(2);
    expect(given.watches).toEqual([{ id: '2', path: 'traces', parameters: {} }]);
  });

  test('hands each answer to whom it belongs, and drops what is no longer watched', async () => {
    const given = new Harness();
    const [first, second] = [recorder(), recorder()];
    const end = given.stream.watch('overview', {}, first);
    given.stream.watch('logs', {}, second);
    given.hello();
    given.source.emit('view', { id: '1', answer: 'a' });
    given.source.emit('more', { id: '2', answer: 'b' });
    given.source.emit('failed', { id: '2', status: 400, problem: 'no such level' });
    end();
    given.source.emit('view', { id: '1', answer: 'late' });
    expect(first.events).toEqual([['view', 'a', false]]);
    expect(second.events).toEqual([
      ['more', 'b'],
      ['failed', { id: '2', status: 400, problem: 'no such level' }],
    ]);
  });
});

describe('after a cut', () => {
  test('it comes back, each time later, up to 15 seconds', async () => {
    const given = new Harness();
    given.hello();
    given.reply = undefined;
    const delays: number[] = [];
    for (let time = 0; time < 7; time++) {
      given.source.emit('error');
      if (given.state?.kind !== 'lost') throw new Error('not lost');
      const before = delays.reduce((sum, ms) => sum + ms, 0);
      delays.push(given.state.retryAtMs - before);
      await given.advance(delays.at(-1) ?? 0);
      expect(given.sources).toHaveLength(time + 2);
    }
    expect(delays).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000]);
    given.hello();
    expect(given.state?.kind).toBe('open');
  });

  test('a list goes on after its last row, and the server is asked so until the next cut', async () => {
    const given = new Harness();
    const logs = recorder();
    given.stream.watch('logs', { level: 'warn' }, logs);
    given.hello();
    given.source.emit('view', { id: '1', answer: { lines: [1, 2], cursor: 'c2' } });
    given.source.emit('more', { id: '1', answer: { lines: [3], cursor: 'c3' } });
    given.source.emit('error');
    await given.advance(500);
    given.hello({ streamId: 's2' });
    expect(given.watches).toEqual([{ id: '1', path: 'logs', parameters: { level: 'warn', after: 'c3' } }]);
    given.source.emit('view', { id: '1', answer: { lines: [4], cursor: 'c4' } });
    expect(logs.events.at(-1)).toEqual(['view', { lines: [4], cursor: 'c4' }, true]);
    given.stream.watch('overview', {}, recorder());
    await given.advance(0);
    expect(given.watches[0]).toEqual({ id: '1', path: 'logs', parameters: { level: 'warn', after: 'c3' } });
  });

  test.each([
    ['that the way explains is none', 400, 0],
    ['of a clock that is ahead is seen', 1600, 600],
    ['of a clock that is behind is seen', -4000, -4000],
  ])('a difference of time %s', async (_which, nowMs, clockAheadMs) => {
    const given = new Harness();
    await given.advance(1000);
    given.hello({ nowMs });
    expect(given.state).toMatchObject({ kind: 'open', clockAheadMs });
  });

  test('another process is noticed, and its lists begin anew', async () => {
    const given = new Harness();
    const logs = recorder();
    given.stream.watch('logs', {}, logs);
    given.hello();
    given.source.emit('view', { id: '1', answer: { lines: [1], cursor: 'c1' } });
    given.source.emit('error');
    await given.advance(500);
    given.hello({ bootId: 'b2' });
    expect(given.state).toMatchObject({ kind: 'open', isRestarted: true });
    expect(given.watches).toEqual([{ id: '1', path: 'logs', parameters: {} }]);
    given.source.emit('view', { id: '1', answer: { lines: [9], cursor: 'x' } });
    expect(logs.events.at(-1)).toEqual(['view', { lines: [9], cursor: 'x' }, false]);
  });

  test('events of the connection before are ignored', async () => {
    const given = new Harness();
    const seen = recorder();
    given.stream.watch('overview', {}, seen);
    const { source: before } = given;
    given.hello();
    before.emit('error');
    await given.advance(500);
    before.emit('view', { id: '1', answer: 'old' });
    before.emit('error');
    expect(seen.events).toEqual([]);
    expect(given.sources).toHaveLength(2);
  });

  test('without a session it asks for one, and tries again only when asked to', async () => {
    const given = new Harness();
    given.reply = { status: 401, answer: { problem: 'Log in.' } };
    given.source.emit('error');
    await given.advance(0);
    expect(given.state).toEqual({ kind: 'unauthorised' });
    await given.advance(60_000);
    expect(given.sources).toHaveLength(1);
    given.stream.check();
    expect(given.sources).toHaveLength(2);
  });

  test('a refusal is shown with its reason, and it goes on trying', async () => {
    const given = new Harness();
    given.reply = { status: 503, answer: { problem: 'Ten tabs watch already.' } };
    given.source.emit('error');
    await given.advance(0);
    expect(given.state).toMatchObject({ kind: 'refused', status: 503, problem: 'Ten tabs watch already.' });
    await given.advance(500);
    expect(given.sources).toHaveLength(2);
  });

  test('a page of a proxy instead of an answer is reported by its status', async () => {
    const given = new Harness();
    given.reply = { status: 502, answer: undefined };
    given.source.emit('error');
    await given.advance(0);
    expect(given.state).toMatchObject({ kind: 'refused', problem: 'The server answered with status 502.' });
  });
});

describe('without a sign', () => {
  test('a connection that is gone is left after two pings, and another one goes on', async () => {
    const given = new Harness();
    given.hello();
    for (let ping = 0; ping < 10; ping++) {
      await given.advance(15_000);
      given.source.emit('ping', {});
    }
    expect(given.sources).toHaveLength(1);
    await given.advance(39_999);
    expect(given.state?.kind).toBe('open');
    await given.advance(1);
    expect(given.state?.kind).toBe('lost');
    expect(given.source.isClosed).toBe(true);
    await given.advance(500);
    expect(given.sources).toHaveLength(2);
  });

  test('events count as one, too', async () => {
    const given = new Harness();
    given.hello();
    await given.advance(39_000);
    given.source.emit('view', { id: '1', answer: 'a' });
    await given.advance(39_000);
    expect(given.state?.kind).toBe('open');
  });

  test('a stream that something in between holds back is reported, and may still come', async () => {
    const given = new Harness();
    await given.advance(9999);
    expect(given.states).toEqual([]);
    await given.advance(1);
    expect(given.state).toEqual({ kind: 'held' });
    given.stream.check();
    expect(given.sources).toHaveLength(2);
    given.hello();
    expect(given.state?.kind).toBe('open');
    await given.advance(30_000);
    expect(given.state?.kind).toBe('open');
  });

  test('a server that does not answer at all is lost', async () => {
    const given = new Harness();
    given.reply = undefined;
    await given.advance(10_000);
    expect(given.state?.kind).toBe('lost');
  });

  test('a session that ended meanwhile is asked for', async () => {
    const given = new Harness();
    given.reply = { status: 401, answer: {} };
    await given.advance(10_000);
    expect(given.state).toEqual({ kind: 'unauthorised' });
  });
});

describe('when a tab is shown again', () => {
  test('it connects at once instead of later', async () => {
    const given = new Harness();
    given.reply = undefined;
    given.source.emit('error');
    given.stream.check();
    expect(given.sources).toHaveLength(2);
    await given.advance(60_000);
    expect(given.sources, 'the timer is gone').toHaveLength(2);
  });

  test('it finds a stream that the server has forgotten', async () => {
    const given = new Harness();
    given.hello();
    await given.advance(0);
    given.streamReply = { status: 404, answer: {} };
    given.stream.check();
    await given.advance(0);
    expect(given.state?.kind).toBe('lost');
    expect(given.source.isClosed).toBe(true);
  });
});

describe('a hidden tab', () => {
  test('has no connection, and goes on where it was when it is shown', async () => {
    const given = new Harness();
    const logs = recorder();
    given.stream.watch('logs', {}, logs);
    given.hello();
    given.source.emit('view', { id: '1', answer: { lines: [1], cursor: 'c1' } });
    given.stream.rest();
    expect(given.source.isClosed).toBe(true);
    given.stream.watch('overview', {}, recorder());
    await given.advance(3_600_000);
    expect(given.sources).toHaveLength(1);
    expect(given.state?.kind).toBe('open');
    given.stream.check();
    given.hello({ streamId: 's2' });
    expect(given.watches).toEqual([
      { id: '1', path: 'logs', parameters: { after: 'c1' } },
      { id: '2', path: 'overview', parameters: {} },
    ]);
    given.source.emit('view', { id: '1', answer: { lines: [2], cursor: 'c2' } });
    expect(logs.events.at(-1)).toEqual(['view', { lines: [2], cursor: 'c2' }, true]);
  });

  test('that was opened so connects when it is shown', () => {
    const given = new Harness({ isResting: true });
    expect(given.sources).toHaveLength(0);
    given.stream.check();
    expect(given.sources).toHaveLength(1);
  });

  test('tries no more to come back', async () => {
    const given = new Harness();
    given.source.emit('error');
    given.stream.rest();
    await given.advance(60_000);
    expect(given.sources).toHaveLength(1);
  });
});

test('closed, it does nothing more', async () => {
  const given = new Harness();
  given.hello();
  given.stream.watch('overview', {}, recorder());
  given.stream.close();
  await given.advance(60_000);
  expect(given.sources).toHaveLength(1);
  expect(given.source.isClosed).toBe(true);
});
